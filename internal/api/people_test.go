package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/client"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// A notice that was given up is found, tried again and read, by those who run
// the desk.
func TestNoticesThatWereGivenUp(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	n := h.file("tanaka", sev3()).Number
	must(t, h.store.Update(ctx, func(tx *store.Tx) error {
		rows, _, err := tx.ClaimEffects(h.clock.Now(), time.Now(), time.Minute, 100)
		for _, e := range rows {
			if err == nil && e.Template == "acknowledgement" {
				err = tx.EffectRefused(e.Key, e.Lease, "550 no such mailbox")
			}
		}
		return err
	}))
	dead, err := h.as("ito").Effects(ctx, "", 0)
	must(t, err)
	if len(dead) != 1 || dead[0].Number != n || dead[0].Template != "acknowledgement" || dead[0].State != "dead" ||
		dead[0].LastError != "550 no such mailbox" || dead[0].Recipient.CustomerNumber != h.number("tanaka") {
		t.Fatalf("given up: %+v", dead)
	}
	key := dead[0].Key
	refused(t, h.as("ito").RetryEffect(ctx, key), http.StatusForbidden, "party.forbidden")
	must(t, h.as("ishikawa").RetryEffect(ctx, key))
	refused(t, h.as("ishikawa").RetryEffect(ctx, key), http.StatusNotFound, "effect.not_dead")
	must(t, h.desk.Settle(ctx))
	done, err := h.as("ito").Effects(ctx, "done", 500)
	must(t, err)
	if !slices.ContainsFunc(done, func(e client.Effect) bool { return e.Key == key && !e.DoneAt.IsZero() }) {
		t.Errorf("the retried notice is not among those that left: %+v", done)
	}
	mail, err := h.as("ito").SentMail(ctx, key)
	must(t, err)
	if !strings.Contains(mail, "Message-I") || !strings.Contains(mail, n) {
		t.Errorf("what left: %s", mail)
	}
	_, err = h.as("ito").SentMail(ctx, "none")
	refused(t, err, http.StatusNotFound, "effect.unknown")
	_, err = h.as("tanaka").Effects(ctx, "", 0)
	refused(t, err, http.StatusForbidden, "api.for_staff")
}

// Who leaves is closed: a contact by the desk's people, staff by an admin. The
// rota is the duty manager's.
func TestPeopleChangeAndLeave(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	sato := h.number("sato")
	p, err := h.as("hayashi").ChangeContact(ctx, sato, client.ContactChange{Phone: ptr("+81 6 0000 0000"), PreferredChannel: ptr("phone")})
	must(t, err)
	if p.Phone != "+81 6 0000 0000" || p.PreferredChannel != "phone" || p.FamilyName == "" || !p.Active {
		t.Errorf("changed to %+v", p)
	}
	_, err = h.as("suzuki").ChangeContact(ctx, sato, client.ContactChange{Active: ptr(false)})
	refused(t, err, http.StatusForbidden, "contact.active_by_staff")
	p, err = h.as("hayashi").ChangeContact(ctx, sato, client.ContactChange{Active: ptr(false)})
	must(t, err)
	if p.Active {
		t.Error("closed, and still active")
	}
	_, err = h.as("sato").Me(ctx)
	refused(t, err, http.StatusUnauthorized, "actor.inactive")
	_, err = h.as("hayashi").ChangeContact(ctx, h.number("suzuki"), client.ContactChange{Active: ptr(false)})
	refused(t, err, http.StatusConflict, "contact.is_primary")

	// A stranger learns from no value whether a number is somebody's.
	for _, number := range []string{h.number("okada"), support.CustomerNumber("100000001")} {
		_, err = h.as("tanaka").ChangeContact(ctx, number, client.ContactChange{Zone: ptr("Mars/Olympus")})
		refused(t, err, http.StatusNotFound, "contact.not_found")
	}

	m, err := h.as("ishikawa").ChangeStaff(ctx, "byrne@desk.example", client.StaffChange{Roles: &[]string{"csr"}, Duty: ptr("duty"), Site: ptr("Cork")})
	must(t, err)
	if !slices.Equal(m.Roles, []string{"csr"}) || m.Duty != "duty" || m.Site != "Cork" || m.Name == "" {
		t.Errorf("changed to %+v", m)
	}
	m, err = h.as("ishikawa").SetDuty(ctx, "byrne@desk.example", "none")
	must(t, err)
	if m.Duty != "" {
		t.Errorf("off duty is %q", m.Duty)
	}
	m, err = h.as("ishikawa").ChangeStaff(ctx, "BYRNE@desk.example", client.StaffChange{Active: ptr(false)})
	must(t, err)
	if m.Active {
		t.Error("left, and still active")
	}
	_, err = h.as("byrne").Me(ctx)
	refused(t, err, http.StatusUnauthorized, "actor.inactive")
	_, err = h.as("ishikawa").ChangeStaff(ctx, "nobody@desk.example", client.StaffChange{Active: ptr(false)})
	refused(t, err, http.StatusUnprocessableEntity, "api.staff_unknown")
}

// Staff find whom they have no number of, page by page.
func TestPeopleAreListed(t *testing.T) {
	t.Parallel()
	h, ctx := open(t), context.Background()
	hayashi := h.as("hayashi")
	all, next, err := hayashi.Accounts(ctx, "", 0)
	must(t, err)
	if len(all) < 3 || next != "" {
		t.Fatalf("accounts %+v, %q", all, next)
	}
	var paged []client.Account
	for cursor := ""; ; {
		page, next, err := hayashi.Accounts(ctx, cursor, 2)
		must(t, err)
		paged = append(paged, page...)
		if cursor = next; next == "" {
			break
		}
	}
	if !slices.Equal(paged, all) {
		t.Errorf("by two: %+v, want %+v", paged, all)
	}
	caller, err := hayashi.Caller(ctx, h.number("sato"))
	must(t, err)
	var numbers []string
	for cursor := ""; ; {
		page, next, err := hayashi.Contacts(ctx, caller.Account.ID, cursor, 1)
		must(t, err)
		for _, p := range page {
			numbers = append(numbers, p.CustomerNumber)
		}
		if cursor = next; next == "" {
			break
		}
	}
	for _, key := range []string{"suzuki", "sato", "okada"} {
		if !slices.Contains(numbers, h.number(key)) {
			t.Errorf("%s is missing in %v", key, numbers)
		}
	}
	if slices.Contains(numbers, h.number("tanaka")) {
		t.Error("a contact of another account is listed")
	}
	_, _, err = hayashi.Contacts(ctx, caller.Account.ID, "1", 0)
	refused(t, err, http.StatusUnprocessableEntity, "list.cursor")
	_, _, err = h.as("sato").Accounts(ctx, "", 0)
	refused(t, err, http.StatusForbidden, "api.for_staff")
}
