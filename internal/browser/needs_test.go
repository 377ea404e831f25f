package browser

import (
	"os"
	"testing"
)

// chromium is the first of those that Debian has which is here. The one without windows
// takes half of the time: the other draws some of its own for each test.
var chromium = func() string {
	for _, path := range []string{"/usr/bin/chromium-headless-shell", "/usr/bin/chromium"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}()

// needsBrowser ends a test that this machine cannot run: loudly, and as a failure
// where nobody would see that it did not run.
func needsBrowser(t *testing.T) {
	t.Helper()
	if chromium != "" {
		return
	}
	const what = "pages are looked at in Chromium, which is not here (Debian: apt-get install chromium-headless-shell)"
	if os.Getenv("CI") != "" || os.Getenv("MADOGUCHI_TEST_BROWSER") != "" {
		t.Fatal(what)
	}
	t.Skip("NOT PROVEN HERE: " + what)
}
