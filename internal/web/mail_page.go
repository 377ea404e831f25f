package web

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// mailShown is what a mail says, for staff who decide on it: what is new in it,
// what is quoted folded away, its files, and what could not be read.
type mailShown struct {
	Pieces   []mailPiece
	Absent   string // said where there are no pieces
	HTML     string // the address of it; "": there is none
	Open     bool   // the HTML is shown at once
	Original string // "": it is erased, or there is none
	Files    []pair
	Problems []string
}

// mailPiece is a part of the text. One that is folded has a word for what it is.
type mailPiece struct{ Folded, Text string }

// readMail is the mail that the address names, taken apart.
func (s *site) readMail(v *visit) (message.Inbound, store.Mail, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return message.Inbound{}, store.Mail{}, err
	}
	m, raw, err := s.Desk.OpenMail(v.Context(), v.viewer(), id)
	if err != nil {
		return message.Inbound{}, m, err
	}
	return message.Parse(raw), m, nil
}

// maxShownImage is how large an image of a mail may be that stands in its HTML.
const maxShownImage = 2 << 20

// safeHTML is the HTML of a mail with its own images in it; false when there is
// none that can be shown.
func safeHTML(in *message.Inbound) (string, bool) {
	if in.HTML == "" {
		return "", false
	}
	return message.Sanitise(in.HTML, func(cid string) string {
		for _, f := range in.Files {
			kind := http.DetectContentType(f.Content)
			if f.CID == cid && len(f.Content) <= maxShownImage && slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind) {
				return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(f.Content)
			}
		}
		return ""
	})
}

func (s *site) incomingMail(v *visit, form typed) (managePage, error) {
	in, m, err := s.readMail(v)
	if err != nil {
		return managePage{}, err
	}
	p := managePage{frame: v.frame, Title: cmp.Or(in.Subject, v.T("mails.no_subject")), Once: newOnce(), Back: &navItem{Path: mailsPath, Label: v.T("mails")}}
	if m.State != store.MailQuarantined {
		p.Back.Path += "?state=" + string(m.State)
	}
	v.frames()
	p.Mail = v.shownMail(&in, m)
	if p.Facts, err = s.mailFacts(v, &in, m); err != nil {
		return p, err
	}
	if why := v.mailWhy(m); why != "" {
		p.Notes = append(p.Notes, manageNote{cmp.Or(mailTone(m), "brand"), "info", v.T("mails.state_why", "state", v.T("mails."+string(m.State)), "why", why)})
	}
	if m.State != store.MailFiled && !m.Judged.Aligned {
		p.Notes = append(p.Notes, manageNote{"warn", "alert", v.T("mails.unverified")})
	}
	if m.Request != 0 {
		p.Links = append(p.Links, navItem{Path: "/requests/" + support.Number(m.Request), Label: v.T("mails.request", "number", support.SpokenNumber(m.Request))})
	}
	switch m.State {
	case store.MailQuarantined:
		p.Forms, err = s.mailForms(v, m, &in, form)
	case store.MailRejected, store.MailDropped:
		if v.decides("decide_mail") && !m.Erased() {
			p.Buttons = []manageButton{{mailPathOf(m.ID) + "/return", v.T("mails.return"), v.T("mails.return_hint")}}
		}
	}
	if err != nil {
		return p, err
	}
	return p, s.past(v, &p, "mail", m.ID)
}

