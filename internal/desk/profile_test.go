package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/notify"
	"madoguchi/internal/support"
)

// A contact has a business address: a private one is warned of, or refused where
// the pack says so, one that does not last is refused, in any spelling and below
// any of the domains.
//
// guide: R12
func TestABusinessAddressIsWanted(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	add := func(email string) (support.Contact, error) {
		c := support.Contact{Account: b.aoba.ID, FamilyName: "New", Email: email, Language: "ja", Zone: "Asia/Tokyo"}
		return c, b.AddContact(ctx, b.asMori, &c)
	}
	for email, want := range map[string]string{
		"a@aoba.example": "", "b@gmail.com": "email.free_mail", "c@GMail.com": "email.free_mail", "d@mail.yahoo.co.jp": "email.free_mail",
		"e@notgmail.com": "", "f@gmail.com.example": "",
	} {
		c, err := add(email)
		if err != nil {
			t.Errorf("%s: %v", email, err)
		}
		var keys []string
		for _, g := range support.ProfileWarnings(b.Pack(), c) {
			keys = append(keys, g.Key)
		}
		if got := strings.Join(keys, " "); got != want {
			t.Errorf("%s: warned of %q, want %q", email, got, want)
		}
	}
	for _, email := range []string{"x@mailinator.com", "x@eu.Mailinator.com"} {
		_, err := add(email)
		refused(t, err, support.Invalid, "email.disposable")
		changed := b.sato
		changed.Email = email
		refused(t, b.ChangeContact(ctx, b.asSato, changed), support.Invalid, "email.disposable")
	}
	b.Pack().Profile.FreeMail.Then = "refuse"
	_, err := add("g@gmail.com")
	refused(t, err, support.Invalid, "email.free_mail")
	b.check()
}

// An address that mails do not reach is marked, until it is changed or somebody
// says that it is right. Trouble on our side marks nothing.
//
// guide: R12
func TestAnAddressThatBouncesIsMarked(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	bounced := func() bool {
		t.Helper()
		c, err := b.store.Contact(ctx, everything, b.tanaka.ID)
		b.ok(err)
		return !c.BouncedAt.IsZero()
	}
	b.post.setRefuse(func(m notify.Mail) error { return errors.New("the smarthost is down") })
	b.file()
	b.settle()
	if bounced() {
		t.Error("a mail that will be tried again marks the address")
	}
	b.post.setRefuse(func(m notify.Mail) error { return fmt.Errorf("554 the relay does not know us: %w", ErrPermanent) })
	b.file()
	b.settle()
	if bounced() {
		t.Error("a relay that takes no mail of ours marks the address")
	}
	b.post.setRefuse(func(m notify.Mail) error {
		if m.To.Email == b.tanaka.Email {
			return fmt.Errorf("550 no such user: %w: %w", ErrAddress, ErrPermanent)
		}
		return nil
	})
	b.file()
	b.settle()
	if !bounced() {
		t.Fatal("an address that was refused for good is not marked")
	}
	refused(t, b.ConfirmAddress(ctx, b.asSato, b.tanaka.ID), support.NotFound, "contact.not_found")
	b.ok(b.ConfirmAddress(ctx, b.asTanaka, b.tanaka.ID))
	if bounced() {
		t.Error("a confirmed address is still marked")
	}
	b.file()
	b.settle()
	if !bounced() {
		t.Error("it came back again and is not marked")
	}
	changed := b.tanaka
	changed.Phone = "+81 3 5550 0100"
	b.ok(b.ChangeContact(ctx, b.asTanaka, changed))
	if !bounced() {
		t.Error("another telephone number heals the address")
	}
	changed.Email = "tanaka.makoto@hokuto.example"
	b.ok(b.ChangeContact(ctx, b.asTanaka, changed))
	if bounced() {
		t.Error("a new address is marked for what the old one did")
	}
	// somebody records that a mail came back
	b.post.setRefuse(nil)
	id := b.file().ID
	b.do(b.asIto, id, &support.LogContact{Channel: support.Mail, Outcome: support.Bounced, Text: support.T("returned")})
	if !bounced() {
		t.Error("a mail that came back by somebody's word marks nothing")
	}
	b.check()
}

