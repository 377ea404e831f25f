package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// planCmd is accounts' plans for rollouts, over the API.
type planCmd struct {
	remote
	Add      planAddCmd      `cmd:"" help:"Add a plan: what changes when, who is called, which other vendors take part."`
	List     planListCmd     `cmd:"" help:"List plans."`
	Show     planShowCmd     `cmd:"" help:"Show a plan."`
	Versions planVersionsCmd `cmd:"" help:"Show all versions of a plan, the newest first."`
	Change   planChangeCmd   `cmd:"" help:"Write the next version of a plan; what is left out stays."`
	Remove   planRemoveCmd   `cmd:"" help:"Remove a plan and erase what its versions said."`
}

// planFlags are the parts of a plan that may stand several times.
type planFlags struct {
	Milestone []string `help:"DAY PRODUCT [FROM [TO [STATE]]], such as \"2026-06-20 vsphere 4.0 4.1\"; may be repeated." placeholder:"WORDS" sep:"none"`
	Done      []string `help:"Id of a step that is done; may be repeated." placeholder:"ID"`
	Call      []string `help:"NAME; PHONE[; PART]: who is called in an emergency; may be repeated." placeholder:"PARTS" sep:"none"`
	Vendor    []string `help:"NAME; PHONE[; CONTRACT[; PRODUCT]]: another vendor; may be repeated." placeholder:"PARTS" sep:"none"`
}

func (f planFlags) milestones(s *session) ([]client.Milestone, error) {
	var out []client.Milestone
	for _, text := range f.Milestone {
		w := strings.Fields(text)
		if len(w) < 2 || len(w) > 5 {
			return nil, mistake{fmt.Sprintf(s.word("error.milestone"), text)}
		}
		w = append(w, "", "", "")
		out = append(out, client.Milestone{Day: w[0], Product: w[1], From: w[2], To: w[3], State: w[4]})
	}
	return out, nil
}

// reached reads parts that are divided by semicolons; the first two are needed.
func reached(s *session, list []string, most int) ([][]string, error) {
	var out [][]string
	for _, text := range list {
		parts := strings.Split(text, ";")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		if len(parts) < 2 || len(parts) > most || parts[0] == "" || parts[1] == "" {
			return nil, mistake{fmt.Sprintf(s.word("error.reach"), text)}
		}
		out = append(out, append(parts, "", ""))
	}
	return out, nil
}

// apply writes what the flags say into a plan; what they leave out stays.
func (f planFlags) apply(s *session, c *client.PlanChange) error {
	milestones, err := f.milestones(s)
	if err != nil {
		return err
	}
	calls, err := reached(s, f.Call, 3)
	if err != nil {
		return err
	}
	vendors, err := reached(s, f.Vendor, 4)
	if err != nil {
		return err
	}
	if milestones != nil {
		c.Milestones = milestones
	}
	for _, id := range f.Done {
		if !slices.Contains(c.Done, id) {
			c.Done = append(c.Done, id)
		}
	}
	if calls != nil {
		c.Contacts = nil
	}
	for _, p := range calls {
		c.Contacts = append(c.Contacts, client.PlanContact{Name: p[0], Phone: p[1], Part: p[2]})
	}
	if vendors != nil {
		c.Vendors = nil
	}
	for _, p := range vendors {
		c.Vendors = append(c.Vendors, client.PlanVendor{Name: p[0], Phone: p[1], Contract: p[2], Product: p[3]})
	}
	return nil
}

type planAddCmd struct {
	Title    string `arg:"" help:"What is rolled out."`
	Account  string `help:"Id of the account; that of the contract when left out." placeholder:"ID" xor:"whose"`
	Contract string `help:"Number of a contract of the account." placeholder:"NUMBER" xor:"whose"`
	Zone     string `help:"Whose calendar days the milestones are; one's own zone when left out." placeholder:"ZONE"`
	planFlags
}

func (c *planAddCmd) act(s *session) error {
	if c.Account == "" {
		if c.Contract == "" {
			return mistake{s.word("error.plan_account")}
		}
		k, err := s.client.Contract(s.ctx, c.Contract)
		if err != nil {
			return err
		}
		c.Account = k.Account.ID
	}
	if c.Zone == "" {
		c.Zone = s.self().Zone
	}
	change := client.PlanChange{Title: c.Title, Zone: c.Zone}
	if err := c.apply(s, &change); err != nil {
		return err
	}
	return s.plan(s.client.AddPlan(s.ctx, client.NewPlan{
		Account: c.Account, Title: change.Title, Zone: change.Zone, Milestones: change.Milestones, Done: change.Done,
		Contacts: change.Contacts, Vendors: change.Vendors,
	}))
}