// shownMail folds away what is not new. When nothing is, all is shown.
func (v *visit) shownMail(in *message.Inbound, m store.Mail) *mailShown {
	if m.Erased() {
		return &mailShown{Absent: v.T("mails.erased")}
	}
	x := &mailShown{Original: mailPathOf(m.ID) + "/original", Absent: v.T("mails.no_text")}
	if _, ok := safeHTML(in); ok {
		x.HTML = mailPathOf(m.ID) + "/html"
	}
	fresh := message.New(in.Text) != ""
	for _, piece := range message.Fold(in.Text) {
		text := strings.Trim(piece.Text, "\n")
		switch {
		case text == "":
		case fresh && piece.Kind == message.Quote:
			x.Pieces = append(x.Pieces, mailPiece{v.T("mails.quoted"), text})
		case fresh && piece.Kind == message.Closing:
			x.Pieces = append(x.Pieces, mailPiece{v.T("mails.signature"), text})
		default:
			x.Pieces = append(x.Pieces, mailPiece{"", text})
		}
	}
	for _, f := range in.Files {
		sort := ""
		if f.Sort != message.Attached {
			sort = " · " + v.voice.Word("mail_part", string(f.Sort))
		}
		x.Files = append(x.Files, pair{f.Name, v.voice.Bytes(int64(len(f.Content))) + sort})
	}
	for _, p := range in.Problems {
		says := v.voice.Word("mail_problem", string(p.Kind))
		if !slices.Contains(x.Problems, says) {
			x.Problems = append(x.Problems, says)
		}
	}
	return x
}

// mailFacts are who wrote, who is said to, and what is known of it.
func (s *site) mailFacts(v *visit, in *message.Inbound, m store.Mail) ([]pair, error) {
	out := []pair{{v.T("mail.from"), cmp.Or(people(in.From), v.T("mails.no_sender"))}}
	var ids store.Naming
	if m.Contact != 0 {
		ids.Contacts = []int64{m.Contact}
	}
	if m.Staff != 0 {
		ids.Staff = []int64{m.Staff}
	}
	named, err := s.Store.Names(v.Context(), ids)
	who := whoseMail(v, m, auditTeller{v: v, named: named})
	out = append(out, pair{v.T("mails.whose"), cmp.Or(who, v.T("mails.nobody"))})
	judged := "—"
	if j := m.Judged; j != (store.MailJudged{}) {
		judged = "SPF " + cmp.Or(j.SPF, "—") + " · DKIM " + cmp.Or(j.DKIM, "—") + " · DMARC " + cmp.Or(j.DMARC, "—")
	}
	out = append(out, pair{v.T("mails.judged"), judged}, pair{v.T("mail.to"), cmp.Or(people(in.To), strings.Join(m.Handed.To, ", "))})
	if len(in.Cc) > 0 {
		out = append(out, pair{"Cc", people(in.Cc)})
	}
	if m.Handed.From != "" && !strings.EqualFold(m.Handed.From, m.Sender) {
		out = append(out, pair{v.T("mails.envelope"), m.Handed.From})
	}
	if by := strings.TrimSpace(m.Handed.Hello + " " + m.Handed.Peer); by != "" {
		out = append(out, pair{v.T("mails.handed"), by})
	}
	out = append(out, pair{v.T("mails.received"), v.voice.Date(m.ReceivedAt)}, pair{v.T("mails.mailbox"), m.Mailbox}, pair{v.T("mails.size"), v.voice.Bytes(m.Size)})
	if m.Class != "" {
		out = append(out, pair{v.T("mails.class"), v.voice.Word("mail_class", m.Class)})
	}
	return out, err
}

