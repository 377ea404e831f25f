package desk

import (
	"context"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Files that a customer is written about go with the mail when they are small and of
// kinds that filters of mail let through. The others are behind a link, which leads
// there without signing in for a time.
const (
	enclosedMost = 1 << 20             // bytes of all files in one mail
	passTime     = 14 * 24 * time.Hour // since the entry
)

// enclosable are those kinds, by what the bytes look like, with the endings of names
// under which no program runs them.
var enclosable = map[string][]string{
	"application/pdf": {".pdf"}, "image/gif": {".gif"}, "image/jpeg": {".jpg", ".jpeg"}, "image/png": {".png"},
	"text/plain": {".txt", ".log", ".out", ".csv", ".md", ".json", ".yaml", ".yml", ".conf", ".cfg", ".ini", ".diff", ".patch"},
}

// MailedPath is where the passes of mails lead, below the desk's address.
const MailedPath = "/mailed-files/"

// mailed says how a contact comes by the files of the facts that a mail tells.
func (d *Desk) mailed(ctx context.Context, n notify.Notice, contact int64) (map[int64]notify.File, error) {
	r := n.Request
	out := map[int64]notify.File{}
	left := int64(enclosedMost)
	for _, f := range n.Facts {
		b, ok := f.Body.(support.FileAttached)
		if !ok || b.Internal || r.Gone(b.AttachedFile) {
			continue
		}
		var file notify.File
		if ending := strings.ToLower(path.Ext(n.Texts[b.Name.ID])); b.Size <= left && slices.Contains(enclosable[b.Type], ending) {
			var err error
			if file.Content, err = d.enclosed(ctx, r.ID, f.By, b); err != nil {
				return nil, err
			}
		}
		if file.Content == nil {
			file = d.linked(message.FilePass{Request: r.ID, Contact: contact, File: b.File, Until: f.At.Add(passTime).Truncate(time.Second)})
		}
		left -= int64(len(file.Content))
		out[f.Seq] = file
	}
	return out, nil
}

// enclosed reads a whole file; nil: it cannot be read any more. One that is not
// attached yet, in a rehearsal, is its sender's.
func (d *Desk) enclosed(ctx context.Context, request int64, by support.Actor, b support.FileAttached) ([]byte, error) {
	u, err := d.store.Upload(ctx, everything, request, b.File)
	if support.CodeOf(err) == support.NotFound {
		u, err = d.store.Upload(ctx, store.Viewer{Actor: by}, request, b.File)
	}
	if support.CodeOf(err) == support.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	file, err := d.openFile(ctx, u.ID, blob.Ref{Key: u.Key, Size: u.Size})
	if support.CodeOf(err) == support.Conflict { // it is damaged, which others are told
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// linked is a file behind a link: with a pass when the desk has keys, else to where
// one signs in.
func (d *Desk) linked(p message.FilePass) notify.File {
	base := strings.TrimRight(d.baseURL, "/")
	if base == "" {
		return notify.File{}
	}
	if pass := d.mailKeys.Pass(p); pass != "" {
		return notify.File{Link: base + MailedPath + pass, Until: p.Until}
	}
	return notify.File{Link: base + FilePath(p.Request, p.File)}
}

// FilePath is where a file of a request is taken by who is signed in.
func FilePath(request, file int64) string {
	return "/requests/" + support.Number(request) + "/files/" + support.Opaque("file", file)
}

// StoredFile is the row of a file of a request that a viewer sees, and its name.
func (d *Desk) StoredFile(ctx context.Context, v store.Viewer, request, file int64) (store.Upload, string, error) {
	u, err := d.store.Upload(ctx, v, request, file)
	if err != nil || u.Name != "" {
		return u, u.Name, err
	}
	r, err := d.Request(ctx, v, request)
	if err != nil {
		return u, "", err
	}
	for _, f := range r.Files {
		if f.File == file {
			texts, err := d.store.Texts(ctx, []int64{f.Name.ID})
			return u, texts[f.Name.ID], err
		}
	}
	return u, "", support.Refuse(support.NotFound, "attachment.not_found")
}

// MailedFile is a file for which somebody has a pass.
type MailedFile struct {
	store.Upload
	Name string
	By   support.Actor // the contact to whom the mail went
	// Late is where the file is for who signs in, and all that is told once the
	// time of the pass is over.
	Late string
}

// MailedFile finds the file of a pass, as long as the contact whose mail it stood in
// may have it: they are active and see the request. What is no pass is not found.
func (d *Desk) MailedFile(ctx context.Context, pass string) (MailedFile, error) {
	absent := support.Refuse(support.NotFound, "attachment.not_found")
	p, ok := d.mailKeys.FilePass(pass)
	if !ok {
		return MailedFile{}, absent
	}
	if !d.Now().Before(p.Until) {
		return MailedFile{Late: FilePath(p.Request, p.File)}, nil
	}
	c, err := d.store.Contact(ctx, everything, p.Contact)
	if err != nil {
		return MailedFile{}, err
	}
	if !c.Active {
		return MailedFile{}, absent
	}
	f := MailedFile{By: support.Actor{Kind: support.Customer, ID: c.ID}}
	f.Upload, f.Name, err = d.StoredFile(ctx, store.Viewer{Actor: f.By}, p.Request, p.File)
	return f, err
}