type planListCmd struct {
	Account string `help:"Id of the account; all that one sees when left out." placeholder:"ID"`
	pageFlags
}

func (c *planListCmd) act(s *session) error {
	list, next, err := s.client.Plans(s.ctx, c.Account, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"plans": list, "next": next}, func(w io.Writer, v lang.Voice) {
		rows := [][]string{{word(v.Lang, "id"), word(v.Lang, "account"), word(v.Lang, "plan.title"), word(v.Lang, "milestones")}}
		for _, p := range list {
			var days []string
			for _, m := range p.Milestones {
				days = append(days, milestone(v, m))
			}
			rows = append(rows, []string{p.ID, p.Account.Name, p.Title, strings.Join(days, "; ")})
		}
		writePage(w, v, rows, next)
	})
}

// onPlan is the argument that names a plan.
type onPlan struct {
	ID string `arg:"" help:"Id of the plan; 'plan list' shows it."`
}

type planShowCmd struct{ onPlan }

func (c *planShowCmd) act(s *session) error { return s.plan(s.client.Plan(s.ctx, c.ID)) }

type planVersionsCmd struct{ onPlan }

func (c *planVersionsCmd) act(s *session) error {
	list, err := s.client.PlanVersions(s.ctx, c.ID)
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"plans": list}, func(w io.Writer, v lang.Voice) {
		for _, p := range list {
			writePlan(w, v, p)
		}
	})
}

type planChangeCmd struct {
	onPlan
	Title *string `help:"What is rolled out." placeholder:"TEXT"`
	Zone  *string `help:"Whose calendar days the milestones are." placeholder:"ZONE"`
	planFlags
}

func (c *planChangeCmd) act(s *session) error {
	p, err := s.client.Plan(s.ctx, c.ID)
	if err != nil {
		return err
	}
	change := p.Change()
	if c.Title != nil {
		change.Title = *c.Title
	}
	if c.Zone != nil {
		change.Zone = *c.Zone
	}
	if err := c.apply(s, &change); err != nil {
		return err
	}
	return s.plan(s.client.ChangePlan(s.ctx, c.ID, change))
}

type planRemoveCmd struct{ onPlan }

func (c *planRemoveCmd) act(s *session) error { return s.client.RemovePlan(s.ctx, c.ID) }

func (s *session) plan(p client.Plan, err error) error {
	if err != nil {
		return err
	}
	return s.showNamed(p, func(w io.Writer, v lang.Voice) { writePlan(w, v, p) })
}

func milestone(v lang.Voice, m client.Milestone) string {
	versions := strings.Join(nonEmpty(m.From, m.To), " → ")
	return strings.Join(nonEmpty(m.Day, v.Named("product", m.Product), versions, v.Word("milestone", m.State)), " ")
}

func writePlan(w io.Writer, v lang.Voice, p client.Plan) {
	l := v.Lang
	fmt.Fprintf(w, "%s  %s  %s\n", p.ID, line(p.Title), fmt.Sprintf(word(l, "plan.version"), p.Version, v.Date(p.At), p.By))
	for _, m := range p.Milestones {
		fmt.Fprintf(w, "  %s\n", line(milestone(v, m)))
	}
	for _, s := range p.Steps {
		mark := " "
		if s.Done {
			mark = "x"
		}
		fmt.Fprintf(w, "  [%s] %s: %s%s\n", mark, s.ID, line(s.Text), rules(s.Rules))
	}
	for _, c := range p.Contacts {
		fmt.Fprintf(w, "  %s: %s\n", word(l, "plan.call"), line(strings.Join(nonEmpty(c.Name, c.Part, c.Phone), ", ")))
	}
	for _, x := range p.Vendors {
		fmt.Fprintf(w, "  %s: %s\n", word(l, "plan.vendor"), line(strings.Join(nonEmpty(x.Name, x.Product, x.Contract, x.Phone), ", ")))
	}
	writeCourses(w, v, p.Consulting)
}
