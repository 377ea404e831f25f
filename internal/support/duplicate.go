package support

// RecordDuplicate is the other half of a completion as a duplicate: it is put on
// the request that goes on, in the same transaction (A22).
type RecordDuplicate struct {
	Request int64 // that was completed
	Contact int64 // of that request; becomes a watcher of this one
}

// Name implements [Command].
func (*RecordDuplicate) Name() string { return "record_duplicate" }

// Texts implements [Command].
func (*RecordDuplicate) Texts() []*Text { return nil }

// DuplicateFound stands on the request that goes on.
type DuplicateFound struct {
	Request int64 `json:"request"`
}

func (DuplicateFound) factKind() string { return "duplicate_found" }

func (b DuplicateFound) apply(r *Request, _ Fact) { r.Duplicates = append(r.Duplicates, b.Request) }

// duplicateOf refuses what cannot be meant: the request itself, one that is a
// duplicate, and one that the contact may not see. Who is to see another
// customer's request is added to it as a watcher first, knowingly (A13, A22).
func (d *decision) duplicateOf(of int64) error {
	other := d.w.Other
	switch {
	case of == 0:
		return Wrong("of", "duplicate.of_needed")
	case of == d.r.ID:
		return Wrong("of", "duplicate.itself")
	case other == nil || other.ID != of || !other.Exists():
		return Wrong("of", "duplicate.unknown")
	case other.Completed != nil && other.Completed.Duplicate != 0:
		return Wrong("of", "duplicate.of_duplicate", "number", SpokenNumber(of), "other", SpokenNumber(other.Completed.Duplicate))
	case other.Completed != nil && other.Completed.Reason == "spam":
		return Wrong("of", "duplicate.of_spam", "number", SpokenNumber(of))
	case other.Filed.Account != d.r.Filed.Account && !d.w.OtherSeen:
		return Wrong("of", "duplicate.other_account", "number", SpokenNumber(of))
	}
	return nil
}

func (c *RecordDuplicate) decide(d *decision) error {
	d.record(DuplicateFound{Request: c.Request})
	if c.Contact == d.r.Filed.Contact || d.r.Watches(c.Contact) || !d.w.To.Active {
		return nil
	}
	d.record(WatcherAdded{Contact: c.Contact, Duplicate: c.Request})
	return nil
}
