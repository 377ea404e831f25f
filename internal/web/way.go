package web

import (
	"maps"
	"slices"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// waysPath is where every way to us is explained.
const waysPath = "/ways"

// way is a way that is open: what it is, and where it goes on these pages.
type way struct{ Text, Path string }

// wayPaths are where routes lead; one that is not here is explained alone.
var wayPaths = map[string]string{
	"security_report": securityPath, "feature_request": wishesPath, "licence_team": newPath + "?kind=cs_request", "self_help": answersPath,
	"portal": newPath, "primary": contractsPath, "purchase": newPath + "?kind=cs_request", "registrant": newPath + "?kind=cs_request",
	"upgrade": newPath + "?kind=cs_request", "consulting": waysPath + "#sdk", "developer_community": waysPath + "#sdk", "community": waysPath + "#community",
	"download": waysPath + "#community", "legacy_procedure": waysPath + "#acquired", "feedback": waysPath + "#experimental",
}

// ways says which ways are open. Whoever is not signed in is sent to none that
// wants an account.
func (v *visit) ways(routes []support.Route) []way {
	var out []way
	for _, r := range routes {
		out = append(out, way{v.voice.Route(r), wayPaths[r.ID]})
	}
	return out
}

// waysPage explains each regime, and where it begins.
type waysPage struct {
	frame
	Ways      []regimeView
	Countries []pair // by telephone: country and number
	Lines     []pair // of the telephone: what for, and whether it is open
}

// regimeView is one regime of the life cycle.
type regimeView struct {
	ID, Title, Text, Path, Go string
	More                      []string
}

func (s *site) wayRoutes() []route {
	return []route{
		{"GET " + waysPath, anybody, s.waysHere},
		{"GET " + wishesPath, customers, s.wishes},
		{"POST " + wishesPath, customers, s.addWish},
		{"POST " + wishesPath + "/answers", customers, s.answerWish},
		{"GET " + securityPath, anybody, s.security},
		{"POST " + securityPath, anybody, s.reportSecurity},
		{"GET " + betasPath, customers, s.betas},
		{"GET " + betasPath + "/{programme}", customers, s.beta},
		{"POST " + betasPath + "/{programme}/membership", customers, s.joinBeta},
		{"POST " + betasPath + "/{programme}/requests", customers, s.fileBeta},
	}
}

// waysHere is the page of all ways. It stands on the pack: what that does not
// have, no page names.
func (s *site) waysHere(v *visit) error {
	pack, now := s.Desk.Pack(), s.Desk.Now()
	p := waysPage{frame: v.frame}
	add := func(on bool, id, path string, more ...string) {
		if !on {
			return
		}
		r := regimeView{ID: id, Title: v.T("ways." + id), Path: path, More: more, Text: v.T("ways."+id+".text",
			"goal", v.voice.Amount(pack.CS.Goal.String()), "limit", v.voice.Amount(pack.CS.Limit.String()), "levels", levelsOf(v, pack.Experimental.Severities))}
		if path != "" {
			r.Go = v.T("ways." + id + ".go")
		}
		p.Ways = append(p.Ways, r)
	}
	kinds := map[string]bool{}
	var features, acquired []string
	for _, key := range slices.Sorted(maps.Keys(pack.Products)) {
		x := pack.Products[key]
		kinds[x.Kind] = true
		for _, f := range x.Experimental {
			features = append(features, x.Name.In(v.Lang)+v.voice.Comma()+f.Text.In(v.Lang))
		}
		if x.Kind == "acquired" {
			acquired = append(acquired, x.Procedure.In(v.Lang))
		}
	}
	add(true, "technical", newPath)
	add(true, "service", newPath+"?kind=cs_request")
	add(len(pack.AfterHours.Severities) > 0, "after_hours", "")
	add(true, "escalation", "/")
	add(len(pack.Features.Receipt) > 0, "wish", wishesPath)
	add(len(features) > 0, "experimental", newPath, features...)
	add(!pack.Beta.Acknowledge.IsZero(), "beta", betasPath)
	add(!pack.Security.Acknowledge.IsZero(), "security", securityPath)
	add(kinds["sdk"], "sdk", newPath, questionsOf(v, pack)...)
	add(len(pack.ThirdParty.Compatible) > 0, "third_party", newPath)
	add(kinds["open_source"], "community", answersPath)
	add(len(acquired) > 0, "acquired", newPath, acquired...)
	for _, h := range support.PhoneLines(pack, "", now) {
		state := v.voice.Message("page.phone_open", nil)
		if !h.Open {
			state = v.T("phone_closed", "at", v.voice.Date(h.NextOpenAt))
		}
		for _, l := range pack.Phone.Lines {
			if l.ID == h.Line {
				p.Lines = append(p.Lines, pair{l.Text.In(v.Lang), state})
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Countries)) {
		if c := pack.Countries[id]; c.TollFree != "" {
			p.Countries = append(p.Countries, pair{c.Name.In(v.Lang), c.TollFree})
		}
	}
	return v.page(waysView(p))
}

// questionsOf say what is in the scope of products of programming, and what not.
func questionsOf(v *visit, p *policy.Pack) []string {
	var out []string
	for _, s := range p.Scope {
		if !slices.Contains(s.Kinds, "sdk") {
			continue
		}
		key := "ways.in_scope"
		if !s.InScope {
			key = "ways.out_of_scope"
		}
		out = append(out, v.T(key, "text", s.Text.In(v.Lang)))
	}
	return out
}
