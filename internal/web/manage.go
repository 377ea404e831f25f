package web

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// managePath is where staff keep accounts, people, contracts and products.
const managePath = "/manage"

// managed is how many rows a list of management shows at once.
const managed = 50

// managePage is a list of one noun, or one of its rows, with the forms that change
// it. What was typed into a form that was refused stands in it again.
type managePage struct {
	frame
	Trouble             *trouble
	Open                string // the form that was refused
	Tabs                []navItem
	Title               string
	Lead                string
	Back                *navItem
	Facts               []pair
	Notes               []manageNote
	Secret              *secretView
	Filter              []field // by which the lists are narrowed
	Links               []navItem
	Guide               []guidePart // the policy in words
	Lists               []manageList
	Forms               []manageForm
	Buttons             []manageButton
	Mail                *mailShown // what a mail says; nil on other pages
	Once                string
	FirstPage, NextPage string
}

// manageNote says something about the page before its lists.
type manageNote struct{ Tone, Icon, Text string }

// secretView is what is shown this once, and kept nowhere.
type secretView struct{ Title, Text, Secret string }

// manageList is a table of rows that lead somewhere.
type manageList struct {
	ID            string // by which an address finds it
	Title, None   string
	Columns       []string
	Rows          []manageRow
	Newest, Older string // pages of its own
}

type manageRow struct {
	Link    string
	Cells   []string
	Tone    string // of a badge behind the first cell
	State   string
	Buttons []manageButton
}

// manageForm is a form in a drawer, or open where it is what the page is for.
type manageForm struct {
	Name                    string // by which a refusal finds it
	act                     string // what it does, as of the table of permissions; "": the page offers it to whom it may
	Read                    string // what it changes, as it was read
	Look                    string // the button that shows what would become of it; "": there is none
	Path, Title, Hint, Send string
	Fields                  []field
	Shown                   bool
	Do                      string // by which the palette finds it
	Grid                    bool   // rows of fields beside each other
	Files                   bool   // it brings files
	Hidden                  []pair // what goes with it unseen
}

// manageButton is something done by a press.
type manageButton struct{ Path, Label, Hint string }

func (s *site) manageRoutes() []route {
	return slices.Concat(s.partyRoutes(), s.tokenRoutes(), s.webhookRoutes(), s.effectRoutes(), s.suppressedRoutes(), s.mailboxRoutes(), s.mailWordsRoutes(), s.rotaRoutes(), s.calendarRoutes(), s.paperRoutes(), s.productRoutes(), s.restrictRoutes(), s.rulesRoutes(), s.moveRoutes())
}

func (s *site) partyRoutes() []route {
	return []route{
		{"GET " + managePath, vendors, func(v *visit) error { return v.goTo(managePath+"/accounts", "") }},
		{"GET " + managePath + "/accounts", vendors, s.shown(s.accountsPage)},
		{"POST " + managePath + "/accounts", vendors, s.managing("account", "account_added", s.accountsPage, s.addAccount)},
		{"GET " + managePath + "/accounts/{account}", vendors, s.shown(s.accountPage)},
		{"POST " + managePath + "/accounts/{account}/contacts", vendors, s.managing("contact", "contact_added", s.accountPage, s.addContact)},
		{"POST " + managePath + "/accounts/{account}/contracts", vendors, s.managing("contract", "contract_added", s.accountPage, s.addContract)},
		{"GET " + managePath + "/contacts/{contact}", vendors, s.shown(s.contactPage)},
		{"POST " + managePath + "/contacts/{contact}", vendors, s.managing("contact", "saved", s.contactPage, s.changeContact)},
		{"POST " + managePath + "/contacts/{contact}/invitation", vendors, s.managing("invitation", "invited", s.contactPage, s.invite)},
		{"POST " + managePath + "/contacts/{contact}/reset", vendors, s.managing("reset", "reset", s.contactPage, s.reset)},
		{"GET " + managePath + "/staff", vendors, s.shown(s.staffPage)},
		{"POST " + managePath + "/staff", vendors, s.managing("staff", "staff_added", s.staffPage, s.addStaff)},
		{"GET " + managePath + "/staff/{staff}", vendors, s.shown(s.memberPage)},
		{"POST " + managePath + "/staff/{staff}", vendors, s.managing("staff", "saved", s.memberPage, s.changeStaff)},
		{"POST " + managePath + "/staff/{staff}/invitation", vendors, s.managing("invitation", "invited", s.memberPage, s.invite)},
		{"POST " + managePath + "/staff/{staff}/reset", vendors, s.managing("reset", "reset", s.memberPage, s.reset)},
		{"GET " + managePath + "/products", vendors, s.shown(s.productsPage)},
		{"POST " + managePath + "/products", vendors, s.managing("product", "product_added", s.productsPage, s.addProduct)},
		{"GET " + auditPath, admins, s.shown(s.auditPage)},
	}
}

