package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Customers keep their profile right themselves: what is wrong is named beside what
// was typed, certifications and alerts come and go, and nobody reads another's
// (T30).
// guide: R11, R12, R53
func TestCustomersKeepTheirProfile(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	page := s.send("sato", profilePath, nil).Body.String()
	s.says(page, `value="佐藤"`, "410-556-0838", `value="Asia/Tokyo"`, "support@desk.example", "You get no alerts", "None yet")
	mine := url.Values{"family_name": {"佐藤"}, "given_name": {"健太"}, "email": {"sato@aoba.example"}, "phone": {"+81 52 123 4567"},
		"language": {"en"}, "zone": {"Asia/Toky"}, "preferred_channel": {"phone"}}
	w := s.send("sato", profilePath, mine)
	s.says(w.Body.String(), `href="#f-profile-zone"`, `id="f-profile-zone-wrong"`, `value="Asia/Toky"`, `value="+81 52 123 4567"`)
	if w.Code != http.StatusUnprocessableEntity {
		t.Error(w.Code)
	}
	mine.Set("zone", "Europe/Berlin")
	if w := s.send("sato", profilePath, mine); w.Header().Get("Location") != profilePath+"?told=profile" {
		t.Error(w.Code, w.Body.String())
	}
	s.says(s.send("sato", profilePath, nil).Body.String(), `value="Europe/Berlin"`, `value="+81 52 123 4567"`)
	if body := s.send("suzuki", profilePath, nil).Body.String(); strings.Contains(body, `value="Europe/Berlin"`) {
		t.Error("suzuki reads the profile of sato")
	}

	s.says(s.send("sato", profilePath+"/certifications", url.Values{"name": {"VCP 4"}, "until": {"soon"}}).Body.String(), "This is no day", `value="VCP 4"`)
	s.send("sato", profilePath+"/certifications", url.Values{"name": {"VCP 4"}, "number": {"31-415"}, "product": {"esx"}, "until": {"2027-03-31"}})
	page = s.send("sato", profilePath, nil).Body.String()
	s.says(page, "VCP 4", "31-415 · ESX · until Wed 31 Mar 2027")
	id := regexp.MustCompile(`value="(cert_\w+)"`).FindStringSubmatch(page)
	s.send("suzuki", profilePath+"/certifications/removed", url.Values{"id": {id[1]}})
	s.says(s.send("sato", profilePath, nil).Body.String(), "VCP 4")
	s.send("sato", profilePath+"/certifications/removed", url.Values{"id": {id[1]}})
	if strings.Contains(s.send("sato", profilePath, nil).Body.String(), "VCP 4") {
		t.Error("the certification is there")
	}

	s.says(s.send("sato", profilePath+"/alerts", url.Values{"product": {"esx"}}).Body.String(), `href="#f-alerts-kinds"`)
	s.send("sato", profilePath+"/alerts", url.Values{"product": {"esx"}, "kinds": {"security"}})
	page = s.send("sato", profilePath, nil).Body.String()
	s.says(page, "waits for your confirmation")
	id = regexp.MustCompile(`value="(sub_\w+)"`).FindStringSubmatch(page)
	s.send("sato", profilePath+"/alerts/ended", url.Values{"id": {id[1]}})
	s.says(s.send("sato", profilePath, nil).Body.String(), "You get no alerts")
	if w := s.send("ito", profilePath, nil); w.Code != http.StatusNotFound {
		t.Error("staff have a profile there", w.Code)
	}
}
