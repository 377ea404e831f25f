package store

import (
	"fmt"
	"time"
)

// MailLimits are how many mails leave at most, by all nodes of a database; 0 is no
// limit.
type MailLimits struct {
	PerReader int // an hour, to one person
	InAll     int // a minute
}

// Held is what the last error of an effect says that waits for room.
const Held = "held back: many mails have left to this reader, or in all"

// HoldMails leaves those of claimed effects out that are beyond a limit: they wait
// until there is room, by the real clock, and their claim counts as no try. Pages
// wait for nothing and count for nothing.
func (tx *Tx) HoldMails(claimed []EffectRow, l MailLimits, real time.Time) (free []EffectRow, err error) {
	mails := 0
	for _, e := range claimed {
		if e.Kind != "page" {
			mails++
		}
	}
	if mails == 0 || l == (MailLimits{}) {
		return claimed, nil
	}
	all := Throttle{Name: "mails in all", Most: l.InAll, Within: time.Minute}
	left, later := mails, time.Duration(0)
	if l.InAll > 0 {
		if left, later, err = tx.room(all, real, mails); err != nil {
			return nil, err
		}
	}
	byReader, rooms, counted := map[string]int{}, map[string]readerRoom{}, 0
	for _, e := range claimed {
		if e.Kind != "page" && counted < left {
			byReader[e.Recipient.String()]++
			counted++
		}
	}
	refund := 0
	for _, e := range claimed {
		if e.Kind == "page" {
			free = append(free, e)
			continue
		}
		wait := later
		if left > 0 {
			left--
			room, err := tx.readerRoom(rooms, e.Recipient.String(), byReader, l.PerReader, real)
			if err != nil {
				return nil, err
			}
			if room {
				free = append(free, e)
				continue
			}
			refund++
			wait = rooms[e.Recipient.String()].wait
		}
		if err := tx.held(e, real.Add(wait)); err != nil {
			return nil, err
		}
	}
	if refund > 0 && l.InAll > 0 {
		_, err = tx.count(real, -refund, []Throttle{all})
	}
	return free, err
}

// readerRoom is how many mails may still leave to a reader in this turn, and when
// there is more room.
type readerRoom struct {
	left int
	wait time.Duration
}

// readerRoom takes one of a reader's places.
func (tx *Tx) readerRoom(rooms map[string]readerRoom, reader string, mails map[string]int, most int, real time.Time) (bool, error) {
	if most <= 0 {
		return true, nil
	}
	r, known := rooms[reader]
	if !known {
		var err error
		t := Throttle{Name: fmt.Sprintf("mails to %s", reader), Most: most, Within: time.Hour}
		if r.left, r.wait, err = tx.room(t, real, mails[reader]); err != nil {
			return false, err
		}
	}
	free := r.left > 0
	if free {
		r.left--
	}
	rooms[reader] = r
	return free, nil
}

func (tx *Tx) held(e EffectRow, until time.Time) error {
	_, err := tx.exec(`UPDATE effect SET lease = '', next_try_at = $3, attempts = attempts - 1, last_error = $4
WHERE key = $1 AND lease = $2 AND lease <> '' AND state = 'pending'`, e.Key, e.Lease, until.UnixMicro(), Held)
	return wrap(err, "hold effect %s", e.Key)
}
