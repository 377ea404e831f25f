package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// The PLA accepts the agreement, opens a folder to a secondary licence administrator
// and takes it back; these see and write to what is open to them alone, and whoever
// has nothing to do with keys does not learn of them (SC-03).
// guide: R03, R04
func TestKeysAreOpened(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	const path = contractsPath + "/BAS-2010-0417/licences"
	const key = "AOBA1-ESX40-20CPU-7Q3ND"
	post := func(as, path string, form url.Values, want int) string {
		t.Helper()
		w := s.send(as, path, form)
		if w.Code != want {
			t.Fatalf("%s, %s: %d %s", as, path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	page := s.send("suzuki", path, nil).Body.String()
	s.says(page, key, "Licence agreement, version 2010-05", ">Accept<", "What is open to whom", "20")
	s.says(s.send("suzuki", contractsPath+"/BAS-2010-0417", nil).Body.String(), `href="`+path+`"`, "1 licence key")
	post("suzuki", path+"/agreement", url.Values{"read": {"1999-01"}}, http.StatusConflict)
	post("suzuki", path+"/agreement", url.Values{"read": {"2010-05"}}, http.StatusSeeOther)
	s.says(s.send("suzuki", path, nil).Body.String(), "accepted, ")
	// The key alone is open to Okada; a folder takes its place.
	s.says(s.send("okada", path, nil).Body.String(), key)
	closing := regexp.MustCompile(`action="([^"]*/closed\?[^"]*)"`).FindStringSubmatch(page)
	if closing == nil {
		t.Fatal("nothing can be taken back")
	}
	post("suzuki", strings.ReplaceAll(closing[1], "&amp;", "&"), url.Values{}, http.StatusSeeOther)
	if body := s.send("okada", path, nil).Body.String(); strings.Contains(body, key) {
		t.Error("what was taken back is still shown")
	}
	for range 2 { // once, however often it is sent
		post("suzuki", path+"/folders", url.Values{"name": {"Osaka"}, "once": {"f"}}, http.StatusSeeOther)
	}
	s.says(post("suzuki", path+"/folders", url.Values{"name": {"Osaka"}}, http.StatusConflict), "folder of this name already", `value="Osaka"`)
	page = s.send("suzuki", path, nil).Body.String()
	folder := regexp.MustCompile(`value="(fld_\w+)"`).FindStringSubmatch(page)[1]
	item := regexp.MustCompile(`href="([^"]*/licences/lic_\w+)"`).FindStringSubmatch(page)[1]
	post("suzuki", item, url.Values{"label": {"Cluster A"}, "host": {"esx01"}, "site": {""}, "note": {"Two sockets."}, "folder": {folder}}, http.StatusSeeOther)
	okada := s.cast.Contacts["okada"].Number
	s.says(post("suzuki", path+"/opened", url.Values{"what": {folder}, "contact": {s.cast.Contacts["sato"].Number}}, http.StatusConflict), "secondary licence administrators")
	post("suzuki", path+"/opened", url.Values{"what": {folder}, "contact": {okada}}, http.StatusSeeOther)
	page = s.send("okada", path, nil).Body.String()
	s.says(page, key, "Folder Osaka", "Cluster A", "esx01")
	if strings.Contains(page, "/opened") || strings.Contains(page, "/folders") || strings.Contains(page, ">Accept<") {
		t.Error("a secondary licence administrator is offered what is the PLA's")
	}
	post("okada", path+"/folders", url.Values{"name": {"Mine"}}, http.StatusForbidden)
	post("okada", item, url.Values{"label": {"Cluster B"}}, http.StatusSeeOther)
	s.says(s.send("suzuki", item, nil).Body.String(), `value="Cluster B"`)
	s.says(s.send("mori", path, nil).Body.String(), key, path+"/opened")
	if body := s.send("ito", path, nil).Body.String(); !strings.Contains(body, key) || strings.Contains(body, path+"/opened") {
		t.Error("an engineer does not see the keys, or is offered to open them")
	}
	for _, as := range []string{"sato", "tanaka", "nakamura"} {
		for _, to := range []string{path, item} {
			if w := s.send(as, to, nil); w.Code != http.StatusNotFound {
				t.Errorf("%s, %s: %d", as, to, w.Code)
			}
		}
		if w := s.send(as, item, url.Values{"label": {"x"}}); w.Code != http.StatusNotFound {
			t.Errorf("%s writes to a key: %d", as, w.Code)
		}
	}
	if strings.Contains(s.send("sato", contractsPath+"/BAS-2010-0417", nil).Body.String(), path) {
		t.Error("a support administrator is led to the keys")
	}
}
