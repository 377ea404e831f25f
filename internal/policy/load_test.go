package policy

import "testing"

func TestX(t *testing.T) {
	p, err := Shipped("classic-2010")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Lint(p) {
		t.Error(f)
	}
}
