package lang

import "madoguchi/internal/support"

func (s teller) watchers(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.WatcherAdded:
		a := args{"contact": s.contact(b.Contact)}
		if b.Duplicate != 0 {
			a["number"] = support.SpokenNumber(b.Duplicate)
			return "fact.watcher_duplicate", a
		}
		return "fact.watcher_added", a
	case support.DuplicateFound:
		return "fact.duplicate_found", args{"number": support.SpokenNumber(b.Request)}
	case support.WatcherRemoved:
		self := f.By == support.Actor{Kind: support.Customer, ID: b.Contact}
		return either(self, "fact.watcher_left", "fact.watcher_removed"), args{"contact": s.contact(b.Contact)}
	}
	return "", nil
}
