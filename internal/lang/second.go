package lang

import "madoguchi/internal/support"

func (s teller) seconds(f support.Fact) (string, args) {
	switch b := f.Body.(type) {
	case support.SecondAdded:
		return "fact.second_added", args{"staff": s.staff(b.Staff)}
	case support.SecondRemoved:
		return "fact.second_removed", args{"staff": s.staff(b.Staff)}
	case support.NoteAdded:
		if len(b.Mentions) == 0 {
			return "", nil
		}
		var names string
		for i, id := range b.Mentions {
			if i > 0 {
				names += s.Comma()
			}
			names += s.staff(id)
		}
		return "fact.note_mentions", args{"names": names}
	}
	return "", nil
}
