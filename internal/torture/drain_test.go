package torture

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"madoguchi/client"
)

// A service that is told to stop says that it is not ready, and goes on with all
// its work for the time that it was given, calls that come in then among it; then
// nobody listens any more, and what was acknowledged is there.
func TestDrain(t *testing.T) {
	t.Parallel()
	p := newPlace(t, t.TempDir(), "")
	const drain = 3 * time.Second
	p.env = []string{"MADOGUCHI_DRAIN=" + drain.String()}
	n := p.start()
	// Each call has a connection of its own, as a proxy's next one may.
	c := &client.Client{BaseURL: n.url, Token: p.tokens["tanaka"], Language: "en", HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	must(t, syscall.Kill(n.cmd.Process.Pid, syscall.SIGTERM))
	began := time.Now()
	look(t, "word that it is not ready", func() bool {
		code, said, _ := status(t, n, "/readyz")
		return code == 503 && strings.Contains(said, "stopping")
	})
	noticed := time.Since(began)
	if code, _, _ := status(t, n, "/livez"); code != 200 {
		t.Errorf("/livez answers %d while it drains", code)
	}
	res, err := c.File(t.Context(), client.File{
		Kind: "sr", Title: "vMotion is slow", Text: "Since Monday.", Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"},
	})
	must(t, err)
	look(t, "notice of what was filed", func() bool {
		left, err := filepath.Glob(filepath.Join(p.dir, "outbox", "*.eml"))
		return err == nil && len(left) > 0
	})
	<-n.ended
	if took := time.Since(began); noticed > drain/2 || took < drain || took > drain+10*time.Second {
		t.Errorf("not ready after %v, ended after %v, want %v between", noticed, took, drain)
	}
	if _, err := c.Request(t.Context(), res.Number); !unheard(err) {
		t.Errorf("a call after its end: %v", err)
	}
	n = p.start()
	c.BaseURL = n.url
	if _, err := c.Request(t.Context(), res.Number); err != nil {
		t.Errorf("what was filed while it drained: %v", err)
	}
	n.stop()
	p.check()
}
