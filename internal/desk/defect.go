package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// DefectChange replaces those parts of a defect that are not nil. Reason stands
// in its history; the other texts replace what stood there.
type DefectChange struct {
	State                      *support.DefectState
	FixedIn                    *string
	Severity                   *int
	Versions                   *[]string
	Title, Public, Description *string
	Reason                     string
}

// ReportDefect adds a defect in the state reported, and fills the rest of it.
// It is engineering's from then on, with or without a request (R36).
func (d *Desk) ReportDefect(ctx context.Context, by support.Actor, x *support.Defect) error {
	if err := checkDefect(*x); err != nil {
		return err
	}
	given := *x
	return d.change(ctx, by, "report_defect", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		if _, err := tx.Product(given.Product); err != nil {
			return entry{}, noProduct(tx, err, "product", given.Product)
		}
		added := given
		err := addDefect(tx, &added, at)
		*x = added
		return entry{"defect", added.ID, reported(added)}, err
	})
}

// addDefect draws a number, saves the texts and adds the row.
func addDefect(tx *store.Tx, x *support.Defect, at time.Time) error {
	for _, t := range []*support.Text{&x.Title, &x.Public, &x.Description} {
		if err := tx.SaveText(0, 0, t); err != nil {
			return err
		}
	}
	id, err := tx.NewDefectID()
	if err != nil {
		return err
	}
	x.ID, x.State, x.ReportedAt, x.ChangedAt, x.Requests = id, support.DefectReported, at, at, 0
	return tx.AddDefect(*x)
}

// reported is the audit of a new defect.
func reported(x support.Defect) map[string]any {
	return map[string]any{
		"product": x.Product, "versions": x.Versions, "severity": x.Severity, "state": x.State,
		"title": x.Title, "public": x.Public, "description": x.Description,
	}
}

func checkDefect(x support.Defect) error {
	if strings.TrimSpace(x.Title.Plain) == "" {
		return support.Wrong("title", "title.needed")
	}
	if x.Severity < 1 || x.Severity > 4 {
		return support.Wrong("severity", "defect.severity")
	}
	for _, t := range []struct{ field, text string }{{"title", x.Title.Plain}, {"public_title", x.Public.Plain}, {"text", x.Description.Plain}} {
		if err := checkWords(t.text, t.field); err != nil {
			return err
		}
	}
	return checkRelease("fixed_in", append([]string{x.FixedIn}, x.Versions...)...)
}

// checkWords is checkText for titles of two kinds.
func checkWords(s, field string) error {
	as := field
	if field == "public_title" {
		as = "title"
	}
	err := checkText(s, as)
	if e, ok := err.(*support.Error); ok {
		e.Field = field
	}
	return err
}

// checkRelease holds names of releases to what a line shows: they stand in facts.
func checkRelease(field string, names ...string) error {
	for _, n := range names {
		if len(n) > 80 || strings.ContainsAny(n, "\n\r\t\x00") {
			return support.Wrong(field, "defect.release_form")
		}
	}
	return nil
}

// ChangeDefect changes a defect, step by step through its states. When what a
// customer waits for has come or will not, a run tells every linked request.
func (d *Desk) ChangeDefect(ctx context.Context, by support.Actor, id int64, c DefectChange) (support.Defect, error) {
	var out support.Defect
	for _, t := range []struct {
		field string
		text  *string
	}{{"title", c.Title}, {"public_title", c.Public}, {"text", c.Description}, {"reason", &c.Reason}} {
		if t.text != nil {
			if err := checkWords(*t.text, t.field); err != nil {
				return out, err
			}
		}
	}
	err := d.change(ctx, by, "change_defect", about{}, func(tx *store.Tx, at time.Time) (entry, error) {
		was, err := oneDefect(tx, id)
		if err != nil {
			return entry{}, err
		}
		next, said, err := c.on(tx, was, at)
		if err != nil {
			return entry{}, err
		}
		if err := tx.UpdateDefect(next, was); err != nil {
			return entry{}, err
		}
		out = next
		if next.State != was.State && next.State.Tells() {
			run := store.Run{Kind: store.RunDefect, Subject: id, PerMinute: d.Pack().Batches.MailsPerMinute, StartedAt: at}
			if err := tx.StartDefectRun(&run); err != nil {
				return entry{}, err
			}
			said["requests"] = run.Total
		}
		return entry{"defect", id, said}, nil
	})
	return out, err
}

