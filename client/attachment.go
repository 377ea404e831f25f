package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Attachments are a request's files, as far as the caller sees them, and how much
// more may be sent.
type Attachments struct {
	Number  string       `json:"number"`
	Files   []Attachment `json:"files"`
	Waiting []Upload     `json:"waiting"` // of the caller, named by no entry yet
	Room    Room         `json:"room"`
	Larger  Files        `json:"larger"`
}

// Attachment is a file that stands with an entry. An erased one has no ID.
type Attachment struct {
	ID       string    `json:"id,omitempty"`
	Seq      int64     `json:"seq"`   // redacting it erases the file
	Entry    int64     `json:"entry"` // seq of the comment, note or answer
	At       time.Time `json:"at"`
	By       By        `json:"by"`
	Name     string    `json:"name"`
	Bytes    int64     `json:"bytes"`
	Type     string    `json:"type"`
	SHA256   string    `json:"sha256,omitempty"`
	Internal bool      `json:"internal,omitempty"`
	Erased   bool      `json:"erased,omitempty"`
}

// Upload is a file that a comment, a note or an answer may name.
type Upload struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"` // as it will be shown
	Bytes     int64     `json:"bytes"`
	Type      string    `json:"type"`
	SHA256    string    `json:"sha256"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Room is how much more may be sent. A sum without a limit is nil.
type Room struct {
	DirectMaxBytes int64   `json:"direct_max_bytes"`
	LeftBytes      int64   `json:"left_bytes"`
	Request        *Shared `json:"request,omitempty"`
	Person         *Shared `json:"person,omitempty"`  // in 24 hours
	Account        *Shared `json:"account,omitempty"` // to staff
	PerEntry       int     `json:"per_entry"`
}

// Shared is a sum of bytes with its limit.
type Shared struct {
	UsedBytes int64 `json:"used_bytes"`
	MaxBytes  int64 `json:"max_bytes"`
}

// Files are a request's files.
func (c *Client) Files(ctx context.Context, number string) (Attachments, error) {
	return call[Attachments](ctx, c, http.MethodGet, at(number, "files"), nil)
}

// Upload sends a file for an entry to name. It is read once and not held in
// memory, so the call is not made again when it fails; size is in bytes, -1 when
// it is not known.
func (c *Client) Upload(ctx context.Context, number, name string, size int64, r io.Reader) (Upload, error) {
	path := at(number, "files") + "?name=" + url.QueryEscape(name)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.BaseURL, "/")+path, r)
	if err != nil {
		return Upload{}, fmt.Errorf("upload: %w", err)
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Expect", "100-continue") // a refusal comes before the bytes leave
	c.introduce(req)
	var out Upload
	err = c.answer(req, &out)
	return out, err
}

// DropUpload forgets a file that the caller has sent and named in no entry.
func (c *Client) DropUpload(ctx context.Context, number, file string) error {
	return c.Do(ctx, http.MethodDelete, at(number, "files/"+url.PathEscape(file)), nil, nil)
}

// Download gives a file's bytes from one on, 0 for all; the caller closes it.
func (c *Client) Download(ctx context.Context, number, file string, from int64) (io.ReadCloser, error) {
	path := at(number, "files/"+url.PathEscape(file)+"/content")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.BaseURL, "/")+path, nil)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
	}
	c.introduce(req)
	h := c.HTTP
	if h == nil {
		h = http.DefaultClient
	}
	resp, err := h.Do(req)
	if err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	if resp.StatusCode >= 400 {
		defer resp.Body.Close()
		b, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return nil, refusal(resp, b)
	}
	return resp.Body, nil
}
