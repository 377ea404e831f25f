package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// An administrator adds a receiver, reads its secret once, tests it, and sees what
// came of that; one that failed for days says so with the way back (T33).
func TestWebhooksAreKept(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	status := http.StatusNoContent
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(receiver.Close)
	w := s.send("ishikawa", webhooksPath, url.Values{"name": {"Pager"}, "url": {receiver.URL}, "kinds": {"filed, commented"}})
	secret := hookSecret.FindString(w.Body.String())
	if w.Code != http.StatusOK || secret == "" {
		t.Fatalf("%d, the secret is %q", w.Code, secret)
	}
	path := webhookPath(store.Webhook{ID: 1})
	read := func() string {
		w := s.send("ishikawa", path, nil)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), secret) {
			t.Fatalf("%d, or the secret is shown again", w.Code)
		}
		return w.Body.String()
	}
	do := func(path string, form url.Values) string {
		t.Helper()
		w := s.send("ishikawa", path, form)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %.2000s", path, w.Code, w.Body)
		}
		return w.Header().Get("Location")
	}
	if body := read(); !strings.Contains(body, "commented, filed") || !strings.Contains(body, "Nothing was sent yet") {
		t.Error("the page lacks the kinds, or what an empty list says")
	}
	do(path+"/test", url.Values{})
	status = http.StatusTeapot
	do(path+"/test", url.Values{})
	if body := read(); !strings.Contains(body, "taken (204)") || !strings.Contains(body, "Refused (418)") {
		t.Error("the page does not say what came of the tests")
	}
	w = s.send("ishikawa", path+"/secret", url.Values{"overlap": {"24"}})
	if other := hookSecret.FindString(w.Body.String()); w.Code != http.StatusOK || other == "" || other == secret {
		t.Errorf("another secret: %d %q", w.Code, other)
	}
	if w := s.send("ishikawa", path, url.Values{"name": {"Kept words"}, "url": {"ftp://x"}, "kinds": {"nonsense"}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Kept words") {
		t.Errorf("a URL that is none: %d", w.Code)
	}
	s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error { return tx.DisableWebhook(1, store.WebhookFailing, time.Now()) }))
	if body := read(); !strings.Contains(body, "It took nothing for 3 days") || !strings.Contains(body, `value="now"`) {
		t.Error("the page of one that failed for days lacks that, or the way back")
	}
	do(path+"/state", url.Values{"from": {"now"}})
	if h, err := s.store.Webhook(t.Context(), insider, 1); err != nil || h.State != store.WebhookEnabled {
		t.Errorf("%+v, %v", h, err)
	}
	do(path+"/state", url.Values{})
	if h, err := s.store.Webhook(t.Context(), insider, 1); err != nil || h.Why != store.WebhookByAdmin {
		t.Errorf("%+v, %v", h, err)
	}
	for _, as := range []string{"ito", "sato"} {
		if w := s.send(as, path, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s sees webhooks: %d", as, w.Code)
		}
	}
	if to := do(path+"/removal", url.Values{}); !strings.HasPrefix(to, webhooksPath+"?") {
		t.Errorf("it leads to %s", to)
	}
	if w := s.send("ishikawa", path, nil); w.Code != http.StatusNotFound {
		t.Errorf("what is removed is shown: %d", w.Code)
	}
}

// Notices that were given up stand on a page with the reason; a duty manager tries
// one, or all of a kind, again, or ends one with a reason, which the audit tells
// (R23).
func TestNoticesThatWereGivenUp(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	if body := s.send("watanabe", noticesPath, nil).Body.String(); !strings.Contains(body, "Nothing was given up") {
		t.Error("where nothing was given up the page does not say so")
	}
	sato := s.cast.Actor("sato").ID
	about := support.Subject{Kind: "contact", ID: sato}
	dead := func(template, occasion string) store.EffectRow {
		e := support.Letter(about, template, occasion, support.Recipient{Kind: support.ToContact, ID: sato})
		s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error { return tx.AddLetter(0, e) }))
		s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error {
			rows, _, err := tx.ClaimEffects(s.clock.Now(), time.Now(), time.Minute, 100)
			for _, x := range rows {
				if err == nil {
					err = tx.EffectRefused(x.Key, x.Lease, "550 no such address")
				}
			}
			return err
		}))
		row, err := s.store.Effect(t.Context(), insider, e.Key)
		s.ok(err)
		return row
	}
	one, two, other := dead("welcome", ".1"), dead("welcome", ".2"), dead("sign_in_reset", ".1")
	state := func(e store.EffectRow) store.EffectState {
		row, err := s.store.Effect(t.Context(), insider, e.Key)
		s.ok(err)
		return row.State
	}
	body := s.send("watanabe", noticesPath, nil).Body.String()
	for _, want := range []string{"550 no such address", "Welcome (2)", "佐藤 健太", noticePath(one) + "/retry"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(body, one.Key) {
		t.Error("the page shows a key of the database")
	}
	if body := s.send("ito", noticesPath, nil).Body.String(); strings.Contains(body, "/retry") || !strings.Contains(body, "550 no such address") {
		t.Error("an engineer is offered what they may not do, or does not see what was given up")
	}
	if w := s.send("ito", noticePath(one)+"/retry", url.Values{}); w.Code == http.StatusSeeOther || state(one) != store.EffectDead {
		t.Errorf("an engineer tries again: %d", w.Code)
	}
	if w := s.send("watanabe", noticePath(other)+"/end", url.Values{"reason": {" "}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "f-end-reason") {
		t.Errorf("ended without a reason: %d", w.Code)
	}
	if w := s.send("watanabe", noticePath(other)+"/end", url.Values{"reason": {"They have called."}}); w.Code != http.StatusSeeOther || state(other) != store.EffectSent {
		t.Errorf("ended: %d %s", w.Code, state(other))
	}
	if body := s.send("ishikawa", auditPath+"?noun=effect", nil).Body.String(); !strings.Contains(body, "They have called.") {
		t.Error("the audit does not tell the reason")
	}
	if w := s.send("watanabe", noticePath(one)+"/retry", url.Values{}); w.Code != http.StatusSeeOther || state(one) != store.EffectPending || state(two) != store.EffectDead {
		t.Errorf("tried again: %d %s %s", w.Code, state(one), state(two))
	}
	if w := s.send("watanabe", noticePath(one)+"/retry", url.Values{}); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Only a notice that was given up") {
		t.Errorf("what was not given up is tried again: %d", w.Code)
	}
	if w := s.send("ito", noticesPath+"/removal", url.Values{"template": {"welcome"}, "reason": {"x"}}); w.Code != http.StatusForbidden {
		t.Errorf("an engineer ends all: %d", w.Code)
	}
	s.says(s.send("watanabe", noticesPath+"/removal", url.Values{"template": {"welcome"}}).Body.String(), `href="#f-end_all-reason"`)
	if w := s.send("watanabe", noticesPath, url.Values{"template": {"welcome"}}); w.Code != http.StatusSeeOther || state(two) != store.EffectPending {
		t.Errorf("all of a kind: %d %s", w.Code, state(two))
	}
	s.allOfAKind(dead, state)
}

