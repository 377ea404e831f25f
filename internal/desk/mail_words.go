package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// MailLanguages are those in which mails are written.
var MailLanguages = []string{lang.English, lang.Japanese, lang.German, lang.French}

// MailKind is a kind of mail in a language.
type MailKind = notify.Kind

// EveryMail names the words of all mails, where a kind is named.
const EveryMail = notify.Every

// MailKinds are all kinds of mails that there are in a language; none in one in which
// no mails are written.
func MailKinds(language string) []MailKind {
	if !slices.Contains(MailLanguages, language) {
		return nil
	}
	return notify.Kinds(language)
}

// mailWordsPermissions are administrators': what they write, every customer reads.
func mailWordsPermissions() []PartyPermission {
	roles := []support.Role{support.RoleSystem, support.RoleAdmin}
	return []PartyPermission{{"keep_mail_words", roles, nil}, {"send_example", roles, nil}}
}

// letterHead is under whose name mails leave.
func (d *Desk) letterHead() notify.Desk {
	return notify.Desk{Name: d.name, Sender: d.sender, BaseURL: d.baseURL}
}

// kindOf is a kind of mail in a language.
func kindOf(template, language string) (MailKind, error) {
	for _, k := range MailKinds(language) {
		if k.Template == template {
			return k, nil
		}
	}
	return MailKind{}, support.Refuse(support.NotFound, "mail_words.unknown")
}

// CheckMailWords leaves out of some words what is empty or as ours, and refuses what
// cannot be said in a kind of mail, with its key as the field.
func (d *Desk) CheckMailWords(template, language string, words map[string]string) (map[string]string, error) {
	if _, err := kindOf(template, language); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(words)) {
		text := strings.TrimSpace(words[key])
		if text == "" || text == lang.Ours(language, key) {
			continue
		}
		if err := lang.CheckOwn(language, key, text); err != nil {
			return nil, err
		}
		out[key] = text
	}
	return out, nil
}

// KeepMailWords keeps words of the desk's own for a kind of mail in a language from
// now on, as the version after the one that was read, and fills m. Without any words
// it is ours again. What cannot be said is refused, so that no mail ever waits for it.
func (d *Desk) KeepMailWords(ctx context.Context, by support.Actor, m *store.MailWords, read int64) error {
	words, err := d.CheckMailWords(m.Template, m.Language, m.Words)
	if err == nil {
		_, err = notify.Example(m.Language, m.Template, words, d.Pack(), d.letterHead(), d.Now())
	}
	if err != nil {
		return err
	}
	err = d.change(ctx, by, "keep_mail_words", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		kept := store.MailWords{Template: m.Template, Language: m.Language, Words: words, Staff: by.ID, MadeAt: at}
		if err := tx.AddMailWords(&kept, read); err != nil {
			return entry{}, err
		}
		*m = kept
		return entry{"mail_words", kept.ID, map[string]any{"template": kept.Template, "language": kept.Language, "version": kept.Version}}, nil
	})
	d.wordsHad.Store(nil)
	return err
}

// wordsAt are the words that held at an instant of the real clock.
type wordsAt struct {
	list []store.MailWords
	at   time.Time
}

// wordsFor is how long they are believed to hold: another node may have new ones.
const wordsFor = 5 * time.Second

// ownWords gives the desk's own words in a kind of mail by language: those of all
// mails, and its own over them. Where they cannot be read the last ones are said, or
// ours: no mail waits for them.
func (d *Desk) ownWords(ctx context.Context, template string) func(string) *lang.Own {
	return func(language string) *lang.Own {
		words := d.wordsNow(ctx, template, language)
		if len(words) == 0 {
			return nil
		}
		return lang.NewOwn(language, words)
	}
}

func (d *Desk) wordsNow(ctx context.Context, template, language string) map[string]string {
	now, had := d.real(), d.wordsHad.Load()
	if had == nil || now.Sub(had.at) >= wordsFor || now.Before(had.at) {
		list, err := d.store.MailWordsNow(ctx)
		switch {
		case err == nil:
			had = &wordsAt{list, now}
			d.wordsHad.Store(had)
		case had == nil:
			had = &wordsAt{}
			fallthrough
		default:
			d.log.Warn("the desk's own words of mails are not known; others are said", "error", err)
		}
	}
	out := map[string]string{}
	for _, of := range []string{notify.Every, template} {
		for _, m := range had.list {
			if m.Template == of && m.Language == language {
				maps.Copy(out, m.Words)
			}
		}
	}
	return out
}

// ExampleMail is a mail of a kind over an example, with words instead of those that
// are kept for it; nil: with those.
func (d *Desk) ExampleMail(ctx context.Context, template, language string, words map[string]string) (notify.Mail, error) {
	if _, err := kindOf(template, language); err != nil {
		return notify.Mail{}, err
	}
	said := d.wordsNow(ctx, template, language)
	if words != nil {
		said = d.wordsNow(ctx, notify.Every, language)
		maps.Copy(said, words)
	}
	return notify.Example(language, template, said, d.Pack(), d.letterHead(), d.Now())
}

// SendExample sends an example of a kind of mail, with the words that hold, to the
// member of staff who asks for it, and waits until it has left.
func (d *Desk) SendExample(ctx context.Context, by support.Actor, template, language string) (address string, err error) {
	m, err := d.ExampleMail(ctx, template, language, nil)
	if err != nil {
		return "", err
	}
	err = d.change(ctx, by, "send_example", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		return entry{"mail_words", 0, map[string]any{"template": template, "language": language}}, nil
	})
	if err != nil {
		return "", err
	}
	s, err := d.store.Staff(ctx, by.ID)
	if err != nil {
		return "", err
	}
	_, host, _ := strings.Cut(d.sender, "@")
	m.Key = "example." + strings.ToLower(rand.Text())
	m.MessageID, m.Date, m.ReturnPath = "<"+m.Key+"@"+host+">", d.Now().UTC(), notify.Nobody
	m.To = notify.Address{Name: lang.Name(m.Language, lang.Person{Family: s.FamilyName, Given: s.GivenName}, false), Email: s.Email}
	m.Subject = lang.Message(m.Language, "mail.example_subject", map[string]string{"subject": m.Subject})
	m.Headers = slices.DeleteFunc(m.Headers, func(h notify.Header) bool { return h.Name == "References" || h.Name == "In-Reply-To" })
	if d.sign != nil {
		if m.Signature, err = d.sign(m.EML()); err != nil {
			return "", fmt.Errorf("sign: %w", err)
		}
	}
	if err := d.sendOne(ctx, m); err != nil {
		d.log.Warn("an example of a mail did not leave", "template", template, "error", err)
		return "", support.Refuse(support.Conflict, "mail_words.not_sent")
	}
	return s.Email, nil
}
