package web

import (
	"net/http"

	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// wouldMost is how many mails are shown whole before they leave.
const wouldMost = 50

// wouldShown is who would be mailed, why, and what, before it is done.
type wouldShown struct {
	N, More int // mails, and those that are not shown
	Mails   []wouldMail
	Refused []wouldRefusal
}

type wouldMail struct{ Number, Path, Whom, Why, Subject, Text, Note string }

// wouldRefusal is a request for which it would be refused.
type wouldRefusal struct{ Number, Path, Text string }

// looks tells whether the form asks what would be mailed, instead of doing it.
func (v *visit) looks() bool { return v.staff() && v.PostForm.Get("look") != "" }

// would adds what a command on a request would mail.
func (s *site) would(v *visit, to *wouldShown, id, seen int64, cmd support.Command) error {
	list, err := s.Desk.Rehearse(v.Context(), v.who.Actor, id, seen, cmd)
	if err != nil {
		if support.CodeOf(err) == "" {
			return err
		}
		to.Refused = append(to.Refused, wouldRefusal{support.SpokenNumber(id), "/requests/" + support.Number(id), v.refusal(err)})
		return nil
	}
	v.wouldMail(to, id, list)
	return nil
}

func (v *visit) wouldMail(to *wouldShown, id int64, list []desk.Would) {
	number, path := support.SpokenNumber(id), "/requests/"+support.Number(id)
	for _, w := range list {
		to.N++
		if len(to.Mails) == wouldMost {
			to.More++
			continue
		}
		to.Mails = append(to.Mails, wouldMail{Number: number, Path: path, Whom: w.Mail.To.Name + " <" + w.Mail.To.Email + ">", Why: capital(v.voice.Word("template", w.Effect.Template)),
			Subject: w.Mail.Subject, Text: w.Mail.Text, Note: v.wouldNote(w)})
	}
}

// wouldNote is when a mail would leave, if not at once.
func (v *visit) wouldNote(w desk.Would) string {
	switch {
	case w.Stopped:
		return v.T("would.stopped")
	case !w.At.IsZero():
		return v.T("would.waits", "at", v.voice.Date(w.At))
	}
	return ""
}

// rehearsed shows the page of a request again, with what was typed and what it would
// mail.
func (s *site) rehearsed(v *visit, id int64, a action, cmd support.Command) error {
	list, err := s.Desk.Rehearse(v.Context(), v.who.Actor, id, v.seen(), cmd)
	if err != nil {
		return s.again(v, id, a, err, nil)
	}
	p, err := s.requestPage(v, id, typed{Form: a.path, Values: v.PostForm})
	if err != nil {
		return err
	}
	p.Would = &wouldShown{}
	v.wouldMail(p.Would, id, list)
	v.show(http.StatusOK, requestView(p))
	return nil
}
