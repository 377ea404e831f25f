package web

import (
	"net/http"

	"madoguchi/internal/support"
)

// surveyPage asks for an opinion once, and thanks for it (R50).
type surveyPage struct {
	requestPage
	Answered string // when it was
	Given    string // the score that was given
	Gone     bool   // nobody asks this reader
}

// survey is the page to which the mail leads. It answers nothing by itself, so
// that a program that follows links of mails gives no opinion (T34).
func (s *site) survey(v *visit) error {
	id, err := v.request()
	if err != nil {
		return err
	}
	return s.showSurvey(v, id, typed{}, http.StatusOK)
}

func (s *site) showSurvey(v *visit, id int64, form typed, status int) error {
	t, err := s.tell(v, id)
	if err != nil {
		return err
	}
	p := surveyPage{requestPage: requestPage{
		frame: v.frame, Number: support.SpokenNumber(id), Title: t.texts[t.r.Filed.Title.ID], Path: "/requests/" + support.Number(id), Form: form,
		Seq: t.r.Seq, Once: newOnce(),
	}}
	if p.Title == "" {
		p.Title = v.T("erased")
	}
	x := t.r.Survey
	p.Survey = s.surveyOf(v, t)
	if !x.AnsweredAt.IsZero() && x.Contact == v.who.Actor.ID {
		p.Answered, p.Given = v.voice.Date(x.AnsweredAt), v.T("survey.given", "score", itoa(x.Score), "scale", itoa(s.Desk.Pack().Survey.Scale))
	}
	p.Gone = p.Survey == nil && p.Answered == ""
	v.show(status, surveyView(p))
	return nil
}
