package desk

import (
	"testing"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// TestAWishHasOneQuestion: no number and no clock, one question of the vendor's
// and one answer, and nobody else's to see.
//
// guide: R31
func TestAWishHasOneQuestion(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-11 11:00:00"))
	ctx := t.Context()
	system := support.Actor{Kind: support.System}
	_, err := b.AddFeatureRequest(ctx, b.asMori, store.FeatureRequest{Product: "vsphere", Title: support.T("bulk")})
	refused(t, err, support.Forbidden, "party.forbidden")
	_, err = b.AddFeatureRequest(ctx, b.asTanaka, store.FeatureRequest{Product: "toaster", Title: support.T("bulk")})
	refused(t, err, support.Invalid, "product.unknown")
	_, err = b.AddFeatureRequest(ctx, b.asTanaka, store.FeatureRequest{Product: "vsphere"})
	refused(t, err, support.Invalid, "title.needed")
	wish, err := b.AddFeatureRequest(ctx, b.asTanaka, store.FeatureRequest{Product: "vsphere", Title: support.T("bulk"), Text: support.T("all at once")})
	b.ok(err)
	if wish.Request != 0 || wish.ID == 0 {
		t.Errorf("the wish %+v is a request", wish)
	}
	refused(t, b.AskFeature(ctx, b.asMori, wish.ID, support.T("how many?")), support.Forbidden, "party.forbidden")
	refused(t, b.AnswerFeature(ctx, b.asTanaka, wish.ID, support.T("soon?")), support.Conflict, "wish.not_asked")
	b.ok(b.AskFeature(ctx, system, wish.ID, support.T("how many?")))
	refused(t, b.AskFeature(ctx, system, wish.ID, support.T("and then?")), support.Conflict, "wish.asked")
	refused(t, b.AnswerFeature(ctx, b.asSato, wish.ID, support.T("forty")), support.NotFound, "wish.not_found")
	b.ok(b.AnswerFeature(ctx, b.asTanaka, wish.ID, support.T("forty")))
	refused(t, b.AnswerFeature(ctx, b.asTanaka, wish.ID, support.T("fifty")), support.Conflict, "wish.not_asked")
}

// TestSecurityIsReportedByAnyone: with an account or without, and confirmed by
// the security team or an admin alone.
//
// guide: R45
func TestSecurityIsReportedByAnyone(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-12 11:00:00")) // a Friday
	ctx, stranger := t.Context(), support.Actor{}
	_, err := b.ReportSecurity(ctx, stranger, store.SecurityReport{Text: support.T("an exploit")})
	refused(t, err, support.Invalid, "security.reply_needed")
	_, err = b.ReportSecurity(ctx, b.asTanaka, store.SecurityReport{})
	refused(t, err, support.Invalid, "text.needed")
	known, err := b.ReportSecurity(ctx, b.asTanaka, store.SecurityReport{Text: support.T("an exploit"), Product: "esx"})
	b.ok(err)
	if want := jst(t, "2026-06-15 11:00:00"); !known.DueAt.Equal(want) || known.Contact != b.asTanaka.ID {
		t.Errorf("confirmed by %v, want %v: %+v", known.DueAt, want, known)
	}
	unknown, err := b.ReportSecurity(ctx, stranger, store.SecurityReport{Text: support.T("another"), Reply: support.T("finder@example.org")})
	b.ok(err)
	if unknown.Contact != 0 {
		t.Errorf("a stranger is known: %+v", unknown)
	}
	refused(t, b.AcknowledgeSecurity(ctx, b.asMori, unknown.ID), support.Forbidden, "party.forbidden")
	refused(t, b.AcknowledgeSecurity(ctx, b.asTanaka, unknown.ID), support.NotFound, "party.not_found")
	b.ok(b.AcknowledgeSecurity(ctx, support.Actor{Kind: support.System}, unknown.ID))
}
