package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailWordsPath is where administrators read every kind of mail over an example, and
// say some of it in words of their own.
const mailWordsPath = managePath + "/mail-templates"

func (s *site) mailWordsRoutes() []route {
	one := mailWordsPath + "/{letter}/{language}"
	return []route{
		{"GET " + mailWordsPath, admins, s.shown(s.mailWordsList)},
		{"GET " + one, admins, s.shown(s.mailWordsPage)},
		{"POST " + one, admins, s.changeMailWords},
		{"GET " + one + "/html", admins, s.mailWordsHTML},
		{"POST " + one + "/versions", admins, s.managing("versions", "words_back", s.mailWordsPage, s.returnMailWords)},
		{"POST " + one + "/test", admins, s.managing("test", "example_sent", s.mailWordsPage, s.sendExample)},
	}
}

func wordsPath(template, language string) string {
	return mailWordsPath + "/" + template + "/" + language
}

// kindName is a kind of mail in words.
func (v *visit) kindName(template string) string { return capital(v.voice.Word("template", template)) }

func (s *site) mailWordsList(v *visit, _ typed) (managePage, error) {
	p := s.manage(v, v.T("manage.mail_templates"))
	p.Lead = v.T("mail_words.lead")
	now, err := s.Store.MailWordsNow(v.Context())
	lists := []manageList{{Title: v.T("mail_words.all")}, {Title: v.T("mail_words.customers")}, {Title: v.T("mail_words.letters")}, {Title: v.T("mail_words.staff")}}
	for _, k := range desk.MailKinds(lang.Base(v.Lang, true)) {
		at := 1
		switch {
		case k.Template == desk.EveryMail:
			at = 0
		case k.Letter:
			at = 2
		case k.Staff:
			at = 3
		}
		var own []string
		for _, m := range now {
			if m.Template == k.Template && len(m.Words) > 0 {
				own = append(own, v.T("mail_words.own", "language", v.voice.LanguageName(m.Language), "version", strconv.FormatInt(m.Version, 10)))
			}
		}
		says := strings.Join(own, v.voice.Comma())
		if says == "" {
			says = v.T("mail_words.ours")
		}
		lists[at].Rows = append(lists[at].Rows, manageRow{Link: wordsPath(k.Template, lang.Base(v.Lang, true)), Cells: []string{v.kindName(k.Template), says}})
	}
	for i := range lists {
		lists[i].Columns = []string{v.T("mail_words.kind"), v.T("mail_words.words")}
	}
	p.Lists = lists
	return p, err
}

// mailKind is the kind of mail that the address names, with all versions of its words
// in the language there.
func (s *site) mailKind(v *visit) (desk.MailKind, string, []store.MailWords, error) {
	language := v.PathValue("language")
	for _, k := range desk.MailKinds(language) {
		if k.Template == v.PathValue("letter") {
			list, err := s.Store.MailWordsOf(v.Context(), k.Template, language, managed)
			return k, language, list, err
		}
	}
	return desk.MailKind{}, "", nil, nowhere(v)
}

func (s *site) mailWordsPage(v *visit, form typed) (managePage, error) {
	k, language, list, err := s.mailKind(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, v.kindName(k.Template))
	p.Back = &navItem{Path: mailWordsPath, Label: v.T("manage.mail_templates")}
	for _, code := range desk.MailLanguages {
		if slices.ContainsFunc(desk.MailKinds(code), func(x desk.MailKind) bool { return x.Template == k.Template }) {
			p.Links = append(p.Links, navItem{Path: wordsPath(k.Template, code), Label: v.voice.LanguageName(code), Here: code == language})
		}
	}
	var now store.MailWords
	if len(list) > 0 {
		now = list[0]
	}
	path := wordsPath(k.Template, language)
	p.Mail = &mailShown{HTML: path + "/html", Open: true}
	var typedWords map[string]string
	if form.Form == "words" {
		typedWords, p.Mail.HTML = wordsIn(k, form.Values), ""
		if typedWords, err = s.Desk.CheckMailWords(k.Template, language, typedWords); err != nil {
			typedWords = nil // the form says what is wrong
		}
	}
	m, err := s.Desk.ExampleMail(v.Context(), k.Template, language, typedWords)
	if err != nil {
		return p, err
	}
	v.frames()
	p.Lead = v.T("mail_words.example", "subject", m.Subject)
	p.Mail.Pieces = []mailPiece{{"", m.Text}}
	var fields []field
	for _, key := range k.Keys {
		fields = append(fields, field{Name: key, Label: lang.Ours(language, key), Kind: "text", Value: now.Words[key], Optional: " "})
	}
	p.Forms = []manageForm{{Name: "words", act: "keep_mail_words", Path: path, Title: v.T("mail_words.change"), Hint: v.T("mail_words.change_hint"), Send: v.T("mail_words.keep"), Look: v.T("mail_words.look"),
		Read: strconv.FormatInt(now.Version, 10), Fields: form.kept("words", fields)}}
	if form.Form == "words" {
		p.Open = "words"
	}
	p.Buttons = []manageButton{{path + "/test", v.T("mail_words.test"), v.T("mail_words.test_hint")}}
	if len(now.Words) > 0 {
		p.Buttons = append(p.Buttons, manageButton{path + "/versions?version=0", v.T("mail_words.back"), v.T("mail_words.back_hint")})
	}
	p.Lists, err = s.wordVersions(v, path, list)
	return p, err
}

