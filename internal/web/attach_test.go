package web

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// sent is a file as a form without script brings it.
type sent struct{ name, content string }

// bring sends a form with files as a browser does.
func (s *stage) bring(as, path string, form url.Values, files ...sent) *httptest.ResponseRecorder {
	s.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, value := range values {
			s.ok(w.WriteField(name, value))
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(newFile, f.name)
		s.ok(err)
		_, err = part.Write([]byte(f.content))
		s.ok(err)
	}
	s.ok(w.Close())
	return s.body(as, path, w.FormDataContentType(), b.Bytes())
}

func (s *stage) body(as, path, kind string, content []byte) *httptest.ResponseRecorder {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), http.MethodPost, path, bytes.NewReader(content))
	r.Header.Set("Content-Type", kind)
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	if as != "" {
		r.AddCookie(&http.Cookie{Name: s.site.sessionCookie(), Value: s.session(as)})
	}
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	return w
}

func (s *stage) fileIn(body string) string {
	s.Helper()
	m := regexp.MustCompile(`href="(/requests/\d+/files/file_\w+)" download`).FindStringSubmatch(body)
	if m == nil {
		s.Fatal("the page has no file")
	}
	return m[1]
}

func picture(s *stage) string {
	s.Helper()
	var b bytes.Buffer
	s.ok(png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 640, 400))))
	return b.String()
}

// Files go with a reply, also without script, stand with it for whoever sees it,
// and are saved, never shown, whatever they are and are called (T21, T22, T23).
// guide: R28
func TestFilesGoWithAReply(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.says(s.send("sato", path, nil).Body.String(), "Up to 10 MB each, at most 20", "There is room for 10 GB in all", "resumable upload and file transfer", `enctype="multipart/form-data"`)
	w := s.bring("sato", path+"/comments", url.Values{"text": {"Here is the log."}},
		sent{`..\..\etc/CON.html`, "<script>alert(1)</script>"}, sent{"stack\u202egnp.exe.png", picture(s)})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, w.Body.String())
	}
	page := s.send("ito", path, nil).Body.String()
	s.says(page, "Here is the log.", "_CON.html", "stackgnp.exe.png", "/thumbnail", "25 bytes", "SHA-256")
	if strings.Count(page, "attached a file") != 0 {
		t.Error("a file stands beside its entry instead of with it")
	}
	at := s.fileIn(page)
	got := s.send("ito", at, nil)
	kind, name, err := mime.ParseMediaType(got.Header().Get("Content-Disposition"))
	if got.Body.String() != "<script>alert(1)</script>" || kind != "attachment" || err != nil || name["filename"] != "_CON.html" {
		t.Errorf("%q %s %v %v", got.Body, kind, name, err)
	}
	for header, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got.Header().Get(header) != want {
			t.Errorf("%s: %q", header, got.Header().Get(header))
		}
	}
	small := s.send("sato", page[strings.Index(page, `img src="`)+9:strings.Index(page, `/thumbnail"`)+10], nil)
	if m, err := jpeg.Decode(small.Body); err != nil || m.Bounds().Dx() != 320 || small.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("the smaller picture: %d %v", small.Code, err)
	}
	absent := s.send("tanaka", "/requests/100999999/files/file_1", nil)
	for _, to := range []string{at, at + "/thumbnail", path + "/files/file_zz", path + "/files/..%2f..%2fdesk.db", path + "/files/1"} {
		as := "tanaka" // of another customer
		if w := s.send(as, to, nil); w.Code != http.StatusNotFound || titleOf(w) != titleOf(absent) {
			t.Errorf("%s as %s: %d", to, as, w.Code)
		}
	}
	for _, to := range []string{path + "/files?name=x", path + "/files/dropped"} {
		if w := s.body("tanaka", to, "application/octet-stream", []byte("x")); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", to, w.Code)
		}
	}
}

func titleOf(w *httptest.ResponseRecorder) string {
	_, rest, _ := strings.Cut(w.Body.String(), "<h1>")
	title, _, _ := strings.Cut(rest, "</h1>")
	return title
}

