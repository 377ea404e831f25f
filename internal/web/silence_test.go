package web

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// A customer who stays silent sees how many attempts count and when the request is
// completed, then that it is, until when a reply opens it again, and that reply
// opens it (SC-02).
// guide: R49, A5, A12
func TestSilenceIsSeenComing(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	does := func(day string, cmd support.Command) {
		t.Helper()
		at, err := time.Parse(time.RFC3339, day)
		s.ok(err)
		s.clock.Set(at)
		who := s.cast.Actor("ito")
		if _, tick := cmd.(*support.Tick); tick {
			who = support.Actor{Kind: support.System}
		}
		_, err = s.desk.Do(t.Context(), who, id, cmd)
		s.ok(err)
	}
	attempt := func() support.Command {
		return &support.LogContact{Channel: support.Phone, Outcome: support.NoAnswer, Text: support.T("Nobody answered.")}
	}
	does("2026-06-08T10:00:00+09:00", &support.Take{})
	does("2026-06-08T11:00:00+09:00", &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDetails, Text: support.T("Which build?")}})
	does("2026-06-08T11:00:00+09:00", attempt())
	s.says(s.send("sato", path, nil).Body.String(), "Your turn", "Contact attempts: 1 of 3")
	does("2026-06-11T11:00:00+09:00", attempt())
	does("2026-06-15T11:00:00+09:00", attempt())
	s.says(s.send("sato", path, nil).Body.String(), "Contact attempts: 3 of 3", "Thu 18 Jun 2026, 11:00")
	does("2026-06-18T10:59:59+09:00", &support.Tick{})
	if body := s.send("sato", path, nil).Body.String(); !strings.Contains(body, "Contact attempts: 3 of 3") {
		t.Error("it is completed a second early")
	}
	does("2026-06-18T11:00:00+09:00", &support.Tick{})
	body := s.send("sato", path, nil).Body.String()
	s.says(body, "Completed", "Open it again", "Thu 2 Jul 2026, 11:00")
	s.send("sato", path+"/reopening", map[string][]string{"text": {"Build 42."}})
	s.says(s.send("sato", path, nil).Body.String(), "Build 42.", "Our turn")
}
