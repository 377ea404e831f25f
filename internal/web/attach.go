package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/blob"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// fileOfForm is the field in which a form names files that are there already,
// newFile the one in which it brings others.
const (
	fileOfForm = "file"
	newFile    = "files"
)

// attachView is where a form takes files (R28). Path is where a script sends them
// while the form is being filled in.
type attachView struct {
	Form, Path   string
	N            string // tells forms of one path apart
	Bytes        int64  // the most of one file
	Hint, Larger string
	Waiting      []waitingView
	Troubles     []string // of files that were not kept
	Wrong        string
}

// waitingView is a file that was sent, for a form to name it.
type waitingView struct {
	ID, Name, Size, Sum, Thumb, Drop string
	Ticked                           bool
}

// fileView is a file that stands with an entry.
type fileView struct {
	Name, Path, Size, Sum, Short, Thumb string
	Erased, Internal                    bool
}

// fileRoutes are the addresses of files.
func (s *site) fileRoutes() []route {
	return []route{
		{"POST /requests/{number}/files", signedIn, s.sendFile},
		{"POST /requests/{number}/files/dropped", signedIn, s.dropFile},
		{"GET /requests/{number}/files/{file}", signedIn, s.download},
		{"GET " + desk.MailedPath + "{pass}", anybody, s.mailedFile},
		{"GET /requests/{number}/files/{file}/thumbnail", signedIn, s.thumbnail},
		{"POST " + newPath + "/files", customers, s.sendFile},
		{"POST " + newPath + "/files/dropped", customers, s.dropFile},
	}
}

// bringsFiles tells whether the body of a call may hold files, and so be large and
// take its time.
func bringsFiles(r *http.Request) bool {
	kind := r.Header.Get("Content-Type")
	return strings.HasPrefix(kind, "multipart/form-data") || kind == "application/octet-stream"
}

// most is how many bytes the body of a call may have.
func (s *site) most(r *http.Request) int64 {
	if !bringsFiles(r) {
		return maxForm
	}
	return maxForm + (support.MaxFiles+1)*s.Desk.Pack().Upload.DirectMaxBytes
}

// aboutFiles is the request to which the address sends files, which the visitor
// sees; 0 for the one that they are writing.
func (v *visit) aboutFiles() (int64, error) {
	if v.PathValue("number") == "" {
		return 0, nil
	}
	id, err := v.request()
	if err == nil {
		err = v.mustSee(id)
	}
	return id, err
}

// mustSee refuses a request that the visitor does not see.
func (v *visit) mustSee(id int64) error {
	sees, err := v.site.Store.Sees(v.Context(), v.viewer(), id)
	if err == nil && !sees {
		err = nowhere(v)
	}
	return err
}

// parseFiles reads a form and keeps the files that it brings, which the form then
// names as if they had been there before. Those that are not kept are told, each
// with its name.
func (v *visit) parseFiles(request int64) (troubles []string, err error) {
	err = v.parseWith(func(name string, body io.Reader) error {
		u, err := v.site.Desk.Upload(v.Context(), v.who.Actor, desk.NewUpload{Request: request, Name: name, Size: -1, Body: body})
		if err == nil {
			v.PostForm.Add(fileOfForm, support.Opaque("file", u.ID))
			return nil
		}
		var e *support.Error
		if !errors.As(err, &e) {
			return err
		}
		troubles = append(troubles, v.fileTrouble(name, e))
		return nil
	})
	return troubles, err
}

// fileTrouble says why a file was not kept. Which larger ones can be sent, and
// how, is the pack's; no door for them is open yet, and nothing is named that is
// not.
func (v *visit) fileTrouble(name string, e *support.Error) string {
	name = text.FileName(name)
	if e.Code == support.TooLarge {
		return v.T("files.too_large", "name", name, "most", strconv.FormatInt(v.site.Desk.Pack().Upload.DirectMaxBytes, 10))
	}
	return v.T("files.trouble", "name", name, "why", v.voice.Error(e))
}

// parseWith reads a form whatever its encoding; keep takes each file that it
// brings.
func (v *visit) parseWith(keep func(name string, body io.Reader) error) error {
	if !bringsFiles(v.Request) {
		return v.parse()
	}
	v.Body = io.NopCloser(blob.Patient(v.w, v.Body))
	parts, err := v.MultipartReader()
	if err != nil {
		return support.Refuse(support.Invalid, "page.form_unreadable")
	}
	v.PostForm = url.Values{}
	v.Form = v.PostForm
	left := int64(maxForm)
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return v.unreadable(err)
		case part.FileName() != "":
			err = keep(part.FileName(), part)
		default:
			err = v.field(part, &left)
		}
		if err != nil {
			return err
		}
	}
}

