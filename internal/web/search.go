package web

import (
	"cmp"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// searchPath is where the box of every page leads.
const searchPath = "/search"

// sortNewest is the order of a search that is not by how well a request fits.
const sortNewest = string(store.ByNewest)

// foundShown is how many requests a page of what was found has.
const foundShown = 20

// searchPage is what was found for some words. Slip tells why a number leads
// nowhere; Notes what the reader has to know of how it was looked for.
type searchPage struct {
	frame
	Title string
	Wrong *wrongQuery
	Slip  string
	Found []foundRow
	// Accounts and Contacts are for staff; Parties tells that there are more.
	Accounts, Contacts []partyRow
	Parties            bool
	Notes              []string
	Next               string
	First              string
	Sorts              []navItem
	Help               []pair // operators, each with what it does
	Words              string // as the title of a request
	More               string // what of them the title does not hold
}

// foundRow is a request that was found, with where it was.
type foundRow struct {
	queueRow
	Marked, Part []stretch
	Internal     bool // the part is of an entry for staff alone
}

// partyRow is an account or a contact that was found.
type partyRow struct {
	Link             string
	Name             []stretch
	More             []string
	Restricted, Left bool
}

// partiesShown is how many accounts, and how many contacts, a page has.
const partiesShown = 5

// wrongQuery is a query that cannot be read: what is wrong, and at which word.
type wrongQuery struct{ Says, Before, Word, After string }

func (s *site) searchRoutes() []route {
	return []route{{"GET " + searchPath, signedIn, s.search}, {"GET " + suggestPath, signedIn, s.suggested}}
}

// search answers the box of every page.
func (s *site) search(v *visit) error {
	q := v.URL.Query()
	p := searchPage{frame: v.frame, Title: v.T("search"), Help: v.operators()}
	p.Sought = strings.TrimSpace(q.Get("q"))
	if p.Sought == "" {
		return v.page(searchView(p))
	}
	p.Title = v.T("search.of", "words", p.Sought)
	p.Words, p.More = titled(p.Sought)
	to, slip, err := s.direct(v, p.Sought)
	if err != nil {
		return err
	}
	if to != "" {
		return v.goTo(to, "")
	}
	p.Slip = slip
	in, err := s.Desk.Sought(v.Context(), v.viewer(), p.Sought)
	if err == nil {
		in.Limit, in.After, in.Best = foundShown, q.Get("after"), q.Get("sort") != sortNewest
		err = s.found(v, in, &p)
	}
	if support.CodeOf(err) == support.Invalid && in.After != "" { // a cursor of another search
		return v.goTo(searchPath+"?"+url.Values{"q": {p.Sought}}.Encode(), "")
	}
	if p.Wrong = v.misread(err, p.Sought); p.Wrong == nil && err != nil {
		return err
	}
	if p.Wrong != nil {
		v.show(statusOf(support.Invalid), searchView(p))
		return nil
	}
	return v.page(searchView(p))
}

// direct is where a number leads by itself: to its request, to its customer. slip
// says what is wrong with one that looks like a number and is none.
func (s *site) direct(v *visit, query string) (to, slip string, err error) {
	q, err := support.ParseSearch(query)
	if err == nil && len(q.Terms) == 1 && len(q.Filters) == 0 && q.Terms[0].Request != 0 {
		sees, err := s.Store.Sees(v.Context(), v.viewer(), q.Terms[0].Request)
		if err != nil {
			return "", "", err
		}
		if sees {
			return "/requests/" + support.Number(q.Terms[0].Request), "", nil
		}
		return "", v.T("absent.text"), nil
	}
	number, err := support.ParseCustomerNumber(query)
	switch {
	case err == nil:
		return s.directContact(v, number)
	case keyOf(err) == "customer_number.check_digit":
		return "", v.refusal(err), nil
	}
	if _, err := support.ParseNumber(query); keyOf(err) == "sr_number.check_digit" {
		return "", v.refusal(err), nil
	}
	return "", "", nil
}

func (s *site) directContact(v *visit, number string) (to, slip string, err error) {
	switch _, err = s.Store.ContactByNumber(v.Context(), v.viewer(), number); {
	case support.CodeOf(err) == support.NotFound:
		return "", v.voice.Message("api.contact_unknown", map[string]string{"number": support.SpokenCustomerNumber(number)}), nil
	case err != nil:
		return "", "", err
	case v.customer():
		return profilePath, "", nil
	}
	return managePath + "/contacts/" + number, "", nil
}

func keyOf(err error) string {
	var e *support.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

// found looks for requests.
func (s *site) found(v *visit, in store.Search, p *searchPage) error {
	page, err := s.Store.Search(v.Context(), v.viewer(), in)
	if err != nil {
		return err
	}
	if p.Found, err = s.foundRows(v, page.Found); err != nil {
		return err
	}
	if err := s.foundParties(v, in, p); err != nil {
		return err
	}
	note := func(on bool, key string) {
		if on {
			p.Notes = append(p.Notes, v.T(key))
		}
	}
	note(page.Begun, "search.begun")
	note(page.Stopped, "search.stopped")
	note(page.Filling, "search.filling")
	here := url.Values{"q": {p.Sought}}
	p.Sorts = []navItem{{Path: searchPath + "?" + here.Encode(), Label: v.T("search.best"), Here: in.Best}}
	here.Set("sort", sortNewest)
	p.Sorts = append(p.Sorts, navItem{Path: searchPath + "?" + here.Encode(), Label: v.T("sort.newest"), Here: !in.Best})
	if in.Best {
		here.Del("sort")
	}
	if in.After != "" {
		p.First = searchPath + "?" + here.Encode()
	}
	if page.Next != "" {
		here.Set("after", page.Next)
		p.Next = searchPath + "?" + here.Encode()
	}
	return nil
}

// foundParties looks for accounts and contacts, on the first page of a search by
// words alone.
func (s *site) foundParties(v *visit, in store.Search, p *searchPage) error {
	if in.After != "" || in.Filter != (store.Filter{}) || !v.staff() {
		return nil
	}
	accounts, contacts, err := s.Store.FindParties(v.Context(), v.viewer(), in.Terms, partiesShown+1)
	p.Parties = len(accounts) > partiesShown || len(contacts) > partiesShown
	for _, x := range accounts[:min(len(accounts), partiesShown)] {
		p.Accounts = append(p.Accounts, partyRow{Link: accountPath(x.Account.ID), Name: stretches(x.Name), More: []string{s.country(v, x.Account.Country)}, Restricted: x.Account.Restricted})
	}
	for _, x := range contacts[:min(len(contacts), partiesShown)] {
		c := x.Contact
		p.Contacts = append(p.Contacts, partyRow{
			Link: managePath + "/contacts/" + c.Number, Name: []stretch{{Text: lang.Name(v.Lang, lang.Person{Family: c.FamilyName, Given: c.GivenName}, false)}},
			More: []string{x.Account.Name, support.SpokenCustomerNumber(c.Number), c.Email}, Restricted: x.Account.Restricted, Left: !c.Active,
		})
	}
	return err
}

func (s *site) foundRows(v *visit, found []store.Found) ([]foundRow, error) {
	var rows []support.Row
	var ids store.Naming
	for _, f := range found {
		rows = append(rows, f.Row)
		ids.Accounts, ids.Staff = append(ids.Accounts, f.Row.Account), append(ids.Staff, f.Row.Owner)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	named, err := s.Store.Names(v.Context(), ids)
	if err != nil {
		return nil, err
	}
	out := make([]foundRow, len(rows))
	for i, r := range s.queueRows(v, rows, named) {
		f := found[i]
		r.Turn = v.turn(f.Row.Turn, f.Row.Owner != 0)
		if v.customer() {
			r.Account = ""
		}
		out[i] = foundRow{queueRow: r, Marked: stretches(f.Title), Internal: f.Internal}
		if f.Title.Text == "" {
			out[i].Marked = []stretch{{Text: v.T("erased")}}
		}
		if f.Seq != 0 {
			out[i].Part = stretches(f.Part)
		}
	}
	return out, nil
}

// misread says what is wrong with a query, and where; nil where it is not the
// query that is.
func (v *visit) misread(err error, query string) *wrongQuery {
	var operator *desk.Misread
	var e *support.Error
	at := 0
	says := ""
	switch {
	case errors.As(err, &operator):
		at = operator.Operator.At
		says = v.voice.Message("search.operator", map[string]string{"operator": operator.Operator.Name, "at": strconv.Itoa(at), "why": v.voice.Error(operator.Why)})
	case errors.As(err, &e) && e.Field == "q":
		at, _ = strconv.Atoi(e.Args["at"])
		says = v.voice.Error(e)
	default:
		return nil
	}
	w := &wrongQuery{Says: says}
	runes := []rune(query)
	if at == 0 || at > len(runes) {
		return w
	}
	end := at - 1
	for end < len(runes) && (!unicode.IsSpace(runes[end]) || keyOf(err) == "search.quote") {
		end++
	}
	w.Before, w.Word, w.After = string(runes[:at-1]), string(runes[at-1:end]), string(runes[end:])
	return w
}

// operators are what the reader can narrow a search with.
func (v *visit) operators() []pair {
	list := []string{`"..."`, "-", "severity:1", "state:open", "turn:support", "due:<2h", "product:", "contract:", "tag:", "kind:sr"}
	if v.staff() {
		list = append(list, "owner:me", "account:", "contact:", "queue:")
	}
	var out []pair
	for _, x := range list {
		name, _, _ := strings.Cut(x, ":")
		name = cmp.Or(map[string]string{`"..."`: "phrase", "-": "without"}[name], name)
		out = append(out, pair{v.T("search.example." + name), v.T("search.op." + name)})
	}
	return out
}
