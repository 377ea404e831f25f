package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// webhooksPath is where administrators say who is told of the feed by HTTP.
const webhooksPath = managePath + "/webhooks"

func (s *site) webhookRoutes() []route {
	one := webhooksPath + "/{webhook}"
	return []route{
		{"GET " + webhooksPath, admins, s.shown(s.webhooksPage)},
		{"POST " + webhooksPath, admins, s.revealing("webhook", "secret_shown", s.webhooksPage, s.addWebhook)},
		{"GET " + one, admins, s.shown(s.webhookPage)},
		{"POST " + one, admins, s.managing("webhook", "saved", s.webhookPage, s.changeWebhook)},
		{"POST " + one + "/secret", admins, s.revealing("secret", "secret_shown", s.webhookPage, s.rotateWebhook)},
		{"POST " + one + "/state", admins, s.managing("state", "saved", s.webhookPage, s.setWebhookState)},
		{"POST " + one + "/test", admins, s.managing("test", "webhook_tested", s.webhookPage, s.testWebhook)},
		{"POST " + one + "/removal", admins, s.managing("removal", "webhook_removed", s.webhookPage, s.removeWebhook)},
	}
}

func webhookPath(h store.Webhook) string { return webhooksPath + "/" + support.Opaque("wh", h.ID) }

// webhook is the one that the address names.
func (s *site) webhook(v *visit) (store.Webhook, error) {
	id, ok := support.ParseOpaque("wh", v.PathValue("webhook"))
	if !ok {
		return store.Webhook{}, nowhere(v)
	}
	return s.Store.Webhook(v.Context(), v.viewer(), id)
}

// hookState is the state of a webhook with the reason, and how it looks.
func (v *visit) hookState(h store.Webhook) (words, tone string) {
	words = v.voice.Word("webhook", string(h.State))
	switch {
	case h.Why != "":
		return v.T("webhook.state_why", "state", words, "why", v.voice.Word("webhook_why", string(h.Why))), map[store.WebhookWhy]string{store.WebhookFailing: "bad", store.WebhookGone: "bad"}[h.Why]
	case !h.FailingSince.IsZero():
		return v.T("webhook.failing", "since", v.voice.Date(h.FailingSince)), "warn"
	}
	return words, "good"
}

func (s *site) webhooksPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.webhooks"))
	p.Lead = v.T("webhook.lead")
	list, err := s.Store.Webhooks(v.Context(), v.viewer(), 0, store.MaxWebhooks)
	table := manageList{None: v.T("webhook.none"), Columns: []string{v.T("manage.name"), "URL", v.T("webhook.kinds"), v.T("webhook.since")}}
	for _, h := range list {
		row := manageRow{Link: webhookPath(h), Cells: []string{h.Name, h.URL, v.kinds(h), v.voice.Date(h.SinceAt)}}
		row.State, row.Tone = v.hookState(h)
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	p.Forms = []manageForm{{Name: "webhook", act: "add_webhook", Path: webhooksPath, Title: v.T("webhook.add"), Hint: v.T("webhook.add_hint"), Send: v.T("manage.add"),
		Fields: form.kept("webhook", v.webhookFields(store.Webhook{}))}}
	return p, err
}

// kinds are those of which a receiver is told.
func (v *visit) kinds(h store.Webhook) string {
	var out []string
	for _, k := range h.Kinds {
		out = append(out, v.voice.Word("event", k))
	}
	return cmp.Or(strings.Join(out, v.voice.Comma()), v.T("webhook.all"))
}

func (v *visit) webhookFields(h store.Webhook) []field {
	return []field{
		{Name: "name", Label: v.T("manage.name"), Kind: "text", Value: h.Name},
		{Name: "url", Label: "URL", Hint: v.T("webhook.url_hint"), Kind: "url", Value: h.URL},
		{Name: "kinds", Label: v.T("webhook.kinds"), Hint: v.T("webhook.kinds_hint"), Kind: "textarea", Rows: 2, Value: strings.Join(h.Kinds, ", "), Optional: v.T("optional")},
	}
}

