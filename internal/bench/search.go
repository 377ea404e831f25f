package main

import (
	"context"
	"net/http"
	"net/url"
)

// searches look for a word that stands in many requests, for one that stands in
// none, which is looked for as a beginning too, and for two words at once.
func (w *work) searches(ctx context.Context) error {
	for _, c := range []struct {
		name, query string
		bar         float64 // of CPU, in milliseconds; 0: none
	}{
		{"search a common word", "サーバー", 5},
		{"search a word that is nowhere", "nowhere0x7f3a", 1},
		{"search two common words", "サーバー 管理", 0},
	} {
		path := "/v1/search?q=" + url.QueryEscape(c.query)
		s, err := drive(ctx, 1, w.each/3, w.used, func(ctx context.Context, _, _ int) error {
			return w.s.send(ctx, http.MethodGet, path, w.engineer, "", "")
		})
		if err != nil {
			return err
		}
		f := w.rated(at(c.name, 1), s)
		if c.bar > 0 {
			f = f.most(f.CPU, c.bar)
		}
		if err := w.add(f); err != nil {
			return err
		}
	}
	return nil
}
