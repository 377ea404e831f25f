package web

import (
	"net/http"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// securityPath is where anybody reports a vulnerability in private (R45).
const securityPath = "/security"

// securityPage is the policy, what happens with a report, and the form for one.
// What was reported is shown to nobody but the security team.
type securityPage struct {
	frame
	Trouble     *trouble
	Policy, Key string
	Within      string
	Steps       []string
	Fields      []field
	Known       []knownView // published advisories
	By          string      // when a report that was just sent is confirmed at the latest
}

func (s *site) security(v *visit) error {
	p, err := s.securityPage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(securityView(p))
}

func (s *site) securityPage(v *visit, form typed) (securityPage, error) {
	r := s.Desk.Pack().Security
	p := securityPage{frame: v.frame, Trouble: form.Trouble, Policy: r.Policy.In(v.Lang), Key: r.Key, Within: v.voice.Amount(r.Acknowledge.String())}
	for _, it := range r.Response {
		p.Steps = append(p.Steps, it.Text.In(v.Lang))
	}
	known, err := s.Desk.KnownProblems(v.Context(), v.viewer(), "")
	if err != nil {
		return p, err
	}
	for _, e := range known {
		if e.Kind == support.SearchAdvisory && len(p.Known) < mostAnswers {
			p.Known = append(p.Known, v.known(e))
		}
	}
	products, err := s.productOptions(v, nil)
	optional := v.T("optional")
	reach := field{Name: "reply_to", Label: v.T("security.reply"), Hint: v.T("security.reply_hint"), Kind: "text"}
	if v.customer() {
		reach.Optional = optional
	}
	p.Fields = form.kept("security", []field{
		{Name: "product", Label: v.T("product"), Kind: "select", Optional: optional, Options: append([]option{{Label: "—"}}, products...)},
		{Name: "text", Label: v.T("security.text"), Hint: v.T("security.text_hint"), Kind: "textarea", Rows: 6},
		reach,
		{Name: "key", Label: v.T("security.key"), Kind: "textarea", Optional: optional, Rows: 3},
	})
	return p, err
}

// reportSecurity takes a report. What it says is not shown again, and is kept in no
// draft.
func (s *site) reportSecurity(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	r, err := s.Desk.ReportSecurity(v.Context(), v.who.Actor, store.SecurityReport{
		Product: f.Get("product"), Text: f.text("text"), Reply: f.text("reply_to"), Key: f.text("key"),
	})
	if err != nil {
		form, err := v.refused("security", err)
		if err != nil {
			return err
		}
		p, err := s.securityPage(v, form)
		if err != nil {
			return err
		}
		v.show(statusOf(form.Trouble.code), securityView(p))
		return nil
	}
	p, err := s.securityPage(v, typed{})
	if err != nil {
		return err
	}
	p.By = v.voice.Date(r.DueAt)
	v.show(http.StatusCreated, securityView(p))
	return nil
}
