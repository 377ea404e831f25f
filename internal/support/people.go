package support

// ActorsOf lists everybody whom a request and some of its facts name, each
// once, so that a page or a mail can look their names up.
func ActorsOf(r *Request, facts []Fact) []Actor {
	seen := map[Actor]bool{{Kind: System}: true, {}: true}
	var out []Actor
	add := func(list ...Actor) {
		for _, a := range list {
			if !seen[a] {
				seen[a] = true
				out = append(out, a)
			}
		}
	}
	add(Actor{Customer, r.Filed.Contact})
	for _, id := range r.Watchers {
		add(Actor{Customer, id})
	}
	for _, o := range r.Owners {
		add(Actor{Vendor, o.Staff})
	}
	for _, id := range r.Seconds {
		add(Actor{Vendor, id})
	}
	if o := r.Offer; o != nil {
		add(Actor{Vendor, o.Staff})
	}
	for _, id := range r.Named {
		add(Actor{Vendor, id})
	}
	if h := r.HandOver; h != nil {
		add(Actor{Vendor, h.To})
	}
	if e := r.Escalation; e != nil && e.Manager != 0 {
		add(Actor{Vendor, e.Manager}, Actor{Vendor, e.Engineer})
	}
	for _, f := range facts {
		add(f.By)
		add(ActorsIn(f.Body)...)
	}
	return out
}

// actors are people of one side; ids that are 0 are left out.
func actors(kind ActorKind, ids []int64) (out []Actor) {
	for _, id := range ids {
		if id != 0 {
			out = append(out, Actor{kind, id})
		}
	}
	return out
}

func staff(ids ...int64) []Actor    { return actors(Vendor, ids) }
func contacts(ids ...int64) []Actor { return actors(Customer, ids) }

// besides lists those who are named beside owner and contact.
func besides(b Body) []Actor {
	switch b := b.(type) {
	case NoteAdded:
		return staff(b.Mentions...)
	case SecondAdded:
		return staff(b.Staff)
	case SecondRemoved:
		return staff(b.Staff)
	case OwnerOffered:
		return staff(b.Staff)
	case OwnerOfferEnded:
		return staff(b.Staff)
	case WatcherAdded:
		return contacts(b.Contact)
	case WatcherRemoved:
		return contacts(b.Contact)
	case CompletionDeclined:
		return contacts(b.OnBehalf)
	}
	return nil
}

// ActorsIn lists the people whom a fact names besides the one who recorded it.
func ActorsIn(b Body) []Actor {
	if c := consentIn(b); c != nil {
		return contacts(c.Contact)
	}
	switch b := b.(type) {
	case Filed:
		return contacts(append([]int64{b.Contact, b.Approver}, b.Details.Severity1...)...)
	case Reclassified:
		return contacts(b.Contact, b.Was.Contact, b.Approver)
	case Assigned:
		return staff(b.Staff)
	case AskAssigned:
		return staff(b.Staff)
	case Restricted:
		return staff(b.Staff...)
	case HandOverAnnounced:
		return staff(b.From, b.To)
	case HandOverCancelled:
		return staff(b.To)
	case HandedOver:
		return staff(b.From, b.To)
	case HandOverOffered:
		return staff(b.To)
	case HandOverAccepted:
		return staff(b.Staff)
	case HandOverDeclined:
		return staff(b.Staff)
	case HandOverReturned:
		return staff(b.From, b.To)
	case Paged:
		return staff(b.Staff)
	case Routed:
		return staff(b.Staff)
	case PageAcknowledged:
		return staff(b.Staff)
	case Commented:
		return contacts(b.OnBehalf)
	case ContactMade:
		return contacts(b.With)
	case ContactAttempted:
		return contacts(b.With)
	case SeverityRaiseAsked:
		return contacts(b.Dedicated...)
	case EscalationAssigned:
		return staff(b.Manager, b.Engineer)
	case SurveyRequested:
		return contacts(b.Contact)
	case ExecutionApproved:
		return contacts(b.Contact)
	case ApproverChanged:
		return contacts(b.From, b.To)
	case PrimarySwapped:
		return append(contacts(b.From, b.To), staff(b.Verified)...)
	case LicenceSplit:
		return contacts(b.Told...)
	case Notified:
		return reached(b.Recipient)
	case NoticeFailed:
		return reached(b.Recipient)
	}
	return besides(b)
}

// reached are the people of a recipient; a duty has none of its own.
func reached(r Recipient) []Actor {
	switch r.Kind {
	case ToContact:
		return contacts(r.ID)
	case ToStaff:
		return staff(r.ID)
	}
	return nil
}
