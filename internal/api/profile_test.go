package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
)

// A person sees what is wrong with their profile, puts it right, and sees whose
// mails to let through; others see nothing of it.
//
// guide: R12
func TestAPersonKeepsTheProfileRight(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	sato := h.as("sato")
	must(t, h.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.MarkBounced(h.cast.Contacts["sato"].ID, "Sato@aoba.example", h.clock.Now())
		return err
	}))
	me, err := sato.Me(ctx)
	must(t, err)
	if !me.BouncedAt.Equal(h.clock.Now()) || len(me.Warnings) != 1 || me.Warnings[0].Key != "email.bounced" || me.Safelist == nil ||
		!slices.Equal(me.Safelist.Addresses, []string{"support@desk.example"}) {
		t.Errorf("me: %+v", me)
	}
	caller, err := h.as("hayashi").Caller(ctx, h.number("sato"))
	must(t, err)
	if caller.Contact.BouncedAt.IsZero() || len(caller.Contact.Warnings) != 1 {
		t.Errorf("the representative sees %+v", caller.Contact)
	}
	private := "sato@gmail.com"
	changed, err := h.as("hayashi").ChangeContact(ctx, h.number("sato"), client.ContactChange{Email: &private})
	must(t, err)
	if !changed.BouncedAt.IsZero() || len(changed.Warnings) != 1 || changed.Warnings[0].Key != "email.free_mail" {
		t.Errorf("with a private address: %+v", changed)
	}
	p, err := sato.ContactProfile(ctx, h.number("sato"))
	must(t, err)
	if p.Account.Name != "青葉製作所" || len(p.Duties) != 3 || p.Contact.Email != private {
		t.Errorf("the profile: %+v", p)
	}
	_, err = h.as("suzuki").ContactProfile(ctx, h.number("sato"))
	must(t, err) // the PLA helps
	for _, key := range []string{"mizuno", "takahashi"} {
		_, err = h.as(key).ContactProfile(ctx, h.number("sato"))
		refused(t, err, http.StatusNotFound, "contact.not_found")
	}
	_, err = h.as("tanaka").ConfirmAddress(ctx, h.number("sato"))
	refused(t, err, http.StatusNotFound, "contact.not_found")
}

// Certifications are the person's own; staff verify them; what has ended is
// shown so, and courses for the person's products stand beside.
//
// guide: R53
func TestCertificationsAndCourses(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka, number := h.as("tanaka"), h.number("tanaka")
	for _, n := range []client.NewCertification{
		{Name: "Administrator of vSphere", Number: "CA-1", Product: "vsphere", Until: start.Add(time.Hour)},
		{Name: "Network engineer"},
	} {
		_, err := tanaka.AddCertification(ctx, number, n)
		must(t, err)
	}
	h.advance(time.Hour)
	p, err := tanaka.ContactProfile(ctx, number)
	must(t, err)
	if len(p.Certifications) != 2 || !p.Certifications[0].Expired || p.Certifications[1].Expired || p.Certifications[0].Verified {
		t.Fatalf("certifications: %+v", p.Certifications)
	}
	p, err = h.as("hayashi").VerifyCertification(ctx, number, p.Certifications[1].ID)
	must(t, err)
	if c := p.Certifications[1]; !c.Verified || c.VerifiedBy == nil || c.VerifiedBy.Email != "hayashi@desk.example" || c.AddedBy == "" {
		t.Errorf("verified: %+v", c)
	}
	ids := func(list []client.Course) string {
		var out []string
		for _, c := range list {
			out = append(out, c.ID)
		}
		return strings.Join(out, " ")
	}
	if got := ids(p.Courses); got != "install_configure install_configure_ja administrator rollout_review" {
		t.Errorf("courses on the profile: %s", got)
	}
	list, err := h.as("ono").Courses(ctx, "spring", "en", "")
	must(t, err)
	if got := ids(list); got != "spring_core" {
		t.Errorf("courses for Spring: %s", got)
	}
	_, err = h.as("ono").Courses(ctx, "sping", "", "")
	refused(t, err, http.StatusNotFound, "product.unknown")
	_, err = tanaka.RemoveCertification(ctx, number, p.Certifications[0].ID)
	must(t, err)
	_, err = tanaka.RemoveCertification(ctx, number, p.Certifications[0].ID)
	refused(t, err, http.StatusNotFound, "certification.unknown")
}