// Certifications stand on the profile with who added and who verified them; what
// they said is gone when they are removed.
//
// guide: R53
func TestCertificationsStandOnTheProfile(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	c := support.Certification{
		Contact: b.sato.ID, Product: "esx", Name: support.T("Certified administrator"), Number: support.T("CA-77120"), Until: jst(t, "2026-06-04 00:00:00"),
	}
	b.ok(b.AddCertification(ctx, b.asSato, &c))
	refused(t, b.AddCertification(ctx, b.asTanaka, &support.Certification{Contact: b.sato.ID, Name: support.T("x")}), support.NotFound, "contact.not_found")
	refused(t, b.AddCertification(ctx, b.asSato, &support.Certification{Contact: b.sato.ID}), support.Invalid, "name.needed")
	refused(t, b.AddCertification(ctx, b.asSato, &support.Certification{Contact: b.sato.ID, Name: support.T("x"), Product: "none"}), support.NotFound, "product.not_found")
	refused(t, b.VerifyCertification(ctx, b.asSato, b.sato.ID, c.ID), support.Forbidden, "party.forbidden")
	asHayashi := support.Actor{Kind: support.Vendor, ID: b.hayashi.ID}
	refused(t, b.VerifyCertification(ctx, asHayashi, b.tanaka.ID, c.ID), support.NotFound, "certification.unknown")
	b.ok(b.VerifyCertification(ctx, asHayashi, b.sato.ID, c.ID))
	list, err := b.store.Certifications(ctx, everything, b.sato.ID)
	b.ok(err)
	if len(list) != 1 || list[0].AddedBy != b.asSato || list[0].VerifiedBy != b.hayashi.ID || !list[0].VerifiedAt.Equal(b.Now()) {
		t.Fatalf("on the profile: %+v", list)
	}
	for _, at := range []struct {
		instant string
		over    bool
	}{{"2026-06-03 23:59:59", false}, {"2026-06-04 00:00:00", true}} {
		if got := list[0].Expired(jst(t, at.instant)); got != at.over {
			t.Errorf("expired at %s: %v", at.instant, got)
		}
	}
	b.ok(b.RemoveCertification(ctx, b.asSuzuki, b.sato.ID, c.ID)) // the PLA of the account helps
	refused(t, b.RemoveCertification(ctx, b.asSato, b.sato.ID, c.ID), support.NotFound, "certification.unknown")
	texts, err := b.store.Texts(ctx, []int64{list[0].Name.ID, list[0].Number.ID})
	b.ok(err)
	if texts[list[0].Name.ID] != "" || texts[list[0].Number.ID] != "" {
		t.Errorf("a removed certification still says %v", texts)
	}
	for n := range maxCertifications {
		b.ok(b.AddCertification(ctx, b.asSato, &support.Certification{Contact: b.sato.ID, Name: support.T(fmt.Sprint("c", n))}))
	}
	refused(t, b.AddCertification(ctx, b.asSato, &support.Certification{Contact: b.sato.ID, Name: support.T("one more")}), support.Conflict, "certification.too_many")
	b.check()
}

