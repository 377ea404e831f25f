package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// webhookCmd is who is told of the feed by HTTP, over the API.
type webhookCmd struct {
	remote
	Add        webhookAddCmd        `cmd:"" help:"Have events posted to a URL from now on; its secret is shown once."`
	List       webhookListCmd       `cmd:"" help:"List webhooks."`
	Show       webhookShowCmd       `cmd:"" help:"Show a webhook."`
	Change     webhookChangeCmd     `cmd:"" help:"Change name, URL or kinds."`
	Rotate     webhookRotateCmd     `cmd:"" help:"Make another secret; it is shown once."`
	Enable     webhookEnableCmd     `cmd:"" help:"Go on posting, from where it stopped or from now on."`
	Disable    webhookDisableCmd    `cmd:"" help:"Post nothing until it is enabled again."`
	Test       webhookTestCmd       `cmd:"" help:"Post a message that says nothing, and show how that went."`
	Deliveries webhookDeliveriesCmd `cmd:"" help:"Show the last attempts."`
	Remove     webhookRemoveCmd     `cmd:"" help:"Forget a webhook."`
}

type webhookAddCmd struct {
	Name string   `arg:"" help:"So that people know it again."`
	URL  string   `arg:"" help:"Where events are posted to."`
	Kind []string `help:"Kinds of events, such as filed; may be repeated or listed with commas. All when left out." placeholder:"KIND"`
}

func (c *webhookAddCmd) act(s *session) error {
	return s.secret(s.client.AddWebhook(s.ctx, client.NewWebhook{Name: c.Name, URL: c.URL, Kinds: c.Kind}))
}

// secret shows a webhook with its secret, on a line of its own.
func (s *session) secret(m client.MadeWebhook, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(m, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "webhook.made")+"\n", line(m.Webhook.Name), m.Webhook.ID)
		if !m.Webhook.PreviousUntil.IsZero() {
			fmt.Fprintf(w, word(v.Lang, "webhook.previous")+"\n", v.Date(m.Webhook.PreviousUntil))
		}
		fmt.Fprintln(w, m.Secret)
	})
}

type webhookListCmd struct{ pageFlags }

func (c *webhookListCmd) act(s *session) error {
	list, next, err := s.client.Webhooks(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"webhooks": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "name"), word(l, "state"), word(l, "webhook.failing"), "URL"}}
		for _, h := range list {
			rows = append(rows, []string{h.ID, line(h.Name), hookState(v, h), dated(v, h.FailingSince), line(h.URL)})
		}
		writePage(w, v, rows, next)
	})
}

// hookState is the state in words, with the reason.
func hookState(v lang.Voice, h client.Webhook) string {
	state := v.Word("webhook", h.State)
	if h.Why != "" {
		state += " (" + v.Word("webhook_why", h.Why) + ")"
	}
	return state
}

// dated is an instant, or "-" for none.
func dated(v lang.Voice, at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return v.Date(at)
}

// onWebhook is the argument that names a webhook.
type onWebhook struct {
	ID string `arg:"" help:"Id of the webhook; 'webhook list' shows it."`
}

type webhookShowCmd struct{ onWebhook }

func (c *webhookShowCmd) act(s *session) error { return s.webhook(s.client.Webhook(s.ctx, c.ID)) }

func (s *session) webhook(h client.Webhook, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(h, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		list := []pair{
			{word(l, "id"), h.ID}, {word(l, "name"), line(h.Name)}, {"URL", line(h.URL)}, {word(l, "webhook.kinds"), cmp.Or(strings.Join(h.Kinds, ", "), word(l, "webhook.all"))},
			{word(l, "state"), hookState(v, h)}, {word(l, "webhook.since"), v.Date(h.Since)},
		}
		if !h.FailingSince.IsZero() {
			list = append(list, pair{word(l, "webhook.failing"), v.Date(h.FailingSince)}, pair{word(l, "tries"), strconv.Itoa(h.Attempts)})
		}
		pairs(w, list)
	})
}

type webhookChangeCmd struct {
	onWebhook
	Name string   `help:"Another name." placeholder:"NAME"`
	To   string   `help:"Another URL; what waits is tried there at once." placeholder:"URL"`
	Kind []string `help:"Kinds of events instead of those there are; all means all." placeholder:"KIND"`
}

func (c *webhookChangeCmd) act(s *session) error {
	var to client.WebhookChange
	if c.Name != "" {
		to.Name = &c.Name
	}
	if c.To != "" {
		to.URL = &c.To
	}
	if len(c.Kind) == 1 && c.Kind[0] == "all" {
		to.Kinds = &[]string{}
	} else if len(c.Kind) > 0 {
		to.Kinds = &c.Kind
	}
	return s.webhook(s.client.ChangeWebhook(s.ctx, c.ID, to))
}

type webhookRotateCmd struct {
	onWebhook
	Overlap time.Duration `help:"How long the secret before signs too, at most 168h; 0 when it has leaked." default:"24h" placeholder:"SPAN"`
}

func (c *webhookRotateCmd) act(s *session) error {
	return s.secret(s.client.RotateWebhook(s.ctx, c.ID, c.Overlap))
}

type webhookEnableCmd struct {
	onWebhook
	FromNow bool `help:"Pass over what has happened meanwhile."`
}

func (c *webhookEnableCmd) act(s *session) error {
	return s.webhook(s.client.EnableWebhook(s.ctx, c.ID, c.FromNow))
}

type webhookDisableCmd struct{ onWebhook }

func (c *webhookDisableCmd) act(s *session) error {
	return s.webhook(s.client.DisableWebhook(s.ctx, c.ID))
}

type webhookTestCmd struct{ onWebhook }

func (c *webhookTestCmd) act(s *session) error {
	d, err := s.client.TestWebhook(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.show(d, func(w io.Writer, v lang.Voice) { writePage(w, v, attempts(v, []client.Delivery{d}), "") })
}

type webhookDeliveriesCmd struct {
	onWebhook
	Limit most `help:"At most so many, 1 to 100." default:"20" placeholder:"N"`
}

func (c *webhookDeliveriesCmd) act(s *session) error {
	list, err := s.client.Deliveries(s.ctx, c.ID, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(map[string]any{"deliveries": list}, func(w io.Writer, v lang.Voice) { writePage(w, v, attempts(v, list), "") })
}

func attempts(v lang.Voice, list []client.Delivery) [][]string {
	l := v.Lang
	rows := [][]string{{word(l, "at"), word(l, "kind"), word(l, "tries"), word(l, "state"), "ms", word(l, "why"), "webhook-id"}}
	for _, d := range list {
		why, status := "-", "-"
		if d.Why != "" {
			why = v.Word("webhook_failure", d.Why)
		}
		if d.Status != 0 {
			status = strconv.Itoa(d.Status)
		}
		rows = append(rows, []string{v.Date(d.At), d.Type, strconv.Itoa(d.Attempt), status, strconv.FormatInt(d.MS, 10), why, d.Message})
	}
	return rows
}

type webhookRemoveCmd struct{ onWebhook }

func (c *webhookRemoveCmd) act(s *session) error {
	if err := s.client.RemoveWebhook(s.ctx, c.ID); err != nil {
		return err
	}
	return s.show(map[string]any{"id": c.ID, "removed": true}, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, word(v.Lang, "webhook.gone")+"\n", line(c.ID))
	})
}
