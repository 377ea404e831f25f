package web

import (
	"os"
	"os/exec"
	"testing"
)

// needsProvider ends a test that this machine cannot run: loudly, and as a failure
// where nobody would see that it did not run.
func needsProvider(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("testdata/provider/node_modules/oidc-provider")
	}
	if err == nil {
		return
	}
	const what = "staff sign in by an OpenID provider, which is not here: install Node.js and run make provider"
	if os.Getenv("CI") != "" || os.Getenv("MADOGUCHI_TEST_PROVIDER") != "" {
		t.Fatal(what)
	}
	t.Skip("NOT PROVEN HERE: " + what)
}