// mailForms are what can be decided on a mail that waits.
func (s *site) mailForms(v *visit, m store.Mail, in *message.Inbound, form typed) ([]manageForm, error) {
	path := mailPathOf(m.ID)
	number, customer := "", ""
	if m.Request != 0 {
		number = support.SpokenNumber(m.Request)
	}
	if m.Contact != 0 {
		c, err := s.Store.Contact(v.Context(), v.viewer(), m.Contact)
		if err != nil && support.CodeOf(err) == "" {
			return nil, err
		}
		customer = c.Number
	}
	products, err := s.productOptions(v, nil)
	if err != nil {
		return nil, err
	}
	filing := manageForm{Name: "filing", act: "decide_mail", Do: "mail-file", Path: path + "/filing", Title: v.T("mails.file"), Hint: v.T("mails.file_hint"), Send: v.T("mails.file"),
		Fields: form.kept("filing", []field{{Name: "request", Label: v.T("number_of"), Kind: "text", Value: number, Short: true}})}
	product := field{Name: "product", Label: v.T("product"), Kind: "select", Options: products}
	fresh := manageForm{Name: "new", act: "decide_mail", Do: "mail-new", Path: path + "/new-filing", Title: v.T("mails.new"), Hint: v.T("mails.new_hint"), Send: v.T("mails.new"),
		Fields: form.kept("new", []field{{Name: "contact", Label: v.T("customer_number"), Kind: "text", Value: customer, Short: true}, product})}
	reject := manageForm{Name: "rejection", act: "decide_mail", Do: "mail-reject", Path: path + "/rejection", Title: v.T("mails.reject"), Hint: v.T("mails.reject_hint"), Send: v.T("mails.reject"),
		Fields: form.kept("rejection", []field{{Name: "reason", Label: v.T("mails.reason"), Kind: "textarea", Rows: 2}})}
	block := manageForm{Name: "blocking", act: "block_sender", Do: "mail-block", Path: path + "/blocking", Title: v.T("mails.block"), Hint: v.T("mails.block_hint"), Send: v.T("mails.block"),
		Fields: form.kept("blocking", []field{{Name: "whom", Label: v.T("mails.whom"), Kind: "radio", Value: "address", Options: []option{
			{Value: "address", Label: m.Sender}, {Value: "domain", Label: m.Sender[strings.LastIndexByte(m.Sender, '@')+1:], Hint: v.T("mails.block_domain_hint")}}}})}
	out := []manageForm{filing, fresh}
	if m.Contact == 0 && m.Staff == 0 && m.Sender != "" {
		sender, err := s.senderForm(v, m, in, product, form)
		if err != nil {
			return nil, err
		}
		out = append(out, sender)
	}
	out = append(out, reject)
	if m.Sender != "" {
		out = append(out, block)
	}
	return out, nil
}

// senderForm adds the sender as a contact. Accounts with people of the same domain
// are offered; for others a contract is named.
func (s *site) senderForm(v *visit, m store.Mail, in *message.Inbound, product field, form typed) (manageForm, error) {
	const most = 10
	_, host, _ := strings.Cut(m.Sender, "@")
	_, contacts, err := s.Store.FindParties(v.Context(), v.viewer(), []support.SearchTerm{{Text: host, Exact: true}}, most)
	accounts := []option{{Value: "", Label: "—"}}
	for _, x := range contacts {
		id := support.Opaque("acc", x.Account.ID)
		if strings.HasSuffix(strings.ToLower(x.Contact.Email), "@"+host) && !slices.ContainsFunc(accounts, func(o option) bool { return o.Value == id }) {
			accounts = append(accounts, option{Value: id, Label: x.Account.Name})
		}
	}
	family, given := "", ""
	if len(in.From) > 0 {
		family, given = namesOf(in.From[0].Name)
	}
	account := field{Name: "account", Label: v.T("audit.part.account"), Hint: v.T("mails.account_hint"), Kind: "select", Options: accounts, Optional: v.T("optional")}
	if len(accounts) > 1 {
		account.Value = accounts[1].Value
	}
	fields := append([]field{account, {Name: "contract", Label: v.T("contract.number"), Hint: v.T("mails.contract_hint"), Kind: "text", Optional: v.T("optional"), Short: true}},
		v.profileFields(support.Contact{FamilyName: family, GivenName: given, Email: m.Sender, Language: v.Lang, Zone: v.who.Zone, PreferredChannel: support.Mail})...)
	return manageForm{Name: "sender", act: "add_contact", Do: "mail-contact", Path: mailPathOf(m.ID) + "/sender", Title: v.T("mails.contact"), Hint: v.T("mails.contact_hint"), Send: v.T("mails.contact"),
		Fields: form.kept("sender", append(fields, product))}, err
}

