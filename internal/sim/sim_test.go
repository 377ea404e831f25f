package sim

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

const steps = 150

// run has people write mails with every second seed.
func run(t testing.TB, seed uint64) *world {
	t.Helper()
	return runWith(t, seed, seed%2 == 0)
}

func runWith(t testing.TB, seed uint64, writes bool) *world {
	t.Helper()
	w := newWorld(t, seed)
	w.writes = writes
	for range steps {
		w.steps++
		w.step()
		if len(w.problems) > 0 {
			break
		}
	}
	if len(w.problems) == 0 {
		w.rest()
	} else {
		w.close()
	}
	for _, p := range w.problems {
		t.Errorf("seed %d: %s", seed, p)
	}
	return w
}

// Fresh seeds, one after the other, for MADOGUCHI_SIM_FOR (3 s; "forever": until
// one fails), from MADOGUCHI_SIM_SEED on.
func TestFreshSeeds(t *testing.T) {
	t.Parallel()
	seed, began := uint64(time.Now().UnixNano()), time.Now()
	if given := os.Getenv("MADOGUCHI_SIM_SEED"); given != "" {
		var err error
		if seed, err = strconv.ParseUint(given, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	length, forever := 3*time.Second, false
	if given := os.Getenv("MADOGUCHI_SIM_FOR"); given == "forever" {
		forever = true
	} else if given != "" {
		var err error
		if length, err = time.ParseDuration(given); err != nil {
			t.Fatal(err)
		}
	}
	runs, crashes, all := 0, 0, 0
	for {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			w := run(t, seed)
			crashes, all = crashes+w.crashes, all+w.steps
		})
		seed, runs = seed+1, runs+1
		if t.Failed() || !forever && time.Since(began) >= length {
			break
		}
	}
	took := time.Since(began)
	t.Logf("%d steps in %d runs, %d crashes, last seed %d, %v, %.0f steps/s", all, runs, crashes, seed-1, took.Round(time.Millisecond), float64(all)/took.Seconds())
}

// The same seed does the same again.
func TestSeedReproduces(t *testing.T) {
	t.Parallel()
	a, b := run(t, 7), run(t, 7)
	if !slices.Equal(a.trace, b.trace) || len(a.mails) != len(b.mails) || a.crashes != b.crashes || a.crashes == 0 {
		t.Errorf("two runs of one seed differ: %d and %d crashes, %d and %d mails", a.crashes, b.crashes, len(a.mails), len(b.mails))
	}
}

// Seeds that have failed once.
func TestKeptSeeds(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 1007, 1795760787450652261, 1795760910917813931} {
		runWith(t, seed, false)
	}
}
