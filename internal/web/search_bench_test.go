package web

import "testing"

// BenchmarkSearchPage is the page of a search of staff for a word that many
// requests have, and for one that none has.
func BenchmarkSearchPage(b *testing.B) {
	s := newStage(b, "http://desk.example")
	for range 100 {
		s.file("sato")
	}
	for name, query := range map[string]string{"common": "snapshots", "rare": "zanzibar7f3a", "newest": "snapshots&sort=newest"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := s.send("ito", searchPath+"?q="+query, nil); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
