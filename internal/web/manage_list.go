package web

import (
	"strings"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

// sought is the field by which a list of management is narrowed.
func (v *visit) sought(label string) field {
	return field{Name: "q", Label: v.voice.Message("page."+label, nil), Kind: "search", Value: strings.TrimSpace(v.URL.Query().Get("q")), Optional: " "}
}

// fits tells whether some texts hold the words that are looked for, or words that
// begin so, as the search reads them.
func fits(sought string, texts ...string) bool {
	in := text.Words(strings.Join(texts, "\n"))
	for _, word := range strings.Fields(sought) {
		if p := text.Query(word, true); len(p) > 0 && !text.Holds(in, p) {
			return false
		}
	}
	return true
}

// accountsFound are the accounts and contacts that have what is looked for in their
// names, numbers or addresses, and the contract of that number.
func (s *site) accountsFound(v *visit, p managePage) (managePage, error) {
	sought := p.Filter[0].Value
	var terms []support.SearchTerm
	for _, word := range strings.Fields(sought) {
		terms = append(terms, support.SearchTerm{Text: word})
	}
	accounts, contacts, err := s.Store.FindParties(v.Context(), v.viewer(), terms, managed+1)
	if err != nil {
		return p, err
	}
	if len(accounts) > managed || len(contacts) > managed {
		p.Notes = append(p.Notes, manageNote{"", "info", v.T("manage.many", "n", itoa(managed))})
		accounts, contacts = accounts[:min(len(accounts), managed)], contacts[:min(len(contacts), managed)]
	}
	found := manageList{Title: v.T("manage.accounts"), None: v.T("manage.none_found"), Columns: []string{v.T("manage.name"), v.T("manage.country")}}
	for _, x := range accounts {
		found.Rows = append(found.Rows, s.accountRow(v, x.Account))
	}
	people := manageList{Title: v.T("manage.contacts"), None: v.T("manage.none_found"), Columns: []string{v.T("manage.name"), v.T("audit.part.account"), v.T("customer_number"), v.T("sign_in.email")}}
	for _, x := range contacts {
		c := x.Contact
		people.Rows = append(people.Rows, manageRow{Link: managePath + "/contacts/" + c.Number, Cells: []string{lang.Name(v.Lang, lang.Person{Family: c.FamilyName, Given: c.GivenName}, false), x.Account.Name, support.SpokenCustomerNumber(c.Number), c.Email}})
	}
	p.Lists = []manageList{found, people}
	c, err := s.Store.ContractByNumber(v.Context(), v.viewer(), sought)
	switch {
	case support.CodeOf(err) == support.NotFound:
		return p, nil
	case err != nil:
		return p, err
	}
	p.Lists = append(p.Lists, manageList{Title: v.T("contracts"), Columns: []string{v.T("contract.number"), v.T("offering")}, Rows: []manageRow{{Link: paperPath(c.Number), Cells: []string{c.Number, v.voice.Named("offering", c.Offering)}}}})
	return p, nil
}

// accountRow is an account in a list.
func (s *site) accountRow(v *visit, a support.Account) manageRow {
	row := manageRow{Link: accountPath(a.ID), Cells: []string{a.Name, s.country(v, a.Country)}}
	if a.Restricted {
		row.State, row.Tone = v.T("manage.restricted"), "note"
	}
	return row
}

// contractsOf are the contracts of an account, page by page.
func (s *site) contractsOf(v *visit, a support.Account) (manageList, error) {
	out := manageList{ID: "papers", Title: v.T("contracts"), None: v.T("manage.no_contracts"), Columns: []string{v.T("contract.number"), v.T("offering"), v.T("manage.until")}}
	all, err := s.Store.Contracts(v.Context(), v.viewer(), a.ID)
	all, next := window(v, "paper", all, func(c support.Contract) string { return c.Number })
	q := narrowed(v.URL.Query())
	if q.Get("paper") != "" {
		q.Del("paper")
		out.Newest = accountPath(a.ID) + "?" + q.Encode() + "#papers"
	}
	if next != "" {
		q.Set("paper", next)
		out.Older = accountPath(a.ID) + "?" + q.Encode() + "#papers"
	}
	for _, c := range all {
		row := manageRow{Link: paperPath(c.Number), Cells: []string{c.Number, v.voice.Named("offering", c.Offering), v.onDays(c, a.Country).Day(c.EndsAt.Add(-time.Second))}}
		if c.State != support.ContractActive {
			row.State = v.voice.Word("contract_state", string(c.State))
		}
		out.Rows = append(out.Rows, row)
	}
	return out, err
}
