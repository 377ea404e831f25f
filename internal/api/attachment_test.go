package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"madoguchi/client"
	"madoguchi/internal/blob"
)

// fetched is an answer with its headers.
type fetched struct {
	status int
	header http.Header
	body   string
}

func (h *house) fetch(key, path string, head ...string) fetched {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodGet, h.url+path, nil)
	must(h.t, err)
	req.Header.Set("Authorization", "Bearer "+h.cast.Tokens[key])
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	must(h.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(h.t, err)
	return fetched{resp.StatusCode, resp.Header, string(b)}
}

// asked files a request of Tanaka's.
func (h *house) asked() string {
	h.t.Helper()
	res, err := h.as("tanaka").File(context.Background(), client.File{Kind: "sr", Title: "It stops", Text: "At 90 %", Product: "vsphere", Version: "4.0", Severity: 3})
	must(h.t, err)
	return res.Number
}

func (h *house) sent(key, number, name, content string) client.Upload {
	h.t.Helper()
	u, err := h.as(key).Upload(context.Background(), number, name, int64(len(content)), strings.NewReader(content))
	must(h.t, err)
	return u
}

// A file goes up, is named by a comment, an answer or a note, and comes down to
// whoever sees that; the sum of its bytes is told to both sides.
//
// guide: R28
func TestFilesGoUpAndComeDown(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, number := context.Background(), h.asked()
	up, sum := h.sent("tanaka", number, "crash.log", "it broke"), sha256.Sum256([]byte("it broke"))
	if up.Name != "crash.log" || up.Type != "text/plain" || up.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%+v", up)
	}
	_, err := h.as("tanaka").Comment(ctx, number, client.Comment{Text: "the log", Files: []string{up.ID}})
	must(t, err)
	note := h.sent("ito", number, "guess.txt", "their cable")
	_, err = h.as("ito").Command(ctx, number, "notes", client.Note{Text: "look", Files: []string{note.ID}})
	must(t, err)
	_, err = h.as("ito").Command(ctx, number, "asks", client.NewAsk{Kind: "debug_data", Text: "the bundle"})
	must(t, err)
	bundle := h.sent("tanaka", number, "vm-support.tgz", "\x1f\x8b\x08bundle")
	_, err = h.as("tanaka").Command(ctx, number, "asks/1/answer", client.Answer{Files: []string{bundle.ID}})
	must(t, err)
	for key, want := range map[string]string{"tanaka": "crash.log vm-support.tgz", "ito": "crash.log guess.txt vm-support.tgz"} {
		list, err := h.as(key).Files(ctx, number)
		must(t, err)
		var names []string
		for _, f := range list.Files {
			names = append(names, f.Name)
			if f.Name == "crash.log" && f.SHA256 != up.SHA256 {
				t.Errorf("%s is told the sum %s", key, f.SHA256)
			}
			body, err := h.as(key).Download(ctx, number, f.ID, 0)
			must(t, err)
			got, err := io.ReadAll(body)
			must(t, err)
			must(t, body.Close())
			if int64(len(got)) != f.Bytes {
				t.Errorf("%s gets %d bytes of %s", key, len(got), f.Name)
			}
		}
		if strings.Join(names, " ") != want || len(list.Waiting) != 0 {
			t.Errorf("%s sees %v and %v", key, names, list.Waiting)
		}
		if (list.Room.Account != nil) != (key == "ito") || list.Room.LeftBytes != list.Room.DirectMaxBytes || list.Room.DirectMaxBytes != 10<<20 {
			t.Errorf("%s is told of the room %+v", key, list.Room)
		}
	}
	if f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+note.ID+"/content"); f.status != http.StatusNotFound {
		t.Errorf("the note's file comes to the customer: %d %s", f.status, f.body)
	}
}

