package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// alerting carries out steps about alerts. It tells whether the verb is one of
// them.
func (p *player) alerting(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	stranger := &client.Client{BaseURL: p.url}
	switch verb {
	case "subscribe":
		n := client.NewSubscription{Product: a.Word("product"), Kinds: a.Words("kinds"), Email: a.Word("email"), Language: a.Word("language")}
		if n.Email != "" {
			c = stranger
		}
		_, err = c.Subscribe(ctx, n)
		p.shown = map[string]string{}
	case "confirm_alerts":
		token := a.Word("token")
		if token == "" {
			if token, err = p.token(a.Word("to"), "alert_confirm", "confirm"); err != nil {
				return true, err
			}
		}
		var got client.Subscriptions
		got, err = stranger.ConfirmSubscription(ctx, token)
		p.shown = map[string]string{"kinds": joined(got.Subscriptions, func(s client.Subscription) string { return s.Kind })}
	case "leave_alerts":
		token, err := p.token(a.Word("to"), "alert_published", "leave")
		if err != nil {
			return true, err
		}
		return true, stranger.EndSubscription(ctx, token)
	case "subscriptions":
		got, err := c.Subscriptions(ctx)
		p.shown = map[string]string{
			"kinds":  joined(got.Kinds, func(k client.Choice) string { return k.ID }),
			"states": joined(got.Subscriptions, func(s client.Subscription) string { return s.Kind + "." + s.State }),
		}
		return true, err
	case "publish":
		texts := []client.AlertText{{Language: "en", Title: a.Word("title"), Text: a.Word("text")}, {Language: "ja", Title: a.Word("title_ja"), Text: a.Word("text_ja")}}
		got, err := c.DraftAlert(ctx, client.NewAlert{Product: a.Word("product"), Kind: a.Word("kind"), Texts: texts})
		if err != nil {
			return true, err
		}
		seen, err := c.PreviewAlert(ctx, got.ID)
		if err != nil {
			return true, err
		}
		got, err = c.SendAlert(ctx, got.ID, seen.Seen)
		p.shown = map[string]string{"previewed": fmt.Sprint(seen.Subscribers), "subscribers": fmt.Sprint(got.Subscribers), "state": got.State}
		return true, err
	default:
		return false, nil
	}
	return true, err
}

// token is the one that stands in the newest mail of a kind to an address.
func (p *player) token(to, template, verb string) (string, error) {
	files, err := filepath.Glob(filepath.Join(p.data, "outbox", "*."+template+".*.eml"))
	if err != nil {
		return "", err
	}
	command := regexp.MustCompile(`madoguchi alert ` + verb + `\s+([A-Z2-7]{26})`)
	for _, name := range slices.Backward(files) {
		f, err := os.Open(name)
		if err != nil {
			return "", err
		}
		text, reader, err := plainText(f)
		if closing := f.Close(); err != nil || closing != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if found := command.FindStringSubmatch(text); reader == to && found != nil {
			return found[1], nil
		}
	}
	return "", fmt.Errorf("no mail %s to %s holds a token", template, to)
}
