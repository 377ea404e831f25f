package main

import (
	"fmt"
	"io"
	"strconv"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// alertCmd is alerts for those who asked for them, over the API.
type alertCmd struct {
	remote
	Subscribe alertSubscribeCmd `cmd:"" help:"Ask for alerts about a product; no token is needed with --email."`
	Confirm   alertConfirmCmd   `cmd:"" help:"Confirm what a mail asked for; no token is needed."`
	Leave     alertLeaveCmd     `cmd:"" help:"Get no more of the alerts that a mail was one of; no token is needed."`
	Mine      alertMineCmd      `cmd:"" help:"List your subscriptions, and the kinds that there are."`
	End       alertEndCmd       `cmd:"" help:"End one of your subscriptions."`
	List      alertListCmd      `cmd:"" help:"List alerts, the newest first (staff)."`
	Draft     alertDraftCmd     `cmd:"" help:"Write an alert; nobody gets it yet (staff)."`
	Preview   alertPreviewCmd   `cmd:"" help:"Show how many it would reach, and its mails (staff)."`
	Send      alertSendCmd      `cmd:"" help:"Send one that was previewed (staff)."`
}

type alertSubscribeCmd struct {
	Product  string   `arg:"" help:"Key of the product."`
	Kinds    []string `arg:"" help:"Kinds of alerts; 'alert mine' shows them."`
	Email    string   `help:"Where the alerts go, for who has no account." placeholder:"ADDRESS"`
	Language string   `help:"Language of the alerts, for who has no account." enum:"en,ja," default:"" placeholder:"CODE"`
}

func (c *alertSubscribeCmd) act(s *session) error {
	said, err := s.client.Subscribe(s.ctx, client.NewSubscription{Product: c.Product, Kinds: c.Kinds, Email: c.Email, Language: c.Language})
	if err != nil {
		return err
	}
	return s.show(said, func(w io.Writer, _ lang.Voice) { fmt.Fprintln(w, line(said)) })
}

// onToken is the argument that stands in a mail.
type onToken struct {
	Token string `arg:"" help:"Token that stood in the mail."`
}

type alertConfirmCmd struct{ onToken }

func (c *alertConfirmCmd) act(s *session) error {
	got, err := s.client.ConfirmSubscription(s.ctx, c.Token)
	if err != nil {
		return err
	}
	return s.showNamed(got, func(w io.Writer, v lang.Voice) { writeSubscriptions(w, v, got) })
}

type alertLeaveCmd struct{ onToken }

func (c *alertLeaveCmd) act(s *session) error { return s.client.EndSubscription(s.ctx, c.Token) }

type alertMineCmd struct{}

func (c *alertMineCmd) act(s *session) error {
	got, err := s.client.Subscriptions(s.ctx)
	if err != nil {
		return err
	}
	return s.showNamed(got, func(w io.Writer, v lang.Voice) {
		writeSubscriptions(w, v, got)
		fmt.Fprintln(w, word(v.Lang, "alert.kinds"))
		writeChoices(w, got.Kinds)
	})
}

func writeSubscriptions(w io.Writer, v lang.Voice, got client.Subscriptions) {
	writeList(w, v, got.Subscriptions, "", func(x client.Subscription) {
		fmt.Fprintf(w, "%s %s: %s (%s)\n", x.ID, v.Named("product", x.Product), line(x.Name), v.Word("subscription", x.State))
	})
}

type alertEndCmd struct {
	ID string `arg:"" help:"Id of the subscription; 'alert mine' shows it."`
}

func (c *alertEndCmd) act(s *session) error { return s.client.EndOwnSubscription(s.ctx, c.ID) }

type alertListCmd struct{ pageFlags }

func (c *alertListCmd) act(s *session) error {
	list, next, err := s.client.Alerts(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"alerts": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "id"), word(l, "state"), word(l, "product"), word(l, "kind"), word(l, "title"), word(l, "alert.subscribers")}}
		for _, a := range list {
			rows = append(rows, []string{a.ID, word(l, "alert."+a.State), v.Named("product", a.Product), line(a.Name), line(titleOf(l, a.Texts)), strconv.Itoa(a.Subscribers)})
		}
		writePage(w, v, rows, next)
	})
}

// titleOf is the title in a language, else the first.
func titleOf(code string, texts []client.AlertText) string {
	for _, t := range texts {
		if t.Language == code {
			return t.Title
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return texts[0].Title
}

// textFlags are titles and words in both languages.
type textFlags struct {
	TitleEn string `name:"title-en" help:"Title in English." placeholder:"TEXT"`
	TextEn  string `name:"text-en" help:"Words in English; - reads standard input." placeholder:"TEXT"`
	TitleJa string `name:"title-ja" help:"Title in Japanese." placeholder:"TEXT"`
	TextJa  string `name:"text-ja" help:"Words in Japanese; - reads standard input." placeholder:"TEXT"`
}

func (f textFlags) texts(s *session) ([]client.AlertText, error) {
	var out []client.AlertText
	for _, x := range [][3]string{{lang.English, f.TitleEn, f.TextEn}, {lang.Japanese, f.TitleJa, f.TextJa}} {
		if x[1] == "" && x[2] == "" {
			continue
		}
		text, err := s.source(x[2], "")
		if err != nil {
			return nil, err
		}
		out = append(out, client.AlertText{Language: x[0], Title: x[1], Text: text})
	}
	return out, nil
}

type alertDraftCmd struct {
	Product string `arg:"" help:"Key of the product."`
	Kind    string `arg:"" help:"Kind of alert."`
	Link    string `help:"Where more stands." placeholder:"URL"`
	textFlags
}

func (c *alertDraftCmd) act(s *session) error {
	texts, err := c.texts(s)
	if err != nil {
		return err
	}
	return s.alert(s.client.DraftAlert(s.ctx, client.NewAlert{Product: c.Product, Kind: c.Kind, Texts: texts, Link: c.Link}))
}

// onAlert is the argument that names an alert.
type onAlert struct {
	ID string `arg:"" help:"Id of the alert; 'alert list' shows it."`
}

type alertPreviewCmd struct{ onAlert }

func (c *alertPreviewCmd) act(s *session) error {
	return s.alertPreview(s.client.PreviewAlert(s.ctx, c.ID))
}

func (s *session) alertPreview(p client.AlertPreview, err error) error {
	if err != nil {
		return err
	}
	return s.show(p, func(w io.Writer, v lang.Voice) {
		pairs(w, []pair{{word(v.Lang, "alert.subscribers"), strconv.Itoa(p.Subscribers)}, {word(v.Lang, "broadcast.seen"), p.Seen}})
		for _, a := range p.Languages {
			fmt.Fprintf(w, "\n%s → %s: %d\n%s\n%s\n", a.Language, a.In, a.Subscribers, line(a.Subject), plain(a.Mail))
		}
	})
}

type alertSendCmd struct {
	onAlert
	Seen string `required:"" help:"What the preview showed." placeholder:"WORD"`
}

func (c *alertSendCmd) act(s *session) error { return s.alert(s.client.SendAlert(s.ctx, c.ID, c.Seen)) }

func (s *session) alert(a client.Alert, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(a, func(w io.Writer, v lang.Voice) {
		fmt.Fprintf(w, "%s  %s  %s, %s  %s\n", a.ID, word(v.Lang, "alert."+a.State), v.Named("product", a.Product), line(a.Name), line(titleOf(v.Lang, a.Texts)))
		if a.State == "sent" {
			pairs(w, []pair{{word(v.Lang, "alert.subscribers"), strconv.Itoa(a.Subscribers)}})
		}
	})
}
