package support

// ActorsIn lists the people whom a fact names besides the one who recorded it,
// so that a page can look their names up.
func ActorsIn(b Body) []Actor {
	staff := func(ids ...int64) (out []Actor) {
		for _, id := range ids {
			if id != 0 {
				out = append(out, Actor{Vendor, id})
			}
		}
		return out
	}
	contacts := func(ids ...int64) (out []Actor) {
		for _, id := range ids {
			if id != 0 {
				out = append(out, Actor{Customer, id})
			}
		}
		return out
	}
	if c := consentIn(b); c != nil {
		return contacts(c.Contact)
	}
	switch b := b.(type) {
	case Filed:
		return contacts(append([]int64{b.Contact}, b.Details.Severity1...)...)
	case Assigned:
		return staff(b.Staff)
	case HandOverAnnounced:
		return staff(b.From, b.To)
	case HandedOver:
		return staff(b.From, b.To)
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
	case LicenceSplit:
		return contacts(b.Told...)
	case Notified:
		switch b.Recipient.Kind {
		case ToContact:
			return contacts(b.Recipient.ID)
		case ToStaff:
			return staff(b.Recipient.ID)
		}
	}
	return nil
}
