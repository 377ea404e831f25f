package web

import (
	"net/http"
	"strings"
	"testing"

	"madoguchi/internal/store/pgtest"
)

// What a page costs in statements that a server carries out, the session among them,
// does not grow with what stands on it.
func TestStatementsOfPages(t *testing.T) {
	t.Parallel()
	where, cast := peopled.URL(t)
	statements := pgtest.Listen(t, where)
	s := newStageAt(t, "http://desk.example", where, cast)
	s.busy()
	number := s.file("sato")
	for _, c := range []struct {
		as, path string
		most     int
	}{
		{"watanabe", overviewPath, 3},
		{"watanabe", reportsPath + "/accounts", 3},
		{"suzuki", contractsPath + "/BAS-2010-0417", 14},
		{"ito", contractsPath + "/BAS-2010-0417", 14},
		{"ito", "/", 3},
		{"ito", number, 12},
		{"sato", number, 8},
	} {
		for range 2 { // what is prepared once is prepared the first time
			statements()
			if w := s.send(c.as, c.path, nil); w.Code != http.StatusOK {
				t.Fatalf("%s: %d", c.path, w.Code)
			}
		}
		got := statements()
		t.Logf("%s: %d statements", c.path, len(got))
		if len(got) > c.most || len(got) == 0 {
			t.Errorf("%s: %d statements, want at most %d:\n%s", c.path, len(got), c.most, strings.Join(got, "\n"))
		}
	}
}
