package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// The link of a mail shows a page; a press on it confirms alerts, and another one
// ends them, without an account (T34).
// guide: R11
func TestAlertsAreConfirmedByAPress(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	s.ok(s.desk.Subscribe(t.Context(), s.cast.Actor("sato"), desk.Subscribing{Product: "esx", Kinds: []string{"security"}}))
	mine := func() support.Subscription {
		list, err := s.store.Subscriptions(t.Context(), s.viewerOf("sato"))
		s.ok(err)
		return list[0]
	}
	sub, err := s.store.Subscription(t.Context(), mine().ID)
	s.ok(err)
	confirm := alertsPath + "/confirmation?token=" + sub.ConfirmToken
	for range 2 {
		s.says(s.send("", confirm, nil).Body.String(), "Confirm alerts", `value="`+sub.ConfirmToken+`"`)
	}
	if mine().State == support.SubscriptionActive {
		t.Error("reading the page confirms")
	}
	w := s.send("", alertsPath+"/confirmation", url.Values{"token": {"wrong"}})
	if w.Code == http.StatusOK || !strings.Contains(w.Body.String(), "data-summary") {
		t.Error(w.Code)
	}
	s.says(s.send("", alertsPath+"/confirmation", url.Values{"token": {sub.ConfirmToken}}).Body.String(), "It is confirmed")
	if mine().State != support.SubscriptionActive {
		t.Error("it is not confirmed")
	}
	sub, err = s.store.Subscription(t.Context(), mine().ID)
	s.ok(err)
	s.says(s.send("", alertsPath+"/ending?token="+sub.LeaveToken, nil).Body.String(), "Send me no more of them")
	s.says(s.send("", alertsPath+"/ending", url.Values{"token": {sub.LeaveToken}}).Body.String(), "do not come any more")
}

func (s *stage) viewerOf(who string) store.Viewer {
	return store.Viewer{Actor: s.cast.Actor(who), At: s.desk.Now()}
}