// T23: whatever a file is, a browser saves it.
func TestFilesAreSavedAndNeverShown(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	for _, c := range []struct{ name, content, kind string }{
		{"page.log", "<html><script>alert(1)</script>", "application/octet-stream"},
		{"logo.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><foreignObject/></svg>`, ""},
		{"feed.xml", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`, "application/octet-stream"},
		{"both.pdf", "%PDF-1.4\n<script>alert(1)</script>", "application/pdf"},
		{"photo.png", "\x89PNG\r\n\x1a\n<script>", "image/png"},
		{"a.exe", "MZ\x90\x00", ""},
		{"レポート\u202egnp.exe", "plain", "text/plain"},
	} {
		up := h.sent("tanaka", number, c.name, c.content)
		f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+up.ID+"/content")
		kind := f.header.Get("Content-Type")
		if f.status != http.StatusOK || f.body != c.content || c.kind != "" && kind != c.kind || strings.Contains(kind, "html") || strings.Contains(kind, "xml") || strings.Contains(kind, "svg") {
			t.Errorf("%s: %d %s %q", c.name, f.status, kind, f.body)
		}
		disposition, params, err := mime.ParseMediaType(f.header.Get("Content-Disposition"))
		if err != nil || disposition != "attachment" || params["filename"] != up.Name {
			t.Errorf("%s: %s, %v", c.name, f.header.Get("Content-Disposition"), err)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, no-cache",
			"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "ETag": `"` + up.SHA256 + `"`,
		} {
			if got := f.header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q", c.name, name, got)
			}
		}
	}
}

func TestPartsOfFiles(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	up := h.sent("tanaka", number, "digits", "0123456789")
	path := "/v1/requests/" + number + "/files/" + up.ID + "/content"
	for _, c := range []struct {
		head   []string
		status int
		body   string
	}{
		{[]string{"Range", "bytes=3-5"}, 206, "345"}, {[]string{"Range", "bytes=-2"}, 206, "89"}, {[]string{"Range", "bytes=7-"}, 206, "789"},
		{[]string{"Range", "bytes=10-"}, 416, ""}, {[]string{"Range", "bytes=0-1", "If-Range", `"other"`}, 200, "0123456789"},
		{[]string{"Range", "bytes=0-1", "If-Range", `"` + up.SHA256 + `"`}, 206, "01"}, {[]string{"If-None-Match", `"` + up.SHA256 + `"`}, 304, ""},
	} {
		if f := h.fetch("tanaka", path, c.head...); f.status != c.status || c.status < 400 && f.body != c.body {
			t.Errorf("%v: %d %q", c.head, f.status, f.body)
		}
	}
}

// T10: a byte that has turned is not given out, nor any other of the file, and the
// operators are told.
func TestDamagedFilesAreNotGiven(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	up := h.sent("tanaka", number, "digits", strings.Repeat("0123456789", 10_000))
	must(t, h.files.Walk(context.Background(), func(f blob.Found) error {
		path := filepath.Join(h.files.Dir(), f.Key)
		b, err := os.ReadFile(path)
		must(t, err)
		b[99_999] ^= 1
		return os.WriteFile(path, b, 0o600)
	}))
	for _, head := range [][]string{nil, {"Range", "bytes=0-9"}} {
		f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+up.ID+"/content", head...)
		if f.status != http.StatusConflict || !strings.Contains(f.body, "attachment.damaged") || strings.Contains(f.body, "0123456789") {
			t.Errorf("%v: %d %.100s", head, f.status, f.body)
		}
	}
	if !strings.Contains(h.log.String(), "a file is damaged") {
		t.Error("the log does not say so")
	}
}

// T22: no way of writing a path leads to another file, and what is not there
// looks as what is not seen.
func TestPathsLeadToNoOtherFile(t *testing.T) {
	t.Parallel()
	h := open(t)
	number, other := h.asked(), h.asked()
	mine, theirs := h.sent("tanaka", number, "a", "mine"), h.sent("ito", number, "b", "theirs")
	want := h.fetch("tanaka", "/v1/requests/"+number+"/files/file_zzz/content")
	if want.status != http.StatusNotFound {
		t.Fatal(want)
	}
	key := ""
	must(t, h.files.Walk(context.Background(), func(f blob.Found) error { key = f.Key; return nil }))
	for _, file := range []string{
		theirs.ID, "../" + mine.ID, "..%2f" + mine.ID, "%2e%2e%2f%2e%2e%2fdesk.db", "%252e%252e%252fdesk.db", "..\\desk.db", "file_", "file_-1", "file_0", "file_00" + mine.ID[5:],
		strings.ToUpper(mine.ID), mine.ID + "%00", mine.ID + "%20", "%00", "CON", ".", "..", key, url.PathEscape(key), strings.Repeat("a", 64),
	} {
		f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+file+"/content")
		if f.status == http.StatusOK || strings.Contains(f.body, "mine") || strings.Contains(f.body, "theirs") || f.status >= 500 {
			t.Errorf("%s: %d %s", file, f.status, f.body)
		}
	}
	for _, path := range []string{"/v1/requests/" + other + "/files/" + mine.ID, "/v1/requests/" + number + "/files/" + theirs.ID} {
		if f := h.fetch("tanaka", path+"/content"); f.status != want.status || f.body != want.body {
			t.Errorf("%s: %d %s", path, f.status, f.body)
		}
	}
}

// R28's limit holds before and while bytes come, and says what else is open.
//
// guide: R28
func TestLargerFilesAreRefusedWithOtherWays(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	for _, size := range []int64{10<<20 + 1, -1} {
		var e *client.Error
		_, err := h.as("tanaka").Upload(context.Background(), number, "core.dmp", size, io.LimitReader(zeros{}, 10<<20+1))
		if !asError(err, &e) || e.Status != http.StatusRequestEntityTooLarge || len(e.Routes) != 3 || !strings.Contains(e.Detail, strings.ReplaceAll(number, "-", "")) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	u, err := h.as("tanaka").Upload(context.Background(), number, "core.dmp", 10<<20, io.LimitReader(zeros{}, 10<<20))
	if err != nil || u.Bytes != 10<<20 {
		t.Error(u, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// What has come lies on the disk while the rest is still on its way: no file is
// gathered in memory first.
func TestFilesAreWrittenAsTheyCome(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := h.as("tanaka").Upload(context.Background(), number, "core.dmp", 10<<20, reader)
		ended <- err
	}()
	_, err := io.CopyN(writer, zeros{}, 4<<20)
	must(t, err)
	for lies := int64(0); lies < 2<<20 && t.Context().Err() == nil; {
		must(t, h.files.Walk(context.Background(), func(f blob.Found) error { lies = f.Size; return nil }))
		runtime.Gosched()
	}
	_, err = io.CopyN(writer, zeros{}, 6<<20)
	must(t, err)
	must(t, writer.Close())
	must(t, <-ended)
}

// Who is cut off leaves nothing behind, and may go on.
func TestCutUploadsLeaveNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	for range 3 {
		c, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		must(t, err)
		_, err = fmt.Fprintf(c, "POST /v1/requests/%s/files?name=a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\nhalf", number, h.cast.Tokens["tanaka"])
		must(t, err)
		must(t, c.(*net.TCPConn).CloseWrite())
		answer, err := io.ReadAll(c)
		must(t, err)
		if !bytes.Contains(answer, []byte("attachment.cut")) {
			t.Errorf("%s", answer)
		}
		must(t, c.Close())
	}
	list, err := h.as("tanaka").Files(context.Background(), number)
	must(t, err)
	if len(list.Waiting) != 0 || list.Room.Request.UsedBytes != 0 {
		t.Errorf("%+v", list)
	}
	must(t, h.files.Walk(context.Background(), func(f blob.Found) error { t.Error(f.Key); return nil }))
}

// T24: pictures are made smaller on demand and kept; what is none has none.
func TestThumbnails(t *testing.T) {
	t.Parallel()
	h := open(t)
	number := h.asked()
	up := h.sent("tanaka", number, "red.png", string(redSquare()))
	for range 2 {
		f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+up.ID+"/thumbnail")
		m, err := jpeg.Decode(strings.NewReader(f.body))
		if err != nil || f.header.Get("Content-Type") != "image/jpeg" || max(m.Bounds().Dx(), m.Bounds().Dy()) != 320 || f.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Fatalf("%d %v %v", f.status, f.header, err)
		}
	}
	lying := 0
	must(t, h.files.Walk(context.Background(), func(blob.Found) error { lying++; return nil }))
	if lying != 2 {
		t.Errorf("%d files lie there, want the picture and its smaller one", lying)
	}
	flood := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x06\x00\x00\x00"
	for _, content := range []string{flood, "<svg xmlns='http://www.w3.org/2000/svg'/>", "text"} {
		id := h.sent("tanaka", number, "a.png", content).ID
		for range 2 {
			if f := h.fetch("tanaka", "/v1/requests/"+number+"/files/"+id+"/thumbnail"); f.status != http.StatusNotFound || !strings.Contains(f.body, "no_thumbnail") {
				t.Errorf("%.20q: %d %s", content, f.status, f.body)
			}
		}
	}
}

// What is redacted is gone for everybody, and the entry says so.
//
// guide: R28
func TestRedactedFilesAreGone(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx, number := context.Background(), h.asked()
	a, b := h.sent("tanaka", number, "a.txt", "a"), h.sent("tanaka", number, "b.txt", "b")
	_, err := h.as("tanaka").Comment(ctx, number, client.Comment{Text: "both", Files: []string{a.ID, b.ID}})
	must(t, err)
	list, err := h.as("tanaka").Files(ctx, number)
	must(t, err)
	_, err = h.as("tanaka").Redact(ctx, number, list.Files[0].Seq, client.Redaction{Ground: "secret"})
	must(t, err)
	list, err = h.as("ito").Files(ctx, number)
	must(t, err)
	if f := list.Files[0]; !f.Erased || f.ID != "" || f.Name != "" || f.SHA256 != "" || list.Files[1].Erased {
		t.Errorf("%+v", list.Files)
	}
	if f := h.fetch("ito", "/v1/requests/"+number+"/files/"+a.ID+"/content"); f.status != http.StatusNotFound {
		t.Error(f)
	}
}
