//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package store

import (
	"fmt"
	"runtime"
)

// fileLock is not to be had here: without it two processes could number
// requests on the same file.
type fileLock struct{}

func lockFile(path string) (*fileLock, error) {
	return nil, fmt.Errorf("lock database %s: no file lock is known for %s: run the desk on Linux, macOS or a BSD", path, runtime.GOOS)
}

func (*fileLock) release() error { return nil }
