package web

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// noticesPath is where notices are that wait, left or were given up.
const noticesPath = managePath + "/notices"

func (s *site) effectRoutes() []route {
	one := noticesPath + "/{notice}"
	return []route{
		{"GET " + noticesPath, vendors, s.shown(s.noticesPage)},
		{"POST " + noticesPath, vendors, s.managing("again", "notices_again", s.noticesPage, s.retryNotices)},
		{"POST " + noticesPath + "/removal", vendors, s.managing("end_all", "notices_ended", s.noticesPage, s.endNotices)},
		{"GET " + one, vendors, s.shown(s.noticePage)},
		{"GET " + one + "/mail", vendors, s.mailSent},
		{"POST " + one + "/retry", vendors, s.managing("retry", "notice_again", s.noticePage, s.retryNotice)},
		{"POST " + one + "/end", vendors, s.managing("end", "notice_ended", s.noticePage, s.endNotice)},
	}
}

func noticePath(e store.EffectRow) string {
	return noticesPath + "/" + base64.RawURLEncoding.EncodeToString([]byte(e.Key))
}

// notice is the one that the address names.
func (s *site) notice(v *visit) (store.EffectRow, error) {
	key, err := noticeKey(v)
	if err != nil {
		return store.EffectRow{}, err
	}
	return s.Store.Effect(v.Context(), v.viewer(), key)
}

func noticeKey(v *visit) (string, error) {
	key, err := base64.RawURLEncoding.DecodeString(v.PathValue("notice"))
	if err != nil {
		return "", nowhere(v)
	}
	return string(key), nil
}

// mendsNotices tells whether the reader may try notices again, or end them.
func (v *visit) mendsNotices() bool { return v.has(support.RoleAdmin) || v.has(support.RoleDuty) }

func (s *site) noticesPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.notices"))
	p.Lead = v.T("notice.lead")
	q := v.URL.Query()
	state := store.EffectState(q.Get("state"))
	if state != store.EffectPending && state != store.EffectSent {
		state = store.EffectDead
	}
	for _, x := range []store.EffectState{store.EffectDead, store.EffectPending, store.EffectSent} {
		p.Links = append(p.Links, navItem{Path: noticesPath + "?state=" + string(x), Label: v.T("notice." + string(x)), Here: x == state})
	}
	template, list, next := q.Get("template"), []store.EffectRow(nil), ""
	kinds, err := s.Store.DeadKinds(v.Context(), v.viewer())
	switch {
	case err != nil:
		return p, err
	case state == store.EffectDead:
		after, _ := base64.RawURLEncoding.DecodeString(q.Get("after"))
		list, err = s.Store.DeadEffects(v.Context(), v.viewer(), template, string(after), managed+1)
		if len(list) > managed {
			list = list[:managed]
			next = base64.RawURLEncoding.EncodeToString([]byte(list[managed-1].Key))
		}
		if len(kinds) > 0 {
			p.Notes = []manageNote{{"warn", "alert", v.T("notice.do")}}
			p.Lists = []manageList{v.deadKinds(kinds)}
		}
		p.pages(v, "after", next)
	default:
		list, err = s.Store.Effects(v.Context(), v.viewer(), state, managed)
		p.Notes = []manageNote{{"", "info", v.T("notice.some", "n", itoa(managed))}}
	}
	if err != nil {
		return p, err
	}
	table, err := s.noticeTable(v, state, list)
	p.Lists = append(p.Lists, table)
	if len(kinds) > 0 && v.mendsNotices() && state == store.EffectDead {
		p.Forms = []manageForm{{Name: "again", act: "retry_effect", Path: noticesPath, Title: v.T("notice.retry_all"), Hint: v.T("notice.retry_all_hint"), Send: v.T("notice.retry_all"),
			Fields: form.kept("again", []field{{Name: "template", Label: v.T("notice.what"), Kind: "select", Value: template, Optional: " ", Options: append([]option{{Label: v.T("notice.all")}}, v.templateOptions(kinds)...)}})},
			{Name: "end_all", act: "end_effect", Path: noticesPath + "/removal", Title: v.T("notice.end_all"), Hint: v.T("notice.end_hint"), Send: v.T("notice.end_all"), Fields: form.kept("end_all", []field{
				{Name: "template", Label: v.T("notice.what"), Kind: "select", Value: template, Options: v.templateOptions(kinds)},
				{Name: "reason", Label: v.T("notice.reason"), Kind: "textarea", Rows: 2}})}}
	}
	return p, err
}

