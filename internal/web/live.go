package web

import (
	"context"
	"slices"
	"strconv"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/lang"
	"madoguchi/internal/live"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// lookEvery is how often a page that stays open learns of what happens: a desk that
// is busy is not read once for each event and reader (UX-20 allows 2 s).
const lookEvery = time.Second

// movedView tells that something new is there. What it is, the page reads again.
type movedView struct {
	Seq     int64    `json:"seq,omitempty"`     // of the newest entry that the reader may see
	Says    string   `json:"says,omitempty"`    // the newest that somebody did, in words
	Numbers []string `json:"numbers,omitempty"` // of requests, for a list
}

// presentView is who else of the staff looks at a request, or writes, in words.
type presentView struct {
	Who []string `json:"who"`
}

// stay answers with a stream until its reader leaves, may no longer see, or the
// program ends. look is called at once and where the feed has grown; with always
// also at each look, for what is no part of the feed.
func (v *visit) stay(always bool, look func(ctx context.Context, to *live.Writer, grown bool) error) error {
	leave, ok := v.site.streams.Join(v.who.Actor)
	if !ok {
		return support.Refuse(support.Busy, "api.streams_full")
	}
	defer leave()
	ctx := v.Context()
	v.head("text/event-stream")
	to := live.Begin(v.w, 0)
	ticks, rights, beat := time.NewTicker(lookEvery), time.NewTicker(live.Rights), time.NewTicker(live.Beat)
	defer ticks.Stop()
	defer rights.Stop()
	defer beat.Stop()
	var grows <-chan struct{}
	err := to.Rest() // the browser learns that it is connected
	for again, grown := true, true; err == nil; {
		if grown {
			grows = v.site.Store.Grows() // before reading, so that nothing falls between
		}
		if again || grown {
			if err = look(ctx, to, grown); err != nil {
				break
			}
		}
		again, grown = false, false
		select {
		case <-ctx.Done():
			return nil
		case <-v.site.Ending:
			return nil
		case <-rights.C:
			err = v.stillIn(ctx)
		case <-beat.C:
			err = to.Rest()
		case <-ticks.C:
			again = always
			select {
			case <-grows:
				grown = true
			default:
			}
		}
	}
	if ctx.Err() == nil && support.CodeOf(err) == "" {
		v.site.Log.Debug("a page no longer follows", "route", v.Pattern, "cause", err)
	}
	return nil // the answer has begun: there is no page to say it on
}

// stillIn looks again who visits, and what they may see.
func (v *visit) stillIn(ctx context.Context) error {
	who, err := auth.Visit(ctx, v.site.Store, v.secret, v.site.Real())
	if err == nil && who.Actor != v.who.Actor {
		err = auth.ErrUnauthenticated
	}
	who.Viewer.At = v.site.Desk.Now()
	v.who = who
	return err
}

// requestLive tells the page of a request what is new on it, and staff who else has
// it before them.
func (s *site) requestLive(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	if err := v.mustSee(id); err != nil {
		return err
	}
	seen, _ := strconv.ParseInt(v.URL.Query().Get("seq"), 10, 64) // nothing: everything is new
	var told []string
	return v.stay(v.staff(), func(ctx context.Context, to *live.Writer, grown bool) error {
		if grown {
			if err := s.tellNews(ctx, v, id, &seen, to); err != nil {
				return err
			}
		}
		if !v.staff() {
			return nil
		}
		who, err := s.presentOn(v, id)
		if err == nil && !slices.Equal(who, told) {
			told = who
			err = to.Event("present", presentView{Who: who})
		}
		return err
	})
}

// tellNews tells of the entries after the one that was seen last.
func (s *site) tellNews(ctx context.Context, v *visit, id int64, seen *int64, to *live.Writer) error {
	news, err := s.Store.Timeline(ctx, v.viewer(), id, store.Page{After: *seen, Limit: entriesShown})
	if err != nil || len(news) == 0 {
		return err
	}
	*seen = news[len(news)-1].Seq
	says, err := s.newest(v, news)
	if err != nil {
		return err
	}
	return to.Event("moved", movedView{Seq: *seen, Says: says})
}

// newest is what somebody did last among new entries, in words; "" when all of it
// followed by itself.
func (s *site) newest(v *visit, news []support.Fact) (string, error) {
	for _, f := range slices.Backward(news) {
		if quiet(f) || f.By == v.who.Actor {
			continue
		}
		people, err := s.Desk.People(v.Context(), []support.Actor{f.By})
		names := lang.Names{People: people, Zone: v.who.Zone, Pack: v.voice.Pack}
		return lang.Fact(v.Lang, f, names), err
	}
	return "", nil
}

// queueLive tells a list of staff which requests have changed.
func (s *site) queueLive(v *visit) error {
	after, err := s.Store.Head(v.Context())
	if err != nil {
		return err
	}
	return v.stay(false, func(ctx context.Context, to *live.Writer, _ bool) error {
		var out movedView
		for more := true; more; {
			page, err := s.Store.Feed(ctx, v.viewer(), after, 200)
			if err != nil {
				return err
			}
			for _, e := range page.Events {
				if n := support.Number(e.SubjectID); !slices.Contains(out.Numbers, n) {
					out.Numbers = append(out.Numbers, n)
				}
			}
			after, more = max(page.Next, after), page.More
		}
		if len(out.Numbers) == 0 {
			return nil
		}
		return to.Event("moved", out)
	})
}
