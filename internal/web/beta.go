package web

import (
	"net/http"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// betasPath is where members of beta programmes file (R35-R38).
const betasPath = "/betas"

// betasPage are the programmes that a customer may know of.
type betasPage struct {
	frame
	Programmes []betaView
}

// betaView is a programme and what the reader is in it.
type betaView struct {
	Path, Name, Product, Kind, Ends, Membership string
	Open, Member                                bool
}

// betaPage is one programme, with the form of its members.
type betaPage struct {
	frame
	Trouble *trouble
	Beta    betaView
	Terms   string
	Fields  []field
	Once    string
}

func (s *site) betas(v *visit) error {
	list, err := s.Store.Programmes(v.Context(), v.viewer(), 0, 100)
	if err != nil {
		return err
	}
	p := betasPage{frame: v.frame}
	for _, x := range list {
		b, err := s.betaOf(v, x)
		if err != nil {
			return err
		}
		p.Programmes = append(p.Programmes, b)
	}
	return v.page(betasView(p))
}

func (s *site) betaOf(v *visit, x support.BetaProgramme) (betaView, error) {
	b := betaView{
		Path: betasPath + "/" + x.Key, Name: x.Name, Product: v.voice.Named("product", x.Product) + " " + x.Version,
		Kind: v.voice.Word("beta_kind", x.Kind), Open: x.Open(s.Desk.Now()),
		Ends: v.T("beta.ends", "at", v.voice.Date(x.EndsAt)),
	}
	if !b.Open {
		b.Ends = v.T("beta.ended")
	}
	m, err := s.Store.Membership(v.Context(), x.ID, v.who.Actor.ID)
	if b.Member = m == store.BetaMember; m != "" {
		b.Membership = v.voice.Word("membership", string(m))
	}
	return b, err
}

// programme is the one that the address names; a private one is there for those
// who are invited.
func (s *site) programme(v *visit) (support.BetaProgramme, error) {
	x, err := s.Store.ProgrammeByKey(v.Context(), v.viewer(), v.PathValue("programme"))
	if support.CodeOf(err) == support.NotFound {
		err = nowhere(v)
	}
	return x, err
}

func (s *site) beta(v *visit) error {
	return s.showBeta(v, typed{}, http.StatusOK)
}

func (s *site) showBeta(v *visit, form typed, status int) error {
	x, err := s.programme(v)
	if err != nil {
		return err
	}
	p := betaPage{frame: v.frame, Trouble: form.Trouble, Terms: s.Desk.Pack().Beta.Features.In(v.Lang), Once: newOnce()}
	if p.Beta, err = s.betaOf(v, x); err != nil {
		return err
	}
	p.Fields = form.kept("beta", []field{
		{Name: "beta_sort", Label: v.T("beta.sort"), Kind: "radio", Value: support.BetaBug,
			Options: words(v, "beta_sort", support.BetaBug, support.BetaFeedback, support.BetaFeature)},
		{Name: "title", Label: v.T("new.title"), Kind: "text"},
		{Name: "text", Label: v.T("new.text"), Hint: v.T("new.text_hint"), Kind: "textarea", Rows: 6},
		{Name: "accept_property", Label: v.T("beta.property"), Kind: "checkbox", Optional: v.T("beta.property_when"),
			Options: []option{{Value: "yes", Label: v.T("beta.property_yes"), Hint: p.Terms}}},
	})
	v.show(status, betaOnePage(p))
	return nil
}

func (s *site) joinBeta(v *visit) error {
	x, err := s.programme(v)
	if err != nil {
		return err
	}
	if err := s.Desk.JoinBeta(v.Context(), v.who.Actor, x.ID); err != nil {
		return s.refusedBeta(v, err)
	}
	return v.goTo(betasPath+"/"+x.Key, "beta_joined")
}

func (s *site) refusedBeta(v *visit, refused error) error {
	form, err := v.refused("beta", refused)
	if err != nil {
		return err
	}
	return s.showBeta(v, form, statusOf(form.Trouble.code))
}

// fileBeta files in the programme: product, version and severity follow from it.
func (s *site) fileBeta(v *visit) error {
	x, err := s.programme(v)
	if err != nil {
		return err
	}
	if err := v.parse(); err != nil {
		return err
	}
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	ctx, once := v.once(f.Get("once"))
	done, err := s.Desk.Do(ctx, v.who.Actor, 0, &support.File{
		Kind: support.Technical, Channel: support.Portal, Contact: v.who.Actor.ID, Beta: x.ID, BetaSort: f.Get("beta_sort"),
		AcceptProperty: f.Get("accept_property") == "yes", Title: f.text("title"), Body: f.text("text"), Language: v.who.Language,
	})
	id := done.ID
	if err != nil {
		if id = v.before(once); id == 0 {
			return s.refusedBeta(v, err)
		}
	}
	return v.goTo("/requests/"+support.Number(id), "filed_beta")
}
