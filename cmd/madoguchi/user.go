package main

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// userCmd is contacts, staff and their roles: over the API, but for the first
// administrator, who is added on the stopped desk's own folder.
type userCmd struct {
	remote
	Me         userMeCmd         `cmd:"" help:"Say whose token this is."`
	List       userListCmd       `cmd:"" help:"List the vendor's people."`
	Accounts   userAccountsCmd   `cmd:"" help:"List the customers' organisations."`
	Contacts   userContactsCmd   `cmd:"" help:"List an organisation's contacts."`
	Show       userShowCmd       `cmd:"" help:"Show a contact by customer number, or a member of staff by e-mail."`
	AddStaff   userAddStaffCmd   `cmd:"" help:"Add a member of staff (admins)."`
	AddContact userAddContactCmd `cmd:"" help:"Add a contact; the customer number is drawn."`
	Change     userChangeCmd     `cmd:"" help:"Change a contact or a member of staff, or say that they have left."`
	Roles      userRolesCmd      `cmd:"" help:"Who holds which role on a contract."`
	Grant      userGrantCmd      `cmd:"" help:"Give a contact a role on a contract."`
	Revoke     userRevokeCmd     `cmd:"" help:"Take a role on a contract back."`
	Primary    userPrimaryCmd    `cmd:"" help:"Put another contact in the place of a contract's primary licence administrator (administrators; the licence team does it on a request)."`
	Invite     userInviteCmd     `cmd:"" help:"Let somebody set their first password: by mail, or by a link that is printed (admins)."`
	Reset      userResetCmd      `cmd:"" help:"Take somebody's password and sessions, and let them set another one (admins)."`
	Factors    userFactorsCmd    `cmd:"" help:"List what somebody signs in with, or take away what they have lost (admins)."`
	Sessions   userSessionsCmd   `cmd:"" help:"List where somebody is signed in, or sign them out (admins)."`
	Bootstrap  userBootstrapCmd  `cmd:"" help:"Add the first administrator to a desk that is not running."`
}

type userMeCmd struct{}

func (c *userMeCmd) act(s *session) error {
	me, err := s.client.Me(s.ctx)
	if err != nil {
		return err
	}
	s.me = &me
	return s.show(me, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		fmt.Fprintln(w, line(me.Name))
		pairs(w, []pair{
			{word(l, "side"), v.Word("actor", me.Kind)},
			{word(l, "customer_number"), me.CustomerNumber},
			{word(l, "email"), me.Email},
			{word(l, "phone"), me.Phone},
			{word(l, "language"), me.Language},
			{word(l, "zone"), me.Zone},
			{word(l, "roles"), roleWords(v, me.Roles)},
			{word(l, "scopes"), strings.Join(me.Scopes, ", ")},
		})
	})
}

func roleWords(v lang.Voice, roles []string) string {
	out := make([]string, len(roles))
	for i, r := range roles {
		out[i] = v.Word("role", r)
	}
	return strings.Join(out, ", ")
}

// someone is a contact or a member of staff as the API shows them.
type someone struct {
	Name             string   `json:"name"`
	Email            string   `json:"email"`
	CustomerNumber   string   `json:"customer_number,omitempty"`
	Phone            string   `json:"phone,omitempty"`
	Language         string   `json:"language"`
	Languages        []string `json:"languages,omitempty"`
	Skills           []string `json:"skills,omitempty"`
	Roles            []string `json:"roles,omitempty"`
	Site             string   `json:"site,omitempty"`
	Zone             string   `json:"zone"`
	Duty             string   `json:"duty,omitempty"`
	PreferredChannel string   `json:"preferred_channel,omitempty"`
	Active           bool     `json:"active"`
}

type userListCmd struct {
	Role string `help:"Only those with this role." placeholder:"ROLE"`
}

// staffList is the vendor's people as the API lists them.
type staffList struct {
	Staff []someone `json:"staff"`
}

func (s *session) staff() (staffList, error) {
	var list staffList
	return list, s.client.Do(s.ctx, http.MethodGet, "/v1/staff", nil, &list)
}

func (c *userListCmd) act(s *session) error {
	list, err := s.staff()
	if err != nil {
		return err
	}
	if c.Role != "" {
		list.Staff = slices.DeleteFunc(list.Staff, func(p someone) bool { return !slices.Contains(p.Roles, c.Role) })
	}
	return s.show(list, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "name"), word(l, "email"), word(l, "roles"), word(l, "skills"), word(l, "zone"), word(l, "state")}}
		for _, p := range list.Staff {
			state := word(l, "active."+fmt.Sprint(p.Active))
			if p.Duty != "" {
				state += ", " + word(l, "duty."+p.Duty)
			}
			rows = append(rows, []string{p.Name, p.Email, roleWords(v, p.Roles), strings.Join(p.Skills, ", "), p.Zone, state})
		}
		writePage(w, v, rows, "")
	})
}

