package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

func errorAs(err error) (*support.Error, bool) {
	var e *support.Error
	return e, errors.As(err, &e)
}

// guide: R15, R23
func TestFileIsOpenedNumberedAndAcknowledged(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	done := b.file()
	if done.ID != support.FirstID {
		t.Errorf("the first request is %d, want %d", done.ID, support.FirstID)
	}
	if done.Row.Account != b.hokuto.ID || done.Row.Contract != b.production.ID || done.Row.Stage != support.StageOpened {
		t.Errorf("row %+v", done.Row)
	}
	if want := jst(t, "2026-06-03 18:00:00"); !done.Row.NextDueAt.Equal(want) {
		t.Errorf("first response due %v, want %v", done.Row.NextDueAt, want)
	}
	b.settle()
	mails := b.post.mails()
	if len(mails) != 1 || mails[0].To.Email != b.tanaka.Email {
		t.Fatalf("mails %+v, want one receipt to %s", mails, b.tanaka.Email)
	}
	facts := b.facts(done.ID)
	told := notices(facts, "acknowledgement")
	sum := sha256.Sum256(mails[0].EML())
	if len(told) != 1 || told[0].SHA256 != hex.EncodeToString(sum[:]) || told[0].Key != mails[0].Key {
		t.Errorf("noted as told: %+v, want the hash of the bytes that left", told)
	}
	if !slices.Contains(kindsOf(facts), "target_met") {
		t.Errorf("the receipt did not meet its target: %v", kindsOf(facts))
	}
	texts, err := b.store.Texts(t.Context(), []int64{done.Row.Title.ID})
	b.ok(err)
	if texts[done.Row.Title.ID] != "vMotion stops at 90 %" {
		t.Errorf("title kept as %q", texts[done.Row.Title.ID])
	}
}

// guide: A13
func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	say := func() support.Command { return &support.Comment{Text: support.T("hello"), Channel: support.Portal} }
	_, err := b.Do(t.Context(), b.asSato, id, say())
	refused(t, err, support.NotFound, "request.not_found")
	there := err.Error()
	_, err = b.Do(t.Context(), b.asSato, id+1, say())
	refused(t, err, support.NotFound, "request.not_found")
	if err.Error() != there {
		t.Errorf("absent says %q, invisible says %q", err, there)
	}
	// The PLA of the contract sees it, another contact of the account does not.
	b.do(b.asPL, id, say())
	colleague := b.person(b.hokuto.ID, "Kudo", "kudo@hokuto.example")
	_, err = b.Do(t.Context(), support.Actor{Kind: support.Customer, ID: colleague.ID}, id, say())
	refused(t, err, support.NotFound, "request.not_found")
	// Who may not see a request cannot hang another one on it either.
	follow := b.filing()
	follow.Contact, follow.Product, follow.Follows = b.sato.ID, "esx", id
	_, err = b.Do(t.Context(), b.asSato, 0, follow)
	refused(t, err, support.NotFound, "request.not_found")
	_, err = b.Do(t.Context(), b.asSato, 0, b.filing())
	refused(t, err, support.NotFound, "contact.not_found")
	_, err = b.Entitlement(t.Context(), b.asSato, b.tanaka.ID, support.Query{Kind: support.Technical, Product: "vsphere", Channel: support.Portal, Severity: 3})
	refused(t, err, support.NotFound, "contact.not_found")
}

func TestEntitlementIsWhatFilingDecides(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	q := support.Query{Kind: support.Technical, Product: "vsphere", Version: "4.0", Channel: support.Portal, Severity: 3}
	receipt, err := b.Entitlement(t.Context(), b.asTanaka, b.tanaka.ID, q)
	b.ok(err)
	filed, ok := b.file().Facts[0].Body.(support.Filed)
	if !ok || !receipt.Allowed || receipt.Contract != filed.Contract || !receipt.At.Equal(filed.Receipt.At) {
		t.Errorf("asked: %+v\nfiled by: %+v", receipt, filed.Receipt)
	}
	refusal := b.filing()
	refusal.Product = "esx"
	_, err = b.Do(t.Context(), b.asTanaka, 0, refusal)
	refused(t, err, support.NotEntitled, "")
	if e, _ := errorAs(err); e.Receipt == nil || len(e.Receipt.Routes) == 0 {
		t.Error("the refusal names no way that stays open")
	}
	// A refused filing uses no number, where numbers are given back.
	if again := b.file(); again.ID != support.FirstID+1 && !pgtest.Chosen() {
		t.Errorf("the next request is %d, want %d", again.ID, support.FirstID+1)
	}
}

func TestTextsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	for name, c := range map[string]struct {
		title, text string
		code        support.Code
		key, field  string
	}{
		"title too long": {strings.Repeat("あ", MaxTitle+1), "", support.TooLarge, "title.too_long", "title"},
		"text too long":  {"", strings.Repeat("x", MaxText+1), support.TooLarge, "text.too_long", "text"},
		"nul":            {"", "a\x00b", support.Invalid, "text.nul", "text"},
		"not utf-8":      {"", "a\xffb", support.Invalid, "text.not_utf8", "text"},
	} {
		var err error
		if c.title != "" {
			f := b.filing()
			f.Title = support.T(c.title)
			_, err = b.Do(t.Context(), b.asTanaka, 0, f)
		} else {
			_, err = b.Do(t.Context(), b.asTanaka, id, &support.Comment{Text: support.T(c.text), Channel: support.Portal})
		}
		if e, ok := errorAs(err); !ok || e.Code != c.code || e.Key != c.key || e.Field != c.field {
			t.Errorf("%s: got %v, want %s %s field %s", name, err, c.code, c.key, c.field)
		}
	}
	f := b.filing()
	f.Title = support.T(strings.Repeat("あ", MaxTitle))
	b.do(b.asTanaka, 0, f)
	b.do(b.asTanaka, id, &support.Comment{Text: support.T(strings.Repeat("x", MaxText)), Channel: support.Portal})
}

// A text that a door names by id would be somebody else's.
func TestTextIDsComeFromTheStoreAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	first := b.file()
	_, err := b.Do(t.Context(), b.asTanaka, first.ID, &support.Comment{Text: first.Row.Title, Channel: support.Portal})
	refused(t, err, support.Invalid, "text.by_id")
}

func TestDecisionsAreAskedAgainWhenPeopleChangedTheRequest(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	filed := b.file()
	b.settle() // notices and met targets: nothing that a person judges by
	b.do(b.asIto, filed.ID, &support.Take{})
	seen := int64(len(b.facts(filed.ID)))
	b.settle()
	if _, err := b.DoIf(t.Context(), b.asTanaka, filed.ID, seen, &support.RaiseSeverity{To: 2, Impact: support.T("all hosts")}); err != nil {
		t.Fatalf("notices came between, and the decision was refused: %v", err)
	}
	_, err := b.DoIf(t.Context(), b.asIto, filed.ID, seen, &support.GrantSeverity{Reason: support.T("agreed")})
	refused(t, err, support.Conflict, "request.moved_on")
	if e, _ := errorAs(err); !strings.Contains(e.Args["changes"], "severity_raise_asked") {
		t.Errorf("the conflict does not say what changed: %v", err)
	}
	// Whoever says what they have seen is stopped with a reply as well; who says
	// nothing is not.
	reply := func() support.Command { return &support.Comment{Text: support.T("looking"), Channel: support.Portal} }
	_, err = b.DoIf(t.Context(), b.asIto, filed.ID, seen, reply())
	refused(t, err, support.Conflict, "request.moved_on")
	if _, err := b.Do(t.Context(), b.asIto, filed.ID, reply()); err != nil {
		t.Errorf("a comment was refused: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	var wg sync.WaitGroup
	const n = 64
	errs := make([]error, n)
	for i := range n {
		wg.Go(func() {
			_, errs[i] = b.Do(t.Context(), b.asTanaka, id, &support.Comment{Text: support.T(fmt.Sprint("line ", i)), Channel: support.Portal})
		})
	}
	wg.Wait()
	b.ok(errors.Join(errs...))
	facts := b.facts(id)
	for i, f := range facts {
		if f.Seq != int64(i+1) {
			t.Fatalf("fact %d has seq %d", i, f.Seq)
		}
		if i > 0 && f.At.Before(facts[i-1].At) {
			t.Fatalf("fact %d is older than the one before", f.Seq)
		}
	}
	comments := slices.DeleteFunc(kindsOf(facts), func(k string) bool { return k != "commented" })
	if len(comments) != n {
		t.Errorf("%d comments stand on the timeline, want %d", len(comments), n)
	}
	b.check()
}

func TestWhoLeftDoesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	id := b.file().ID
	gone := b.ito
	gone.Active = false
	b.ok(b.ChangeStaff(t.Context(), b.asAdmin, gone))
	_, err := b.Do(t.Context(), b.asIto, id, &support.Take{})
	refused(t, err, support.Forbidden, "actor.inactive")
	left := b.tanaka
	left.Active = false
	b.ok(b.ChangeContact(t.Context(), b.asAdmin, left))
	_, err = b.Do(t.Context(), b.asTanaka, id, &support.Comment{Text: support.T("x"), Channel: support.Portal})
	refused(t, err, support.Forbidden, "actor.inactive")
}

func TestRestrictedAccountsAreForNamedStaff(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	secret := support.Account{Name: "Secret", Country: "JP", Restricted: true}
	b.ok(b.AddAccount(t.Context(), system, &secret))
	c := b.person(secret.ID, "Ninja", "ninja@secret.example")
	f := &support.File{Kind: support.CS, Channel: support.Portal, Contact: c.ID, Topic: "other", Title: support.T("Invoice")}
	done := b.do(support.Actor{Kind: support.Customer, ID: c.ID}, 0, f)
	note := &support.AddNote{Text: support.T("curious")}
	_, err := b.Do(t.Context(), b.asMori, done.ID, note)
	refused(t, err, support.NotFound, "request.not_found")
	b.do(support.Actor{Kind: support.Vendor, ID: b.duty.ID}, done.ID, note)
}
