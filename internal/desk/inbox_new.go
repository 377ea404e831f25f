package desk

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// How many strangers are answered at most, whoever they are (T15).
const (
	mostChecks  = 100 // in an hour, in all
	checkEvery  = 24 * time.Hour
	answerEvery = 24 * time.Hour // the same to one contact (T13)
)

// answersAgain begins the subject of an answer or of what was passed on.
var answersAgain = regexp.MustCompile(`(?i)^(?:(?:re|aw|sv|antw|fwd?|wg|tr|rv|res|enc|回复|答复|转发|返信|転送)(?:\[\d+\])? ?[:：]\s*)+`)

// title is what a new request is called.
func (r *readMail) title() string {
	if t := strings.TrimSpace(answersAgain.ReplaceAllString(r.in.Subject, "")); t != "" {
		return clipTitle(t)
	}
	first, _, _ := strings.Cut(r.body(), "\n")
	return clipTitle(first)
}

func clipTitle(s string) string {
	letters := []rune(plain(strings.Join(strings.Fields(s), " ")))
	if len(letters) > MaxTitle {
		letters = append(letters[:MaxTitle-1], '…')
	}
	return string(letters)
}

// mildest is the severity of what is filed by mail: how bad it is says a person
// afterwards (A1).
func (d *Desk) mildest() int {
	levels := d.packs.Current().Severities
	return levels[len(levels)-1].Level
}

// fileByMail files a new request of a contact, about the product that they are
// entitled to; of several, the one that the mail names. What is missing is asked for
// in one mail.
func (d *Desk) fileByMail(tx *store.Tx, r *readMail, by support.Actor) ([]string, error) {
	products, err := d.supported(tx, by.ID)
	if err != nil {
		return nil, err
	}
	first, err := r.firstNow(tx)
	if err != nil {
		return nil, err
	}
	if len(products) > 1 {
		if named := d.namedIn(r, products); len(named) == 1 {
			products = named
		}
	}
	switch len(products) {
	case 0:
		r.end(store.MailQuarantined, "not_entitled")
		return nil, d.askBack(tx, r)
	case 1:
	default:
		r.end(store.MailQuarantined, "product")
		return nil, d.askBack(tx, r)
	}
	used, err := d.try(tx, r, func(tx *store.Tx) ([]string, error) {
		if first != nil {
			return d.fileJoined(tx, first, r, by, products[0])
		}
		return d.fileNew(tx, r, by, by.ID, products[0], support.Mail)
	})
	if err == nil && r.State == store.MailQuarantined {
		err = d.askBack(tx, r)
	}
	return used, err
}

// channelFor is how what somebody sees to is filed: where an offering takes no new
// requests by mail, it is as if it had been typed in (R19).
func (d *Desk) channelFor(tx *store.Tx, contact int64, product string) (support.Channel, error) {
	list, err := d.supported(tx, contact)
	if err != nil || slices.Contains(list, product) {
		return support.Mail, err
	}
	return support.Portal, nil
}

// fileNew files a mail as a request.
func (d *Desk) fileNew(tx *store.Tx, r *readMail, by support.Actor, contact int64, product string, channel support.Channel) ([]string, error) {
	files, used, err := d.attachMail(tx, r, by, 0)
	if err != nil {
		return nil, err
	}
	cmd := &support.File{
		Kind: support.Technical, Channel: channel, Contact: contact, Product: product, Severity: d.mildest(),
		Title: support.T(r.title()), Body: support.T(r.body()), Files: files, Arrived: r.ReceivedAt,
	}
	return used, d.command(tx, r, by, 0, cmd)
}

