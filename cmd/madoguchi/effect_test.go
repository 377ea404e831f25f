package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"madoguchi/client"
)

// What was given up is listed with whom it was for and why, on one line each.
func TestGivenUpNoticesAreListed(t *testing.T) {
	t.Parallel()
	desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/v1/effects?limit=2&state=dead" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"effects":[
{"key":"r1.1.mail.c1","number":"100-000-006","template":"acknowledgement","recipient":{"kind":"contact","name":"Sato Kenta"},"state":"dead","attempts":1,"last_error":"550 no\nsuch mailbox"},
{"key":"r1.2.page.duty","number":"100-000-006","template":"missed","recipient":{"kind":"duty"},"state":"dead","attempts":132,"last_error":"relay is down"}]}`))
	}))
	t.Cleanup(desk.Close)
	var out strings.Builder
	s := &session{ctx: context.Background(), out: &out, asked: "en", client: &client.Client{BaseURL: desk.URL}, me: &client.Me{Zone: "UTC"}}
	if err := (&effectListCmd{State: "dead", Limit: 2}).act(s); err != nil {
		t.Fatal(err)
	}
	want := `Key             Number       Notice           For           Tries  At  Why
r1.1.mail.c1    100-000-006  acknowledgement  Sato Kenta    1          550 no such mailbox
r1.2.page.duty  100-000-006  missed           duty manager  132        relay is down
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