// A file that is not kept is told with its name and why; nothing is sent, what was
// typed and what was kept are there to be sent again (UX-30), and pictures that
// would flood the memory are not painted (T24).
// guide: R28
func TestFilesThatAreNotKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	large := strings.Repeat("x", 10<<20) + "y"
	w := s.bring("sato", path+"/comments", url.Values{"text": {"Two files."}}, sent{"big.tgz", large}, sent{"empty.log", ""}, sent{"good.log", "fine"})
	s.says(w.Body.String(), "Not every file was kept", "big.tgz is larger than 10 MB and was not kept", "empty.log was not kept: The file is empty", "Two files.", "good.log", `href="#f-files"`)
	if w.Code != http.StatusUnprocessableEntity || strings.Contains(s.send("ito", path, nil).Body.String(), "Two files.") {
		t.Error(w.Code)
	}
	tick := regexp.MustCompile(`name="file" value="(file_\w+)" checked`).FindStringSubmatch(w.Body.String())
	if tick == nil {
		t.Fatal("the good file has no tick")
	}
	if body := s.send("suzuki", path, nil).Body.String(); strings.Contains(body, "good.log") {
		t.Error("a file that waits is somebody else's to see")
	}
	if w := s.bring("suzuki", path+"/comments", url.Values{"text": {"Mine."}, "file": {tick[1]}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("somebody else's file: %d", w.Code)
	}
	if w := s.bring("sato", path+"/comments", url.Values{"text": {"Two files."}, "file": {tick[1]}}); w.Code != http.StatusSeeOther {
		t.Error(w.Code)
	}
	s.says(s.send("ito", path, nil).Body.String(), "Two files.", "good.log")

	flood := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x06\x00\x00\x00"
	s.bring("sato", path+"/comments", url.Values{"text": {"A picture."}}, sent{"flood.png", flood})
	all := regexp.MustCompile(`img src="(\S+)"`).FindStringSubmatch(s.send("sato", path, nil).Body.String())
	if w := s.send("sato", all[1], nil); w.Code != http.StatusNotFound {
		t.Errorf("a flood of pixels: %d", w.Code)
	}
}

// With script each file goes up by itself: its line comes back, and can be taken
// back; the form keeps what was typed.
// guide: R28
func TestFilesGoUpOneByOne(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	w := s.body("sato", path+"/files?name=a%2Fb%00.log", "application/octet-stream", []byte("words"))
	id := regexp.MustCompile(`value="(file_\w+)" checked`).FindStringSubmatch(w.Body.String())
	if w.Code != http.StatusCreated || id == nil {
		t.Fatal(w.Code, w.Body.String())
	}
	s.says(w.Body.String(), "b.log", "5 bytes")
	if w := s.body("sato", path+"/files?name=e.log", "application/octet-stream", nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "e.log was not kept") {
		t.Error(w.Code, w.Body.String())
	}
	s.says(s.send("sato", path, nil).Body.String(), "b.log")
	w = s.bring("sato", path+"/files/dropped?form=comments", url.Values{"text": {"Still typing"}, "drop": {id[1]}, "file": {id[1]}})
	s.says(w.Body.String(), "Still typing")
	if strings.Contains(w.Body.String(), "b.log") || w.Code != http.StatusOK {
		t.Error("the file is there")
	}
	// What staff have sent for a note has no tick in the reply.
	w = s.bring("ito", path+"/notes", url.Values{}, sent{"secret.log", "inside"})
	page := w.Body.String()
	i, j := strings.Index(page, `id="reply"`), strings.Index(page, `id="notes"`)
	if w.Code != http.StatusUnprocessableEntity || i < 0 || j < i || strings.Contains(page[i:j], "checked") || !strings.Contains(page[j:], "checked") {
		t.Error("a note's file goes with the reply", w.Code, i, j)
	}
	id = regexp.MustCompile(`value="(file_\w+)"`).FindStringSubmatch(page)
	s.send("ito", "/drafts", url.Values{"about": {path + "/comments"}, "text": {"For the customer"}, "file": {id[1]}})
	page = s.send("ito", path, nil).Body.String()
	i, j = strings.Index(page, `id="reply"`), strings.Index(page, `id="notes"`)
	if notes, _, _ := strings.Cut(page[j:], "</form>"); !strings.Contains(page[i:j], "checked") || strings.Contains(notes, "checked") {
		t.Error("the file of a draft has a tick elsewhere")
	}
}

