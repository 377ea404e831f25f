package blob

import (
	"io"
	"net/http"
	"slices"
	"time"
)

// shown are the types that are told as such; anything else is bytes, so that no
// program makes something of it that its sender wanted.
var shown = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "application/pdf", "application/zip", "application/x-gzip"}

// Download is how a file is given out: under which disposition, as which type,
// with which tag.
type Download struct {
	Disposition, Type, Tag string
}

// Serve answers with a file, or with the part that is asked for. Whatever is in
// it, a browser saves it and neither shows nor runs it, pages of others cannot
// take it in, and nobody keeps it but the browser that asked, which asks again
// whether it may.
func Serve(w http.ResponseWriter, r *http.Request, file io.ReadSeeker, d Download) {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	if slices.Contains(shown, d.Type) {
		h.Set("Content-Type", d.Type)
	}
	h.Set("Content-Disposition", d.Disposition)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+d.Tag+`"`)
	if size, err := file.Seek(0, io.SeekEnd); err == nil {
		// Where it cannot be set the server's own limit holds.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience + time.Duration(size/slowest)*time.Second))
	}
	http.ServeContent(w, r, "", time.Time{}, file)
}

// patience is how long nothing may come of a file that is being sent, and slowest
// how few bytes of one may be taken in a second.
const (
	patience = 30 * time.Second
	slowest  = 8 << 10
)

// Patient is the body of a call that may take longer than others, as long as
// something comes.
func Patient(w http.ResponseWriter, body io.Reader) io.Reader {
	return &patient{Reader: body, out: http.NewResponseController(w)}
}

type patient struct {
	io.Reader
	out *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	now := time.Now()
	_ = p.out.SetReadDeadline(now.Add(patience))
	_ = p.out.SetWriteDeadline(now.Add(2 * patience)) // the answer comes after it
	return p.Reader.Read(b)
}
