package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// The check holds what belongs to one window of subjects, however many there are:
// ten times the requests do not let it keep one thing more.
func TestCheckHoldsAWindow(t *testing.T) {
	t.Parallel()
	few, many := heldByCheck(t, 40), heldByCheck(t, 400)
	if few == 0 || few != many {
		t.Errorf("the check holds up to %d things of 40 requests, %d of 400", few, many)
	}
}

// heldByCheck is how many elements the maps and lists of a check have at most,
// between the requests that it folds.
func heldByCheck(t *testing.T, requests int) int {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 6, 8, 0, 30, 0, 0, time.UTC)
	a := support.Account{Name: "A", Country: "JP"}
	who := support.Contact{Account: 1, Number: support.CustomerNumber("123456789"), Email: "a@b", Active: true}
	err = s.Migrate(ctx)
	for _, step := range []func(*Tx) error{
		func(tx *Tx) error { return tx.AddAccount(&a) },
		func(tx *Tx) error { return tx.AddContact(&who) },
		func(tx *Tx) error {
			for range requests {
				if err := watchedRequest(tx, at); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		if err == nil {
			err = s.Update(ctx, step)
		}
	}
	ends, read := s.Ends(ctx)
	if err = errors.Join(err, read); err == nil {
		err = s.Update(ctx, func(tx *Tx) error { return tx.Checkpoint(at, ends) })
	}
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	c := &checker{d: s.e.dialect(), span: 16, erased: map[int64]bool{}}
	c.o.Found = func(p Problem) { t.Error(p) }
	c.o.Fold = func(facts []support.Fact) (support.Row, []string, error) {
		most = max(most, elements(reflect.ValueOf(c).Elem()))
		return *c.w.rows[c.at.id], nil, nil
	}
	if err := s.e.snapshot(ctx, func(q rows) error { c.q = q; return c.run() }); err != nil {
		t.Fatal(err)
	}
	return most
}

// watchedRequest files one with something of all that is compared.
func watchedRequest(tx *Tx, at time.Time) error {
	id, err := tx.NewRequestID()
	if err != nil {
		return err
	}
	title := support.T("title")
	if err := tx.SaveText(1, id, &title); err != nil {
		return err
	}
	by := support.Actor{Kind: support.Customer, ID: 1}
	row := support.Row{
		ID: id, Seq: 2, Kind: support.Technical, Stage: support.StageOpened, Account: 1, Contact: 1, Severity: 3, Turn: support.TurnSupport,
		Title: title, Tags: []string{"vip"}, FiledAt: at, ChangedAt: at,
	}
	err = tx.Append(support.Row{}, []support.Fact{
		{Seq: 1, At: at, By: by, Body: support.Filed{Kind: support.Technical, Channel: support.Portal, Contact: 1, Account: 1, Severity: 3, Title: title}},
		{Seq: 2, At: at, By: by, Body: support.WatcherAdded{Contact: 1}},
	}, row, nil)
	if err != nil {
		return fmt.Errorf("request %d: %w", id, err)
	}
	return tx.AddWatcher(id, 1)
}

// elements counts those of maps and lists in what a check holds itself.
func elements(v reflect.Value) int {
	n := 0
	switch v.Kind() {
	case reflect.Map:
		n = v.Len()
		for _, k := range v.MapKeys() {
			n += elements(v.MapIndex(k))
		}
	case reflect.Slice:
		if n = v.Len(); v.Type().Elem().Kind() == reflect.Uint8 {
			return 0
		}
		for i := range v.Len() {
			n += elements(v.Index(i))
		}
	case reflect.Struct:
		if t := v.Type(); t == reflect.TypeFor[rows]() || t == reflect.TypeFor[dialect]() || t == reflect.TypeFor[endsDigest]() || t == reflect.TypeFor[support.Fact]() {
			return 0
		}
		for i := range v.NumField() {
			n += elements(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			n = elements(v.Elem())
		}
	}
	return n
}
