package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// unmapProgram gives back the pages of the program itself. The kernel maps its code
// and tables in pieces of 64 KB around each that is touched, and the start touches
// nearly all of them once; what is needed again comes back from the page cache.
// Pieces that the loader has written to would come back without that, and stay.
func unmapProgram() {
	program, err := os.Executable()
	if err != nil {
		return // nothing depends on it
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close()
	var start, end uintptr // of the piece that the lines are about; 0, 0: it stays
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) >= 5 && strings.Contains(words[0], "-"):
			start, end = 0, 0
			if strings.HasPrefix(words[1], "r-") && words[len(words)-1] == program {
				start, end = span(words[0])
			}
		case len(words) == 3 && words[0] == "Anonymous:" && words[1] == "0" && start != 0:
			_, _, _ = syscall.RawSyscall(syscall.SYS_MADVISE, start, end-start, syscall.MADV_DONTNEED) // a kernel that does not want to keeps them
		}
	}
}

// span reads addresses as 400000-1e0f000; 0, 0 if they are none.
func span(s string) (start, end uintptr) {
	from, to, _ := strings.Cut(s, "-")
	a, errA := strconv.ParseUint(from, 16, 64)
	b, errB := strconv.ParseUint(to, 16, 64)
	if errA != nil || errB != nil || b <= a {
		return 0, 0
	}
	return uintptr(a), uintptr(b)
}
