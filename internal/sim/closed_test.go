package sim

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/notify"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// closed is an account that is kept to named members of staff.
type closed struct{ staff []int64 }

// restricts keeps an account to some of the staff, or opens it again. Whoever got no
// answer asks again, until it is known what holds.
func (w *world) restricts() error {
	account := pick(w, w.accounts)
	var staff []int64
	for _, s := range w.staff {
		if w.rng.IntN(2) == 0 {
			staff = append(staff, s.ID)
		}
	}
	shut := w.rng.IntN(3) == 0
	for {
		err := w.nodes[0].RestrictAccount(context.Background(), system, account, shut, staff)
		switch {
		case err == nil && shut:
			w.shut[account] = closed{staff}
		case err == nil:
			delete(w.shut, account)
		case w.dead():
			w.revive()
			continue
		}
		return err
	}
}

// restricting keeps a request to some of the staff, or opens it to all, or to one
// of those who do not see it.
func (w *world) restricting(member support.Actor) (support.Actor, support.Command) {
	reason := support.T("It is nobody's business.")
	switch w.rng.IntN(6) {
	case 0, 1:
		return pick(w, []support.Actor{member, w.duty}), &support.RestrictRequest{Staff: []int64{pick(w, w.staff).ID}, Reason: reason}
	case 2, 3:
		return w.duty, &support.LiftRestriction{Reason: reason}
	}
	return pick(w, w.staff), &support.BreakGlass{Reason: reason}
}

// open tells whether a member of staff sees a request: all do, but of what is
// kept to others; the owner and the manager on duty see it always, and whoever
// broke the glass for a while, by itself and in no list (I7).
func (w *world) open(s *story, who int64, list bool) bool {
	if who == w.duty.ID || who == s.row.Owner {
		return true
	}
	kept, shut := w.shut[s.row.Account]
	if (!shut || slices.Contains(kept.staff, who)) && (!s.r.Restricted || slices.Contains(s.r.Named, who)) {
		return true
	}
	return !list && s.glass[who].After(w.at)
}

// guarded: the words of a request that is kept to some go to no other member of
// staff.
func (w *world) guarded(m notify.Mail) {
	id, _, _ := strings.Cut(strings.TrimPrefix(m.Key, "r"), ".")
	request, err := strconv.ParseInt(id, 10, 64)
	had := w.stories[request]
	if err != nil || had == nil {
		return // a letter, or what was filed in this step
	}
	if _, shut := w.shut[had.row.Account]; !shut && !had.r.Restricted {
		return
	}
	now := &story{r: &support.Request{ID: request}, glass: had.glass}
	support.Fold(now.r, w.facts(request)...)
	now.row = support.Index(now.r, w.nodes[0].Pack())
	for _, s := range append([]support.Actor{w.duty}, w.staff...) {
		if m.To.Email == w.emails[s.ID] && !w.open(now, s.ID, false) {
			w.wrong("%s left to member of staff %d, who does not see the request", m.Key, s.ID)
		}
	}
}

// viewer is somebody as the store knows them.
func (w *world) viewer(who support.Actor) store.Viewer {
	v := store.Viewer{Actor: who}
	if who.Kind == support.Vendor {
		v.Roles, v.At = []support.Role{support.RoleTSE}, w.at
	}
	if who == w.duty {
		v.Roles = []support.Role{support.RoleDuty}
	}
	return v
}
