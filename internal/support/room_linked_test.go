package support_test

import "madoguchi/internal/support"

// linked loads the second request of a command.
func (m *room) linked(w *support.World, r *support.Request, cmd support.Command) {
	switch c := cmd.(type) {
	case *support.File:
		if f, ok := m.requests[c.Follows]; ok {
			w.Other = f.request
		}
	case *support.Complete:
		if f, ok := m.requests[c.Of]; ok && c.Of != r.ID {
			w.Other, w.OtherSeen = f.request, m.sees(r.Filed.Contact, f.request)
		}
	case *support.RecordDuplicate:
		if c.Contact > 0 && c.Contact <= int64(len(m.contacts)) {
			w.To = m.contact(c.Contact)
		}
	}
}

func (m *room) sees(contact int64, r *support.Request) bool {
	w := support.World{Roles: m.rolesOn(r.Filed.Contract, contact)}
	return r.Filed.Contact == contact || r.Watches(contact) || w.Has(support.RoleSupportAdmin, support.RoleLicencePrimary)
}

// second does what a command means for the second request.
func (m *room) second(by support.Actor, r *support.Request, cmd support.Command) error {
	var err error
	switch c := cmd.(type) {
	case *support.Complete:
		if c.Of != 0 {
			_, err = m.do(by, c.Of, &support.RecordDuplicate{Request: r.ID, Contact: r.Filed.Contact})
		}
	case *support.File:
		if _, ok := m.requests[c.Follows]; ok {
			_, err = m.do(by, c.Follows, &support.RecordFollowUp{Request: r.ID})
		}
	}
	return err
}