// typedKinds are the kinds that a form names, with commas, blanks or lines between.
func typedKinds(f filled) []string {
	return strings.FieldsFunc(f.Get("kinds"), func(r rune) bool { return strings.ContainsRune(",;、 \t\r\n", r) })
}

func (s *site) addWebhook(v *visit, f filled) (secretView, error) {
	h := store.Webhook{Name: strings.TrimSpace(f.Get("name")), URL: strings.TrimSpace(f.Get("url")), Kinds: typedKinds(f)}
	err := s.Desk.AddWebhook(v.Context(), v.who.Actor, &h)
	return secretView{v.T("webhook.secret", "name", h.Name), v.T("webhook.secret_text"), h.Secret}, err
}

func (s *site) webhookPage(v *visit, form typed) (managePage, error) {
	h, err := s.webhook(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, h.Name)
	p.Back = &navItem{Path: webhooksPath, Label: v.T("manage.webhooks")}
	state, _ := v.hookState(h)
	p.Facts = []pair{{"URL", h.URL}, {v.T("webhook.kinds"), v.kinds(h)}, {v.T("webhook.state"), state}, {v.T("webhook.since"), v.voice.Date(h.SinceAt)}}
	if !h.NextTryAt.IsZero() && h.State == store.WebhookEnabled {
		p.Facts = append(p.Facts, pair{v.T("webhook.next_try"), v.voice.Date(h.NextTryAt)})
	}
	if s.Real().Before(h.PreviousUntil) {
		p.Facts = append(p.Facts, pair{v.T("webhook.previous"), v.voice.Date(h.PreviousUntil)})
	}
	p.Notes = v.hookNotes(h)
	tried, err := s.Store.Deliveries(v.Context(), v.viewer(), h.ID, managed)
	if err != nil {
		return p, err
	}
	p.Lists = []manageList{v.deliveries(tried)}
	path := webhookPath(h)
	p.Forms = []manageForm{
		{Name: "webhook", act: "change_webhook", Path: path, Title: v.T("webhook.change"), Send: v.T("profile.save"), Fields: form.kept("webhook", v.webhookFields(h))},
		{Name: "state", act: "set_webhook_state", Path: path + "/state", Title: v.T("webhook.enable"), Send: v.T("webhook.enable"), Fields: form.kept("state", []field{
			{Name: "from", Label: v.T("webhook.from"), Kind: "radio", Value: "stop", Options: []option{
				{Value: "stop", Label: v.T("webhook.from_stop")}, {Value: "now", Label: v.T("webhook.from_now"), Hint: v.T("webhook.from_now_hint")}}},
		})},
		{Name: "secret", act: "rotate_webhook", Path: path + "/secret", Title: v.T("webhook.rotate"), Hint: v.T("webhook.rotate_hint"), Send: v.T("webhook.rotate"), Fields: form.kept("secret", []field{
			{Name: "overlap", Label: v.T("webhook.overlap"), Kind: "select", Value: "24", Options: v.overlaps()},
		})},
		{Name: "removal", act: "remove_webhook", Path: path + "/removal", Title: v.T("webhook.remove"), Hint: v.T("webhook.remove_hint"), Send: v.T("webhook.remove")},
	}
	p.Buttons = []manageButton{{path + "/test", v.T("webhook.test"), v.T("webhook.test_hint")}}
	if h.State == store.WebhookEnabled {
		p.Forms = slices.DeleteFunc(p.Forms, func(f manageForm) bool { return f.Name == "state" })
		p.Buttons = append(p.Buttons, manageButton{path + "/state", v.T("webhook.disable"), v.T("webhook.disable_hint")})
	}
	return p, s.past(v, &p, "webhook", h.ID)
}