// field reads one field of a form in parts. Without a file chosen a browser sends
// an empty one without a name.
func (v *visit) field(part *multipart.Part, left *int64) error {
	value, err := io.ReadAll(io.LimitReader(part, *left+1))
	if err != nil {
		return v.unreadable(err)
	}
	if *left -= int64(len(value)); *left < 0 {
		return support.Refuse(support.TooLarge, "api.too_large", "limit", strconv.Itoa(maxForm))
	}
	if part.FormName() != newFile {
		v.PostForm.Add(part.FormName(), string(value))
	}
	return nil
}

// files are those that a form names; what is no name of one is refused as unknown.
func (f filled) files() []support.AttachedFile {
	var out []support.AttachedFile
	for _, name := range f.Values[fileOfForm] {
		id, _ := support.ParseOpaque("file", name)
		out = append(out, support.AttachedFile{File: id})
	}
	return out
}

// sendFile keeps one file that the script of a page sends while the form is being
// filled in, and answers with its line.
func (s *site) sendFile(v *visit) error {
	id, err := v.aboutFiles()
	if err != nil {
		return err
	}
	u, err := s.Desk.Upload(v.Context(), v.who.Actor, desk.NewUpload{
		Request: id, Name: v.URL.Query().Get("name"), Size: v.ContentLength, Body: blob.Patient(v.w, v.Body),
	})
	var e *support.Error
	if errors.As(err, &e) {
		v.show(statusOf(e.Code), troubleLine(v.fileTrouble(v.URL.Query().Get("name"), e)))
		return nil
	}
	if err != nil {
		return err
	}
	v.show(http.StatusCreated, waitingLine(v.frame, v.waiting(id, u, true)))
	return nil
}

// dropFile forgets a file that stands with no entry yet, and shows its form again
// with what was typed.
func (s *site) dropFile(v *visit) error {
	id, err := v.aboutFiles()
	if err != nil {
		return err
	}
	if _, err := v.parseFiles(id); err != nil {
		return err
	}
	file, _ := support.ParseOpaque("file", v.PostForm.Get("drop"))
	err = s.Desk.DropUpload(v.Context(), v.who.Actor, id, file)
	if err != nil && support.CodeOf(err) != support.NotFound { // gone already
		return err
	}
	if id == 0 {
		d, err := s.merged(v, v.PostForm)
		if err == nil {
			err = s.Desk.SaveDraft(v.Context(), v.who.Actor, newPath, d)
		}
		if err != nil {
			return err
		}
		return v.goTo(newPath+"?step="+string(stepText), "")
	}
	p, err := s.requestPage(v, id, typed{Form: v.URL.Query().Get("form"), Values: v.PostForm})
	if err != nil {
		return err
	}
	return v.page(requestView(p))
}

// waiting is a file that was sent to a request, 0 for the one that is being
// written.
func (v *visit) waiting(request int64, u store.Upload, ticked bool) waitingView {
	w := waitingView{
		ID: support.Opaque("file", u.ID), Name: u.Name, Size: v.voice.Bytes(u.Size), Sum: short(blob.Ref{Key: u.Key}.SHA256()), Ticked: ticked,
		Drop: newPath + "/files/dropped",
	}
	if request != 0 {
		base := "/requests/" + support.Number(request) + "/files/"
		w.Drop = base + "dropped"
		if drawn(u.Media) {
			w.Thumb = base + w.ID + "/thumbnail"
		}
	}
	return w
}

// drawn tells whether a smaller picture can be made of a file.
func drawn(media string) bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif"}, media)
}

// short is the beginning of a sum, by which people compare.
func short(sum string) string { return sum[:min(len(sum), 12)] }

// attach is where forms of a page take files: what is possible is told before it is
// sent.
func (s *site) attach(v *visit, request int64) (attachView, error) {
	room, err := s.Desk.Room(v.Context(), v.who.Actor, request)
	if err != nil {
		return attachView{}, err
	}
	list, err := s.Store.Uploads(v.Context(), request, v.who.Actor)
	if err != nil {
		return attachView{}, err
	}
	x := attachView{Path: newPath + "/files", Bytes: room.Direct, Larger: v.T("files.larger", "most", strconv.FormatInt(room.Direct, 10))}
	if request != 0 {
		x.Path = "/requests/" + support.Number(request) + "/files"
	}
	x.Hint = v.T("files.hint", "most", strconv.FormatInt(room.Direct, 10), "n", itoa(support.MaxFiles))
	if room.Rest() >= 0 {
		x.Hint += " " + v.T("files.room", "left", strconv.FormatInt(room.Rest(), 10))
	}
	for _, u := range list {
		x.Waiting = append(x.Waiting, v.waiting(request, u, false))
	}
	return x, nil
}

