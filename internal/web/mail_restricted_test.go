package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// A mail from somebody of a restricted account is seen by those who are named there,
// and by nobody else: not in the list, its count, its filter, its page, its HTML or the
// original, and nobody else decides on it (T30).
func TestMailsOfRestrictedAccountsAreSeenByTheirOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	sato := s.cast.Contacts["sato"]
	s.ok(s.desk.RestrictAccount(t.Context(), support.Actor{Kind: support.System}, sato.Account, true, []int64{s.cast.Staff["mori"].ID}))
	raw := message.Draft{From: message.Address{Email: sato.Email}, To: []message.Address{{Email: "support@desk.example"}}, Subject: "Known to few", Text: "A secret.", HTML: "<p>A secret.</p>",
		MessageID: "<restricted@mail.aoba.example>", Date: s.clock.Now(), Files: []message.Enclosure{{Name: "plan.txt", Type: "text/plain", Content: []byte("the plan")}}}.Bytes()
	s.arrive(sato.Email, true, raw)
	name := support.Opaque("ml", 1)
	lists := []string{"/mail", "/mail?why=unverified", "/mail?sender=" + url.QueryEscape(sato.Email), "/mail?sender=%40" + sato.Email[strings.IndexByte(sato.Email, '@')+1:]}
	for who, sees := range map[string]bool{"mori": true, "ito": false} {
		for _, path := range lists {
			if w := s.send(who, path, nil); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "Known to few") != sees {
				t.Errorf("%s as %s: %d, seen is not %v", path, who, w.Code, sees)
			}
		}
		count := strings.TrimSpace(s.send(who, "/mail/count", nil).Body.String())
		if (count == `{"/mail":"1"}`) != sees {
			t.Errorf("the count as %s is %s", who, count)
		}
		for _, path := range []string{"/mail/" + name, "/mail/" + name + "/original", "/mail/" + name + "/html"} {
			w := s.send(who, path, nil)
			if (w.Code == http.StatusOK) != sees || !sees && (w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "plan.txt")) {
				t.Errorf("%s as %s: %d", path, who, w.Code)
			}
		}
		if sees && !strings.Contains(s.send(who, "/mail/"+name, nil).Body.String(), "plan.txt") {
			t.Error("the files of the mail are not named")
		}
	}
	if w := s.send("ito", "/mail/"+name+"/rejection", url.Values{"reason": {"x"}}); w.Code != http.StatusNotFound {
		t.Errorf("somebody who does not see it rejects it: %d", w.Code)
	}
	body := s.send("ito", "/mail", url.Values{"n": {name}, "deed": {"reject"}, "reason": {"x"}}).Body.String()
	if strings.Contains(body, "Known to few") || !strings.Contains(body, "tone-bad") {
		t.Error("deciding on many shows or decides it")
	}
	if body := s.send("mori", "/mail", nil).Body.String(); !strings.Contains(body, "Known to few") {
		t.Error("it does not wait any more")
	}
}
