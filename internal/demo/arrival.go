package demo

import (
	"context"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
)

// Arrive hands a mail to the desk as the server of its sender would, or as somebody
// else's when it is forged.
func (h Hands) Arrive(ctx context.Context, from string, to []string, forged bool, raw []byte) error {
	hello := "elsewhere.example"
	if in := message.Parse(raw); !forged && len(in.From) > 0 {
		hello = serverOf(in.From[0].Email)
	}
	_, err := h.Desk.Receive(ctx, desk.Delivery{Mailbox: "demo", From: from, To: to, Hello: hello, Raw: raw})
	return err
}

// Judge believes in a demo whoever comes from the server of their domain.
func Judge(_ context.Context, m desk.Delivery, in *message.Inbound) desk.Verdict {
	if len(in.From) == 1 && m.Hello == serverOf(in.From[0].Email) {
		return desk.Verdict{SPF: "pass", DKIM: "pass", DMARC: "pass", Aligned: true}
	}
	return desk.Verdict{SPF: "fail", DKIM: "none", DMARC: "fail"}
}

func serverOf(address string) string {
	_, host, _ := strings.Cut(strings.ToLower(address), "@")
	return "mx." + host
}
