package web

import (
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailState is what has become of one mail that told of an entry.
type mailState struct {
	Text, Tone string
	Link       string // of the mail as it left; "": none is kept
}

// mailsOf lays what has become of mails to the entries that they told of: staff read
// whether the customer has got what stands there. The mails of entries on another
// page stand on the timeline alone.
func (v *visit) mailsOf(t told, shown map[int64]*entryView, names lang.Names) {
	if !v.staff() {
		return
	}
	for _, f := range t.facts {
		switch b := f.Body.(type) {
		case support.Notified:
			if e := shown[b.Seq]; e != nil && !e.Quiet && b.Kind == "mail" && b.Recipient.Kind == support.ToContact {
				whom := names.People.Who(v.Lang, support.Actor{Kind: support.Customer, ID: b.Recipient.ID})
				e.Mails = append(e.Mails, mailState{Text: v.T("mail_state.sent", "whom", whom, "at", v.time(f.At)), Tone: "good", Link: noticePath(store.EffectRow{Effect: support.Effect{Key: b.Key}}) + "/mail"})
			}
		case support.NoticeFailed:
			if e := shown[b.Seq]; e != nil && !e.Quiet {
				e.Mails = append(e.Mails, mailState{Text: lang.Fact(v.Lang, f, names), Tone: "bad"})
			}
		}
	}
	for _, w := range t.waiting {
		e := shown[w.Seq]
		if e == nil || e.Quiet || w.Kind != "mail" || w.Recipient.Kind != support.ToContact {
			continue
		}
		whom := names.People.Who(v.Lang, support.Actor{Kind: support.Customer, ID: w.Recipient.ID})
		state := mailState{Text: v.T("mail_state.queued", "whom", whom), Tone: "brand"}
		if w.LastError != "" {
			state = mailState{Text: v.T("mail_state.tried", "whom", whom, "n", itoa(w.Attempts)), Tone: "warn"}
		}
		e.Mails = append(e.Mails, state)
	}
}

// mailSent gives a mail as it left, to be opened in a mail program.
func (s *site) mailSent(v *visit) error {
	key, err := noticeKey(v)
	if err != nil {
		return err
	}
	eml, err := s.Store.Sent(v.Context(), v.viewer(), key)
	if err != nil {
		return err
	}
	v.saved(eml, key+".eml")
	return nil
}