// hookNotes say what is wrong with a receiver, and what to do.
func (v *visit) hookNotes(h store.Webhook) []manageNote {
	switch {
	case h.Why == store.WebhookFailing:
		return []manageNote{{"bad", "alert", v.T("webhook.gave_up", "at", v.voice.Date(h.SinceAt))}}
	case h.Why == store.WebhookGone:
		return []manageNote{{"bad", "alert", v.T("webhook.is_gone", "at", v.voice.Date(h.SinceAt))}}
	case !h.FailingSince.IsZero():
		return []manageNote{{"warn", "alert", v.T("webhook.fails", "since", v.voice.Date(h.FailingSince), "n", itoa(h.Attempts), "until", v.voice.Date(h.FailingSince.Add(desk.WebhookPatience)))}}
	}
	return nil
}

func (v *visit) overlaps() []option {
	var out []option
	for _, hours := range []int{0, 1, 24, 72, 168} {
		out = append(out, option{Value: itoa(hours), Label: v.T("webhook.overlap_none")})
		if hours > 0 {
			out[len(out)-1].Label = v.voice.Seconds(int64(hours) * 3600)
		}
	}
	return out
}

// deliveries are the last attempts, each with what came of it.
func (v *visit) deliveries(list []store.Delivery) manageList {
	out := manageList{Title: v.T("webhook.deliveries"), None: v.T("webhook.no_deliveries"),
		Columns: []string{v.T("audit.when"), v.T("webhook.result"), v.T("webhook.kind"), v.T("webhook.attempt"), v.T("webhook.took"), "webhook-id"}}
	for _, d := range list {
		result := v.T("webhook.taken")
		if d.Why != "" {
			result = capital(v.voice.Word("webhook_failure", d.Why))
		}
		if d.Status != 0 {
			result += " (" + itoa(d.Status) + ")"
		}
		attempt := v.T("webhook.is_test")
		if d.Attempt > 0 {
			attempt = itoa(d.Attempt)
		}
		out.Rows = append(out.Rows, manageRow{Cells: []string{v.voice.Date(d.At), result, d.Kind, attempt, strconv.FormatInt(d.Took.Milliseconds(), 10) + " ms", d.Message}})
	}
	return out
}

func (s *site) changeWebhook(v *visit, f filled) (string, error) {
	h, err := s.webhook(v)
	if err != nil {
		return "", err
	}
	name, url, kinds := strings.TrimSpace(f.Get("name")), strings.TrimSpace(f.Get("url")), typedKinds(f)
	return webhookPath(h), s.Desk.ChangeWebhook(v.Context(), v.who.Actor, h.ID, desk.WebhookChange{Name: &name, URL: &url, Kinds: &kinds})
}

func (s *site) rotateWebhook(v *visit, f filled) (secretView, error) {
	h, err := s.webhook(v)
	if err != nil {
		return secretView{}, err
	}
	secret, err := s.Desk.RotateWebhook(v.Context(), v.who.Actor, h.ID, time.Duration(f.number("overlap"))*time.Hour)
	return secretView{v.T("webhook.secret", "name", h.Name), v.T("webhook.secret_text"), secret}, err
}

// setWebhookState enables with the form, which says from where, and disables with
// the button, which does not.
func (s *site) setWebhookState(v *visit, f filled) (string, error) {
	h, err := s.webhook(v)
	if err != nil {
		return "", err
	}
	to, from := store.WebhookDisabled, f.Get("from")
	if from != "" {
		to = store.WebhookEnabled
	}
	return webhookPath(h), s.Desk.SetWebhookState(v.Context(), v.who.Actor, h.ID, to, from == "now")
}

// testWebhook waits for the receiver longer than a page waits for the database.
func (s *site) testWebhook(v *visit, _ filled) (string, error) {
	h, err := s.webhook(v)
	if err != nil {
		return "", err
	}
	ctx, end := context.WithTimeout(context.WithoutCancel(v.Context()), desk.WebhookWithin+pageWithin)
	defer end()
	_, err = s.Desk.TestWebhook(ctx, v.who.Actor, h.ID)
	return webhookPath(h), err
}

func (s *site) removeWebhook(v *visit, _ filled) (string, error) {
	h, err := s.webhook(v)
	if err != nil {
		return "", err
	}
	return webhooksPath, s.Desk.RemoveWebhook(v.Context(), v.who.Actor, h.ID)
}