// Courses and consulting are found by product, language and country.
//
// guide: R53
func TestCoursesByProductLanguageAndCountry(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	for _, c := range []struct {
		products          []string
		language, country string
		want              string
	}{
		{[]string{"esx"}, "ja", "JP", "install_configure install_configure_ja administrator rollout_review"},
		{[]string{"esx"}, "ja-JP", "JP", "install_configure install_configure_ja administrator rollout_review"},
		{[]string{"esx"}, "ja", "US", "install_configure administrator rollout_review"},
		{[]string{"esx"}, "en", "JP", "install_configure administrator rollout_review"},
		{[]string{"spring"}, "en", "DE", "spring_core"},
		{[]string{"fusion"}, "en", "US", ""},
		{nil, "en", "US", "install_configure administrator spring_core rollout_review"},
	} {
		var ids []string
		for _, x := range b.Pack().Courses(c.products, c.language, c.country) {
			ids = append(ids, x.ID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%v in %s in %s: %s, want %s", c.products, c.language, c.country, got, c.want)
		}
	}
}

// After a purchase the PLA is asked whether the right licences are assigned, and
// again; wrong ones become a request; whoever gets a role learns who the PLA is.
//
// guide: R13
func TestAPurchaseLeadsToThePrimary(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	k := support.Contract{Account: b.aoba.ID, Number: "B-2", Offering: "basic", Products: []string{"esx"}, Regions: []string{"apj"},
		StartsAt: b.Now(), EndsAt: jst(t, "2029-06-03 00:00:00"), Order: "PO-1"}
	b.ok(b.AddContract(ctx, b.asMori, &k, b.suzuki.ID))
	b.ok(b.AddLicence(ctx, b.asMori, &support.Licence{Contract: k.ID, Key: "AAAA", Product: "esx", Version: "4.0", Units: 4}))
	new := support.Contact{Account: b.aoba.ID, FamilyName: "Endo", Email: "endo@aoba.example", Language: "en", Zone: "Asia/Tokyo"}
	b.ok(b.AddContact(ctx, b.asSuzuki, &new))
	b.ok(b.GrantRole(ctx, b.asSuzuki, k.ID, new.ID, support.RoleSupportAdmin))
	b.settle()
	b.wantMails("welcome", new.Email, "support@vendor.example", new.Number)
	b.wantMails("role_granted", new.Email, "Suzuki", b.suzuki.Email, "B-2")
	b.wantMails("licences_bought", b.suzuki.Email, "B-2", "madoguchi contract confirm B-2")

	refused(t, b.ConfirmLicences(ctx, b.asSato, k.ID, support.LicencesConfirmed), support.NotFound, "contract.not_found")
	refused(t, b.ConfirmLicences(ctx, support.Actor{Kind: support.Customer, ID: new.ID}, k.ID, support.LicencesConfirmed), support.Forbidden, "party.forbidden")
	refused(t, b.ConfirmLicences(ctx, b.asSuzuki, b.basic.ID, support.LicencesConfirmed), support.Conflict, "confirmation.not_open")
	refused(t, b.ConfirmLicences(ctx, b.asSuzuki, k.ID, support.ConfirmationOpen), support.Invalid, "confirmation.state_unknown")

	b.reach(jst(t, "2026-06-10 09:59:59"))
	b.wantMails("licences_reminder", b.suzuki.Email)
	b.reach(jst(t, "2026-06-10 10:00:00"))
	b.wantMails("licences_reminder", b.suzuki.Email, "B-2")
	b.reach(jst(t, "2026-06-17 10:00:00"))
	if n := len(b.mailsOf("licences_reminder")); n != 2 {
		t.Errorf("%d reminders after two weeks, want 2", n)
	}

	b.ok(b.ConfirmLicences(ctx, b.asSuzuki, k.ID, support.LicencesWrong))
	file := support.File{Kind: support.CS, Channel: support.Portal, Contact: b.suzuki.ID, Contract: k.ID, Topic: "licence", Title: support.T("wrong licence")}
	id := b.do(b.asSuzuki, 0, &file).ID
	c, asked, err := b.store.Confirmation(ctx, k.ID)
	b.ok(err)
	if !asked || c.State != support.LicencesWrong || c.Request != id || !c.DueAt.IsZero() {
		t.Errorf("after the request: %+v", c)
	}
	b.reach(jst(t, "2026-07-17 10:00:00"))
	if n := len(b.mailsOf("licences_reminder")); n != 2 {
		t.Errorf("%d reminders though a request is under way", n)
	}
	b.ok(b.ConfirmLicences(ctx, b.asSuzuki, k.ID, support.LicencesConfirmed))
	refused(t, b.ConfirmLicences(ctx, b.asSuzuki, k.ID, support.LicencesWrong), support.Conflict, "confirmation.not_open")
	// the next purchase asks anew
	b.ok(b.AddLicence(ctx, b.asMori, &support.Licence{Contract: k.ID, Key: "BBBB", Product: "esx", Version: "4.0", Units: 4}))
	b.settle()
	if n := len(b.mailsOf("licences_bought")); n != 2 {
		t.Errorf("%d letters for two purchases", n)
	}
	b.check()
}

// The end of a contract is told to its PLA 90 and 30 days before, once each,
// however late the contract was entered, and not when it ends otherwise.
//
// guide: R03
func TestTheEndOfAContractIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00")) // both contracts end with the year
	ctx := t.Context()
	late := support.Contract{Account: b.aoba.ID, Number: "B-2", Offering: "basic", Products: []string{"esx"}, Regions: []string{"apj"},
		StartsAt: jst(t, "2025-06-01 00:00:00"), EndsAt: jst(t, "2026-06-20 00:00:00")}
	b.ok(b.AddContract(ctx, system, &late, b.suzuki.ID))
	b.ok(b.SetContractState(ctx, b.asMori, b.production.ID, support.ContractCancelled))
	b.settle()
	b.wantMails("contract_ends", b.suzuki.Email, "B-2", "Sat 20 Jun 2026", "madoguchi contract renew B-2")
	told := func(at string, want int) {
		t.Helper()
		b.reach(jst(t, at))
		if n := len(b.mailsOf("contract_ends")); n != want {
			t.Errorf("%d letters by %s, want %d", n, at, want)
		}
	}
	told("2026-10-02 23:59:59", 1)
	told("2026-10-03 00:00:00", 2)
	told("2026-12-01 23:59:59", 2)
	told("2026-12-02 00:00:00", 3)
	told("2027-01-02 00:00:00", 3)
	b.check()
}