// Files come with a request that is being written: they are there in another
// session, for their sender alone, and stand with the filing; with the draft they
// go (UX-06).
// guide: R28
func TestFilesOfADraft(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.send("sato", newPath, url.Values{"product": {"esx"}, "version-esx": {"4.0"}, "severity": {"3"}, "environment": {"production"}, "to": {"text"}})
	w := s.bring("sato", newPath, url.Values{"title": {"With files"}, "text": {"Look."}, "asked": {"file"}, "to": {"review"}}, sent{"one.log", "1"}, sent{"huge.log", strings.Repeat("x", 11<<20)})
	s.says(w.Body.String(), "huge.log is larger", "one.log", "With files", "Look.")
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	delete(s.secrets, "sato")
	s.says(s.send("sato", newPath+"?step=review", nil).Body.String(), "one.log")
	if body := s.send("suzuki", newPath+"?step=text", nil).Body.String(); strings.Contains(body, "one.log") {
		t.Error("a draft's file is somebody else's to see")
	}
	two := s.body("sato", newPath+"/files?name=two.log", "application/octet-stream", []byte("22"))
	s.says(two.Body.String(), "two.log")
	filed := s.send("sato", newPath, url.Values{"to": {"file"}, "once": {"x"}})
	page := s.send("ito", filed.Header().Get("Location"), nil).Body.String()
	s.says(page, "With files", "one.log")
	if strings.Contains(page, "two.log") {
		t.Error("a file without a tick was filed")
	}
	s.says(s.send("sato", newPath+"?step=text", nil).Body.String(), "two.log")
	s.send("sato", newPath, url.Values{"to": {"drop"}})
	list, err := s.store.Uploads(context.Background(), 0, s.cast.Actor("sato"))
	if err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	id, err := support.ParseNumber(strings.TrimSuffix(strings.TrimPrefix(filed.Header().Get("Location"), "/requests/"), "?told=filed"))
	s.ok(err)
	r, err := s.desk.Request(t.Context(), insider, id)
	s.ok(err)
	if len(r.Files) != 1 || r.Files[0].Entry != 1 || r.Files[0].Internal {
		t.Errorf("%+v", r.Files)
	}
	if w := s.body("ito", newPath+"/files?name=x", "application/octet-stream", []byte("x")); w.Code != http.StatusNotFound {
		t.Errorf("staff have no draft: %d", w.Code)
	}
}

// Whoever has a mail takes its files without signing in, to be saved and never shown;
// when the time of the link is over they are asked to sign in, and come to the file.
//
// guide: R28
func TestAMailsLinkLeadsToItsFile(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.bring("ito", path+"/comments", url.Values{"text": {"The fix."}}, sent{"fix.html", "<script>alert(1)</script>"})
	s.clock.Set(s.clock.Now().Add(time.Minute)) // it can be taken back no more
	s.ok(s.desk.Settle(t.Context()))
	link := ""
	for _, m := range s.post.mails {
		if found := regexp.MustCompile(`http://desk\.example(/mailed-files/\S+)`).FindStringSubmatch(m.Text); found != nil && strings.HasPrefix(m.To.Email, "sato@") {
			link = found[1]
		}
	}
	if link == "" {
		t.Fatal("no mail has a link")
	}
	got := s.send("", link, nil)
	if got.Body.String() != "<script>alert(1)</script>" || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v %q", got.Code, got.Header(), got.Body)
	}
	for header, want := range map[string]string{"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cache-Control": "private, no-cache"} {
		if got.Header().Get(header) != want {
			t.Errorf("%s: %q, want %q", header, got.Header().Get(header), want)
		}
	}
	for _, odd := range []string{link[:len(link)-2] + "AA", link + "A", desk.MailedPath + "x", desk.MailedPath} {
		if w := s.send("", odd, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", odd, w.Code)
		}
	}
	s.clock.Set(s.clock.Now().Add(14 * 24 * time.Hour))
	late := s.send("", link, nil)
	to := late.Header().Get("Location")
	if late.Code != http.StatusSeeOther || !strings.HasPrefix(to, path+"/files/") {
		t.Fatalf("later: %d to %q", late.Code, to)
	}
	if w := s.send("", to, nil); w.Code == http.StatusOK {
		t.Error("it is given to whoever has not signed in")
	}
	if w := s.send("sato", to, nil); w.Body.String() != "<script>alert(1)</script>" {
		t.Errorf("to its reader: %d", w.Code)
	}
}
