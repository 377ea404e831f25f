package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/store"
)

// mailAges are the ages in hours from which on mails are looked for.
var mailAges = []int{1, 4, 24, 72, 168}

// mailWhys are the reasons for which mails are in a state.
var mailWhys = map[store.MailState][]string{
	store.MailQuarantined: {"unknown", "unverified", "stranger", "not_party", "not_entitled", "product", "empty", "automatic", "vacation", "list", "staff", "bounce", "complaint", "storm", "refused", "returned",
		"poison", "too_large", "too_deep", "too_many_parts", "head_too_long"},
	store.MailRejected: {"rejected", "blocked"},
	store.MailDropped:  {"copy", "loop", "report", "list", "automatic", "vacation", "bounce"},
}

// mailFilter is by what the address narrows the list.
func (s *site) mailFilter(q url.Values) store.MailFilter {
	f := store.MailFilter{Mailbox: q.Get("mailbox"), Why: q.Get("why"), Sender: strings.TrimSpace(q.Get("sender"))}
	if hours, err := strconv.Atoi(q.Get("age")); err == nil && hours > 0 && hours < 1e6 {
		f.Until = s.Desk.Now().Add(-time.Duration(hours) * time.Hour)
	}
	return f
}

// mailFilterFields ask by what the list is narrowed.
func (s *site) mailFilterFields(v *visit, q url.Values, state store.MailState) ([]field, error) {
	ways := []option{{Label: v.T("mails.any")}, {Value: "smtp", Label: "SMTP"}, {Value: "lmtp", Label: "LMTP"}}
	list, err := s.Desk.Mailboxes(v.Context())
	for _, m := range list {
		ways = append(ways, option{Value: m.Name, Label: m.Name})
	}
	if by := q.Get("mailbox"); !slices.ContainsFunc(ways, func(o option) bool { return o.Value == by }) {
		ways = append(ways, option{Value: by, Label: by}) // one that was removed has left mails
	}
	whys := []option{{Label: v.T("mails.any")}}
	for _, why := range mailWhys[state] {
		whys = append(whys, option{Value: why, Label: v.voice.Word("mail_why", why)})
	}
	ages := []option{{Label: v.T("mails.any")}}
	for _, hours := range mailAges {
		ages = append(ages, option{Value: strconv.Itoa(hours), Label: v.T("mails.older", "age", v.voice.Seconds(int64(hours)*3600))})
	}
	out := []field{{Name: "mailbox", Label: v.T("mails.mailbox"), Kind: "select", Value: q.Get("mailbox"), Options: ways, Optional: " "}}
	if len(whys) > 1 {
		out = append(out, field{Name: "why", Label: v.T("mails.why"), Kind: "select", Value: q.Get("why"), Options: whys, Optional: " "})
	}
	return append(out,
		field{Name: "sender", Label: v.T("mails.sender"), Hint: v.T("mails.sender_hint"), Kind: "text", Value: q.Get("sender"), Optional: " "},
		field{Name: "age", Label: v.T("mails.age"), Kind: "select", Value: q.Get("age"), Options: ages, Optional: " "}), err
}
