package api

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"madoguchi/internal/auth"
	"madoguchi/internal/blob"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	filename "madoguchi/internal/text"
)

// attachedView is a file that stands with an entry of the request.
type attachedView struct {
	ID       string    `json:"id,omitempty" doc:"Opaque; absent when it is erased"`
	Seq      int64     `json:"seq" doc:"Seq of the fact by which it stands there: redacting that erases it"`
	Entry    int64     `json:"entry" doc:"Seq of the comment, note or answer"`
	At       time.Time `json:"at"`
	By       by        `json:"by"`
	Name     string    `json:"name" doc:"As it is called where it comes from, made harmless; empty when it is erased"`
	Bytes    int64     `json:"bytes"`
	Type     string    `json:"type" doc:"As its bytes look"`
	SHA256   string    `json:"sha256,omitempty" doc:"In hexadecimal"`
	Internal bool      `json:"internal,omitempty" doc:"The customer does not see it; staff only"`
	Erased   bool      `json:"erased,omitempty"`
}

// uploadView is a file that stands with no entry yet.
type uploadView struct {
	ID        string    `json:"id" doc:"Opaque: what a comment, a note or an answer names in its files"`
	Name      string    `json:"name" doc:"As it will be shown"`
	Bytes     int64     `json:"bytes"`
	Type      string    `json:"type" doc:"As its bytes look"`
	SHA256    string    `json:"sha256" doc:"In hexadecimal, of the bytes as they are kept"`
	ExpiresAt time.Time `json:"expires_at" doc:"When it is forgotten unless an entry names it"`
}

// roomView is how much more may be sent, told before it is (R28).
type roomView struct {
	DirectMaxBytes int64       `json:"direct_max_bytes" doc:"Of one file"`
	LeftBytes      int64       `json:"left_bytes" doc:"What one more file may have: the least of all limits"`
	Request        *sharedView `json:"request,omitempty" doc:"All files of this request"`
	Person         *sharedView `json:"person,omitempty" doc:"All that the caller has sent in 24 hours"`
	Account        *sharedView `json:"account,omitempty" doc:"All files of the account's requests; staff only"`
	PerEntry       int         `json:"per_entry" doc:"Files that may stand with one entry"`
}

type sharedView struct {
	UsedBytes int64 `json:"used_bytes"`
	MaxBytes  int64 `json:"max_bytes"`
}

type attachmentsView struct {
	Number  string         `json:"number"`
	Files   []attachedView `json:"files" doc:"In their order"`
	Waiting []uploadView   `json:"waiting" doc:"What the caller has sent and named in no entry yet"`
	Room    roomView       `json:"room"`
	Larger  filesView      `json:"larger" doc:"Ways for files that are too large to go up directly"`
}

type uploadInput struct {
	Addressed
	Name   string `query:"name" required:"true" maxLength:"1000" doc:"What the file is called; for show alone"`
	Length int64  `header:"Content-Length" doc:"Bytes; without it the largest that may come is reserved meanwhile"`
}

// uploaded is a new upload with its place.
type uploaded struct {
	Location string `header:"Location"`
	Body     uploadView
}

// filePath names a file of a request.
type filePath struct {
	Numbered
	File string `path:"file" maxLength:"64" doc:"Opaque id of the file"`
}

type dropInput struct {
	Addressed
	File string `path:"file" maxLength:"64" doc:"Opaque id of the file"`
}

func (s *server) attachmentRoutes() {
	const files, one = "/v1/requests/{number}/files", "/v1/requests/{number}/files/{file}"
	register(s, route{method: http.MethodGet, path: files, id: "list-files", summary: "List a request's files, and how much more may be sent",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Numbered) (*body[attachmentsView], error) {
			v, err := c.attachments(ctx, in)
			return &body[attachmentsView]{v}, err
		})
	register(s, route{method: http.MethodPost, path: files, id: "upload-file", status: http.StatusCreated, tag: "commands",
		summary: "Send a file, for a comment, a note or an answer to name it; the body is the file", scope: auth.Write, permission: "own"},
		func(ctx context.Context, c *call, in *uploadInput) (*uploaded, error) { return c.upload(ctx, in) })
	register(s, route{method: http.MethodDelete, path: one, id: "drop-file", status: http.StatusNoContent, tag: "commands",
		summary: "Forget a file that you have sent and named in no entry", scope: auth.Write, permission: "own"},
		func(ctx context.Context, c *call, in *dropInput) (*struct{}, error) {
			id, file, err := filePath{in.Numbered, in.File}.ids()
			if err != nil {
				return nil, err
			}
			return &struct{}{}, c.desk.DropUpload(ctx, c.actor, id, file)
		})
	register(s, route{method: http.MethodGet, path: one + "/content", id: "download-file", summary: "Download a file, or a part of it",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *filePath) (*huma.StreamResponse, error) {
			return c.download(ctx, in, c.desk.OpenFile, func(u store.Upload, name string) blob.Download {
				return blob.Download{Disposition: filename.Disposition(name), Type: u.Media, Tag: blob.Ref{Key: u.Key}.SHA256()}
			})
		})
	register(s, route{method: http.MethodGet, path: one + "/thumbnail", id: "show-thumbnail", summary: "Show a smaller picture of a file, as JPEG",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *filePath) (*huma.StreamResponse, error) {
			return c.download(ctx, in, c.desk.OpenThumbnail, func(u store.Upload, _ string) blob.Download {
				return blob.Download{Disposition: "inline", Type: "image/jpeg", Tag: "t-" + blob.Ref{Key: u.Key}.SHA256()}
			})
		})
	s.binary("upload-file", "download-file", "show-thumbnail")
}

