package web

import (
	"cmp"
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

// mailsPath is where mails wait that the desk has not filed by itself.
const mailsPath = "/mail"

// mailsPage lists mails in a state. What is ticked is decided at once, and what came
// of it stands in each row (UX-24).
type mailsPage struct {
	frame
	Tabs         []navItem
	State        store.MailState
	Rows         []mailRow
	Filter       []field
	Narrowed     bool
	Here         string // its address, with what narrows it
	Fields       []field
	Form         typed
	Once         string
	Ran          bool
	Done, Failed int
	Undo         []string // the rows whose rejection can be taken back
	Next, First  string
}

// mailRow is a mail at a glance.
type mailRow struct {
	ID, Path, Subject, From, Whose, At, Why, Excerpt string
	Tone                                             string
	Request                                          string // that it names or stands on, as it is spoken
	Done                                             bool
	Refused                                          string
}

func (s *site) mailRoutes() []route {
	one := mailsPath + "/{mail}"
	return []route{
		{"GET " + mailsPath, vendors, s.mails},
		{"POST " + mailsPath, vendors, s.decideMails},
		{"GET " + mailsPath + "/count", vendors, s.mailCount},
		{"GET " + mailsPath + "/blocked", vendors, s.shown(s.blockedPage)},
		{"POST " + mailsPath + "/blocked", vendors, s.managing("unblock", "unblocked", s.blockedPage, s.unblock)},
		{"GET " + one, vendors, s.shown(s.incomingMail)},
		{"GET " + one + "/original", vendors, s.mailOriginal},
		{"GET " + one + "/html", vendors, s.mailHTMLPage},
		{"POST " + one + "/filing", vendors, s.managing("filing", "mail_filed", s.incomingMail, s.fileMail)},
		{"POST " + one + "/new-filing", vendors, s.managing("new", "mail_filed", s.incomingMail, s.fileMailNew)},
		{"POST " + one + "/sender", vendors, s.managing("sender", "mail_filed", s.incomingMail, s.fileMailAs)},
		{"POST " + one + "/rejection", vendors, s.managing("rejection", "mail_rejected", s.incomingMail, s.rejectMail)},
		{"POST " + one + "/blocking", vendors, s.managing("blocking", "mail_blocked", s.incomingMail, s.blockMail)},
		{"POST " + one + "/return", vendors, s.managing("return", "mail_returned", s.incomingMail, s.returnMail)},
	}
}

func mailPathOf(id int64) string { return mailsPath + "/" + support.Opaque("ml", id) }

// decides tells whether the reader may do something with mails.
func (v *visit) decides(act string) bool {
	return slices.ContainsFunc(desk.PartyPermissions(), func(x desk.PartyPermission) bool { return x.Act == act && slices.ContainsFunc(x.Roles, v.has) })
}

// mailStates are the lists of mails, the first one by itself.
var mailStates = []store.MailState{store.MailQuarantined, store.MailRejected, store.MailDropped, store.MailFiled}

func (v *visit) mailTabs(here string) []navItem {
	var out []navItem
	for i, state := range mailStates {
		path := mailsPath + "?state=" + string(state)
		if i == 0 {
			path = mailsPath
		}
		out = append(out, navItem{Path: path, Label: v.T("mails." + string(state)), Here: here == string(state)})
	}
	return append(out, navItem{Path: mailsPath + "/blocked", Label: v.T("mails.blocked"), Here: here == "blocked"})
}

func (s *site) mails(v *visit) error {
	p, err := s.mailsPage(v, typed{})
	if err != nil {
		return err
	}
	return v.page(mailsView(p))
}

func (s *site) mailsPage(v *visit, form typed) (mailsPage, error) {
	q := v.URL.Query()
	p := mailsPage{frame: v.frame, State: store.MailState(q.Get("state")), Form: form, Once: newOnce()}
	if !slices.Contains(mailStates, p.State) {
		p.State = mailStates[0]
	}
	p.Tabs = v.mailTabs(string(p.State))
	before, _ := support.ParseOpaque("ml", q.Get("before"))
	by := s.mailFilter(q)
	p.Narrowed = by != store.MailFilter{}
	by.State, by.Before, by.Limit = p.State, before, rowsShown+1
	list, err := s.Store.Mails(v.Context(), v.viewer(), by)
	if err != nil {
		return p, err
	}
	if p.Filter, err = s.mailFilterFields(v, q, p.State); err != nil {
		return p, err
	}
	q = narrowed(q)
	p.Here = mailsPath + "?" + q.Encode()
	if before != 0 {
		q.Del("before")
		p.First = mailsPath + "?" + q.Encode()
	}
	if len(list) > rowsShown {
		list = list[:rowsShown]
		q.Set("before", support.Opaque("ml", list[rowsShown-1].ID))
		p.Next = mailsPath + "?" + q.Encode()
	}
	if p.Rows, err = s.mailRows(v, list); err != nil {
		return p, err
	}
	p.Fields = form.kept("mails", v.mailDeeds(p.State))
	return p, nil
}

// mailDeeds is what can be done to many mails at once.
func (v *visit) mailDeeds(state store.MailState) []field {
	var deeds []option
	add := func(name string) {
		deeds = append(deeds, option{Value: name, Label: v.T("mails." + name), Hint: v.T("mails." + name + "_hint")})
	}
	switch {
	case !v.decides("decide_mail"):
		return nil
	case state == store.MailQuarantined:
		add("reject")
		if v.decides("block_sender") {
			add("block")
			add("block_domain")
		}
		return []field{
			{Name: "deed", Label: v.T("bulk.deed"), Kind: "radio", Options: deeds},
			{Name: "reason", Label: v.T("mails.reason"), Hint: v.T("mails.reason_hint"), Kind: "textarea", Rows: 2, Optional: v.T("bulk.only")},
		}
	case state == store.MailRejected || state == store.MailDropped:
		add("return")
		return []field{{Name: "deed", Label: v.T("bulk.deed"), Kind: "radio", Value: "return", Options: deeds}}
	}
	return nil
}

func (s *site) mailRows(v *visit, list []store.Mail) ([]mailRow, error) {
	var ids store.Naming
	for _, m := range list {
		if m.Contact != 0 {
			ids.Contacts = append(ids.Contacts, m.Contact)
		}
		if m.Staff != 0 {
			ids.Staff = append(ids.Staff, m.Staff)
		}
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	var out []mailRow
	for _, m := range list {
		row := mailRow{ID: support.Opaque("ml", m.ID), Path: mailPathOf(m.ID), Subject: cmp.Or(m.Said.Subject, v.T("mails.no_subject")), From: cmp.Or(m.Sender, v.T("mails.no_sender")),
			At: v.voice.Date(m.ReceivedAt), Why: v.mailWhy(m), Excerpt: m.Said.Excerpt, Tone: mailTone(m), Whose: whoseMail(v, m, names)}
		if m.Request != 0 {
			row.Request = support.SpokenNumber(m.Request)
		}
		out = append(out, row)
	}
	return out, err
}

// whoseMail is whose address From is; "" for a stranger's.
func whoseMail(v *visit, m store.Mail, names auditTeller) string {
	switch {
	case m.Contact != 0:
		return names.who(support.Actor{Kind: support.Customer, ID: m.Contact})
	case m.Staff != 0:
		return names.who(support.Actor{Kind: support.Vendor, ID: m.Staff})
	}
	return ""
}

// mailWhy says why a mail is where it is.
func (v *visit) mailWhy(m store.Mail) string {
	if m.Why == "" {
		return ""
	}
	if lang.Has(lang.English, "word.mail_why."+m.Why) {
		return v.voice.Word("mail_why", m.Why)
	}
	return v.voice.Word("mail_why", "refused")
}

// mailTone is how urgent it looks: what pretends to be somebody stands out.
func mailTone(m store.Mail) string {
	switch m.Why {
	case "unverified", "stranger", "not_party", "storm", "poison", "complaint":
		return "bad"
	case "copy", "loop", "report", "returned", "rejected", "blocked":
		return ""
	}
	return "warn"
}

// mailCount is how many mails wait, fetched apart from the page.
func (s *site) mailCount(v *visit) error {
	n, err := s.Store.MailsHeld(v.Context(), v.viewer(), countsShown+1)
	if err != nil {
		return err
	}
	says := strconv.Itoa(n)
	switch {
	case n == 0:
		says = ""
	case n > countsShown:
		says = strconv.Itoa(countsShown) + "+"
	}
	return v.json(map[string]string{mailsPath: says})
}

// decideMails does one thing to many mails, to each as if it were alone.
func (s *site) decideMails(v *visit) error {
	if err := v.parse(); err != nil {
		return err
	}
	deed, reason := v.PostForm.Get("deed"), strings.TrimSpace(v.PostForm.Get("reason"))
	var ids []int64
	for _, n := range v.PostForm["n"] {
		if id, ok := support.ParseOpaque("ml", n); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var wrong error
	switch {
	case !slices.Contains([]string{"reject", "block", "block_domain", "return"}, deed):
		wrong = support.Wrong("deed", "page.bulk_deed")
	case deed == "reject" && reason == "":
		wrong = support.Wrong("reason", "mail.reason_needed")
	case len(ids) == 0:
		wrong = support.Wrong("deed", "page.mails.none_ticked")
	case len(ids) > bulkMost:
		wrong = support.Refuse(support.TooLarge, "page.bulk_many", "n", itoa(len(ids)), "most", itoa(bulkMost))
	}
	if wrong != nil {
		form, err := v.refused("mails", wrong)
		if err != nil {
			return err
		}
		p, err := s.mailsPage(v, form)
		if err != nil {
			return err
		}
		v.show(statusOf(form.Trouble.code), mailsView(p))
		return nil
	}
	p := mailsPage{frame: v.frame, Tabs: v.mailTabs(""), Once: newOnce(), Ran: true}
	for _, id := range ids {
		row, err := s.decideOne(v, id, deed, reason)
		if err != nil {
			return err
		}
		switch {
		case !row.Done:
			p.Failed++
		case deed == "reject":
			p.Undo = append(p.Undo, row.ID)
			fallthrough
		default:
			p.Done++
		}
		p.Rows = append(p.Rows, row)
	}
	return v.page(mailsView(p))
}

// decideOne decides on one mail, once.
func (s *site) decideOne(v *visit, id int64, deed, reason string) (mailRow, error) {
	ctx, once := v.once(cmp.Or(v.PostForm.Get("once"), newOnce()) + "." + strconv.FormatInt(id, 10))
	who := v.who.Actor
	var err error
	switch deed {
	case "reject":
		_, err = s.Desk.RejectMail(ctx, who, id, reason)
	case "return":
		_, err = s.Desk.ReturnMail(ctx, who, id)
	default:
		_, err = s.Desk.BlockMail(ctx, who, id, deed == "block_domain")
	}
	row := mailRow{ID: support.Opaque("ml", id), Subject: support.Opaque("ml", id)}
	m, seen := s.Store.Mail(v.Context(), v.viewer(), id)
	if seen == nil {
		rows, err := s.mailRows(v, []store.Mail{m})
		if err != nil {
			return row, err
		}
		row = rows[0]
	} else if support.CodeOf(seen) == "" {
		return row, seen
	}
	if row.Done = err == nil || v.spent(once); row.Done {
		return row, nil
	}
	if support.CodeOf(err) == "" {
		return row, err
	}
	row.Refused = v.refusal(err)
	return row, nil
}

// blockedPage lists of whom nothing is wanted.
func (s *site) blockedPage(v *visit, form typed) (managePage, error) {
	p := managePage{frame: v.frame, Title: v.T("mails.blocked"), Lead: v.T("mails.blocked_lead"), Once: newOnce(), Tabs: v.mailTabs("blocked")}
	after := v.URL.Query().Get("after")
	list, err := s.Store.BlockedSenders(v.Context(), after, managed+1)
	if err != nil {
		return p, err
	}
	next := ""
	if len(list) > managed {
		list, next = list[:managed], list[managed-1].What
	}
	p.pages(v, "after", next)
	var ids store.Naming
	for _, b := range list {
		ids.Staff = append(ids.Staff, b.By.ID)
	}
	named, err := s.Store.Names(v.Context(), ids)
	names := auditTeller{v: v, named: named}
	table := manageList{None: v.T("mails.blocked_none"), Columns: []string{v.T("mails.address"), v.T("audit.when"), v.T("audit.who")}}
	for _, b := range list {
		row := manageRow{Cells: []string{b.What, v.voice.Date(b.At), names.who(b.By)}}
		if v.decides("block_sender") {
			row.Buttons = []manageButton{{Path: mailsPath + "/blocked?" + url.Values{"what": {b.What}}.Encode(), Label: v.T("mails.unblock")}}
		}
		table.Rows = append(table.Rows, row)
	}
	p.Lists = []manageList{table}
	return p, err
}

func (s *site) unblock(v *visit, _ filled) (string, error) {
	return mailsPath + "/blocked", inField(s.Desk.UnblockSender(v.Context(), v.who.Actor, v.URL.Query().Get("what")), "what")
}

// mailNamed is the mail that the address names.
func (s *site) mailNamed(v *visit) (int64, error) {
	id, ok := support.ParseOpaque("ml", v.PathValue("mail"))
	if !ok {
		return 0, nowhere(v)
	}
	return id, nil
}

// mailOriginal gives the mail as it came: a file that a browser saves (T23).
func (s *site) mailOriginal(v *visit) error {
	id, err := s.mailNamed(v)
	if err != nil {
		return err
	}
	m, raw, err := s.Desk.OpenMail(v.Context(), v.viewer(), id)
	if err == nil && m.Erased() {
		err = support.Refuse(support.NotFound, "mail.is_erased")
	}
	if err != nil {
		return err
	}
	v.saved(raw, "mail-"+strconv.FormatInt(id, 10)+".eml")
	return nil
}

// mailHTMLPage shows the HTML of a mail in a frame, without all that runs or is
// loaded from elsewhere (T27, T28).
func (s *site) mailHTMLPage(v *visit) error {
	in, _, err := s.readMail(v)
	if err != nil {
		return err
	}
	html, ok := safeHTML(&in)
	if !ok {
		v.show(http.StatusNotFound, failureView(failurePage{frame: v.frame, Title: v.T("absent.title"), Text: v.T("mails.no_html")}))
		return nil
	}
	return v.mailHTML(html)
}
