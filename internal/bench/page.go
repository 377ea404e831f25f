package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// pages are those in which an engineer lives: the queue, a request with 20 entries,
// and what a search finds; over HTTP as a browser asks, plain and compressed.
func (w *work) pages(ctx context.Context) error {
	number, err := w.number(ctx, 0)
	for range 9 { // each with what follows from it
		if err == nil {
			err = w.s.send(ctx, http.MethodPost, "/v1/requests/"+number+"/comments", w.customers[0], w.key(), `{"text":"Any news?","channel":"portal"}`)
		}
	}
	if err != nil {
		return err
	}
	for _, c := range []struct {
		name, path string
		zipped     bool
		cpu        float64 // bar, in milliseconds
		size       float64 // bar of bytes before compression, in KB; 0: none
	}{
		{"page of the queue", "/", false, 1.0, 40},
		{"page of the queue, compressed", "/", true, 1.2, 0},
		{"page of a request", "/requests/" + number, false, 1.2, 0},
		{"page of a request, compressed", "/requests/" + number, true, 0, 0},
		{"page of a search", "/search?q=" + url.QueryEscape("サーバー"), false, 0, 0},
	} {
		if err := w.page(ctx, c.name, c.path, c.zipped, c.cpu, c.size); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) page(ctx context.Context, name, path string, zipped bool, cpu, size float64) error {
	bytes := 0
	call := func(ctx context.Context, worker, _ int) error {
		n, err := w.s.browse(ctx, path, w.session, zipped)
		if worker == 0 {
			bytes = n
		}
		return err
	}
	for _, clients := range []int{1, 8} {
		s, err := drive(ctx, clients, w.each, w.used, call)
		if err != nil {
			return fmt.Errorf("%s: %w", at(name, clients), err)
		}
		f := w.rated(at(name, clients), s).under(w.ceilings["empty handler"].Value)
		if clients == 1 && cpu > 0 {
			f = f.most(f.CPU, cpu)
		}
		if clients == 8 && cpu > 0 {
			f = f.most(f.P99, 50)
		}
		if err := w.add(f); err != nil {
			return err
		}
	}
	kb := w.figure("size of "+name, float64(bytes)/1024, "KB")
	if size > 0 {
		kb = kb.most(kb.Value, size)
	}
	return w.add(kb)
}

// browse asks for a page as a browser of the engineer does, and tells how many bytes
// came.
func (s *server) browse(ctx context.Context, path, session string, zipped bool) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+path, nil)
	if err != nil {
		return 0, err
	}
	r.AddCookie(&http.Cookie{Name: "session", Value: session})
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	if zipped {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	resp, err := s.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	n, err := io.Copy(io.Discard, resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || resp.Request.URL.Path != r.URL.Path) {
		err = fmt.Errorf("GET %s: %s at %s", path, resp.Status, resp.Request.URL.Path)
	}
	return int(n), err
}