type userShowCmd struct {
	Who string `arg:"" help:"Customer number of a contact, or e-mail of a member of staff."`
}

func (c *userShowCmd) act(s *session) error {
	if strings.Contains(c.Who, "@") {
		return c.staff(s)
	}
	n, err := support.ParseCustomerNumber(c.Who)
	if err != nil {
		return mistake{fmt.Sprintf(s.word("error.who"), c.Who)}
	}
	caller, err := s.client.Caller(s.ctx, n)
	if err != nil {
		return err
	}
	return s.showNamed(caller, func(w io.Writer, v lang.Voice) { writeCaller(w, v, caller) })
}

// staff looks the person up in the list: a desk's staff are few.
func (c *userShowCmd) staff(s *session) error {
	list, err := s.staff()
	if err != nil {
		return err
	}
	for _, p := range list.Staff {
		if strings.EqualFold(p.Email, c.Who) {
			return s.show(p, func(w io.Writer, v lang.Voice) { writeSomeone(w, v, p) })
		}
	}
	return support.Refuse(support.NotFound, "staff.unknown")
}

func writeSomeone(w io.Writer, v lang.Voice, p someone) {
	l := v.Lang
	fmt.Fprintln(w, line(p.Name))
	duty := ""
	if p.Duty != "" {
		duty = word(l, "duty."+p.Duty)
	}
	pairs(w, []pair{
		{word(l, "customer_number"), p.CustomerNumber},
		{word(l, "email"), p.Email},
		{word(l, "phone"), p.Phone},
		{word(l, "roles"), roleWords(v, p.Roles)},
		{word(l, "duty"), duty},
		{word(l, "language"), p.Language},
		{word(l, "languages"), strings.Join(p.Languages, ", ")},
		{word(l, "skills"), strings.Join(p.Skills, ", ")},
		{word(l, "site"), p.Site},
		{word(l, "zone"), p.Zone},
		{word(l, "preferred"), v.Word("channel", p.PreferredChannel)},
		{word(l, "state"), word(l, "active."+fmt.Sprint(p.Active))},
	})
}

// writeCaller writes what staff see when somebody calls (R08, R16).
func writeCaller(w io.Writer, v lang.Voice, c client.Caller) {
	l, p := v.Lang, c.Contact
	fmt.Fprintln(w, line(p.Name))
	pairs(w, []pair{
		{word(l, "customer_number"), p.CustomerNumber},
		{word(l, "account"), strings.TrimSpace(c.Account.Name + " " + c.Account.Country)},
		{word(l, "email"), p.Email},
		{word(l, "phone"), p.Phone},
		{word(l, "language"), p.Language},
		{word(l, "zone"), p.Zone},
		{word(l, "preferred"), v.Word("channel", p.PreferredChannel)},
		{word(l, "state"), word(l, "active."+fmt.Sprint(p.Active))},
	})
	fmt.Fprintln(w, word(l, "head.contracts"))
	rows := [][]string{{word(l, "contract"), word(l, "offering"), word(l, "state"), word(l, "products"), word(l, "ends"), word(l, "roles")}}
	for _, k := range c.Contracts {
		rows = append(rows, []string{k.Number, v.Named("offering", k.Offering), v.Word("contract_state", k.State),
			strings.Join(k.Products, ", "), v.Day(k.EndsAt), roleWords(v, k.Roles)})
	}
	table(w, rows)
	fmt.Fprintln(w, word(l, "head.requests"))
	writeRows(w, v, c.Requests, "")
}

type personFlags struct {
	Email    string `required:"" help:"E-mail address." placeholder:"EMAIL"`
	Family   string `required:"" help:"Family name." placeholder:"NAME"`
	Given    string `help:"Given name." placeholder:"NAME"`
	Language string `help:"Language of pages and mails." default:"en" placeholder:"LANG"`
	Zone     string `help:"Time zone, such as Asia/Tokyo." default:"UTC" placeholder:"ZONE"`
}

type userAddStaffCmd struct {
	personFlags
	Role   []string `required:"" enum:"csr,tse,team_licence,duty_manager,engineering,beta,security,admin" help:"${enum}; may be repeated." placeholder:"ROLE"`
	Site   string   `help:"Site." placeholder:"NAME"`
	Skill  []string `help:"Key of a product; may be repeated." placeholder:"KEY"`
	Speaks []string `help:"Language spoken with customers; may be repeated." placeholder:"LANG"`
	Duty   string   `help:"on_call or duty." enum:",on_call,duty" default:"" placeholder:"DUTY"`
}

