package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"madoguchi/internal/demo"
)

// loadCmd fills a new database with requests to measure with.
type loadCmd struct {
	place
	Requests int    `help:"How many requests." default:"1000"`
	Accounts int    `help:"How many accounts; they have requests by Zipf's law." default:"600"`
	Seed     uint64 `help:"The same seed and numbers make the same requests." default:"1"`
}

// Run fills a database that holds nothing, and says what was made and how fast.
func (c *loadCmd) Run(ctx context.Context, stdout io.Writer) error {
	if c.Requests < 1 || c.Accounts < 2 || c.Accounts > 10_000 {
		return mistake{"--requests is at least 1, --accounts 2 to 10000"}
	}
	if err := untouched(ctx, c.place); err != nil {
		return err
	}
	h, err := openOwn(ctx, c.place, demoPack)
	if err != nil {
		return err
	}
	if there, err := h.store.Products(ctx); err != nil || len(there) > 0 {
		if err == nil {
			err = mistake{h.store.Name() + " holds a desk already: nothing was touched; name a new one"}
		}
		return errors.Join(err, h.close())
	}
	begun := time.Now()
	got, err := demo.Load{Requests: c.Requests, Accounts: c.Accounts, Seed: c.Seed, Progress: func(n int) {
		if n%10_240 == 0 {
			fmt.Fprintf(stdout, "%d\n", n)
		}
	}}.Fill(ctx, h.store, h.desk)
	if err := errors.Join(err, h.close()); err != nil {
		return err
	}
	took := time.Since(begun)
	fmt.Fprintf(stdout, "%d requests of %d accounts in %s (%.0f a second): %d open, %d facts, %d messages of %d bytes on average, %d in Japanese\n",
		got.Requests, got.Accounts, took.Round(time.Millisecond), float64(got.Requests)/took.Seconds(), got.Open, got.Facts, got.Messages,
		got.TextBytes/int64(got.Messages), got.Japanese)
	return nil
}
