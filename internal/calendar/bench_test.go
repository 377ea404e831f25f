package calendar

import (
	"testing"
	"time"
)

// The bars: 1 µs for 40 business hours, 20 µs for ten years, no allocation; 2 ms and 200 KB for Compile.
func benchSpec() Spec {
	return Spec{Zone: "America/New_York", Week: workdays("09:30", "21:30"), HolidaySets: []string{"us"},
		YearlyHolidays: []string{"01-01", "12-24", "12-25", "12-26", "12-31"},
		Breaks:         map[string][]Window{"2026-12-30": {{"12:00", "13:00"}}},
		Shifts:         map[string][]Window{"2026-12-31": {{"09:00", "12:00"}}}}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(benchSpec()); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkAdd(b *testing.B, span time.Duration) {
	c := compile(b, benchSpec())
	start := at(b, "2026-03-06T17:00:00-05:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Add(start, span); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAdd40Hours(b *testing.B) { benchmarkAdd(b, 40*time.Hour) }

// 250 working days of twelve hours a year.
func BenchmarkAddTenYears(b *testing.B) { benchmarkAdd(b, 10*250*12*time.Hour) }

func BenchmarkBetweenTenYears(b *testing.B) {
	c := compile(b, benchSpec())
	from, to := at(b, "2026-03-06T17:00:00Z"), at(b, "2036-03-06T17:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		c.Between(from, to)
	}
}

func BenchmarkSubtractTenYears(b *testing.B) {
	c := compile(b, benchSpec())
	end := at(b, "2036-03-06T17:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Subtract(end, 10*250*12*time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

// Times vary with the machine; allocations and sizes do not, so these bars are a test. It counts what the whole process
// allocates and can therefore not run beside others.
func TestBars(t *testing.T) {
	c := compile(t, benchSpec())
	start := at(t, "2026-03-06T17:00:00-05:00")
	if n := testing.AllocsPerRun(100, func() {
		_, _ = c.Add(start, 30_000*time.Hour)
		_, _ = c.Subtract(start, 30_000*time.Hour)
		_, _ = c.Next(start)
		_ = c.Between(start, start.Add(1000*time.Hour))
		_ = c.Open(start)
	}); n != 0 {
		t.Errorf("the operations allocate %v times, want none", n)
	}
	compiled := testing.Benchmark(BenchmarkCompile)
	if size := compiled.AllocedBytesPerOp(); size > 200_000 {
		t.Errorf("Compile takes %d bytes, want at most 200,000", size)
	}
}