// of is the place for files in a form of which there is a draft that names some.
func (x attachView) of(form string, draft url.Values) attachView {
	return x.in(form, typed{Form: form, Values: draft})
}

// in is the place for files in one form of a page, with what it had to say of them
// when it was refused. Only there do the files of a draft have a tick: what was
// sent with a note does not go out with a reply.
func (x attachView) in(form string, t typed) attachView {
	if t.Form == form {
		x.Troubles, x.Wrong = t.Files, t.wrong(form, newFile)
	}
	x.Waiting = slices.Clone(x.Waiting)
	for i, w := range x.Waiting {
		if t.Form == form {
			x.Waiting[i].Ticked = slices.Contains(t.Values[fileOfForm], w.ID)
		} else if x.Form != form {
			x.Waiting[i].Ticked = false
		}
	}
	x.Form = form
	return x
}

// ticked are the files that go with the form.
func (x attachView) ticked() []waitingView {
	return slices.DeleteFunc(slices.Clone(x.Waiting), func(w waitingView) bool { return !w.Ticked })
}

// fileOf is a file of a request as its page shows it.
func (v *visit) fileOf(r *support.Request, f support.AttachedFile, internal bool, texts map[int64]string) fileView {
	x := fileView{Name: texts[f.Name.ID], Size: v.voice.Bytes(f.Size), Internal: internal, Erased: r.Gone(f)}
	if x.Erased {
		x.Name = v.T("erased")
		return x
	}
	x.Path = desk.FilePath(r.ID, f.File)
	x.Sum = texts[f.Hash.ID]
	x.Short = short(x.Sum)
	if drawn(f.Type) {
		x.Thumb = x.Path + "/thumbnail"
	}
	return x
}

// filesOf are all files of a request that the reader sees, the newest first.
func filesOf(v *visit, r *support.Request, texts map[int64]string) []fileView {
	var out []fileView
	for _, f := range slices.Backward(r.Files) {
		if !f.Internal || v.staff() {
			out = append(out, v.fileOf(r, f.AttachedFile, f.Internal, texts))
		}
	}
	return out
}

// stored is the row of the file that the address names and the visitor sees, and
// what it is called.
func (s *site) stored(v *visit) (u store.Upload, name string, err error) {
	id, err := v.request()
	if err != nil {
		return u, "", err
	}
	file, ok := support.ParseOpaque("file", v.PathValue("file"))
	if !ok {
		return u, "", nowhere(v)
	}
	return s.Desk.StoredFile(v.Context(), v.viewer(), id, file)
}

// download gives a file to be saved, whatever it is.
func (s *site) download(v *visit) error {
	u, name, err := s.stored(v)
	if err != nil {
		return err
	}
	return s.give(v, u, name, v.who.Actor)
}

// give sends a file to be saved, whatever it is, to somebody who may have it.
func (s *site) give(v *visit, u store.Upload, name string, by support.Actor) error {
	content, err := s.Desk.OpenFile(v.Context(), by, u)
	if err != nil {
		return err
	}
	defer content.Close()
	blob.Serve(v.w, v.Request, content, blob.Download{Disposition: text.Disposition(name), Type: u.Media, Tag: blob.Ref{Key: u.Key}.SHA256()})
	return nil
}

// mailedFile gives a file to whoever has the mail that told of it, and later asks
// them to sign in.
func (s *site) mailedFile(v *visit) error {
	f, err := s.Desk.MailedFile(v.Context(), v.PathValue("pass"))
	switch {
	case support.CodeOf(err) == support.NotFound:
		return nowhere(v)
	case err != nil:
		return err
	case f.Late != "":
		http.Redirect(v.w, v.Request, f.Late, http.StatusSeeOther)
		return nil
	}
	return s.give(v, f.Upload, f.Name, f.By)
}

// thumbnail gives the smaller picture that was painted anew.
func (s *site) thumbnail(v *visit) error {
	u, _, err := s.stored(v)
	if err != nil {
		return err
	}
	content, err := s.Desk.OpenThumbnail(v.Context(), v.who.Actor, u)
	if err != nil {
		return err
	}
	defer content.Close()
	blob.Serve(v.w, v.Request, content, blob.Download{Disposition: "inline", Type: "image/jpeg", Tag: "t-" + blob.Ref{Key: u.Key}.SHA256()})
	return nil
}
