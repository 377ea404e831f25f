package main

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"strings"
)

// What is looked for: a word that stands in many requests, and one that is put
// into a single one.
const (
	commonWord = "サーバー"
	rareWord   = "zanzibar7f3a"
)

// searches look for a word that stands in many requests, for one that stands in
// one or in none, and for two words at once, by the API and on the page of staff.
func (w *work) searches(ctx context.Context) error {
	filing := strings.Replace(w.filing(), "lost its datastore", rareWord, 1)
	if err := w.s.send(ctx, http.MethodPost, "/v1/requests", w.customers[0], w.key(), filing); err != nil {
		return err
	}
	for _, c := range []struct {
		name, query, ceiling string
		bar                  float64 // of CPU, in milliseconds; 0: none
	}{
		{"search a common word", commonWord, "search read", 5},
		{"search a rare word", rareWord, "", 1},
		{"search a word that is nowhere", "nowhere0x7f3a", "", 1},
		{"search two common words", commonWord + " 管理", "", 0},
	} {
		query := "?q=" + url.QueryEscape(c.query)
		for _, way := range []struct {
			name string
			call op
		}{
			{c.name, func(ctx context.Context, _, _ int) error {
				return w.s.send(ctx, http.MethodGet, "/v1/search"+query, w.engineer, "", "")
			}},
			{c.name + ", page", func(ctx context.Context, _, _ int) error {
				_, err := w.s.browse(ctx, "/search"+query, w.session, false)
				return err
			}},
		} {
			s, err := drive(ctx, 1, w.each/3, w.used, way.call)
			if err != nil {
				return err
			}
			f := w.rated(at(way.name, 1), s)
			if c.ceiling != "" {
				f = f.under(w.ceilings[c.ceiling].Value)
			}
			if c.bar > 0 {
				f = f.most(f.CPU, c.bar)
			}
			if err := w.add(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// searchRead measures a page of rows that a common word finds, by hand.
func (b *bench) searchRead(ctx context.Context, read *sql.DB) error {
	query, words := `SELECT * FROM request WHERE id IN (SELECT (rowid >> 17) + 10000000 FROM search WHERE search MATCH $1 ORDER BY rowid DESC LIMIT 20)`, `"サー ーバ"`
	if b.engine == postgresql {
		query, words = `SELECT * FROM request WHERE id IN (SELECT request_id FROM search WHERE words @@ CAST(CAST($1 AS TEXT) AS TSQUERY) ORDER BY request_id DESC LIMIT 20)`, `'サー' <-> 'ーバ'`
	}
	found, err := read.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	return b.ceiling(ctx, "search read", 1, func(ctx context.Context, _, _ int) error {
		rs, err := found.QueryContext(ctx, words)
		return drain(rs, err)
	})
}