func (c *userAddStaffCmd) act(s *session) error {
	body := c.body()
	body["roles"] = c.Role
	setUnlessEmpty(body, "site", c.Site)
	setUnlessEmpty(body, "duty", c.Duty)
	if c.Skill != nil {
		body["skills"] = c.Skill
	}
	if body["languages"] = c.Speaks; c.Speaks == nil {
		body["languages"] = []string{c.Language}
	}
	return s.enter("staff", body)
}

func setUnlessEmpty(body map[string]any, key, value string) {
	if value != "" {
		body[key] = value
	}
}

// body is what every new person has.
func (f personFlags) body() map[string]any {
	body := map[string]any{"family_name": f.Family, "email": f.Email, "language": f.Language, "zone": f.Zone}
	setUnlessEmpty(body, "given_name", f.Given)
	return body
}

type userAddContactCmd struct {
	personFlags
	Account   string `required:"" help:"Id of the account; 'user accounts' shows it." placeholder:"ID"`
	Phone     string `help:"Phone number." placeholder:"NUMBER"`
	Preferred string `help:"How the contact wants to be reached: phone, mail or portal." enum:"phone,mail,portal" default:"mail" placeholder:"CHANNEL"`
}

func (c *userAddContactCmd) act(s *session) error {
	body := c.body()
	body["account"], body["preferred_channel"] = c.Account, c.Preferred
	setUnlessEmpty(body, "phone", c.Phone)
	return s.enter("contacts", body)
}

// enter sends a new person and shows who it has become.
func (s *session) enter(what string, body map[string]any) error {
	var made someone
	if err := s.client.Do(s.ctx, http.MethodPost, "/v1/"+what, body, &made); err != nil {
		return err
	}
	return s.show(made, func(w io.Writer, v lang.Voice) {
		fmt.Fprintln(w, word(v.Lang, "added"))
		writeSomeone(w, v, made)
	})
}

type userRolesCmd struct {
	Contract string `arg:"" help:"Number of the contract."`
}

func (c *userRolesCmd) act(s *session) error {
	k, err := s.client.Contract(s.ctx, c.Contract)
	if err != nil {
		return err
	}
	return s.showNamed(k, func(w io.Writer, v lang.Voice) { writeRoles(w, v, k) })
}

func writeRoles(w io.Writer, v lang.Voice, k client.Contract) {
	l := v.Lang
	fmt.Fprintf(w, "%s  %s\n", k.Number, line(k.Account.Name))
	seats := fmt.Sprintf("%d", k.SupportAdmins.Taken)
	if k.SupportAdmins.Max > 0 {
		seats = fmt.Sprintf(word(l, "seats"), k.SupportAdmins.Taken, k.SupportAdmins.Max)
	}
	pairs(w, []pair{
		{word(l, "offering"), v.Named("offering", k.Offering)},
		{word(l, "state"), v.Word("contract_state", k.State)},
		{word(l, "ends"), v.Day(k.EndsAt)},
		{label(v.Word("role", string(support.RoleSupportAdmin))), seats},
	})
	rows := [][]string{{word(l, "customer_number"), word(l, "name"), word(l, "roles")}}
	for _, h := range k.Roles {
		rows = append(rows, []string{h.CustomerNumber, h.Name, v.Word("role", h.Role)})
	}
	if len(rows) > 1 {
		table(w, rows)
	}
}

type roleArgs struct {
	Contract string `arg:"" help:"Number of the contract."`
	Contact  string `arg:"" help:"Customer number of the contact."`
	Role     string `arg:"" enum:"role_support_admin,role_licence_secondary,support_admin,licence_secondary" help:"support_admin or licence_secondary."`
}

func (a roleArgs) role() string { return "role_" + strings.TrimPrefix(a.Role, "role_") }

type userGrantCmd struct{ roleArgs }

func (c *userGrantCmd) act(s *session) error {
	k, err := s.client.GrantRole(s.ctx, c.Contract, c.Contact, c.role())
	if err != nil {
		return err
	}
	return s.showNamed(k, func(w io.Writer, v lang.Voice) { writeRoles(w, v, k) })
}

type userRevokeCmd struct{ roleArgs }

func (c *userRevokeCmd) act(s *session) error {
	k, err := s.client.RevokeRole(s.ctx, c.Contract, c.Contact, c.role())
	if err != nil {
		return err
	}
	return s.showNamed(k, func(w io.Writer, v lang.Voice) { writeRoles(w, v, k) })
}

type userPrimaryCmd struct {
	Contract string `arg:"" help:"Number of the contract."`
	Contact  string `arg:"" help:"Customer number of the contact who takes over."`
}

func (c *userPrimaryCmd) act(s *session) error {
	k, err := s.client.ReplacePrimary(s.ctx, c.Contract, c.Contact)
	if err != nil {
		return err
	}
	return s.showNamed(k, func(w io.Writer, v lang.Voice) { writeRoles(w, v, k) })
}