// on applies the change to a defect and says what it did.
func (c DefectChange) on(tx *store.Tx, x support.Defect, at time.Time) (support.Defect, map[string]any, error) {
	said := map[string]any{}
	for _, t := range []struct {
		name string
		to   *string
		text *support.Text
	}{{"title", c.Title, &x.Title}, {"public", c.Public, &x.Public}, {"description", c.Description, &x.Description}, {"reason", &c.Reason, &support.Text{}}} {
		if t.to == nil || t.name == "reason" && *t.to == "" {
			continue
		}
		if t.name == "title" && strings.TrimSpace(*t.to) == "" {
			return x, nil, support.Wrong("title", "title.needed")
		}
		*t.text = support.T(*t.to)
		if err := tx.SaveText(0, 0, t.text); err != nil {
			return x, nil, err
		}
		said[t.name] = *t.text
	}
	if c.Versions != nil {
		x.Versions, said["versions"] = *c.Versions, *c.Versions
	}
	if c.Severity != nil {
		if *c.Severity < 1 || *c.Severity > 4 {
			return x, nil, support.Wrong("severity", "defect.severity")
		}
		said["severity"], x.Severity = *c.Severity, *c.Severity
	}
	if err := c.step(&x, at, said); err != nil {
		return x, nil, err
	}
	x.ChangedAt = at
	return x, said, checkRelease("fixed_in", append([]string{x.FixedIn}, x.Versions...)...)
}

// step goes to the next state. Fixed is fixed in a release that has a name; the
// name goes with the state.
func (c DefectChange) step(x *support.Defect, at time.Time, said map[string]any) error {
	to := x.State
	if c.State != nil {
		to = *c.State
	}
	if err := x.State.Step(to); err != nil {
		return err
	}
	release := ""
	if c.FixedIn != nil {
		release = strings.TrimSpace(*c.FixedIn)
	}
	switch {
	case to == support.DefectFixed && x.State == to && release == "":
		return nil // stays as it is
	case to == support.DefectFixed && release == "":
		return support.Wrong("fixed_in", "defect.fixed_in_needed")
	case to != support.DefectFixed && release != "":
		return support.Wrong("fixed_in", "defect.not_fixed")
	}
	if to != x.State {
		said["from"], said["state"] = x.State, to
		x.FixedAt = time.Time{}
		if to == support.DefectFixed {
			x.FixedAt = at
		}
	}
	if release != x.FixedIn {
		said["fixed_in"] = release
	}
	x.State, x.FixedIn = to, release
	return nil
}

// CommentDefect adds an entry to a defect's history.
func (d *Desk) CommentDefect(ctx context.Context, by support.Actor, id int64, text string) error {
	if strings.TrimSpace(text) == "" {
		return support.Wrong("text", "text.needed")
	}
	if err := checkText(text, "text"); err != nil {
		return err
	}
	return d.change(ctx, by, "comment_defect", about{}, func(tx *store.Tx, _ time.Time) (entry, error) {
		if _, err := oneDefect(tx, id); err != nil {
			return entry{}, err
		}
		t := support.T(text)
		err := tx.SaveText(0, 0, &t)
		return entry{"defect", id, map[string]any{"text": t}}, err
	})
}

func oneDefect(tx *store.Tx, id int64) (support.Defect, error) {
	found, err := tx.Defects([]int64{id})
	if err == nil && len(found) == 0 {
		err = support.Refuse(support.NotFound, "defect.not_found")
	}
	if err != nil {
		return support.Defect{}, err
	}
	return found[0], nil
}

// inField gives a refusal the field in which its cause stood.
func inField(err error, field string) error {
	var e *support.Error
	if errors.As(err, &e) {
		located := *e
		located.Field = field
		return &located
	}
	return err
}

// defectsFor loads the defect that a command names and those to which the
// request is linked.
func defectsFor(tx *store.Tx, r *support.Request, named int64) ([]support.Defect, error) {
	var ids []int64
	for _, l := range r.Defects {
		ids = append(ids, l.Defect)
	}
	if named != 0 {
		ids = append(ids, named)
	}
	return tx.Defects(ids)
}
