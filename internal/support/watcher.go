package support

// maxWatchers keeps the notices of one request from becoming a mailing list.
const maxWatchers = 50

// AddWatcher lets a contact of any account see a request and be told what
// customers see of it (A13). There is no other way to be copied in.
type AddWatcher struct {
	Contact int64
}

// RemoveWatcher takes it back; a watcher may always leave.
type RemoveWatcher struct {
	Contact int64
}

// Name implements [Command].
func (*AddWatcher) Name() string    { return "add_watcher" }
func (*RemoveWatcher) Name() string { return "remove_watcher" }

// Texts implements [Command].
func (*AddWatcher) Texts() []*Text    { return nil }
func (*RemoveWatcher) Texts() []*Text { return nil }

// WatcherAdded lets a contact see the request (A13).
type WatcherAdded struct {
	Contact int64 `json:"contact"`
	// Duplicate is the request of this contact that was completed as a duplicate
	// of this one (A22); 0: somebody added them.
	Duplicate int64 `json:"duplicate,omitempty"`
}

// WatcherRemoved takes it back.
type WatcherRemoved struct {
	Contact int64 `json:"contact"`
}

func (WatcherAdded) factKind() string   { return "watcher_added" }
func (WatcherRemoved) factKind() string { return "watcher_removed" }

func (b WatcherAdded) apply(r *Request, _ Fact) { r.Watchers = append(r.Watchers, b.Contact) }

func (b WatcherRemoved) apply(r *Request, _ Fact) {
	r.Watchers = without(r.Watchers, b.Contact)
}

// Watches tells whether a contact watches the request.
func (r *Request) Watches(contact int64) bool { return contains(r.Watchers, contact) }

func (c *AddWatcher) decide(d *decision) error {
	switch w := d.w.To; {
	case w.ID == 0 || w.ID != c.Contact || !w.Active:
		return Wrong("contact", "watcher.unknown")
	case c.Contact == d.r.Filed.Contact:
		return Wrong("contact", "watcher.is_contact")
	case d.r.Watches(c.Contact):
		return refuse(Conflict, "watcher.already")
	case len(d.r.Watchers) >= maxWatchers:
		return refuse(Conflict, "watcher.too_many", "most", itoa(maxWatchers))
	}
	d.record(WatcherAdded{Contact: c.Contact})
	return nil
}

// A watcher alone leaves for themself only; who stands in for the customer, and
// staff, remove anybody.
func (c *RemoveWatcher) decide(d *decision) error {
	if !d.r.Watches(c.Contact) {
		return Wrong("contact", "watcher.none")
	}
	if d.by.Kind == Customer && c.Contact != d.by.ID && !d.w.Has(deciders...) {
		return refuse(Forbidden, "watcher.not_yours")
	}
	d.record(WatcherRemoved{Contact: c.Contact})
	return nil
}

// watchers are told what the contact is told, and what others of the customer's
// side write, as far as customers see it; nobody is told their own words.
func (e *reactor) watchers(facts []Fact) {
	for _, id := range e.r.Watchers {
		if id == e.r.Filed.Contact {
			continue
		}
		best := told{}
		for _, f := range facts {
			t, ok := e.watcherTold(f, id)
			if ok && t.rank > best.rank {
				best = t
			}
		}
		if best.rank > 0 {
			e.mail(best.template, Recipient{ToContact, id})
		}
	}
}

func (e *reactor) watcherTold(f Fact, id int64) (told, bool) {
	self := f.By.Kind == Customer && f.By.ID == id
	switch b := f.Body.(type) {
	case WatcherAdded:
		return told{"watching", 85}, b.Contact == id && b.Duplicate == 0 && !self
	case Commented:
		return told{"comment", 50}, !self && b.OnBehalf == 0
	}
	t, ok := contactTold(f.Body, e.r, f.By)
	return t, ok && Public(f)
}
