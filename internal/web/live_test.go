package web

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/support"
)

// following is a page that stays open.
type following struct {
	*stage
	as     string
	events chan [2]string // name and data; closed when the stream ends
}

// follows opens a stream as somebody.
func (s *stage) follows(as, path string) *following {
	s.Helper()
	server := httptest.NewServer(s.pages)
	s.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, server.URL+path, nil)
	s.ok(err)
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	r.AddCookie(&http.Cookie{Name: s.site.sessionCookie(), Value: s.session(as)})
	w, err := http.DefaultClient.Do(r)
	s.ok(err)
	if kind := w.Header.Get("Content-Type"); w.StatusCode != http.StatusOK || kind != "text/event-stream" {
		s.Fatalf("%s as %s: %d %s", path, as, w.StatusCode, kind)
	}
	f := &following{stage: s, as: as, events: make(chan [2]string, 100)}
	go func() {
		defer w.Body.Close()
		defer close(f.events)
		name := ""
		for lines := bufio.NewScanner(w.Body); lines.Scan(); {
			if x, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				name = x
			} else if x, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				f.events <- [2]string{name, x}
			}
		}
	}()
	return f
}

// next is the next event of a name, within the time that readers are promised.
func (f *following) next(name string, within time.Duration, into any) {
	f.Helper()
	late := time.After(within)
	for {
		select {
		case e, open := <-f.events:
			if !open {
				f.Fatalf("%s: the stream has ended before %s", f.as, name)
			}
			if e[0] == name {
				f.ok(json.Unmarshal([]byte(e[1]), into))
				return
			}
		case <-late:
			f.Fatalf("%s learns nothing of %s within %s", f.as, name, within)
		}
	}
}

// ends waits for the stream to be cut.
func (f *following) ends(within time.Duration) {
	f.Helper()
	late := time.After(within)
	for {
		select {
		case _, open := <-f.events:
			if !open {
				return
			}
		case <-late:
			f.Fatalf("%s still follows after %s", f.as, within)
		}
	}
}

const promised2s = 2 * time.Second // UX-20

// Whoever looks at a request learns who else does, who writes, and what has
// arrived; customers are told of nobody (UX-20).
func TestTwoSeeEachOther(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	there := func(as string, form url.Values) {
		t.Helper()
		if w := s.send(as, path+"/presence", form); w.Code != http.StatusNoContent {
			t.Fatalf("%s: %d %s", as, w.Code, w.Body)
		}
	}
	ito, sato := s.follows("ito", path+"/live?seq=99999"), s.follows("sato", path+"/live?seq=99999")
	there("ito", url.Values{"tab": {"1"}})
	var now presentView
	there("byrne", url.Values{"tab": {"2"}, "writing": {"yes"}})
	if ito.next("present", promised2s, &now); !slices.Equal(now.Who, []string{"Aoife Byrne is writing"}) {
		t.Errorf("told of %v", now.Who)
	}
	there("byrne", url.Values{"tab": {"2"}, "gone": {"yes"}})
	if ito.next("present", promised2s, &now); len(now.Who) != 0 {
		t.Errorf("after they left: %v", now.Who)
	}
	for as, want := range map[string]int{"sato": 404, "": 401} {
		if w := s.send(as, path+"/presence", url.Values{"tab": {"x"}}); w.Code != want {
			t.Errorf("%q: %d", as, w.Code)
		}
	}
	select {
	case e := <-sato.events:
		t.Errorf("a customer is told %v", e)
	default:
	}
}

// A page that stays open learns of what its reader may see, and of nothing else: a
// note is no news for a customer, and one's own words are none for oneself.
func TestAPageLearnsWhatIsNew(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	s.send("ito", path+"/owner", url.Values{})
	id, err := support.ParseNumber(strings.TrimPrefix(path, "/requests/"))
	s.ok(err)
	r, err := s.desk.Request(t.Context(), s.viewerOf("ito"), id)
	s.ok(err)
	from := "/live?seq=" + itoa(int(r.Seq))
	ito, sato, queue := s.follows("ito", path+from), s.follows("sato", path+from), s.follows("byrne", "/live")
	s.send("ito", path+"/notes", url.Values{"text": {"A first look."}})
	var n movedView
	if ito.next("moved", promised2s, &n); n.Seq <= r.Seq || n.Says != "" {
		t.Errorf("one's own note is told as %+v", n)
	}
	if queue.next("moved", promised2s, &n); !slices.Equal(n.Numbers, []string{support.Number(id)}) {
		t.Errorf("a list is told of %v", n.Numbers)
	}
	s.send("ito", path+"/comments", url.Values{"text": {"Please restart it."}})
	if sato.next("moved", promised2s, &n); n.Says != "伊藤 蓮 commented." {
		t.Errorf("the customer is told %q", n.Says)
	}
}

// Who loses the session, or the sight of a request, is cut off within 5 s.
func TestFollowingEndsWithTheRight(t *testing.T) {
	t.Parallel()
	s := newStage(t, "http://desk.example")
	path := s.file("sato")
	ito := s.follows("ito", path+"/live")
	if w := s.send("ito", "/sign-out", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	ito.ends(5 * time.Second)
	if _, err := auth.Visit(t.Context(), s.store, s.session("ito"), time.Now()); err == nil {
		t.Error("the session goes on")
	}
	if w := s.send("nakamura", path+"/live", nil); w.Code != http.StatusNotFound {
		t.Errorf("a stranger follows: %d", w.Code)
	}
}