// pages lead to the next page of the lists, and back to the first.
func (p *managePage) pages(v *visit, name, next string) {
	q := narrowed(v.URL.Query())
	if q.Get(name) != "" {
		q.Del(name)
		p.FirstPage = pageOf(v.URL.Path) + "?" + q.Encode()
	}
	if next != "" {
		q.Set(name, next)
		p.NextPage = pageOf(v.URL.Path) + "?" + q.Encode()
	}
}

// offered leaves out the forms that the reader could only be refused.
func (p managePage) offered(v *visit) managePage {
	p.Forms = slices.DeleteFunc(p.Forms, func(f manageForm) bool {
		return !slices.ContainsFunc(desk.PartyPermissions(), func(x desk.PartyPermission) bool {
			return f.act == "" || x.Act == f.act && slices.ContainsFunc(x.Roles, v.has)
		})
	})
	return p
}

// shown answers with a page of management.
func (s *site) shown(page paged) func(*visit) error {
	return func(v *visit) error {
		p, err := page(v, typed{})
		if err != nil {
			return err
		}
		return v.page(manageView(p.offered(v)))
	}
}

// paged makes a page of management, with a form that was refused.
type paged func(*visit, typed) (managePage, error)

// managing carries out a form, once however often it is sent. Who may is the
// desk's to say; a refusal shows the page again.
func (s *site) managing(form, told string, page paged, do func(*visit, filled) (string, error)) func(*visit) error {
	return func(v *visit) error {
		return s.manages(v, form, told, page, do, func(to string) error { return v.goTo(to, told) })
	}
}

// revealing is managing of what makes a secret: the page that answers shows it,
// this once.
func (s *site) revealing(form, told string, page paged, do func(*visit, filled) (secretView, error)) func(*visit) error {
	return func(v *visit) error {
		var secret secretView
		return s.manages(v, form, told, page, func(v *visit, f filled) (to string, err error) {
			secret, err = do(v, f)
			return "", err
		}, func(string) error {
			p, err := page(v, typed{})
			if err != nil {
				return err
			}
			p.Secret = &secret
			return v.page(manageView(p.offered(v)))
		})
	}
}

// manages does what a form asks and ends as it is told.
func (s *site) manages(v *visit, form, told string, page paged, do func(*visit, filled) (string, error), end func(to string) error) error {
	if err := v.parse(); err != nil {
		return err
	}
	var wrong error
	f := filled{v.PostForm, v.who.Zone, &wrong}
	ctx, once := v.once(f.Get("once"))
	v.Request = v.Request.WithContext(ctx)
	to, err := do(v, f)
	if err = cmp.Or(wrong, err); err == nil {
		return end(to)
	}
	if errors.Is(err, auth.ErrAgain) {
		return err
	}
	if v.spent(once) {
		return v.goTo(pageOf(v.URL.Path), told)
	}
	t, err := v.refused(form, err)
	if err != nil {
		return err
	}
	if t.Trouble.code == support.NotFound && t.Trouble.Field == "" {
		return nowhere(v)
	}
	p, err := page(v, t)
	if err != nil {
		return err
	}
	p.Trouble, p.Open = t.Trouble, form
	v.show(statusOf(t.Trouble.code), manageView(p.offered(v)))
	return nil
}

// pageOf is the page on which a form of management stands: a form of a row is one
// step below it.
func pageOf(path string) string {
	for _, row := range []string{"/tok_", "/shift_", "/absence_", "/review", "/versions", "/restriction", "/reg_"} {
		if at, _, ok := strings.Cut(path, row); ok {
			return at
		}
	}
	for _, end := range []string{"/contacts", "/contracts", "/invitation", "/reset", "/secret", "/state", "/test", "/removal", "/revocation", "/retry", "/end",
		"/agreement", "/confirmed", "/wrong", "/folders", "/opened", "/closed", "/force",
		"/filing", "/new-filing", "/sender", "/rejection", "/blocking", "/return"} {
		if at, ok := strings.CutSuffix(path, end); ok {
			return at
		}
	}
	return path
}

// manage is the frame of a page of management.
func (s *site) manage(v *visit, title string) managePage {
	p := managePage{frame: v.frame, Title: title, Once: newOnce()}
	for _, t := range manageTabs {
		path := managePath + "/" + t.noun
		if t.access.lets(v) {
			p.Tabs = append(p.Tabs, navItem{Path: path, Label: v.T("manage." + strings.ReplaceAll(t.noun, "-", "_")), Here: v.URL.Path == path || strings.HasPrefix(v.URL.Path, path+"/")})
		}
	}
	return p
}