// allOfAKind ends every notice of one kind that was given up, and tries those of every
// kind again; what is of another kind stays as it is.
func (s *stage) allOfAKind(dead func(template, occasion string) store.EffectRow, state func(store.EffectRow) store.EffectState) {
	s.Helper()
	three, four, kept := dead("welcome", ".3"), dead("welcome", ".4"), dead("sign_in_reset", ".2")
	if w := s.send("watanabe", noticesPath+"/removal", url.Values{"template": {"welcome"}, "reason": {"They know by telephone."}}); w.Code != http.StatusSeeOther || state(three) != store.EffectSent || state(four) != store.EffectSent || state(kept) != store.EffectDead {
		s.Errorf("all of a kind are ended: %d %s %s, and of another %s", w.Code, state(three), state(four), state(kept))
	}
	five := dead("welcome", ".5")
	if w := s.send("watanabe", noticesPath, url.Values{"template": {""}}); w.Code != http.StatusSeeOther || state(five) != store.EffectPending || state(kept) != store.EffectPending {
		s.Errorf("all of every kind: %d %s %s", w.Code, state(five), state(kept))
	}
	s.says(s.send("ishikawa", auditPath+"?noun=effect", nil).Body.String(), "They know by telephone.")
}

// Lists of notices say when each left, or when it is tried (for the first time, or again);
// of those that were given up nobody knows.
func TestNoticesSayWhen(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	contact := s.cast.Actor("sato").ID
	letter := func(occasion string, notBefore time.Time) string {
		e := support.Letter(support.Subject{Kind: "contact", ID: contact}, "welcome", occasion, support.Recipient{Kind: support.ToContact, ID: contact})
		e.NotBefore = notBefore
		s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error { return tx.AddLetter(0, e) }))
		return e.Key
	}
	lists := func(state store.EffectState) string {
		return s.send("watanabe", noticesPath+"?state="+string(state), nil).Body.String()
	}
	then := func(at time.Time) string { return lang.Date("en", at, "Asia/Tokyo") }
	later := s.clock.Now().Add(48 * time.Hour)
	letter(".1", time.Time{})
	letter(".2", later)
	s.says(lists(store.EffectPending), "Next try", "at once", then(later))

	tried := time.Now().Add(-30 * time.Hour)
	settle := func(how func(tx *store.Tx, e store.EffectRow) error) {
		s.ok(s.store.Update(t.Context(), func(tx *store.Tx) error {
			rows, _, err := tx.ClaimEffects(s.clock.Now(), tried, time.Minute, 100)
			for _, e := range rows {
				err = errors.Join(err, how(tx, e))
			}
			return err
		}))
	}
	settle(func(tx *store.Tx, e store.EffectRow) error {
		_, err := tx.EffectFailed(e.Key, e.Lease, "451 not now", tried)
		return err
	})
	s.says(lists(store.EffectPending), "451 not now", then(tried.Add(time.Second)), then(later))
	tried = tried.Add(time.Hour)
	settle(func(tx *store.Tx, e store.EffectRow) error { return tx.EffectDone(e.Key, e.Lease, "", nil, tried) })
	s.says(lists(store.EffectSent), "Sent or ended at", then(tried))
	letter(".3", time.Time{})
	settle(func(tx *store.Tx, e store.EffectRow) error { return tx.EffectRefused(e.Key, e.Lease, "550 nobody") })
	if body := lists(store.EffectDead); !strings.Contains(body, "550 nobody") || strings.Contains(body, "ended at") || strings.Contains(body, "Next try") {
		t.Error("what was given up has a time that nobody knows")
	}
}
