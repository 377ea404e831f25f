package support

// maxSeconds keeps everybody from owning what one person owns.
const maxSeconds = 5

// AddSecond has another member of staff work on the request beside its owner.
// Ownership stays where it is (R26).
type AddSecond struct {
	Staff int64
}

// RemoveSecond ends it.
type RemoveSecond struct {
	Staff int64
}

// Name implements [Command].
func (*AddSecond) Name() string    { return "add_second" }
func (*RemoveSecond) Name() string { return "remove_second" }

// Texts implements [Command].
func (*AddSecond) Texts() []*Text    { return nil }
func (*RemoveSecond) Texts() []*Text { return nil }

// SecondAdded: a second engineer is told what the owner is told.
type SecondAdded struct {
	Staff int64 `json:"staff"`
}

// SecondRemoved ends it.
type SecondRemoved struct {
	Staff int64 `json:"staff"`
}

func (SecondAdded) factKind() string   { return "second_added" }
func (SecondRemoved) factKind() string { return "second_removed" }

func (b SecondAdded) apply(r *Request, _ Fact)   { r.Seconds = append(r.Seconds, b.Staff) }
func (b SecondRemoved) apply(r *Request, _ Fact) { r.Seconds = without(r.Seconds, b.Staff) }

// without leaves out one value; nil stays nil.
func without(list []int64, x int64) []int64 {
	var left []int64
	for _, y := range list {
		if y != x {
			left = append(left, y)
		}
	}
	return left
}

func (c *AddSecond) decide(d *decision) error {
	switch {
	case d.r.Owner == 0:
		return refuse(Conflict, "second.no_owner")
	case c.Staff == d.r.Owner:
		return Wrong("staff", "second.is_owner")
	case contains(d.r.Seconds, c.Staff):
		return refuse(Conflict, "second.already")
	case len(d.r.Seconds) >= maxSeconds:
		return refuse(Conflict, "second.too_many", "most", itoa(maxSeconds))
	}
	if err := d.colleague(c.Staff, "staff"); err != nil {
		return err
	}
	d.record(SecondAdded{Staff: c.Staff})
	return nil
}

func (c *RemoveSecond) decide(d *decision) error {
	if !contains(d.r.Seconds, c.Staff) {
		return Wrong("staff", "second.none")
	}
	d.record(SecondRemoved{Staff: c.Staff})
	return nil
}

// colleague refuses whoever does not work here or does not see the request.
func (d *decision) colleague(id int64, field string) error {
	s, ok := d.w.staff(id)
	if !ok || !s.Active {
		return Wrong(field, "staff.unknown")
	}
	if contains(d.w.Blind, id) {
		return Wrong(field, "staff.sees_not")
	}
	return nil
}

// mentioned are the colleagues whom a note names, each once.
func (d *decision) mentioned(ids []int64) ([]int64, error) {
	var out []int64
	for _, id := range ids {
		if contains(out, id) {
			continue
		}
		if err := d.colleague(id, "mentions"); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	if len(out) > maxMentions {
		return nil, Wrong("mentions", "note.mentions", "most", itoa(maxMentions))
	}
	return out, nil
}

// maxMentions is how many colleagues one note calls.
const maxMentions = 20

// seconds are told by mail what the owner is told by mail, except for their own
// doing.
func (e *reactor) seconds(template string, f Fact) {
	for _, id := range e.r.Seconds {
		if f.By != (Actor{Vendor, id}) && id != e.r.Owner {
			e.mail(template, Recipient{ToStaff, id})
		}
	}
}
