package web

import (
	"net/url"
	"syscall"
	"testing"
	"time"
)

// stageOf100 is a stage with a hundred requests of one customer.
func stageOf100(b *testing.B) (s *stage, path string) {
	s = newStage(b, "http://desk.example")
	for range 100 {
		path = s.file("sato")
	}
	return s, path
}

// shown asks for a page as often as the benchmark wants.
func (s *stage) shown(b *testing.B, path string) {
	b.ReportAllocs()
	began := spent(b)
	for b.Loop() {
		if w := s.send("ito", path, nil); w.Code != 200 {
			b.Fatal(w.Code)
		}
	}
	b.ReportMetric(float64(spent(b)-began)/float64(b.N), "cpu-ns/op")
}

// spent is the CPU time of the process until now, which other load of the machine
// changes little.
func spent(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSearchPage is the page of a search of staff for a word that many
// requests have, and for one that none has.
func BenchmarkSearchPage(b *testing.B) {
	s, _ := stageOf100(b)
	for name, query := range map[string]string{"common": "snapshots", "rare": "zanzibar7f3a", "newest": "snapshots&sort=newest"} {
		b.Run(name, func(b *testing.B) { s.shown(b, searchPath+"?q="+query) })
	}
}

// BenchmarkQueuePage is the list of fifty in which staff live.
func BenchmarkQueuePage(b *testing.B) {
	s, _ := stageOf100(b)
	s.shown(b, "/")
}

// BenchmarkRequestPage is a request with twenty entries.
func BenchmarkRequestPage(b *testing.B) {
	s, path := stageOf100(b)
	for range 17 {
		s.send("sato", path+"/comments", url.Values{"text": {"Any news?"}})
	}
	s.shown(b, path)
}
