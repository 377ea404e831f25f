package web

import (
	"madoguchi/internal/support"
)

// glassPath is where staff open a restricted request to themselves (A13).
const glassPath = "/glass"

func (s *site) glassRoutes() []route {
	return []route{
		{"GET " + glassPath, vendors, s.shown(s.glassPage)},
		{"POST " + glassPath, vendors, s.proving(s.managing("glass", "glass_broken", s.glassPage, s.breakGlass))},
	}
}

// glassPage asks for the number and the reason. It knows of no request: what is kept
// from its reader is for them as if it were not there.
func (s *site) glassPage(v *visit, form typed) (managePage, error) {
	p := managePage{frame: v.frame, Title: v.T("glass.title"), Lead: v.T("glass.lead", "for", s.Desk.Pack().Restriction.Glass.In(v.voice.Lang)), Once: newOnce()}
	p.Notes = []manageNote{{"warn", "alert", v.T("glass.kept")}}
	p.Forms = []manageForm{{Name: "glass", Path: glassPath, Title: v.T("glass.title"), Send: v.T("glass.send"), Shown: true, Fields: form.kept("glass", []field{
		{Name: "number", Label: v.T("glass.number"), Kind: "text", Short: true, Value: v.URL.Query().Get("number")},
		{Name: "reason", Label: v.T("do_reason"), Hint: v.T("glass.reason_hint"), Kind: "textarea"},
	})}}
	return p, nil
}

// breakGlass opens the request for as long as the pack says; who has done it and why
// stands in its timeline, and every look is written down.
func (s *site) breakGlass(v *visit, f filled) (string, error) {
	id, err := support.ParseNumber(f.Get("number"))
	if err != nil {
		return "", support.Wrong("number", "page.number_of_request")
	}
	_, err = s.Desk.Do(v.Context(), v.who.Actor, id, &support.BreakGlass{Reason: f.text("reason")})
	return "/requests/" + support.Number(id), inField(err, "number")
}
