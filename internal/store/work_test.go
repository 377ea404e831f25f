package store

import (
	"testing"
	"time"
)

func TestWork(t *testing.T) {
	t.Parallel()
	early, late := time.UnixMicro(5).UTC(), time.UnixMicro(6).UTC()
	for _, c := range []struct{ a, b, want Work }{
		{Work{}, Work{}, Work{}},
		{Work{Due: late}, Work{}, Work{Due: late}},
		{Work{}, Work{Due: late}, Work{Due: late}},
		{Work{Due: late}, Work{Due: early}, Work{Due: early}},
		{Work{Due: early, Rest: true}, Work{Due: late, Effects: true}, Work{Due: early, Rest: true, Effects: true}},
	} {
		if got := c.a.and(c.b); got != c.want {
			t.Errorf("%+v and %+v are %+v, want %+v", c.a, c.b, got, c.want)
		}
		word, err := told{c.want, "a"}.word()
		if got := toldBy(word); err != nil || got != (told{c.want, "a"}) && !c.want.none() {
			t.Errorf("%+v is told as %s and understood as %+v, %v", c.want, word, got, err)
		}
	}
	for _, word := range []string{"", "{}", "x", `{"z":true}`} { // of older and newer processes
		if got := toldBy(word); got.Work != anything {
			t.Errorf("%q is understood as %+v, want anything", word, got)
		}
	}
	s := &Store{wake: make(chan Work, 1)}
	s.signal(Work{Due: late})
	s.signal(Work{Effects: true})
	if got, want := <-s.Wake(), (Work{Due: late, Effects: true}); got != want {
		t.Errorf("what nobody has taken is %+v, want %+v", got, want)
	}
}
