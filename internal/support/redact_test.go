package support_test

import (
	"errors"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// spoken files a request of Hokuto's and lets the customer paste a password.
func spoken(t *testing.T) (m *room, id, seq int64) {
	t.Helper()
	m = newRoom()
	m.now = at(t, "2026-06-03 10:00")
	tanaka := m.people["tanaka"]
	id, err := m.do(tanaka, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: tanaka.ID, Product: "vsphere", Version: "4.0", Severity: 3,
		Title: support.T("title"), Body: support.T("body"), Details: support.Details{Impact: support.T("impact")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.do(tanaka, id, &support.Comment{Text: support.T("root / hunter2")}); err != nil {
		t.Fatal(err)
	}
	return m, id, m.file(id).request.Seq
}

func TestErasingATextOfOnesOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		after time.Duration
		key   string
	}{
		{0, ""}, {time.Hour - support.Micro, ""}, {time.Hour, ""}, {time.Hour + support.Micro, "redaction.too_late"},
	} {
		m, id, seq := spoken(t)
		m.now = m.now.Add(c.after)
		_, err := m.do(m.people["tanaka"], id, &support.RedactText{Seq: seq, Ground: "secret"})
		if refusedKey(err) != c.key {
			t.Errorf("after %v: %v, want %q", c.after, err, c.key)
		}
	}
}

func TestWhoErasesATextOfOthers(t *testing.T) {
	t.Parallel()
	for who, key := range map[string]string{
		"watanabe": "", "ito": "redaction.not_yours", "hayashi": "redaction.not_yours", "takahashi": "redaction.not_yours",
		"weber": "request.not_found", "system": "",
	} {
		m, id, seq := spoken(t)
		_, err := m.do(m.people[who], id, &support.RedactText{Seq: seq, Ground: "secret", Reason: support.T("pasted by mistake")})
		if refusedKey(err) != key {
			t.Errorf("%s: %v, want %q", who, err, key)
		}
	}
}

func TestWhatIsErased(t *testing.T) {
	t.Parallel()
	m, id, seq := spoken(t)
	duty := m.people["watanabe"]
	for _, c := range []struct {
		cmd support.RedactText
		key string
	}{
		{support.RedactText{Seq: seq, Ground: "because"}, "redaction.ground_unknown"},
		{support.RedactText{Seq: 999, Ground: "secret"}, "redaction.entry_unknown"},
		{support.RedactText{Seq: 2, Ground: "secret"}, "redaction.nothing"},
		{support.RedactText{Seq: seq, Field: "reason", Ground: "secret"}, "redaction.field_unknown"},
		{support.RedactText{Seq: 1, Field: "details.impact", Ground: "personal"}, ""},
		{support.RedactText{Seq: 1, Field: "details.impact", Ground: "personal"}, "redaction.done"},
		{support.RedactText{Seq: 1, Ground: "personal"}, ""}, // the other two
		{support.RedactText{Seq: seq, Ground: "secret"}, ""},
	} {
		if _, err := m.do(duty, id, &c.cmd); refusedKey(err) != c.key {
			t.Errorf("%+v: %v, want %q", c.cmd, err, c.key)
		}
	}
	var got []support.ContentErased
	for _, f := range m.file(id).facts {
		if b, ok := f.Body.(support.ContentErased); ok {
			got = append(got, b)
		}
	}
	filed := m.file(id).request.Filed
	if len(got) != 3 || len(got[0].Content) != 1 || got[0].Content[0] != filed.Details.Impact.ID ||
		len(got[1].Content) != 2 || got[1].Content[0] != filed.Title.ID || got[2].Of != seq {
		t.Fatalf("erased %+v", got)
	}
	if n := len(m.file(id).request.Erased); n != 4 {
		t.Errorf("%d contents are known to be gone, want 4", n)
	}
}

// What is the vendor's own is erased without a word to the customer.
func TestErasingANoteStaysInside(t *testing.T) {
	t.Parallel()
	m, id, _ := spoken(t)
	if _, err := m.do(m.people["ito"], id, &support.AddNote{Text: support.T("hunter2")}); err != nil {
		t.Fatal(err)
	}
	note := m.file(id).request.Seq
	if _, err := m.do(m.people["ito"], id, &support.RedactText{Seq: note, Ground: "secret"}); err != nil {
		t.Fatal(err)
	}
	last := m.file(id).facts[note]
	if support.Public(last) {
		t.Error("customers are told that a note was erased")
	}
	for _, e := range m.file(id).effects {
		if e.Template == "content_erased" {
			t.Errorf("%s tells it", e.Key)
		}
	}
}

// refusedKey is the key of a refusal, "" for none.
func refusedKey(err error) string {
	var e *support.Error
	if errors.As(err, &e) {
		return e.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