// Licences as the PLA, a secondary administrator, a support administrator and the
// team see them: folders, words, replaced keys, releases, and the agreement that
// stands before the keys.
//
// guide: R03, R04, R13
func TestLicencesAsEachSeesThem(t *testing.T) {
	t.Parallel()
	h, ctx := open(t, func(p *policy.Pack) { p.Licences.Agreement.BeforeKeys = true }), context.Background()
	const contract, key = "BAS-2010-0417", "AOBA1-ESX35-4CPU-1AAAA"
	mori, suzuki, okada := h.as("mori"), h.as("suzuki"), h.as("okada")
	_, err := mori.AddLicence(ctx, contract, client.NewLicence{Key: key, Product: "esx", Version: "3.5", Units: 4})
	must(t, err)
	k, err := suzuki.Contract(ctx, contract)
	must(t, err)
	if k.Primary == nil || k.Primary.Email != "suzuki@aoba.example" || k.Confirmation == nil || k.Confirmation.State != "open" {
		t.Errorf("the contract: %+v", k)
	}
	if len(k.Licences) != 2 || k.Licences[1].Key != "" || !k.Licences[1].Hidden || k.Agreement == nil || !k.Agreement.AcceptedAt.IsZero() {
		t.Errorf("before the agreement: %+v", k.Licences)
	}
	_, err = suzuki.ChangeLicence(ctx, contract, key, client.LicenceChange{Note: ptr("x")})
	must(t, err) // who knows the key may name it
	k, err = mori.Contract(ctx, contract)
	must(t, err)
	if k.Licences[1].Key != key {
		t.Errorf("the team sees %+v", k.Licences[1])
	}
	k, err = suzuki.AcceptAgreement(ctx, contract, k.Agreement.Version)
	must(t, err)
	if k.Licences[1].Key != key || k.Agreement.AcceptedBy == nil || k.Agreement.AcceptedBy.CustomerNumber != h.number("suzuki") {
		t.Errorf("after the agreement: %+v %+v", k.Licences[1], k.Agreement)
	}
	// ESX 4.0 came after 3.5, and Basic gives major releases
	if got := k.Licences[1].Releases; !slices.Equal(got, []client.Release{{Version: "4.0", Kind: "major", Available: true}}) {
		t.Errorf("releases: %+v", got)
	}
	k, err = suzuki.AddFolder(ctx, contract, "Tokyo")
	must(t, err)
	folder := k.Folders[0].ID
	_, err = suzuki.MoveLicence(ctx, contract, key, folder)
	must(t, err)
	_, err = suzuki.MoveLicence(ctx, contract, key, "fld_")
	refused(t, err, http.StatusNotFound, "folder.unknown")
	_, err = suzuki.OpenFolder(ctx, contract, folder, h.number("okada"))
	must(t, err)
	_, err = suzuki.CloseLicence(ctx, contract, "AOBA1-ESX40-20CPU-7Q3ND", h.number("okada"))
	must(t, err)
	k, err = okada.ChangeLicence(ctx, contract, key, client.LicenceChange{Label: ptr("build"), Host: ptr("esx07"), Site: ptr("Tokyo 2F"), Note: ptr("moves in July")})
	must(t, err)
	want := client.Licence{Key: key, Product: "esx", Version: "3.5", Units: 4, Folder: folder, Label: "build", Host: "esx07", Site: "Tokyo 2F", Note: "moves in July"}
	if len(k.Licences) != 1 || len(k.Folders) != 1 || k.Folders[0].OpenedTo != nil {
		t.Fatalf("Okada sees %+v %+v", k.Licences, k.Folders)
	}
	got := k.Licences[0]
	if got.Releases = nil; !slices.EqualFunc([]client.Licence{got}, []client.Licence{want}, func(a, b client.Licence) bool {
		return a.Key == b.Key && a.Folder == b.Folder && a.Label == b.Label && a.Host == b.Host && a.Site == b.Site && a.Note == b.Note
	}) {
		t.Errorf("Okada sees %+v, want %+v", got, want)
	}
	_, err = okada.MoveLicence(ctx, contract, key, "")
	refused(t, err, http.StatusForbidden, "party.forbidden")
	k, err = h.as("sato").Contract(ctx, contract)
	must(t, err)
	if len(k.Licences)+len(k.Folders) != 0 || k.Primary == nil {
		t.Errorf("a support administrator sees %+v %+v", k.Licences, k.Folders)
	}
}

