package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/web"
)

// stage is a seeded demo in this process.
type stage struct {
	*house
	t     *testing.T
	cast  demo.Cast
	hands demo.Hands
	dir   string
	pages http.Handler
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, dir: t.TempDir()}
	at := time.Date(2026, 6, 5, 17, 6, 0, 0, time.UTC)
	clock := demo.NewClock(at)
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	var err error
	s.house, err = openHouse(t.Context(), place{Data: s.dir}, "classic-2010", face{name: "Demo", sender: "support@desk.example", baseURL: "http://desk.example"},
		clock.Now, desk.Files{Dir: filepath.Join(s.dir, "outbox")}, log)
	s.ok(err)
	t.Cleanup(func() {
		if s.house != nil {
			s.ok(s.close())
		}
	})
	s.cast, err = demo.Seed(t.Context(), s.desk, fixtures.All())
	s.ok(err)
	s.hands = demo.Hands{Clock: clock, Desk: s.desk}
	s.pages, err = web.New(web.Config{Desk: s.desk, Store: s.store, Cast: figures(s.cast), Log: log})
	s.ok(err)
	return s
}

func (s *stage) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) do(key string, id int64, cmd support.Command) int64 {
	s.t.Helper()
	done, err := s.desk.Do(s.t.Context(), s.cast.Actor(key), id, cmd)
	s.ok(err)
	s.ok(s.desk.Settle(s.t.Context()))
	return done.ID
}

// night is the request of a Saturday night, with a note and an attack in it.
func (s *stage) night() int64 {
	id := s.do("hayashi", 0, &support.File{
		Kind: support.Technical, Channel: support.Phone, Contact: s.cast.Contacts["sato"].ID, Product: "esx", Version: "4.0",
		Severity: 1, Criteria: []string{"production_down"}, Title: support.T(`<script>alert("x")</script> ESXホストが停止`),
		Details: support.Details{Environment: "production"},
	})
	s.do("ito", id, &support.LogContact{Channel: support.Phone, Outcome: support.Connected, Text: support.T("状況を確認")})
	s.do("ito", id, &support.AddNote{Text: support.T("canary of a note")})
	s.do("ito", id, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDebugData, Text: support.T("vm-support please")}})
	return id
}

// page reads a page as somebody (?as=sato) in a language (&lang=ja).
func (s *stage) page(path string) (int, string) {
	s.t.Helper()
	u, err := url.Parse(path)
	s.ok(err)
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	if as := s.cast.Actor(u.Query().Get("as")); as.ID != 0 {
		secret, err := auth.Begin(s.t.Context(), s.store, store.Session{Actor: as, Proof: string(auth.ByDemo)}, "", time.Now())
		s.ok(err)
		r.AddCookie(&http.Cookie{Name: "session", Value: secret})
	}
	r.AddCookie(&http.Cookie{Name: "lang", Value: u.Query().Get("lang")})
	w := httptest.NewRecorder()
	s.pages.ServeHTTP(w, r)
	if csp := w.Header().Get("Content-Security-Policy"); w.Code != http.StatusSeeOther && !strings.Contains(csp, "default-src 'none'") {
		s.t.Errorf("%s: policy %q", path, csp)
	}
	return w.Code, w.Body.String()
}

// guide: R23, R24
func TestPageShowsTurnClocksAndTimeline(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.night()
	number := support.Number(id)
	for _, c := range []struct {
		lang string
		want []string
	}{
		{"en", []string{`lang="en"`, "Your turn", "First response: 4 business hours", "Mon 8 Jun 2026, 13:30 JST", "R24", "vm-support please"}},
		{"ja", []string{`lang="ja"`, ">お客様の番です<", "4営業時間", "2026年6月8日（月）13:30", "R24", "佐藤 健太"}},
	} {
		code, body := s.page("/requests/" + number + "?as=sato&lang=" + c.lang)
		if code != http.StatusOK {
			t.Fatalf("%s: status %d", c.lang, code)
		}
		for _, w := range c.want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: the page lacks %q", c.lang, w)
			}
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, "page.") {
			t.Errorf("%s: the page runs what a customer wrote, or a word is missing", c.lang)
		}
	}
}

// guide: A13
func TestPageShowsOnlyWhatTheReaderMaySee(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	path := "/requests/" + support.Number(s.night())
	if _, body := s.page(path + "?as=ito"); !strings.Contains(body, "canary of a note") {
		t.Error("staff do not see the note")
	}
	for _, key := range []string{"sato", "suzuki", "mizuno"} {
		code, body := s.page(path + "?as=" + key)
		if code != http.StatusOK || strings.Contains(body, "canary of a note") {
			t.Errorf("%s: status %d, note shown: %v", key, code, strings.Contains(body, "canary"))
		}
	}
	_, absent := s.page("/requests/100000196?as=tanaka&lang=en")
	for _, key := range []string{"okada", "tanaka", "nakamura"} {
		code, body := s.page(path + "?as=" + key + "&lang=en")
		if code != http.StatusNotFound || strings.Contains(body, "ESX") {
			t.Errorf("%s: status %d for somebody else's request", key, code)
		}
		if key == "tanaka" && strings.ReplaceAll(body, path, "") != strings.ReplaceAll(absent, "/requests/100000196", "") {
			t.Error("a hidden request and an absent one look different")
		}
	}
	for _, wrong := range []string{"/requests/123?as=ito", "/requests/100000005?as=ito", "/nowhere"} {
		if code, _ := s.page(wrong); code != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", wrong, code)
		}
	}
}

func TestListIsEmptyThenFull(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if _, body := s.page("/?as=ito&lang=en"); !strings.Contains(body, "Nothing is open") {
		t.Error("an empty desk does not say that it is empty")
	}
	s.night()
	if _, body := s.page("/?as=ito&lang=ja"); !strings.Contains(body, "100-000-006") {
		t.Error("the list lacks the request")
	}
	if _, body := s.page("/?as=tanaka&lang=ja"); strings.Contains(body, "100-000-006") {
		t.Error("the list shows another customer's request")
	}
}

// The check proves a desk that has worked, and names what somebody changed.
func TestCheckProvesAndFinds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.night()
	s.ok(s.hands.Advance(t.Context(), s.hands.Now().Add(100*24*time.Hour)))
	s.ok(s.close())
	s.house = nil
	var out strings.Builder
	if err := (&checkCmd{place: place{Data: s.dir}}).Run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	tamper(t, s.dir, id)
	out.Reset()
	err := (&checkCmd{place: place{Data: s.dir}}).Run(t.Context(), &out)
	if err == nil || !strings.Contains(out.String(), "request "+itoa(id)) {
		t.Errorf("a changed fact is not found: %v\n%s", err, out.String())
	}
}

// tamper changes one fact as somebody with the file could.
func tamper(t *testing.T, dir string, id int64) {
	t.Helper()
	execSQL(t, filepath.Join(dir, databaseName), "UPDATE event SET data = replace(data, '}', ' }') WHERE subject = 'request' AND subject_id = ? AND seq = 2", id)
}

func TestDemoTouchesNoFolderButItsOwn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	letter := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(letter, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := (&demoCmd{Data: dir, Addr: "127.0.0.1:0", Log: "error"}).Run(context.Background(), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "nothing was touched") {
		t.Errorf("a folder that is not a demo's: %v", err)
	}
	if b, err := os.ReadFile(letter); err != nil || string(b) != "mine" {
		t.Errorf("the letter is gone: %v", err)
	}
}
