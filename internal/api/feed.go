package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"madoguchi/internal/auth"
	"madoguchi/internal/live"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// feedEventView tells that something has happened to a request, and not what
// was said: that is read at the request, where reading is recorded and needs its
// own right at that time.
type feedEventView struct {
	Cursor string    `json:"cursor" doc:"Where to go on after this one; opaque"`
	Number string    `json:"number" doc:"Of the request"`
	Seq    int64     `json:"seq" doc:"Its place on the request's timeline, without a gap for who sees all of it"`
	Kind   string    `json:"kind"`
	At     time.Time `json:"at"`
	By     string    `json:"by" enum:"customer,staff,system"`
	Public bool      `json:"public" doc:"Whether the customer sees it"`
}

type feedView struct {
	Events []feedEventView `json:"events" doc:"In order of commitment"`
	Next   string          `json:"next,omitempty" doc:"Where to go on, also after an empty answer; absent while nothing has ever happened"`
	More   bool            `json:"more" doc:"Whether there is more at present"`
}

type feedInput struct {
	After string `query:"after" maxLength:"32" doc:"A cursor; absent: from the beginning"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}

type streamInput struct {
	After       string `query:"after" maxLength:"32" doc:"A cursor; absent: from now on"`
	LastEventID string `header:"Last-Event-ID" maxLength:"32" doc:"The cursor of the last event received; wins over after"`
}

func (s *server) feedRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/events", id: "list-feed", summary: "Read what has happened to requests, in order of commitment",
		scope: auth.Read, permission: "read", tag: "events"},
		func(ctx context.Context, c *call, in *feedInput) (*body[feedView], error) {
			v, err := c.feed(ctx, *in)
			return &body[feedView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/events/stream", id: "follow-feed", summary: "Follow the same as server-sent events",
		scope: auth.Read, permission: "read", tag: "events"},
		func(ctx context.Context, c *call, in *streamInput) (*huma.StreamResponse, error) {
			return c.follow(ctx, *in)
		})
}

const cursorKind = "ev"

// position reads a cursor; 0 for none.
func position(cursor, field string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	pos, ok := parseOpaque(cursorKind, cursor)
	if !ok {
		return 0, support.Wrong(field, "api.cursor_unknown")
	}
	return pos, nil
}

func (c *call) feed(ctx context.Context, in feedInput) (feedView, error) {
	v := feedView{Events: []feedEventView{}}
	after, err := position(in.After, "after")
	if err != nil {
		return v, err
	}
	page, err := c.store.Feed(ctx, c.viewer, after, in.Limit)
	for _, e := range page.Events {
		v.Events = append(v.Events, fed(e))
	}
	v.Next, v.More = opaque(cursorKind, page.Next), page.More
	return v, err
}

// FeedEntry shows an event as the feed does, for whoever tells of it elsewhere.
func FeedEntry(e store.Event) any { return fed(e) }

func fed(e store.Event) feedEventView {
	return feedEventView{
		Cursor: opaque(cursorKind, e.Pos), Number: support.SpokenNumber(e.SubjectID), Seq: e.Fact.Seq, Kind: e.Fact.Kind(),
		At: e.Fact.At, By: string(e.Fact.By.Kind), Public: support.Public(e.Fact),
	}
}

// streamPage is how many events are held for one reader at a time.
const streamPage = 100

// follow answers with a stream. The first page is read before, so that a cursor
// that is none is a refusal and not a stream that ends.
func (c *call) follow(ctx context.Context, in streamInput) (*huma.StreamResponse, error) {
	cursor, field := in.After, "after"
	if in.LastEventID != "" {
		cursor, field = in.LastEventID, "Last-Event-ID"
	}
	after, err := position(cursor, field)
	if err == nil && cursor == "" {
		after, err = c.store.Head(ctx)
	}
	if err != nil {
		return nil, err
	}
	page, err := c.store.Feed(ctx, c.viewer, after, streamPage)
	if err != nil {
		return nil, err
	}
	leave, ok := c.streams.Join(c.actor)
	if !ok {
		return nil, support.Refuse(support.Busy, "api.streams_full")
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer leave()
		_, w := humago.Unwrap(h)
		c.run(&stream{live.Begin(w, 0)}, page)
	}}, nil
}

// run sends page after page until the reader leaves, is too slow, or may no
// longer read. Whoever is cut off comes back with the last cursor and misses
// nothing.
func (c *call) run(to *stream, page store.Feed) {
	ctx := c.request.Context()
	beat, rights := time.NewTicker(live.Beat), time.NewTicker(live.Rights)
	defer beat.Stop()
	defer rights.Stop()
	var grown <-chan struct{}
	err := to.page(page)
	for again := true; err == nil; {
		select {
		case <-rights.C:
			if err = c.renew(ctx); err != nil {
				return
			}
		default:
		}
		if again {
			grown = c.store.Grows() // before reading, so that nothing falls between
			if page, err = c.store.Feed(ctx, c.viewer, page.Next, streamPage); err != nil {
				if ctx.Err() == nil {
					c.internal(c, fmt.Errorf("follow the feed: %w", err))
				}
				return
			}
			if err = to.page(page); page.More || err != nil {
				continue
			}
		}
		again = false
		select {
		case <-ctx.Done():
			return
		case <-c.ending:
			return
		case <-grown:
			again = true
		case <-beat.C:
			err = to.beat(page.Next)
		case <-rights.C:
			if err = c.renew(ctx); err != nil {
				return
			}
		}
	}
}

// renew looks again who calls, and whether the token still opens this.
func (c *call) renew(ctx context.Context) error {
	who, err := auth.Authenticate(ctx, c.store, c.request.Header.Get("Authorization"), c.real())
	if err != nil {
		return err
	}
	if !who.Scopes.Has(auth.Read) {
		return c.locked(auth.Read)
	}
	c.called(who)
	return nil
}

// stream is the feed to one reader.
type stream struct{ *live.Writer }

func (t *stream) page(p store.Feed) error {
	var b []byte
	for _, e := range p.Events {
		v := fed(e)
		j, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode event %d: %w", e.Pos, err)
		}
		b = fmt.Appendf(b, "id: %s\nevent: %s\ndata: %s\n\n", v.Cursor, v.Kind, j)
	}
	return t.Send(b)
}

// beat keeps the connection open, and moves the cursor past what the reader may
// not read.
func (t *stream) beat(next int64) error {
	if next == 0 {
		return t.Rest()
	}
	return t.Send(fmt.Appendf(nil, ": \nid: %s\n\n", opaque(cursorKind, next)))
}
