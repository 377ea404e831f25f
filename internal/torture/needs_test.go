package torture

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// unable ends a test that this machine cannot run: loudly, and as a failure where
// nobody would see that it did not run.
func unable(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") != "" || long() {
		t.Fatal(what)
	}
	t.Skip("NOT PROVEN HERE: " + what)
}

// tmpfs mounts a small disk that is gone when the test ends.
func tmpfs(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	must(t, os.Mkdir(dir, 0o700))
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		unable(t, "a full disk needs the right to mount one (run as root): "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// tracer is strace with its first words.
func tracer(t *testing.T, more ...string) []string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		unable(t, "syncs and failing writes are seen by strace, which is not here (Debian: apt-get install strace)")
	}
	return append([]string{path, "-f", "-qq", "-y", "--signal=none"}, more...)
}