// A request about wrong licences, or about renewal, is prepared with what the
// questions of the team need; what is not known is named as missing.
//
// guide: R13, R51
func TestRequestsArePrepared(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	caller, err := h.as("hayashi").Caller(ctx, h.number("takahashi"))
	must(t, err)
	var made client.Contract
	must(t, h.as("mori").Do(ctx, http.MethodPost, "/v1/contracts", map[string]any{
		"account": caller.Account.ID, "number": "PRD-2026-0001", "offering": "production", "products": []string{"vsphere"}, "regions": []string{"apj"},
		"starts_at": start, "ends_at": start.AddDate(1, 0, 0), "primary": h.number("takahashi"), "order": "PO-77",
	}, &made))
	_, err = h.as("mori").AddLicence(ctx, made.Number, client.NewLicence{Key: "HOKU2-VSP40", Product: "vsphere", Version: "4.0", Units: 2})
	must(t, err)
	takahashi := h.as("takahashi")
	d, err := takahashi.Draft(ctx, made.Number, "licences")
	must(t, err)
	for _, s := range []string{"PO-77", made.Number, "HOKU2-VSP40", "takahashi@hokuto.example"} {
		if !strings.Contains(d.Text, s) {
			t.Errorf("the request does not say %s:\n%s", s, d.Text)
		}
	}
	if d.Topic != "licence" || len(d.Missing) != 0 || !slices.Equal(d.Items, []string{"order_number", "contract_number", "licence_key", "pla_email"}) {
		t.Errorf("the draft: %+v", d)
	}
	_, err = takahashi.ConfirmLicences(ctx, made.Number, "wrong")
	must(t, err)
	filed, err := takahashi.File(ctx, d.File("One key is for 4 CPUs, we ordered 8."))
	must(t, err)
	k, err := takahashi.Contract(ctx, made.Number)
	must(t, err)
	if k.Confirmation.Request != filed.Number || k.Confirmation.State != "wrong" {
		t.Errorf("the confirmation: %+v, filed %s", k.Confirmation, filed.Number)
	}
	d, err = takahashi.Draft(ctx, "PRD-2010-1102", "renewal")
	must(t, err)
	if d.Topic != "contract" || !slices.Equal(d.Missing, []string{"order_number"}) || !strings.Contains(d.Title, "PRD-2010-1102") {
		t.Errorf("the renewal: %+v", d)
	}
	_, err = takahashi.Draft(ctx, "PRD-2010-1102", "party")
	refused(t, err, http.StatusNotFound, "draft.about_unknown")
	_, err = takahashi.Draft(ctx, "BAS-2010-0417", "renewal")
	refused(t, err, http.StatusNotFound, "contract.not_found")
	e := h.as("mori")
	_, err = e.GrantRole(ctx, "BAS-2010-0417", h.number("yamamoto"), "role_support_admin") // the fourth
	must(t, err)
	_, err = e.GrantRole(ctx, "BAS-2010-0417", h.number("okada"), "role_support_admin")
	full := refused(t, err, http.StatusConflict, "role.cap_reached")
	if len(full.Routes) != 1 || full.Routes[0].ID != "upgrade" || !strings.Contains(full.Detail, "Basic allows 4") {
		t.Errorf("the fifth is refused with %+v", full)
	}
}

// At severity 1 the customer's duty stands in the answer before filing and in the
// request; nobody named is asked for and holds nothing up.
//
// guide: R18, R54
func TestTheDutyAtSeverityOne(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	tanaka := h.as("tanaka")
	q := client.EntitlementQuery{Product: "vsphere", Version: "4.0", Severity: 1, Channel: "portal"}
	got, err := tanaka.Entitlement(ctx, q)
	must(t, err)
	if d := got.Receipt.Coverage.Duty; d == nil || !strings.Contains(d.Text, "dedicated people") || !slices.Contains(d.Rules, "R54") {
		t.Errorf("before filing: %+v", d)
	}
	q.Severity = 2
	got, err = tanaka.Entitlement(ctx, q)
	must(t, err)
	if got.Receipt.Coverage.Duty != nil {
		t.Errorf("severity 2 has a duty: %+v", got.Receipt.Coverage.Duty)
	}
	f := sev3()
	f.Severity, f.Criteria = 1, []string{"production_down"}
	res := h.file("tanaka", f)
	r := res.Request
	if r.Duty == nil || !r.Duty.Missing || r.Turn != "support" || len(r.Asks) != 1 || r.Asks[0].Item != "people" {
		t.Errorf("filed: %+v turn %s asks %+v", r.Duty, r.Turn, r.Asks)
	}
	var back client.Result
	must(t, tanaka.Do(ctx, http.MethodPatch, "/v1/requests/"+res.Number, client.Details{Severity1: ptr([]string{h.number("tanaka")})}, &back))
	if d := back.Request.Duty; d == nil || d.Missing || len(d.People) != 1 || back.Request.Asks[0].State != "answered" || back.Request.Turn != "support" {
		t.Errorf("named: %+v asks %+v turn %s", d, back.Request.Asks, back.Request.Turn)
	}
}