func (v *visit) templateOptions(kinds []store.DeadKind) []option {
	var out []option
	for _, k := range kinds {
		out = append(out, option{Value: k.Template, Label: v.T("notice.of_kind", "what", capital(v.voice.Word("template", k.Template)), "n", itoa(k.N))})
	}
	return out
}

// deadKinds are how many were given up of each kind.
func (v *visit) deadKinds(kinds []store.DeadKind) manageList {
	out := manageList{Title: v.T("notice.kinds"), Columns: []string{v.T("notice.what"), v.T("notice.n")}}
	for _, k := range kinds {
		out.Rows = append(out.Rows, manageRow{Link: noticesPath + "?template=" + k.Template, Cells: []string{capital(v.voice.Word("template", k.Template)), itoa(k.N)}})
	}
	return out
}

// noticeTable are notices with whom they are for, what has become of them, and when;
// when one was given up is not kept.
func (s *site) noticeTable(v *visit, state store.EffectState, list []store.EffectRow) (manageList, error) {
	out := manageList{Title: v.T("notice.list"), None: v.T("notice.none." + string(state)),
		Columns: []string{v.T("notice.what"), v.T("notice.about"), v.T("notice.to"), v.T("notice.tries"), v.T("notice.why")}}
	dated := state != store.EffectDead
	if dated {
		out.Columns = slices.Insert(out.Columns, whenColumn, v.T("notice.when."+string(state)))
	}
	to, err := s.recipients(v, list)
	for _, e := range list {
		row := manageRow{Link: noticePath(e), Cells: []string{capital(v.voice.Word("template", e.Template)), v.noticeAbout(e), to(e.Recipient), itoa(e.Attempts), e.LastError}}
		if dated {
			row.Cells = slices.Insert(row.Cells, whenColumn, v.noticeWhen(e))
		}
		if state == store.EffectDead && v.mendsNotices() {
			row.Buttons = []manageButton{{Path: noticePath(e) + "/retry", Label: v.T("notice.retry")}}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, err
}

// whenColumn is the column of a list of notices that says when: behind what it is.
const whenColumn = 1

// noticeWhen is when a notice left, or when one that waits is tried, for the first
// time or again.
func (v *visit) noticeWhen(e store.EffectRow) string {
	switch {
	case e.State == store.EffectSent:
		return v.voice.Date(e.DoneAt)
	case e.Lease != "" || e.Attempts == 0 && e.NotBefore.IsZero():
		return v.T("notice.at_once")
	case e.Attempts > 0:
		return v.voice.Date(e.NextTryAt)
	}
	return v.voice.Date(e.NotBefore)
}

// noticeAbout is the request, or the noun, that a notice is about.
func (v *visit) noticeAbout(e store.EffectRow) string {
	if e.Request != 0 {
		return support.SpokenNumber(e.Request)
	}
	return capital(v.voice.Word("noun", e.About.Kind))
}

// recipients names whom notices are for.
func (s *site) recipients(v *visit, list []store.EffectRow) (func(support.Recipient) string, error) {
	var ids store.Naming
	for _, e := range list {
		switch e.Recipient.Kind {
		case support.ToContact:
			ids.Contacts = append(ids.Contacts, e.Recipient.ID)
		case support.ToStaff:
			ids.Staff = append(ids.Staff, e.Recipient.ID)
		}
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	return func(r support.Recipient) string {
		switch r.Kind {
		case support.ToContact:
			return names.who(support.Actor{Kind: support.Customer, ID: r.ID})
		case support.ToStaff:
			return names.who(support.Actor{Kind: support.Vendor, ID: r.ID})
		}
		return v.T("notice.to." + string(r.Kind))
	}, err
}

func (s *site) noticePage(v *visit, form typed) (managePage, error) {
	e, err := s.notice(v)
	if err != nil {
		return managePage{}, err
	}
	to, err := s.recipients(v, []store.EffectRow{e})
	p := s.manage(v, capital(v.voice.Word("template", e.Template)))
	p.Back = &navItem{Path: noticesPath + "?state=" + string(e.State), Label: v.T("manage.notices")}
	p.Facts = []pair{{v.T("notice.state"), v.T("notice." + string(e.State))}, {v.T("notice.to"), to(e.Recipient)}, {v.T("notice.about"), v.noticeAbout(e)}, {v.T("notice.tries"), itoa(e.Attempts)}}
	if e.Request != 0 {
		p.Links = []navItem{{Path: "/requests/" + support.Number(e.Request), Label: v.T("notice.request")}}
	}
	if e.State == store.EffectSent && e.LastError == "" {
		p.Links = append(p.Links, navItem{Path: noticePath(e) + "/mail", Label: v.T("mail_state.open")})
	}
	next := e.NextTryAt
	if e.State != store.EffectPending {
		next = time.Time{}
	}
	for _, x := range []struct{ label, text string }{
		{v.T("notice.why"), e.LastError}, {v.T("notice.not_before"), v.voice.Date(e.NotBefore)}, {v.T("notice.next_try"), v.voice.Date(next)}, {v.T("notice.done_at"), v.voice.Date(e.DoneAt)},
	} {
		if x.text != "" {
			p.Facts = append(p.Facts, pair{x.label, x.text})
		}
	}
	if e.State == store.EffectDead && v.mendsNotices() {
		p.Buttons = []manageButton{{noticePath(e) + "/retry", v.T("notice.retry"), v.T("notice.retry_hint")}}
		p.Forms = []manageForm{{Name: "end", act: "end_effect", Path: noticePath(e) + "/end", Title: v.T("notice.end"), Hint: v.T("notice.end_hint"), Send: v.T("notice.end"),
			Fields: form.kept("end", []field{{Name: "reason", Label: v.T("notice.reason"), Kind: "textarea", Rows: 2}})}}
	}
	return p, err
}

func (s *site) retryNotices(v *visit, f filled) (string, error) {
	_, err := s.Desk.RetryEffects(v.Context(), v.who.Actor, f.Get("template"))
	return noticesPath, inField(err, "template")
}

func (s *site) endNotices(v *visit, f filled) (string, error) {
	_, err := s.Desk.EndEffects(v.Context(), v.who.Actor, f.Get("template"), f.text("reason").Plain)
	return noticesPath, inField(err, "template")
}

func (s *site) retryNotice(v *visit, _ filled) (string, error) {
	e, err := s.notice(v)
	if err != nil {
		return "", err
	}
	return noticesPath, inField(s.Desk.RetryEffect(v.Context(), v.who.Actor, e.Key), "state")
}

func (s *site) endNotice(v *visit, f filled) (string, error) {
	e, err := s.notice(v)
	if err != nil {
		return "", err
	}
	reason := strings.ReplaceAll(strings.TrimSpace(f.Get("reason")), "\r\n", "\n")
	return noticesPath, inField(s.Desk.EndEffect(v.Context(), v.who.Actor, e.Key, reason), "state")
}

// inField lays a refusal that names none to a field: what a form is about has
// changed meanwhile, and its page says so.
func inField(err error, field string) error {
	e, ok := err.(*support.Error)
	if !ok || e.Field != "" || !slices.Contains([]support.Code{support.NotFound, support.Conflict}, e.Code) {
		return err
	}
	located := *e
	located.Field = field
	return &located
}
