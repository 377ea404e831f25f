package main

import (
	"fmt"
	"io"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

// userChangeCmd changes a contact or a member of staff; what is left out stays.
type userChangeCmd struct {
	Who       string   `arg:"" help:"Customer number of a contact, or e-mail of a member of staff."`
	Family    *string  `help:"Family name." placeholder:"NAME"`
	Given     *string  `help:"Given name." placeholder:"NAME"`
	Email     *string  `help:"E-mail address from now on." placeholder:"EMAIL"`
	Language  *string  `help:"Language of pages and mails." placeholder:"LANG"`
	Zone      *string  `help:"Time zone, such as Asia/Tokyo." placeholder:"ZONE"`
	Phone     *string  `help:"Contacts: phone number." placeholder:"NUMBER"`
	Preferred *string  `help:"Contacts: how they want to be reached: phone, mail or portal." placeholder:"CHANNEL"`
	Role      []string `help:"Staff: every role from now on: csr, tse, team_licence, duty_manager, engineering, beta, admin; may be repeated." placeholder:"ROLE"`
	Skill     []string `help:"Staff: every product from now on, by key; may be repeated." placeholder:"KEY"`
	Speaks    []string `help:"Staff: every language spoken with customers; may be repeated." placeholder:"LANG"`
	Site      *string  `help:"Staff: site." placeholder:"NAME"`
	Duty      *string  `help:"Staff: on_call, duty or none." placeholder:"DUTY"`
	Active    *bool    `help:"--no-active: the person has left and is written to no more." negatable:""`
}

func (c *userChangeCmd) act(s *session) error {
	if strings.Contains(c.Who, "@") {
		return c.staff(s)
	}
	number, err := support.ParseCustomerNumber(c.Who)
	if err != nil {
		return mistake{fmt.Sprintf(s.word("error.who"), c.Who)}
	}
	change := client.ContactChange{
		FamilyName: c.Family, GivenName: c.Given, Email: c.Email, Phone: c.Phone, Language: c.Language, Zone: c.Zone,
		PreferredChannel: c.Preferred, Active: c.Active,
	}
	if c.Role != nil || c.Skill != nil || c.Speaks != nil || c.Site != nil || c.Duty != nil {
		return mistake{s.word("error.staff_only")}
	}
	if change == (client.ContactChange{}) {
		return mistake{s.word("error.no_change")}
	}
	p, err := s.client.ChangeContact(s.ctx, number, change)
	if err != nil {
		return err
	}
	return s.show(p, func(w io.Writer, v lang.Voice) {
		writeSomeone(w, v, someone{
			Name: p.Name, Email: p.Email, CustomerNumber: p.CustomerNumber, Phone: p.Phone, Language: p.Language, Zone: p.Zone,
			PreferredChannel: p.PreferredChannel, Active: p.Active,
		})
	})
}

func (c *userChangeCmd) staff(s *session) error {
	if c.Phone != nil || c.Preferred != nil {
		return mistake{s.word("error.contact_only")}
	}
	change := client.StaffChange{
		FamilyName: c.Family, GivenName: c.Given, Email: c.Email, Language: c.Language, Languages: given(c.Speaks), Skills: given(c.Skill),
		Roles: given(c.Role), Site: c.Site, Zone: c.Zone, Duty: c.Duty, Active: c.Active,
	}
	switch change {
	case client.StaffChange{}:
		return mistake{s.word("error.no_change")}
	case client.StaffChange{Duty: c.Duty}:
		// The rota is the duty manager's too, who may change nothing else.
		return s.changed(s.client.SetDuty(s.ctx, c.Who, *c.Duty))
	}
	return s.changed(s.client.ChangeStaff(s.ctx, c.Who, change))
}

func (s *session) changed(m client.Staff, err error) error {
	if err != nil {
		return err
	}
	return s.show(m, func(w io.Writer, v lang.Voice) {
		writeSomeone(w, v, someone{
			Name: m.Name, Email: m.Email, Language: m.Language, Languages: m.Languages, Skills: m.Skills, Roles: m.Roles, Site: m.Site,
			Zone: m.Zone, Duty: m.Duty, Active: m.Active,
		})
	})
}

// given is a list that stands on the command line; nil when it does not.
func given(list []string) *[]string {
	if list == nil {
		return nil
	}
	return &list
}
