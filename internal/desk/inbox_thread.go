package desk

import (
	"slices"
	"strings"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// References of a mail that are looked at, the newest, and how long an id may be that
// is kept, in bytes.
const (
	mostRefs  = 30
	longestID = 900
)

func keepable(id string) bool { return id != "" && len(id) <= longestID }

// refs are the newest ids to which a mail refers.
func (r *readMail) refs() []string { return r.hints.Refs[:min(len(r.hints.Refs), mostRefs)] }

// foreign are those ids to which a mail refers that mails of others have, each once.
func (d *Desk) foreign(r *readMail) (out []string) {
	for _, id := range r.refs() {
		_, ours := d.own.Key(id)
		if id = plain(id); !ours && keepable(id) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// unique are those of some ids that no other mail can have but that one (RFC 5322,
// 3.6.4): programs that are asked for an id have been told yes.
func unique(ids []string) []string {
	return slices.DeleteFunc(ids, func(id string) bool {
		left, right, _ := strings.Cut(id, "@")
		return left == "" || right == ""
	})
}

// candidates are the requests to which a mail may belong, the surest first: that of
// the address to which it was sent, those of the mails that it answers, those whose
// numbers stand in its subject. Never the subject's words (T12).
func (d *Desk) candidates(tx *store.Tx, r *readMail) ([]int64, error) {
	var out []int64
	add := func(ids ...int64) {
		for _, id := range ids {
			if id != 0 && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if r.hints.HasThread {
		add(r.hints.Thread.Request)
	}
	found, err := tx.RequestsOfMailIDs(d.foreign(r))
	if err != nil {
		return nil, err
	}
	for _, id := range r.refs() {
		key, ours := d.own.Key(id)
		if !ours {
			add(found[plain(id)]...)
			continue
		}
		request := requestOfKey(key)
		if request == 0 {
			if request, err = filedOf(tx, key); err != nil {
				return nil, err
			}
		}
		add(request)
	}
	r.unseen = slices.DeleteFunc(slices.Clone(r.unseen), func(id string) bool { return len(found[id]) > 0 })
	add(r.hints.Requests...)
	return out, nil
}

// akin is the request of a conversation of which not all mails have come, or have come
// in another order; nil: none. A mail to which one refers that stands there belongs to
// it, when its sender may write there. One that refers to the same mail, which nobody
// has seen, belongs to the request of its own sender alone: several may answer a
// circular, each about something else.
func (d *Desk) akin(tx *store.Tx, r *readMail, by support.Actor) (*support.Request, error) {
	ids, own := r.unseen, plain(r.in.MessageID)
	if keepable(own) {
		ids = append([]string{own}, ids...)
	}
	found, err := tx.RequestsOfMentions(own, ids, by.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		for _, request := range found[id] {
			x, _, err := folded(tx, request)
			if err != nil {
				return nil, err
			}
			if party, err := d.isParty(tx, by, x); err != nil || party {
				return x, err
			}
		}
	}
	return nil, nil
}
