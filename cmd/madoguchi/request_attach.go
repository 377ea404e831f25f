package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestAttachCmd struct {
	onRequest
	Files  []string `arg:"" help:"Files to send." type:"existingfile"`
	Text   string   `help:"What the comment or note says; needed unless an ask is answered." placeholder:"TEXT"`
	Note   bool     `help:"With an internal note instead of a comment: the customer does not see it (staff)."`
	Answer string   `help:"Number of the ask that the files answer." placeholder:"N"`
}

// act sends the files, and then the entry that names them. When something fails
// before, those that were sent are forgotten again.
func (c *requestAttachCmd) act(s *session) error {
	if c.Text == "" && c.Answer == "" {
		return mistake{s.word("error.text_missing")}
	}
	if c.Note && c.Answer != "" {
		return mistake{s.word("attach.both")}
	}
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	resource, ids := "comments", []string{}
	var body any
	for _, path := range c.Files {
		var id string
		if id, err = sendFile(s, n, path); err != nil {
			break
		}
		ids = append(ids, id)
	}
	switch {
	case c.Answer != "" && err == nil:
		var ask string
		ask, err = s.ordinal(c.Answer)
		resource, body = "asks/"+ask+"/answer", client.Answer{Text: c.Text, Files: ids}
	case c.Note:
		resource, body = "notes", client.Note{Text: c.Text, Files: ids}
	default:
		body = client.Comment{Text: c.Text, Files: ids}
	}
	var r client.Result
	if err == nil {
		r, err = s.client.Command(s.ctx, n, resource, body)
	}
	if err != nil {
		for _, id := range ids {
			_ = s.client.DropUpload(s.ctx, n, id) // a day later they go by themselves
		}
		return err
	}
	return s.done(r)
}

func sendFile(s *session, number, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", mistake{err.Error()}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	u, err := s.client.Upload(s.ctx, number, filepath.Base(path), info.Size(), f)
	return u.ID, err
}

type requestFilesCmd struct{ onRequest }

func (c *requestFilesCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	list, err := s.client.Files(s.ctx, n)
	if err != nil {
		return err
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		for _, f := range list.Files {
			name, mark := line(f.Name), ""
			switch {
			case f.Erased:
				name = word(l, "file.erased")
			case f.Internal:
				mark = "  " + word(l, "file.internal")
			}
			fmt.Fprintf(w, "%s  %s  %s  %s%s\n", or(f.ID, "-"), name, v.Bytes(f.Bytes), v.Date(f.At), mark)
			if f.SHA256 != "" {
				fmt.Fprintf(w, "    %s, SHA-256 %s\n", line(f.Type), f.SHA256)
			}
		}
		for _, u := range list.Waiting {
			fmt.Fprintf(w, "%s  %s  %s  %s\n", u.ID, line(u.Name), v.Bytes(u.Bytes), fmt.Sprintf(word(l, "file.waiting"), v.Date(u.ExpiresAt)))
		}
		fmt.Fprintf(w, "%s\n%s\n", fmt.Sprintf(word(l, "file.room"), v.Bytes(list.Room.LeftBytes)), line(list.Larger.Text))
	})
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

type requestDownloadCmd struct {
	onRequest
	File string `arg:"" help:"Id of the file; 'request files' lists them."`
	To   string `help:"File to write, which must not exist; - is standard output. Without it the file's own name, here." placeholder:"PATH"`
}

// act writes a file whose bytes are those that the desk took in, or none.
func (c *requestDownloadCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	list, err := s.client.Files(s.ctx, n)
	if err != nil {
		return err
	}
	name, sum := "", ""
	for _, f := range list.Files {
		if f.ID == c.File {
			name, sum = f.Name, f.SHA256
		}
	}
	body, err := s.client.Download(s.ctx, n, c.File, 0)
	if err != nil {
		return err
	}
	defer body.Close()
	if c.To == "-" {
		_, err = io.Copy(s.out, body)
		return err
	}
	path := or(c.To, filepath.Base(or(name, c.File)))
	if err := saveFile(s, path, sum, body); err != nil {
		return err
	}
	return s.show(map[string]string{"file": path, "sha256": sum}, func(w io.Writer, _ lang.Voice) { fmt.Fprintln(w, path) })
}

func saveFile(s *session, path, sum string, body io.Reader) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return refusal{fmt.Sprintf(s.word("export.exists"), path)}
	}
	if err != nil {
		return mistake{err.Error()}
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), body)
	if err == nil && sum != "" && hex.EncodeToString(h.Sum(nil)) != sum {
		err = refusal{s.word("file.other")}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