// wordVersions are the versions that there were, each with the way back to it.
func (s *site) wordVersions(v *visit, path string, list []store.MailWords) ([]manageList, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var ids store.Naming
	for _, m := range list {
		ids.Staff = append(ids.Staff, m.Staff)
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	out := manageList{ID: pastList, Title: v.T("mail_words.versions"), Columns: []string{v.T("mail_words.version"), v.T("audit.when"), v.T("audit.who"), v.T("mail_words.n")}}
	for i, m := range list {
		n := strconv.FormatInt(m.Version, 10)
		row := manageRow{Cells: []string{n, v.voice.Date(m.MadeAt), names.who(support.Actor{Kind: support.Vendor, ID: m.Staff}), itoa(len(m.Words))}}
		if i == 0 {
			row.State, row.Tone = v.T("mail_words.holds"), "good"
		} else {
			row.Buttons = []manageButton{{Path: path + "/versions?version=" + n, Label: v.T("mail_words.again")}}
		}
		out.Rows = append(out.Rows, row)
	}
	return []manageList{out}, err
}

// wordsIn are the words that a form has for a kind of mail.
func wordsIn(k desk.MailKind, form url.Values) map[string]string {
	out := map[string]string{}
	for _, key := range k.Keys {
		out[key] = form.Get(key)
	}
	return out
}

// changeMailWords keeps what was typed, or shows the example in it first.
func (s *site) changeMailWords(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	if v.PostForm.Get("look") == "" {
		return s.managing("words", "words_kept", s.mailWordsPage, s.keepMailWords)(v)
	}
	k, language, _, err := s.mailKind(v)
	if err != nil {
		return err
	}
	form := typed{Form: "words", Values: v.PostForm}
	status := http.StatusOK
	if _, err := s.Desk.CheckMailWords(k.Template, language, wordsIn(k, v.PostForm)); err != nil {
		if form, err = v.refused("words", err); err != nil {
			return err
		}
		status = statusOf(form.Trouble.code)
	}
	p, err := s.mailWordsPage(v, form)
	if err != nil {
		return err
	}
	p.Trouble = form.Trouble
	if p.Trouble == nil {
		p.Notes = []manageNote{{"warn", "info", v.T("mail_words.not_kept")}}
	}
	v.show(status, manageView(p.offered(v)))
	return nil
}

func (s *site) keepMailWords(v *visit, f filled) (string, error) {
	k, language, list, err := s.mailKind(v)
	if err != nil {
		return "", err
	}
	words := map[string]string{}
	if len(list) > 0 {
		maps.Copy(words, list[0].Words) // phrases that this release does not show here, too
	}
	maps.Copy(words, wordsIn(k, f.Values))
	m := store.MailWords{Template: k.Template, Language: language, Words: words}
	return wordsPath(k.Template, language), s.Desk.KeepMailWords(v.Context(), v.who.Actor, &m, int64(f.number("read")))
}

// returnMailWords has a version hold again, as a new one; 0: ours.
func (s *site) returnMailWords(v *visit, _ filled) (string, error) {
	k, language, list, err := s.mailKind(v)
	if err != nil {
		return "", err
	}
	m := store.MailWords{Template: k.Template, Language: language}
	n := v.URL.Query().Get("version")
	at := slices.IndexFunc(list, func(x store.MailWords) bool { return strconv.FormatInt(x.Version, 10) == n })
	if at < 0 && n != "0" || len(list) == 0 {
		return "", nowhere(v)
	}
	if at >= 0 {
		m.Words = list[at].Words
	}
	return wordsPath(k.Template, language), s.Desk.KeepMailWords(v.Context(), v.who.Actor, &m, list[0].Version)
}

func (s *site) sendExample(v *visit, _ filled) (string, error) {
	k, language, _, err := s.mailKind(v)
	if err != nil {
		return "", err
	}
	_, err = s.Desk.SendExample(v.Context(), v.who.Actor, k.Template, language)
	return wordsPath(k.Template, language), err
}

func (s *site) mailWordsHTML(v *visit) error {
	k, language, _, err := s.mailKind(v)
	if err != nil {
		return err
	}
	m, err := s.Desk.ExampleMail(v.Context(), k.Template, language, nil)
	if err != nil {
		return err
	}
	return v.mailHTML(m.HTML)
}
