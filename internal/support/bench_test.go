package support_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// facts500 is a long request: filed, owned, and then answered to and fro.
func facts500() []support.Fact {
	at := time.Date(2026, 6, 1, 1, 0, 0, 0, time.UTC)
	customer, staff := support.Actor{Kind: support.Customer, ID: 2}, support.Actor{Kind: support.Vendor, ID: 3}
	out := []support.Fact{
		{Body: support.Filed{Kind: support.Technical, Contact: 2, Severity: 3, Language: "ja"}, By: customer},
		{Body: support.Assigned{Staff: 3}, By: staff},
	}
	text := support.Text{ID: 12, SHA256: "c5fa3ae96a9450263d90e67487cfb8a706f59023c8387fa97ec25cf35277229c"}
	for n := 1; len(out) < 500; n++ {
		out = append(out,
			support.Fact{By: staff, Body: support.Commented{Text: text, Channel: support.Portal}},
			support.Fact{By: staff, Body: support.AskOpened{N: n, Kind: support.AskDetails, Of: support.TurnCustomer, Text: text}},
			support.Fact{By: staff, Body: support.WaitingStarted{Kind: support.WaitingCustomer}},
			support.Fact{By: customer, Body: support.AskAnswered{N: n, Text: text}},
			support.Fact{By: customer, Body: support.Commented{Text: text, Channel: support.Portal}},
			support.Fact{By: customer, Body: support.WaitingEnded{Kind: support.WaitingCustomer, Why: "customer_activity"}},
		)
	}
	out = out[:500]
	for i := range out {
		out[i].Seq, out[i].At = int64(i+1), at.Add(time.Duration(i)*time.Minute)
	}
	return out
}

// BenchmarkApply500 folds 500 facts; the bar is 0.1 ms.
func BenchmarkApply500(b *testing.B) {
	facts := facts500()
	for b.Loop() {
		r := &support.Request{ID: support.FirstID}
		support.Fold(r, facts...)
	}
}

func stored500(t testing.TB) [][]byte {
	var out [][]byte
	for _, f := range facts500() {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, raw)
	}
	return out
}

// TestDecodingAllocatesLittle: the fold of a request reads every fact, so what
// one costs is pinned, in allocations because time depends on the machine.
func TestDecodingAllocatesLittle(t *testing.T) {
	stored := stored500(t)
	n := testing.AllocsPerRun(5, func() {
		for _, raw := range stored {
			if _, err := support.DecodeFact(raw); err != nil {
				t.Fatal(err)
			}
		}
	})
	if perFact := n / float64(len(stored)); perFact > 12 {
		t.Errorf("decoding a fact makes %.1f allocations", perFact)
	}
}

// TestDecodingHasOneMeaning changes every byte of a fact in turn: the short way
// and package json, which a space before the fact brings in, agree about each.
func TestDecodingHasOneMeaning(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 1, 1, 0, 0, 5000, time.UTC)
	for _, f := range []support.Fact{
		{Seq: 12, At: at, HappenedAt: at.Add(-time.Hour), By: support.Actor{Kind: support.Vendor, ID: 3}, Body: support.HandedOver{From: 3, To: 4}},
		{Seq: 1, At: at, By: support.Actor{Kind: support.System}, Body: support.Unknown{Name: "teleported", Raw: json.RawMessage(`{"to":"mars"}`)}},
	} {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		for i := range raw {
			for _, c := range []byte{'"', '}', '0', '9', 'x', ' ', 0, '{', ','} {
				changed := append([]byte(nil), raw...)
				changed[i] = c
				short, err := support.DecodeFact(changed)
				long, slow := support.DecodeFact(append([]byte(" "), changed...))
				if (err == nil) != (slow == nil) || err == nil && !reflect.DeepEqual(short, long) {
					t.Fatalf("%s\nshort: %+v, %v\njson: %+v, %v", changed, short, err, long, slow)
				}
			}
		}
	}
}

// BenchmarkDecode500 reads the stored bytes of 500 facts.
func BenchmarkDecode500(b *testing.B) {
	stored := stored500(b)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		for _, raw := range stored {
			if _, err := support.DecodeFact(raw); err != nil {
				b.Fatal(err)
			}
		}
	}
}
