package mail

import "testing"

// What a mailbox has noted of the envelope: a null sender is one that says so (T13).
func TestTheEnvelopeInAMailbox(t *testing.T) {
	t.Parallel()
	const from = "From: Aiko <aiko@customer.example>\r\nDelivered-To: support@vendor.example\r\n\r\nText\r\n"
	for head, want := range map[string]string{
		"Return-Path: <bounce@customer.example>\r\n": "bounce@customer.example",
		"Return-Path: <>\r\n":                        "",
		"Return-Path:\r\n":                           "aiko@customer.example",
		"":                                           "aiko@customer.example",
	} {
		got, to := noted([]byte(head + from))
		if got != want || len(to) != 1 || to[0] != "support@vendor.example" {
			t.Errorf("%q: from %q to %v, want %q", head, got, to, want)
		}
	}
}