// namesOf are family and given name of somebody as mailers write them: the family
// first in Japanese, or before a comma.
func namesOf(name string) (family, given string) {
	name = strings.Join(strings.Fields(name), " ")
	if a, b, ok := strings.Cut(name, ", "); ok {
		return a, b
	}
	i := strings.LastIndexByte(name, ' ')
	if i < 0 {
		return name, ""
	}
	for _, c := range name {
		if c >= 0x3040 && c <= 0x9fff {
			a, b, _ := strings.Cut(name, " ")
			return a, b
		}
	}
	return name[i+1:], name[:i]
}

func (s *site) fileMail(v *visit, f filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	request, err := support.ParseNumber(f.Get("request"))
	if err != nil {
		return "", support.Wrong("request", "page.mails.number")
	}
	m, err := s.Desk.FileMail(v.Context(), v.who.Actor, id, request)
	return "/requests/" + support.Number(m.Request), inField(err, "request")
}

func (s *site) fileMailNew(v *visit, f filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	contact, err := v.contactNumbered(f, "contact")
	if err != nil {
		return "", err
	}
	m, err := s.Desk.FileMailNew(v.Context(), v.who.Actor, id, contact, f.Get("product"))
	return "/requests/" + support.Number(m.Request), inField(err, "product")
}

func (s *site) fileMailAs(v *visit, f filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	account, ok := support.ParseOpaque("acc", f.Get("account"))
	if number := strings.TrimSpace(f.Get("contract")); number != "" {
		c, err := s.Store.ContractByNumber(v.Context(), v.viewer(), number)
		if err != nil {
			return "", inField(err, "contract")
		}
		account, ok = c.Account, true
	}
	if !ok {
		return "", support.Wrong("account", "page.mails.account_needed")
	}
	c := contactTyped(support.Contact{Account: account}, f)
	m, err := s.Desk.FileMailAs(v.Context(), v.who.Actor, id, &c, f.Get("product"))
	return "/requests/" + support.Number(m.Request), inField(err, "product")
}

func (s *site) rejectMail(v *visit, f filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	_, err = s.Desk.RejectMail(v.Context(), v.who.Actor, id, strings.TrimSpace(f.Get("reason")))
	return mailPathOf(id), inField(err, "reason")
}

func (s *site) blockMail(v *visit, f filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	_, err = s.Desk.BlockMail(v.Context(), v.who.Actor, id, f.Get("whom") == "domain")
	return mailPathOf(id), inField(err, "whom")
}

func (s *site) returnMail(v *visit, _ filled) (string, error) {
	id, err := s.mailNamed(v)
	if err != nil {
		return "", err
	}
	_, err = s.Desk.ReturnMail(v.Context(), v.who.Actor, id)
	return mailPathOf(id), inField(err, "mail")
}

// mailEntry is the mail that an entry of a timeline came by, for staff.
type mailEntry struct {
	Path, Original string
	Unverified     bool
}

// byMail tells whether a fact may have come by mail.
func byMail(f support.Fact) bool {
	switch b := f.Body.(type) {
	case support.Filed: // in another's name it is filed as if it had been typed in
		return true
	case support.Commented:
		return b.Channel == support.Mail
	case support.NoteAdded:
		return b.Label == support.NoteOfMail
	case support.AutoReplyReceived:
		return true
	}
	return false
}

// mailsOf are the mails of a request by the entries that they became; staff alone
// read them.
func (s *site) mailsOf(v *visit, t told) (map[int64]mailEntry, error) {
	if !v.staff() || !slices.ContainsFunc(t.facts, byMail) {
		return nil, nil
	}
	list, err := s.Store.MailsOf(v.Context(), v.viewer(), t.r.ID)
	out := map[int64]mailEntry{}
	for _, m := range list {
		e := mailEntry{Path: mailPathOf(m.ID), Unverified: !m.Judged.Aligned}
		if !m.Erased() {
			e.Original = e.Path + "/original"
		}
		out[m.Seq] = e
	}
	return out, err
}
