package web

import (
	"net/http"

	"madoguchi/internal/support"
)

// alertsPath is where links of mails about alerts lead (R11).
const alertsPath = "/alerts"

// alertPage asks for the one press that a link of a mail does not replace: programs
// that read mails follow links (T34).
type alertPage struct {
	frame
	Trouble             *trouble
	Title, Text, Action string
	Token, Send         string
	Done                string
}

func (s *site) alertRoutes() []route {
	return []route{
		{"GET " + alertsPath + "/confirmation", anybody, s.askAlert("confirm", "confirmation")},
		{"POST " + alertsPath + "/confirmation", anybody, s.doAlert("confirm", "confirmation", func(v *visit, token string) error {
			_, err := s.Desk.ConfirmSubscription(v.Context(), token)
			return err
		})},
		{"GET " + alertsPath + "/ending", anybody, s.askAlert("leave", "ending")},
		{"POST " + alertsPath + "/ending", anybody, s.doAlert("leave", "ending", func(v *visit, token string) error {
			return s.Desk.EndSubscription(v.Context(), token)
		})},
	}
}

func (v *visit) alertPage(key, path, token string) alertPage {
	return alertPage{
		frame: v.frame, Title: v.T("alerts." + key), Text: v.T("alerts." + key + ".text"), Send: v.T("alerts." + key + ".send"),
		Action: alertsPath + "/" + path, Token: token,
	}
}

func (s *site) askAlert(key, path string) func(*visit) error {
	return func(v *visit) error {
		return v.page(alertView(v.alertPage(key, path, v.URL.Query().Get("token"))))
	}
}

func (s *site) doAlert(key, path string, do func(v *visit, token string) error) func(*visit) error {
	return func(v *visit) error {
		if err := v.parse(); err != nil {
			return err
		}
		p := v.alertPage(key, path, v.PostForm.Get("token"))
		status := http.StatusOK
		if err := do(v, p.Token); err != nil {
			var other error
			if p.Trouble, other = v.trouble(err); other != nil {
				return other
			}
			p.Trouble.Field, status = "", statusOf(support.CodeOf(err))
		} else {
			p.Done = v.T("alerts." + key + ".done")
		}
		v.show(status, alertView(p))
		return nil
	}
}