// The licence agreement in force is accepted by the PLA, each version once.
//
// guide: R03
func TestTheAgreementIsAccepted(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	version := b.Pack().Licences.Agreement.Version
	refused(t, b.AcceptAgreement(ctx, b.asSato, b.basic.ID, version), support.Forbidden, "party.forbidden")
	refused(t, b.AcceptAgreement(ctx, b.asPL, b.basic.ID, version), support.NotFound, "contract.not_found")
	refused(t, b.AcceptAgreement(ctx, b.asSuzuki, b.basic.ID, "1999"), support.Conflict, "agreement.other_version")
	b.ok(b.AcceptAgreement(ctx, b.asSuzuki, b.basic.ID, version))
	refused(t, b.AcceptAgreement(ctx, b.asSuzuki, b.basic.ID, version), support.Conflict, "agreement.accepted")
	b.Pack().Licences.Agreement.Version = "2"
	b.clock.add(time.Hour)
	b.ok(b.AcceptAgreement(ctx, b.asSuzuki, b.basic.ID, "2"))
	list, err := b.store.Acceptances(ctx, b.basic.ID)
	b.ok(err)
	if len(list) != 2 || list[0].Version != version || list[1].Version != "2" || list[1].Contact != b.suzuki.ID || !list[1].At.Equal(b.Now()) {
		t.Errorf("accepted: %+v", list)
	}
	b.check()
}

