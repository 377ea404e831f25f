package web

import (
	"net/http"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// wishesPath is where wishes for features are sent (R31).
const wishesPath = "/wishes"

// wishesPage are a customer's wishes, and the form for another.
type wishesPage struct {
	frame
	Trouble *trouble
	Note    string
	Fields  []field
	Wishes  []wishView
	Open    string
}

// wishView is a wish and the one question about it.
type wishView struct {
	ID, At, Product, Title, Text, Question, Answer string
}

func (s *site) wishes(v *visit) error {
	p, err := s.wishesPage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(wishesView(p))
}

func (s *site) wishesPage(v *visit, form typed) (wishesPage, error) {
	p := wishesPage{frame: v.frame, Trouble: form.Trouble, Note: s.Desk.Pack().Features.Receipt.In(v.Lang)}
	list, _, err := s.Store.FeatureRequests(v.Context(), v.viewer(), 0, 50)
	if err != nil {
		return p, err
	}
	var ids []int64
	for _, f := range list {
		ids = append(ids, f.Title.ID, f.Text.ID, f.Question.ID, f.Answer.ID)
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	if err != nil {
		return p, err
	}
	for _, f := range list {
		p.Wishes = append(p.Wishes, wishView{
			ID: support.Opaque("wish", f.ID), At: v.voice.Date(f.At), Product: v.voice.Named("product", f.Product), Title: texts[f.Title.ID], Text: texts[f.Text.ID],
			Question: texts[f.Question.ID], Answer: texts[f.Answer.ID],
		})
	}
	parties, err := s.Store.Parties(v.Context(), v.viewer(), v.who.Actor.ID)
	if err != nil {
		return p, err
	}
	products, err := s.productOptions(v, parties.OwnProducts())
	p.Fields = form.kept("wish", []field{
		{Name: "product", Label: v.T("product"), Kind: "select", Options: products},
		{Name: "title", Label: v.T("wish.title"), Kind: "text"},
		{Name: "text", Label: v.T("wish.text"), Kind: "textarea", Optional: v.T("optional"), Rows: 5},
	})
	return p, err
}

// refusedWish shows the page with a form that was refused.
func (s *site) refusedWish(v *visit, form string, refused error) error {
	t, err := v.trouble(refused)
	if err != nil {
		return err
	}
	t.Form = form + "-"
	p, err := s.wishesPage(v, typed{Form: form, Values: v.PostForm, Trouble: t})
	if err != nil {
		return err
	}
	if form != "wish" {
		p.Open = v.PostForm.Get("text")
	}
	v.show(http.StatusUnprocessableEntity, wishesView(p))
	return nil
}

func (s *site) addWish(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	_, err := s.Desk.AddFeatureRequest(v.Context(), v.who.Actor, store.FeatureRequest{Product: f.Get("product"), Title: f.text("title"), Text: f.text("text")})
	if err != nil {
		return s.refusedWish(v, "wish", err)
	}
	return v.goTo(wishesPath, "wish")
}

func (s *site) answerWish(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	id, _ := support.ParseOpaque("wish", f.Get("id"))
	if err := s.Desk.AnswerFeature(v.Context(), v.who.Actor, id, f.text("text")); err != nil {
		return s.refusedWish(v, "answer", err)
	}
	return v.goTo(wishesPath, "answer")
}