// supported are the products about which a contact may file by mail, by their keys.
func (d *Desk) supported(tx *store.Tx, contact int64) ([]string, error) {
	parties, err := tx.Parties(contact)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range parties.Products {
		q := support.Query{Kind: support.Technical, Product: p.Key, Channel: support.Mail, Severity: d.mildest(), At: d.Now()}
		if support.Entitle(q, parties, d.packs.Current()).Allowed {
			out = append(out, p.Key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// namedIn are those of the products that a mail names: in its subject, else in its
// first words.
func (d *Desk) namedIn(r *readMail, products []string) []string {
	const far = 2000
	pack := d.packs.Current()
	for _, where := range []string{r.in.Subject, clip(r.body(), far)} {
		sound := text.Sound(where)
		var found []string
		for _, key := range products {
			names := append([]string{key}, pack.Products[key].Also...)
			for _, n := range pack.Products[key].Name {
				names = append(names, n)
			}
			if slices.ContainsFunc(names, func(n string) bool { s := text.Sound(n); return s != "" && strings.Contains(sound, s) }) {
				found = append(found, key)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// askBack asks a contact for what is missing, in one mail: at most once a day, and
// nothing of theirs is repeated (T13).
func (d *Desk) askBack(tx *store.Tx, r *readMail) error {
	wait, err := tx.Try(d.real(), store.Throttle{Name: throttleName("mail answer", r.Sender), Most: 1, Within: answerEvery})
	if err != nil || wait > 0 {
		return err
	}
	return toContact(tx, support.Subject{Kind: "mail", ID: r.ID}, "mail_unfiled", "", r.Contact)
}

// verify tells an address that nobody knows where to turn to: once a day, so many in
// all, to nobody whose domain says that they did not write, and with no word of
// theirs (T15).
func (d *Desk) verify(tx *store.Tx, r *readMail) error {
	if r.Sender == "" || r.Handed.From == "" || !r.verdict.Aligned && r.verdict.DMARC == "fail" {
		return nil
	}
	one := store.Throttle{Name: throttleName("mail check", r.Sender), Most: 1, Within: checkEvery}
	all := store.Throttle{Name: throttleName("mail checks", ""), Most: mostChecks, Within: time.Hour}
	wait, err := tx.Try(d.real(), one, all)
	if err != nil || wait > 0 {
		return err
	}
	to := support.Recipient{Kind: support.ToSubscriber, ID: r.ID}
	return tx.AddLetter(0, support.Letter(support.Subject{Kind: "mail", ID: r.ID}, "mail_unknown", "", to))
}

// toSender is who wrote a mail, at the address that it says.
func (d *Desk) toSender(ctx context.Context, e store.EffectRow) ([]reader, error) {
	m, err := d.store.Mail(ctx, everything, e.Recipient.ID)
	if err != nil {
		return nil, err
	}
	if m.Sender == "" {
		return nil, fmt.Errorf("mail %d is erased: %w", m.ID, errNobody)
	}
	language := lang.English
	if strings.ContainsFunc(m.Said.Subject+m.Said.Excerpt, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) }) {
		language = lang.Japanese
	}
	return []reader{{notify.Recipient{Email: m.Sender, Language: language}, e.Recipient}}, nil
}

func (d *Desk) unknownLetter(context.Context, store.EffectRow, lang.Voice) (notify.LetterPage, error) {
	return notify.LetterPage{Args: map[string]string{"name": d.name}, Says: []string{"known", "ignore"}, Rows: d.pageLink("mail.label.portal", "/")}, nil
}

// unfiledLetter says what a mail lacked to become a request.
func (d *Desk) unfiledLetter(ctx context.Context, e store.EffectRow, v lang.Voice) (notify.LetterPage, error) {
	m, err := d.store.Mail(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	page := notify.LetterPage{Args: map[string]string{"name": d.name, "at": m.ReceivedAt.Format(time.RFC3339)}, Says: []string{"person", "portal"}, Rows: d.pageLink("mail.label.portal", "/")}
	if m.Why != "product" {
		return page, nil
	}
	parties, err := d.store.Parties(ctx, everything, m.Contact)
	if err != nil {
		return page, err
	}
	page.Says = append([]string{"product"}, page.Says...)
	for _, p := range parties.Products {
		q := support.Query{Kind: support.Technical, Product: p.Key, Channel: support.Mail, Severity: d.mildest(), At: d.Now()}
		if support.Entitle(q, parties, d.packs.Current()).Allowed {
			page.Rows = append(page.Rows, notify.LetterRow{Label: "mail.label.product", Value: v.Named("product", p.Key)})
		}
	}
	return page, nil
}

// stormLetter tells duty that an address writes without an end.
func (d *Desk) stormLetter(ctx context.Context, e store.EffectRow, _ lang.Voice) (notify.LetterPage, error) {
	m, err := d.store.Mail(ctx, everything, e.About.ID)
	if err != nil {
		return notify.LetterPage{}, err
	}
	args := map[string]string{"address": m.Sender, "most": fmt.Sprint(mostMail)}
	page := notify.LetterPage{Args: args, Says: []string{"held"}, Rows: d.pageLink("mail.label.mails", "/mail")}
	if m.Request != 0 {
		page.Rows = append(page.Rows, notify.LetterRow{Label: "mail.label.number", Value: support.SpokenNumber(m.Request)})
	}
	return page, nil
}