// A secondary licence administrator changes and registers what was opened to
// them, by key or by folder, and nothing else of the contract.
//
// guide: R04
func TestASecondaryWorksOnWhatWasOpened(t *testing.T) {
	t.Parallel()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	ctx := t.Context()
	okada := b.person(b.aoba.ID, "Okada", "okada@aoba.example")
	as := support.Actor{Kind: support.Customer, ID: okada.ID}
	b.ok(b.GrantRole(ctx, b.asSuzuki, b.basic.ID, okada.ID, support.RoleLicenceSecondary))
	keys := []support.Licence{
		{Contract: b.basic.ID, Key: "AAAA", Product: "esx", Version: "4.0", Units: 4},
		{Contract: b.basic.ID, Key: "BBBB", Product: "esx", Version: "4.0", Units: 4},
	}
	for i := range keys {
		b.ok(b.AddLicence(ctx, b.asMori, &keys[i]))
	}
	tokyo := support.Folder{Contract: b.basic.ID, Name: "Tokyo"}
	b.ok(b.AddFolder(ctx, b.asSuzuki, &tokyo))
	b.ok(b.MoveLicence(ctx, b.asSuzuki, keys[0].ID, tokyo.ID))
	label := "build host"
	words := LicenceWords{Label: &label}
	register := func() error {
		return b.Register(ctx, as, &support.Registration{Contact: okada.ID, Product: "esx", Contract: b.basic.ID})
	}
	refused(t, b.ChangeLicence(ctx, as, keys[0].ID, words), support.NotFound, "licence.unknown")
	refused(t, register(), support.Forbidden, "registration.not_opened")
	b.ok(b.OpenFolder(ctx, b.asSuzuki, b.basic.ID, tokyo.ID, okada.ID))
	b.ok(b.ChangeLicence(ctx, as, keys[0].ID, words))
	b.ok(register())
	refused(t, b.ChangeLicence(ctx, as, keys[1].ID, words), support.NotFound, "licence.unknown")
	for name, err := range map[string]error{
		"open":  b.OpenLicence(ctx, as, keys[0].ID, okada.ID),
		"move":  b.MoveLicence(ctx, as, keys[1].ID, tokyo.ID),
		"add":   b.AddFolder(ctx, as, &support.Folder{Contract: b.basic.ID, Name: "Mine"}),
		"grant": b.GrantRole(ctx, as, b.basic.ID, b.tanaka.ID, support.RoleLicenceSecondary),
	} {
		if support.CodeOf(err) != support.Forbidden {
			t.Errorf("%s by a secondary: %v", name, err)
		}
	}
	refused(t, b.OpenFolder(ctx, b.asSuzuki, b.basic.ID, tokyo.ID, b.sato.ID), support.Conflict, "licence.not_secondary")
	refused(t, b.MoveLicence(ctx, b.asSuzuki, keys[1].ID, tokyo.ID+7), support.NotFound, "folder.unknown")
	got, err := b.store.Licence(ctx, everything, keys[0].ID)
	b.ok(err)
	if got.Label != label || got.Folder != tokyo.ID || !slices.Equal(got.OpenedTo, []int64{okada.ID}) {
		t.Errorf("the key: %+v", got)
	}
	b.ok(b.CloseFolder(ctx, b.asSuzuki, b.basic.ID, tokyo.ID, okada.ID))
	refused(t, b.ChangeLicence(ctx, as, keys[0].ID, words), support.NotFound, "licence.unknown")
	b.check()
}

// reach lets time pass to an instant.
func (b *bench) reach(at time.Time) {
	b.t.Helper()
	b.ok(b.Advance(b.t.Context(), b.clock.set, at))
}

// mailsOf are the letters of a kind.
func (b *bench) mailsOf(template string) []notify.Mail {
	return slices.DeleteFunc(b.post.mails(), func(m notify.Mail) bool { return !strings.Contains(m.Key, "."+template+".") })
}

// wantMails wants exactly one letter of a kind, to an address, that says each of
// some words; without words there must be none.
func (b *bench) wantMails(template, to string, says ...string) {
	b.t.Helper()
	got := b.mailsOf(template)
	if len(says) == 0 && len(got) == 0 {
		return
	}
	if len(got) != 1 || got[0].To.Email != to {
		b.t.Fatalf("letters %s: %+v, want one to %s", template, got, to)
	}
	for _, s := range says {
		if !strings.Contains(got[0].Text, s) {
			b.t.Errorf("%s does not say %q:\n%s", template, s, got[0].Text)
		}
	}
}
