package desk

import (
	"testing"
	"time"

	"madoguchi/internal/support"
)

// An exception entitles within its scope and up to its end, with its own basis
// and the guide's id on the receipt; revoked, it entitles no more, and what was
// filed by it stays entitled as filed.
// guide: A21
func TestADutyManagerGrantsAnException(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx, from := t.Context(), b.clock.now()
	end := from.Add(48 * time.Hour)
	x := support.Exception{
		Account: b.aoba.ID, Contact: b.sato.ID, Product: "vsphere", Offering: "production", From: 2, To: 4, EndsAt: end,
		Reason: support.T("they migrate this week"),
	}
	for _, by := range []support.Actor{b.asIto, b.asMori, b.asAdmin} {
		if err := b.GrantException(ctx, by, &x); support.CodeOf(err) != support.Forbidden {
			t.Errorf("%v grants: %v", by, err)
		}
	}
	past, empty := x, x
	past.EndsAt, empty.Reason = from, support.Text{}
	refused(t, b.GrantException(ctx, vendor(b.duty), &past), support.Invalid, "exception.end_past")
	refused(t, b.GrantException(ctx, vendor(b.duty), &empty), support.Invalid, "text.needed")
	b.ok(b.GrantException(ctx, vendor(b.duty), &x))
	for _, c := range []struct {
		name     string
		contact  int64
		product  string
		severity int
		at       time.Time
		allowed  bool
	}{
		{"within", b.sato.ID, "vsphere", 3, from, true},
		{"the most severe", b.sato.ID, "vsphere", 2, from, true},
		{"more severe than granted", b.sato.ID, "vsphere", 1, from, false},
		{"another contact of the account", b.suzuki.ID, "vsphere", 3, from, false},
		{"another product", b.sato.ID, "fusion", 3, from, false},
		{"before its beginning", b.sato.ID, "vsphere", 3, from.Add(-support.Micro), false},
		{"before its end", b.sato.ID, "vsphere", 3, end.Add(-support.Micro), true},
		{"in its end instant", b.sato.ID, "vsphere", 3, end, false},
		{"after its end", b.sato.ID, "vsphere", 3, end.Add(support.Micro), false},
	} {
		r, err := b.Entitlement(ctx, system, c.contact, support.Query{
			Kind: support.Technical, Product: c.product, Severity: c.severity, Channel: support.Portal, At: c.at,
		})
		b.ok(err)
		if r.Allowed != c.allowed || r.Allowed && (r.Basis != support.ByException || r.Exception != x.ID || r.Grounds[0].Rules[0] != "A21") {
			t.Errorf("%s: allowed %v by %q, %+v", c.name, r.Allowed, r.Basis, r.Grounds)
		}
	}
	file := &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Product: "vsphere", Version: "4.0", Severity: 3,
		Title: support.T("migration stops")}
	done := b.do(b.asSato, 0, file)
	if done.Row.Offering != "production" || done.Row.Account != b.aoba.ID || done.Row.NextDueAt.IsZero() {
		t.Errorf("filed as %+v", done.Row)
	}
	refused(t, b.RevokeException(ctx, b.asIto, x.ID), support.Forbidden, "party.forbidden")
	b.ok(b.RevokeException(ctx, vendor(b.duty), x.ID))
	refused(t, b.RevokeException(ctx, vendor(b.duty), x.ID), support.Conflict, "exception.over")
	_, err := b.Do(ctx, b.asSato, 0, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: b.sato.ID, Product: "vsphere",
		Version: "4.0", Severity: 3, Title: support.T("again")})
	refused(t, err, support.NotEntitled, "entitlement.refused")
	b.do(b.asSato, done.ID, &support.Comment{Text: support.T("it stays entitled")})
	_, err = b.Do(ctx, b.asIto, done.ID, &support.RaiseSeverity{To: 2, Impact: support.T("x")})
	refused(t, err, support.NotEntitled, "severity.raise_not_entitled")
	b.check()
}
