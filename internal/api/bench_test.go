package api_test

import (
	"context"
	"testing"

	"madoguchi/client"
)

// What a call costs through a real listener: authentication, folding, names
// and texts included.
func BenchmarkCalls(b *testing.B) {
	h := open(b)
	n := h.file("tanaka", sev3()).Number
	ito, ctx := h.as("ito"), context.Background()
	for name, call := range map[string]func() error{
		"request": func() error { _, err := ito.Request(ctx, n); return err },
		"events":  func() error { _, err := ito.Events(ctx, n, client.Window{}); return err },
		"list":    func() error { _, err := ito.Requests(ctx, client.Filter{}); return err },
		"note":    func() error { _, err := ito.Note(ctx, n, "x"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
