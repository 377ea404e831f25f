package browser

import (
	"os"
	"testing"
)

// chromium is where Debian keeps it.
const chromium = "/usr/bin/chromium"

// needsBrowser ends a test that this machine cannot run: loudly, and as a failure
// where nobody would see that it did not run.
func needsBrowser(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(chromium); err == nil {
		return
	}
	const what = "pages are looked at in Chromium, which is not here (Debian: apt-get install chromium)"
	if os.Getenv("CI") != "" || os.Getenv("MADOGUCHI_TEST_BROWSER") != "" {
		t.Fatal(what)
	}
	t.Skip("NOT PROVEN HERE: " + what)
}