// binary describes operations whose bodies are bytes.
func (s *server) binary(ids ...string) {
	bytes := map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	for _, op := range operations(s.huma.OpenAPI()) {
		if !slices.Contains(ids, op.OperationID) {
			continue
		}
		op.Metadata["bytes"] = true
		if op.Method == http.MethodPost {
			op.RequestBody = &huma.RequestBody{Required: true, Description: "The file's bytes, whatever their type", Content: bytes}
			continue
		}
		op.Responses["200"] = &huma.Response{Description: "The file", Content: bytes}
		op.Responses["206"] = &huma.Response{Description: "The part that Range asks for", Content: bytes}
	}
}

// ids are which request and file a path names. Whether there is one is the
// store's to say, in the same words for what is not there and what is not seen.
func (in filePath) ids() (request, file int64, err error) {
	if request, err = in.id(); err != nil {
		return 0, 0, err
	}
	file, ok := parseOpaque("file", in.File)
	if !ok {
		return 0, 0, support.Refuse(support.NotFound, "attachment.not_found")
	}
	return request, file, nil
}

func (c *call) upload(ctx context.Context, in *uploadInput) (*uploaded, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if _, err := c.store.Request(ctx, c.viewer, id); err != nil {
		return nil, err
	}
	u, err := c.desk.Upload(ctx, c.actor, desk.NewUpload{
		Request: id, Name: in.Name, Size: c.request.ContentLength, Body: blob.Patient(c.writer, c.request.Body),
	})
	if err != nil {
		return nil, err
	}
	v := uploadViewOf(u)
	return &uploaded{Location: "/v1/requests/" + support.SpokenNumber(id) + "/files/" + v.ID, Body: v}, nil
}

func uploadViewOf(u store.Upload) uploadView {
	return uploadView{
		ID: opaque("file", u.ID), Name: u.Name, Bytes: u.Size, Type: u.Media, SHA256: blob.Ref{Key: u.Key}.SHA256(), ExpiresAt: u.At.Add(desk.UploadKept),
	}
}

// download gives out a file that the caller sees.
func (c *call) download(ctx context.Context, in *filePath, open func(context.Context, support.Actor, store.Upload) (io.ReadSeekCloser, error),
	as func(u store.Upload, name string) blob.Download) (*huma.StreamResponse, error) {
	id, file, err := in.ids()
	if err != nil {
		return nil, err
	}
	u, err := c.store.Upload(ctx, c.viewer, id, file)
	if err != nil {
		return nil, err
	}
	name, err := c.nameOf(ctx, u)
	if err != nil {
		return nil, err
	}
	content, err := open(ctx, c.actor, u)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(huma.Context) {
		defer content.Close()
		blob.Serve(c.writer, c.request, content, as(u, name))
	}}, nil
}

// nameOf is what a file is called; an erased name is that of no file.
func (c *call) nameOf(ctx context.Context, u store.Upload) (string, error) {
	if u.State == store.UploadWaiting {
		return u.Name, nil
	}
	r, err := c.desk.Request(ctx, c.viewer, u.Request)
	if err != nil {
		return "", err
	}
	n := c.named(ctx)
	for _, f := range r.Files {
		if f.File == u.ID {
			return n.text(f.Name), n.err
		}
	}
	return "", n.err
}

// attachments are the files that the caller sees.
func (c *call) attachments(ctx context.Context, in *Numbered) (attachmentsView, error) {
	r, err := c.read(ctx, in)
	if err != nil {
		return attachmentsView{}, err
	}
	v := attachmentsView{Number: support.SpokenNumber(r.ID), Files: []attachedView{}, Waiting: []uploadView{}}
	n := c.named(ctx)
	var ids store.Naming
	for _, f := range r.Files {
		ids.Texts = append(ids.Texts, f.Name.ID, f.Hash.ID)
	}
	n.fetch(ids)
	for _, f := range r.Files {
		if f.Internal && !c.staff() {
			continue
		}
		x := attachedView{
			Seq: f.Seq, Entry: f.Entry, By: n.by(f.By), Name: n.text(f.Name), Bytes: f.Size, Type: f.Type, SHA256: n.text(f.Hash), Internal: f.Internal,
			At: f.At, Erased: r.Gone(f.AttachedFile),
		}
		if !x.Erased {
			x.ID = opaque("file", f.File)
		}
		v.Files = append(v.Files, x)
	}
	waiting, err := c.store.Uploads(ctx, r.ID, c.actor)
	if err != nil {
		return v, err
	}
	for _, u := range waiting {
		v.Waiting = append(v.Waiting, uploadViewOf(u))
	}
	room, err := c.desk.Room(ctx, c.actor, r.ID)
	v.Room = c.room(room)
	p := c.desk.Pack().Upload
	v.Larger = filesView{DirectMaxBytes: p.DirectMaxBytes, Larger: p.Larger, Name: p.Name, Text: c.voice().Files(support.Number(r.ID))}
	if err == nil {
		err = n.err
	}
	return v, err
}

func (c *call) room(r desk.Room) roomView {
	shared := func(used, most int64) *sharedView {
		if most == 0 {
			return nil
		}
		return &sharedView{used, most}
	}
	v := roomView{
		DirectMaxBytes: r.Direct, LeftBytes: r.Left(), PerEntry: support.MaxFiles,
		Request: shared(r.Used.Request, r.Most.Request), Person: shared(r.Used.Person, r.Most.Person),
	}
	if c.staff() {
		v.Account = shared(r.Used.Account, r.Most.Account)
	}
	return v
}

// filesNamed are the files that an entry takes; the desk knows whose they are, and
// that 0 is nobody's.
func filesNamed(list []string) []support.AttachedFile {
	var out []support.AttachedFile
	for _, s := range list {
		id, _ := parseOpaque("file", s)
		out = append(out, support.AttachedFile{File: id})
	}
	return out
}
