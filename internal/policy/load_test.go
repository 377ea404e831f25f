package policy

import "testing"

func TestX(t *testing.T) {
	p, err := Shipped("style-a")
	if err != nil {
		t.Fatal(err)
	}
	t.Log(p.Ref(), p.Hash(), len(p.Source()))
}