// manageTabs are the nouns of management, each with those to whom it is offered.
var manageTabs = []struct {
	noun   string
	access access
}{
	{"accounts", vendors}, {"staff", vendors}, {"products", vendors}, {"rotas", vendors}, {"calendars", vendors}, {"rules", vendors}, {"restricted-accounts", duties}, {"notices", vendors}, {"suppressed", vendors}, {"mailboxes", admins}, {"mail-templates", admins}, {"tokens", vendors}, {"webhooks", admins}, {"audit", admins},
}

func accountPath(id int64) string { return managePath + "/accounts/" + support.Opaque("acc", id) }

// account is the one that the address names.
func (s *site) account(v *visit) (support.Account, error) {
	id, ok := support.ParseOpaque("acc", v.PathValue("account"))
	if !ok {
		return support.Account{}, nowhere(v)
	}
	return s.Store.Account(v.Context(), v.viewer(), id)
}

func (s *site) accountsPage(v *visit, form typed) (managePage, error) {
	p := s.manage(v, v.T("manage.accounts"))
	p.Filter = []field{v.sought("manage.find_accounts")}
	if p.Filter[0].Value != "" {
		return s.accountsFound(v, p)
	}
	after, _ := support.ParseOpaque("acc", v.URL.Query().Get("after"))
	list, err := s.Store.Accounts(v.Context(), v.viewer(), after, managed+1)
	if err != nil {
		return p, err
	}
	next := ""
	if len(list) > managed {
		list = list[:managed]
		next = support.Opaque("acc", list[managed-1].ID)
	}
	p.pages(v, "after", next)
	if admins.lets(v) {
		p.Links = []navItem{{Path: importPath, Label: v.T("import.title")}}
	}
	table := manageList{None: v.T("manage.no_accounts"), Columns: []string{v.T("manage.name"), v.T("manage.country")}}
	for _, a := range list {
		table.Rows = append(table.Rows, s.accountRow(v, a))
	}
	p.Lists = []manageList{table}
	var countries []option
	for _, code := range slices.Sorted(maps.Keys(s.Desk.Pack().Countries)) {
		countries = append(countries, option{Value: code, Label: s.country(v, code)})
	}
	slices.SortFunc(countries, func(a, b option) int { return cmp.Compare(a.Label, b.Label) })
	p.Forms = []manageForm{{Name: "account", act: "add_account", Path: managePath + "/accounts", Title: v.T("manage.add_account"), Send: v.T("manage.add"), Fields: form.kept("account", []field{
		{Name: "name", Label: v.T("manage.name"), Kind: "text"},
		{Name: "country", Label: v.T("manage.country"), Kind: "select", Options: countries, Short: true},
	})}}
	return p, nil
}

func (s *site) addAccount(v *visit, f filled) (string, error) {
	a := &support.Account{Name: strings.TrimSpace(f.Get("name")), Country: f.Get("country")}
	err := s.Desk.AddAccount(v.Context(), v.who.Actor, a)
	return accountPath(a.ID), err
}

// accountPage is an account with its people and contracts.
func (s *site) accountPage(v *visit, form typed) (managePage, error) {
	a, err := s.account(v)
	if err != nil {
		return managePage{}, err
	}
	p := s.manage(v, a.Name)
	p.Back = &navItem{Path: managePath + "/accounts", Label: v.T("manage.accounts")}
	p.Facts = []pair{{v.T("manage.country"), s.country(v, a.Country)}}
	if a.Restricted {
		p.Facts = append(p.Facts, pair{v.T("manage.restricted"), v.T("manage.restricted_text")})
	}
	after, _ := support.ParseOpaque("ctc", v.URL.Query().Get("after"))
	people, err := s.Store.Contacts(v.Context(), v.viewer(), a.ID, after, managed+1)
	if err != nil {
		return p, err
	}
	next := ""
	if len(people) > managed {
		people = people[:managed]
		next = support.Opaque("ctc", people[managed-1].ID)
	}
	p.pages(v, "after", next)
	contacts := manageList{Title: v.T("manage.contacts"), None: v.T("manage.no_contacts"), Columns: []string{v.T("manage.name"), v.T("customer_number"), v.T("sign_in.email")}}
	for _, c := range people {
		name := lang.Name(v.Lang, lang.Person{Family: c.FamilyName, Given: c.GivenName}, false)
		row := manageRow{Link: managePath + "/contacts/" + c.Number, Cells: []string{name, support.SpokenCustomerNumber(c.Number), c.Email}}
		if !c.Active {
			row.State = v.T("manage.left")
		}
		contacts.Rows = append(contacts.Rows, row)
	}
	contracts, err := s.contractsOf(v, a)
	p.Lists = []manageList{contacts, contracts}
	p.Forms = []manageForm{{Name: "contact", act: "add_contact", Path: accountPath(a.ID) + "/contacts", Title: v.T("manage.add_contact"), Hint: v.T("manage.add_contact_hint"), Send: v.T("manage.add"),
		Fields: form.kept("contact", v.profileFields(support.Contact{Language: v.Lang, Zone: v.who.Zone, PreferredChannel: support.Mail}))}}
	if len(people) > 0 && err == nil {
		var fields []field
		fields, err = s.contractFields(v)
		p.Forms = append(p.Forms, manageForm{Name: "contract", act: "add_contract", Path: accountPath(a.ID) + "/contracts", Title: v.T("manage.add_contract"), Hint: v.T("manage.add_contract_hint"), Send: v.T("manage.add"),
			Fields: form.kept("contract", fields)})
	}
	if err != nil {
		return p, err
	}
	restriction, err := s.restrictionForm(v, a, form)
	if err != nil {
		return p, err
	}
	p.Forms = append(p.Forms, restriction)
	return p, s.past(v, &p, "account", a.ID)
}

