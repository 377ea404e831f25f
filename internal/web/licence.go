package web

import (
	"context"
	"slices"
	"strings"

	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// licenceRows are the keys of a contract as far as their reader may know them, with
// what the primary licence administrator answers for.
type licenceRows struct {
	contractRows
	keys     []support.Licence
	folders  []support.Folder
	accepted *support.Acceptance // of the agreement in force
	asked    *support.Confirmation
	hidden   bool // the keys themselves wait for the agreement
	keeper   bool // the reader opens keys and folders to others
}

func (s *site) licenceRoutes() []route {
	const base = contractsPath + "/{contract}/licences"
	return []route{
		{"GET " + base, signedIn, s.shown(s.licencesPage)},
		{"POST " + base + "/agreement", customers, s.managing("agreement", "agreement_accepted", s.licencesPage, s.acceptAgreement)},
		{"POST " + base + "/confirmed", customers, s.managing("confirmed", "licences_confirmed", s.licencesPage, s.confirmLicences(support.LicencesConfirmed))},
		{"POST " + base + "/wrong", customers, s.managing("wrong", "licences_wrong", s.licencesPage, s.confirmLicences(support.LicencesWrong))},
		{"POST " + base + "/folders", signedIn, s.managing("folder", "folder_added", s.licencesPage, s.addFolder)},
		{"POST " + base + "/opened", signedIn, s.managing("opened", "licence_opened", s.licencesPage, s.openLicence)},
		{"POST " + base + "/closed", signedIn, s.managing("closed", "licence_closed", s.licencesPage, s.closeLicence)},
		{"GET " + base + "/{licence}", signedIn, s.shown(s.licencePage)},
		{"POST " + base + "/{licence}", signedIn, s.managing("licence", "saved", s.licencePage, s.changeLicence)},
	}
}

func licencesPath(number string) string { return contractPath(number) + "/licences" }

// licenceRows reads them. To whoever has nothing to do with keys there are none.
func (s *site) licenceRows(v *visit) (licenceRows, error) {
	r := licenceRows{}
	var err error
	if r.contractRows, err = s.contractRows(v); err != nil {
		return r, err
	}
	if !r.keeps(v) && !slices.Contains(r.roles, support.RoleLicenceSecondary) {
		return r, nowhere(v)
	}
	r.keys = r.seen(v)
	r.keeper = v.who.Actor.ID == r.primary.ID && v.customer() || v.staff() && (v.has(support.RoleLicence) || v.has(support.RoleAdmin))
	if r.folders, err = s.Store.Folders(v.Context(), v.viewer(), r.Contract.ID); err != nil {
		return r, err
	}
	list, err := s.Store.Acceptances(v.Context(), r.Contract.ID)
	agreement := s.Desk.Pack().Licences.Agreement
	for _, x := range list {
		if x.Version == agreement.Version {
			r.accepted = &x
		}
	}
	if err != nil {
		return r, err
	}
	r.hidden = v.customer() && agreement.BeforeKeys && agreement.Version != "" && r.accepted == nil
	x, asked, err := s.Store.Confirmation(v.Context(), r.Contract.ID)
	if asked {
		r.asked = &x
	}
	return r, err
}

// key is how a key is called in lists: by itself, unless it waits for the agreement.
func (r licenceRows) key(v *visit, l support.Licence) string {
	if r.hidden {
		return v.T("licence.hidden")
	}
	return l.Key
}

// licencesPage are the keys of a contract in their folders, and to whom each is open.
func (s *site) licencesPage(v *visit, form typed) (managePage, error) {
	r, err := s.licenceRows(v)
	if err != nil {
		return managePage{}, err
	}
	base := licencesPath(r.Contract.Number)
	p := managePage{frame: v.frame, Title: v.T("licence.of", "contract", r.Contract.Number), Once: newOnce(), Lead: v.T("licence.lead")}
	p.Back = &navItem{Path: contractPath(r.Contract.Number), Label: r.Contract.Number}
	s.answersFor(v, &p, r, base)
	for _, f := range r.folders {
		p.Lists = append(p.Lists, s.keyList(v, r, f.ID, v.T("licence.folder_of", "name", f.Name)))
	}
	if rest := s.keyList(v, r, 0, v.T("licence.no_folder")); len(rest.Rows) > 0 || len(r.folders) == 0 {
		if len(r.folders) == 0 {
			rest.Title = v.T("licence.keys")
		}
		p.Lists = append(p.Lists, rest)
	}
	if !r.keeper {
		return p, nil
	}
	p.Lists = append(p.Lists, openedList(v, r, base))
	p.Forms = append(p.Forms, manageForm{Name: "folder", Path: base + "/folders", Title: v.T("licence.add_folder"), Hint: v.T("licence.add_folder_hint"), Send: v.T("manage.add"),
		Fields: form.kept("folder", []field{{Name: "name", Label: v.T("manage.name"), Kind: "text", Short: true}})})
	var what, who []option
	for _, f := range r.folders {
		what = append(what, option{Value: support.Opaque("fld", f.ID), Label: v.T("licence.folder_of", "name", f.Name)})
	}
	for _, l := range r.keys {
		if !l.Superseded {
			what = append(what, option{Value: support.Opaque("lic", l.ID), Label: r.key(v, l)})
		}
	}
	for _, g := range r.grants {
		if g.Role == support.RoleLicenceSecondary {
			c := r.named.Contacts[g.Contact]
			who = append(who, option{Value: c.Number, Label: v.person(c)})
		}
	}
	if len(who) == 0 {
		p.Notes = append(p.Notes, manageNote{"brand", "info", v.T("licence.nobody_secondary")})
	} else if len(what) > 0 {
		p.Forms = append(p.Forms, manageForm{Name: "opened", Path: base + "/opened", Title: v.T("licence.open"), Hint: v.T("licence.open_hint"), Send: v.T("licence.open_send"),
			Fields: form.kept("opened", []field{
				{Name: "what", Label: v.T("licence.what"), Kind: "select", Options: what}, {Name: "contact", Label: v.T("licence.who"), Kind: "select", Options: who},
			})})
	}
	return p, nil
}

// answersFor are the agreement and the confirmation: what the primary licence
// administrator answers for (R03, R13).
func (s *site) answersFor(v *visit, p *managePage, r licenceRows, base string) {
	primary := v.customer() && v.who.Actor.ID == r.primary.ID
	if a := s.Desk.Pack().Licences.Agreement; a.Version != "" {
		switch {
		case r.accepted != nil:
			p.Facts = append(p.Facts, pair{v.T("licence.agreement", "version", a.Version), v.T("licence.accepted", "day", v.voice.Day(r.accepted.At))})
		case primary:
			p.Forms = append(p.Forms, manageForm{Name: "agreement", Path: base + "/agreement", Read: a.Version, Shown: true,
				Title: v.T("licence.agreement", "version", a.Version), Hint: a.Text.In(v.Lang), Send: v.T("licence.accept")})
		default:
			p.Facts = append(p.Facts, pair{v.T("licence.agreement", "version", a.Version), v.T("licence.not_accepted")})
		}
	}
	if r.asked == nil {
		return
	}
	switch {
	case r.asked.State == support.ConfirmationOpen && primary:
		p.Buttons = append(p.Buttons, manageButton{base + "/confirmed", v.T("licence.right"), v.T("licence.right_hint")},
			manageButton{base + "/wrong", v.T("licence.wrong"), v.T("licence.wrong_hint")})
	default:
		p.Facts = append(p.Facts, pair{v.T("licence.confirmation"), v.T("licence.confirmation." + string(r.asked.State))})
	}
}

// keyList are the keys of a folder, 0 for those in none.
func (s *site) keyList(v *visit, r licenceRows, folder int64, title string) manageList {
	t := manageList{Title: title, None: v.T("licence.none"), Columns: []string{v.T("licence.key"), v.T("filter.product"), v.T("licence.units"), v.T("licence.label"), v.T("licence.host"), v.T("licence.site")}}
	for _, l := range r.keys {
		if l.Folder != folder && (folder != 0 || slices.ContainsFunc(r.folders, func(f support.Folder) bool { return f.ID == l.Folder })) {
			continue
		}
		row := manageRow{Link: licencesPath(r.Contract.Number) + "/" + support.Opaque("lic", l.ID),
			Cells: []string{r.key(v, l), strings.TrimSpace(v.voice.Named("product", l.Product) + " " + l.Version), itoa(l.Units), l.Label, l.Host, l.Site}}
		if l.Superseded {
			row.State = v.T("licence.superseded")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// openedList says what is open to whom, and takes it back.
func openedList(v *visit, r licenceRows, base string) manageList {
	t := manageList{Title: v.T("licence.opened"), None: v.T("licence.opened_none"), Columns: []string{v.T("licence.what"), v.T("licence.who")}}
	add := func(what, id string, contacts []int64) {
		for _, x := range contacts {
			c, known := r.named.Contacts[x]
			if !known {
				continue
			}
			t.Rows = append(t.Rows, manageRow{Cells: []string{what, v.person(c)},
				Buttons: []manageButton{{Path: base + "/closed?what=" + id + "&contact=" + c.Number, Label: v.T("licence.close")}}})
		}
	}
	byFolder := map[int64][]int64{}
	for _, f := range r.folders {
		byFolder[f.ID] = f.OpenedTo
		add(v.T("licence.folder_of", "name", f.Name), support.Opaque("fld", f.ID), f.OpenedTo)
	}
	for _, l := range r.keys {
		var alone []int64
		for _, x := range l.OpenedTo {
			if !slices.Contains(byFolder[l.Folder], x) {
				alone = append(alone, x)
			}
		}
		add(r.key(v, l), support.Opaque("lic", l.ID), alone)
	}
	return t
}

func (s *site) acceptAgreement(v *visit, f filled) (string, error) {
	h, _, err := s.onContract(v)
	if err == nil {
		err = s.Desk.AcceptAgreement(v.Context(), v.who.Actor, h.Contract.ID, f.Get("read"))
	}
	return licencesPath(h.Contract.Number), err
}

func (s *site) confirmLicences(state support.ConfirmationState) func(*visit, filled) (string, error) {
	return func(v *visit, _ filled) (string, error) {
		h, _, err := s.onContract(v)
		if err == nil {
			err = s.Desk.ConfirmLicences(v.Context(), v.who.Actor, h.Contract.ID, state)
		}
		return licencesPath(h.Contract.Number), err
	}
}

func (s *site) addFolder(v *visit, f filled) (string, error) {
	h, _, err := s.onContract(v)
	if err == nil {
		err = s.Desk.AddFolder(v.Context(), v.who.Actor, &support.Folder{Contract: h.Contract.ID, Name: strings.TrimSpace(f.Get("name"))})
	}
	return licencesPath(h.Contract.Number), err
}

func (s *site) openLicence(v *visit, f filled) (string, error) {
	return s.opens(v, f.Get("what"), f.Get("contact"), s.Desk.OpenFolder, s.Desk.OpenLicence)
}

func (s *site) closeLicence(v *visit, _ filled) (string, error) {
	q := v.URL.Query()
	return s.opens(v, q.Get("what"), q.Get("contact"), s.Desk.CloseFolder, s.Desk.CloseLicence)
}

// folderAct and licenceAct open something to somebody, or take it back.
type (
	folderAct  func(ctx context.Context, by support.Actor, contract, folder, contact int64) error
	licenceAct func(ctx context.Context, by support.Actor, licence, contact int64) error
)

// opens does something with a key or a folder towards somebody.
func (s *site) opens(v *visit, what, number string, folder folderAct, licence licenceAct) (string, error) {
	r, err := s.licenceRows(v)
	if err != nil {
		return "", err
	}
	contact, err := v.numbered(number, "contact")
	if err != nil {
		return "", err
	}
	if id, ok := support.ParseOpaque("fld", what); ok {
		return licencesPath(r.Contract.Number), folder(v.Context(), v.who.Actor, r.Contract.ID, id, contact)
	}
	l, err := r.licence(v, what, "what")
	if err == nil {
		err = licence(v.Context(), v.who.Actor, l.ID, contact)
	}
	return licencesPath(r.Contract.Number), err
}

// licence is the key that an address or a field names, among those that the reader
// sees.
func (r licenceRows) licence(v *visit, opaque, name string) (support.Licence, error) {
	id, _ := support.ParseOpaque("lic", opaque)
	for _, l := range r.keys {
		if l.ID == id {
			return l, nil
		}
	}
	if name == "" {
		return support.Licence{}, nowhere(v)
	}
	return support.Licence{}, support.Wrong(name, "licence.unknown")
}

// licencePage is one key, with what those who manage it write to it (R03, R04).
func (s *site) licencePage(v *visit, form typed) (managePage, error) {
	r, err := s.licenceRows(v)
	if err != nil {
		return managePage{}, err
	}
	l, err := r.licence(v, v.PathValue("licence"), "")
	if err != nil {
		return managePage{}, err
	}
	note := ""
	if l.Note.ID != 0 {
		named, err := s.Store.Names(v.Context(), store.Naming{Texts: []int64{l.Note.ID}})
		if err != nil {
			return managePage{}, err
		}
		note = named.Texts[l.Note.ID]
	}
	p := managePage{frame: v.frame, Title: r.key(v, l), Once: newOnce(), Back: &navItem{Path: licencesPath(r.Contract.Number), Label: v.T("licence.of", "contract", r.Contract.Number)}}
	p.Facts = []pair{{v.T("filter.product"), strings.TrimSpace(v.voice.Named("product", l.Product) + " " + l.Version)}, {v.T("licence.units"), itoa(l.Units)}}
	if l.Superseded {
		p.Facts = append(p.Facts, pair{v.T("licence.state"), v.T("licence.superseded")})
	}
	if v.staff() && !r.keeper {
		for _, x := range []pair{{v.T("licence.label"), l.Label}, {v.T("licence.host"), l.Host}, {v.T("licence.site"), l.Site}, {v.T("licence.note"), note}} {
			if x.Value != "" {
				p.Facts = append(p.Facts, x)
			}
		}
		return p, nil
	}
	optional := v.T("optional")
	fields := []field{
		{Name: "label", Label: v.T("licence.label"), Kind: "text", Value: l.Label, Optional: optional},
		{Name: "host", Label: v.T("licence.host"), Kind: "text", Value: l.Host, Optional: optional},
		{Name: "site", Label: v.T("licence.site"), Kind: "text", Value: l.Site, Optional: optional},
		{Name: "note", Label: v.T("licence.note"), Kind: "textarea", Value: note, Optional: optional},
	}
	if r.keeper && len(r.folders) > 0 {
		options := []option{{Label: v.T("licence.no_folder")}}
		for _, f := range r.folders {
			options = append(options, option{Value: support.Opaque("fld", f.ID), Label: f.Name})
		}
		folder := ""
		if l.Folder != 0 {
			folder = support.Opaque("fld", l.Folder)
		}
		fields = append(fields, field{Name: "folder", Label: v.T("licence.folder"), Kind: "select", Value: folder, Options: options, Optional: " "})
	}
	p.Forms = []manageForm{{Name: "licence", Path: licencesPath(r.Contract.Number) + "/" + support.Opaque("lic", l.ID), Title: v.T("licence.words"), Send: v.T("profile.save"), Shown: true,
		Fields: form.kept("licence", fields)}}
	return p, nil
}

// changeLicence writes to a key, and puts it into another folder when that is asked.
func (s *site) changeLicence(v *visit, f filled) (string, error) {
	r, err := s.licenceRows(v)
	if err != nil {
		return "", err
	}
	l, err := r.licence(v, v.PathValue("licence"), "")
	if err != nil {
		return "", err
	}
	words := map[string]*string{}
	for _, name := range []string{"label", "host", "site", "note"} {
		words[name] = new(f.text(name).Plain)
	}
	to := licencesPath(r.Contract.Number) + "/" + support.Opaque("lic", l.ID)
	err = s.Desk.ChangeLicence(v.Context(), v.who.Actor, l.ID, desk.LicenceWords{Label: words["label"], Host: words["host"], Site: words["site"], Note: words["note"]})
	folder, _ := support.ParseOpaque("fld", f.Get("folder"))
	if err != nil || !f.Has("folder") || folder == l.Folder {
		return to, err
	}
	return to, s.Desk.MoveLicence(v.Context(), v.who.Actor, l.ID, folder)
}
