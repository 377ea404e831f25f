package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

type requestWatchCmd struct {
	onRequest
	Contact string `arg:"" help:"Customer number of who is to watch."`
}

func (c *requestWatchCmd) act(s *session) error {
	return c.send(s, "watchers", client.NewWatcher{Contact: c.Contact})
}

type requestUnwatchCmd struct {
	onRequest
	Who string `arg:"" optional:"" default:"me" help:"Customer number, or the id that 'request show' gives; you when left out."`
}

func (c *requestUnwatchCmd) act(s *session) error {
	n, err := s.number(c.Number)
	if err != nil {
		return err
	}
	r, err := s.client.RemoveWatcher(s.ctx, n, c.Who)
	if err != nil {
		return err
	}
	if c.Who == "me" {
		return s.show(r, func(w io.Writer, v lang.Voice) { fmt.Fprintf(w, word(v.Lang, "unwatched")+"\n", r.Number) })
	}
	return s.done(r)
}

// watchers lists them with what names them to 'request unwatch'.
func watchers(list []client.Watcher) string {
	var out []string
	for _, w := range list {
		id := w.CustomerNumber
		if id == "" {
			id = w.ID
		}
		out = append(out, w.Name+" ("+id+")")
	}
	return strings.Join(out, ", ")
}