// country is its name, as far as the policy names it.
func (s *site) country(v *visit, code string) string {
	return cmp.Or(s.Desk.Pack().Countries[code].Name.In(v.Lang), code)
}

func (s *site) addContact(v *visit, f filled) (string, error) {
	a, err := s.account(v)
	if err != nil {
		return "", err
	}
	c := contactTyped(support.Contact{Account: a.ID}, f)
	err = s.Desk.AddContact(v.Context(), v.who.Actor, &c)
	return managePath + "/contacts/" + c.Number, err
}

// contactTyped is a contact as a form has it.
func contactTyped(c support.Contact, f filled) support.Contact {
	line := func(name string) string { return strings.TrimSpace(f.Get(name)) }
	c.FamilyName, c.GivenName, c.Email, c.Phone = line("family_name"), line("given_name"), line("email"), line("phone")
	c.Language, c.Zone, c.PreferredChannel = line("language"), line("zone"), support.Channel(f.Get("preferred_channel"))
	return c
}

func (s *site) contractFields(v *visit) ([]field, error) {
	pack := s.Desk.Pack()
	var offerings, regions []option
	for _, id := range slices.Sorted(maps.Keys(pack.Offerings)) {
		offerings = append(offerings, option{Value: id, Label: v.voice.Named("offering", id)})
	}
	for _, id := range slices.Sorted(maps.Keys(pack.Regions)) {
		regions = append(regions, option{Value: id, Label: v.voice.Named("region", id)})
	}
	products, err := s.productOptions(v, nil)
	optional := v.T("optional")
	return []field{
		{Name: "number", Label: v.T("contract.number"), Kind: "text", Short: true},
		{Name: "offering", Label: v.T("offering"), Kind: "select", Options: offerings},
		{Name: "products", Label: v.T("manage.products"), Kind: "checkbox", Options: products},
		{Name: "regions", Label: v.T("region"), Kind: "checkbox", Options: regions},
		{Name: "starts_at", Label: v.T("manage.from"), Kind: "date", Short: true},
		{Name: "ends_at", Label: v.T("manage.until"), Hint: v.T("manage.until_hint"), Kind: "date", Short: true},
		{Name: "primary", Label: v.T("manage.primary"), Hint: v.T("manage.primary_hint"), Kind: "text", Short: true},
		{Name: "order_number", Label: v.T("work.field.order"), Kind: "text", Short: true, Optional: optional},
	}, err
}

// day reads a date in the zone of the form, the reader's unless it has another one;
// its whole day counts.
func (f filled) day(name string, last bool) time.Time {
	text := strings.TrimSpace(f.Get(name))
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, text, locationOf(f.zone))
	if err != nil {
		f.wrong(name, "page.day_form")
		return time.Time{}
	}
	if last {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

func (s *site) addContract(v *visit, f filled) (string, error) {
	a, err := s.account(v)
	if err != nil {
		return "", err
	}
	primary, err := v.contactNumbered(f, "primary")
	f = f.days(v.onDays(support.Contract{Regions: f.Values["regions"]}, a.Country).Zone)
	c := &support.Contract{
		Account: a.ID, Number: strings.TrimSpace(f.Get("number")), Offering: f.Get("offering"), Products: f.Values["products"], Regions: f.Values["regions"],
		StartsAt: f.day("starts_at", false), EndsAt: f.day("ends_at", true), Order: strings.TrimSpace(f.Get("order_number")),
	}
	if err == nil && *f.err == nil {
		err = s.Desk.AddContract(v.Context(), v.who.Actor, c, primary)
	}
	return contractPath(c.Number), err
}
