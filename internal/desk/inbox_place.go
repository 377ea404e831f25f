package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"madoguchi/internal/message"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/text"
)

const (
	excerpt  = 500 // bytes of a mail that lists show
	mostMail = 20  // mails of one address in an hour that are dealt with (T14)
)

// placeMail decides what becomes of a mail and does it. used are the keys of its
// files that something names now.
func (d *Desk) placeMail(tx *store.Tx, r *readMail) (used []string, err error) {
	switch blocked, err := tx.Blocked(r.Sender); {
	case err != nil:
		return nil, err
	case blocked:
		r.end(store.MailRejected, "blocked")
		return nil, nil
	}
	if r.class == message.Loop {
		r.end(store.MailDropped, "loop")
		return nil, nil
	}
	if r.SameAs, err = tx.PrintMail(r.ID, r.prints()...); err != nil {
		return nil, err
	}
	if r.SameAs != 0 {
		r.end(store.MailDropped, "copy")
		return nil, nil
	}
	if err := r.whose(tx); err != nil {
		return nil, err
	}
	if calm, err := d.calm(tx, r); err != nil || !calm {
		return nil, err
	}
	switch {
	case r.in.Refused != "":
		r.end(store.MailQuarantined, string(r.in.Refused))
		return nil, nil
	case r.class == message.Bounced || r.class == message.Complaint:
		return nil, d.cameBack(tx, r)
	case r.class == message.Delayed || r.class == message.Delivered || r.class == message.Read:
		r.end(store.MailDropped, "report")
		return nil, nil
	case r.class != message.Person:
		return nil, d.fileAutomatic(tx, r)
	}
	return d.placeWritten(tx, r)
}

func (r *readMail) end(state store.MailState, why string) { r.State, r.Why = state, why }

// whose finds the contact or the member of staff whose address From is; whether
// they wrote is another question.
func (r *readMail) whose(tx *store.Tx) error {
	if r.Sender == "" {
		return nil
	}
	c, err := tx.ContactByEmail(r.Sender)
	if err == nil {
		r.Contact, r.Account = c.ID, c.Account
		return nil
	}
	if support.CodeOf(err) != support.NotFound {
		return err
	}
	s, err := tx.StaffByEmail(r.Sender)
	if err == nil {
		r.Staff = s.Actor.ID
		return nil
	}
	if support.CodeOf(err) != support.NotFound {
		return err
	}
	return nil
}

// calm stops an address that writes without an end: of more than so many mails in
// an hour those of machines are dropped and the others wait for a person, and duty
// is told once a day (T14).
func (d *Desk) calm(tx *store.Tx, r *readMail) (bool, error) {
	if r.Sender == "" {
		return true, nil
	}
	now := d.real()
	wait, err := tx.Try(now, store.Throttle{Name: throttleName("mail in", r.Sender), Most: mostMail, Within: time.Hour})
	if err != nil || wait == 0 {
		return true, err
	}
	r.Request = r.likely(tx)
	r.end(store.MailQuarantined, "storm")
	if r.class != message.Person {
		r.State = store.MailDropped
	}
	wait, err = tx.Try(now, store.Throttle{Name: throttleName("mail storm", r.Sender), Most: 1, Within: 24 * time.Hour})
	if err != nil || wait > 0 {
		return false, err
	}
	storm := support.Letter(support.Subject{Kind: "mail", ID: r.ID}, "mail_storm", "", support.Recipient{Kind: support.ToDuty})
	return false, tx.AddLetter(0, storm)
}

// throttleName holds no address.
func throttleName(what, address string) string {
	sum := sha256.Sum256([]byte(what + "|" + address))
	return hex.EncodeToString(sum[:])
}

// likely is the request that a mail names, whoever wrote it; 0: none that exists.
func (r *readMail) likely(tx *store.Tx) int64 {
	if r.hints.HasThread {
		return r.hints.Thread.Request
	}
	for _, id := range r.hints.Requests {
		if facts, err := tx.FactsOfKinds(id, "filed"); err == nil && len(facts) > 0 {
			return id
		}
	}
	return 0
}

// prints are digests by which the same mail is known again: by its id, and, where a
// server has given it another one, by its date (T11).
func (r *readMail) prints() []string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00", strings.Join(strings.Fields(r.in.Text), " "))
	for _, f := range r.in.Files {
		fmt.Fprintf(h, "%s\x00%x\x00", f.Name, sha256.Sum256(f.Content))
	}
	said := hex.EncodeToString(h.Sum(nil))
	digest := func(words ...string) string {
		sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
		return hex.EncodeToString(sum[:])
	}
	var out []string
	if r.in.MessageID != "" {
		out = append(out, digest("id", r.in.MessageID, r.Sender, said))
	}
	if !r.in.Date.IsZero() {
		out = append(out, digest("date", r.in.Date.Format(time.RFC3339), r.Sender, r.in.Subject, said))
	}
	return out
}

// words are what is new in a text, or all of it where nothing is.
func words(text string) string {
	if fresh := message.New(text); fresh != "" {
		return fresh
	}
	return strings.TrimSpace(text)
}

// body is what stands in an entry: what is new, or the subject where nothing is
// written. "" when a mail says nothing at all.
func (r *readMail) body() string {
	body := r.said
	if body == "" && len(r.files) > 0 {
		body = r.in.Subject
	}
	return clip(body, MaxText)
}

// clip cuts a text to so many bytes, between letters.
func clip(s string, most int) string {
	if s = plain(s); len(s) <= most {
		return s
	}
	const end = "…"
	s = s[:most-len(end)]
	for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
		s = s[:len(s)-1]
	}
	return s + end
}

func foldedAddress(email string) string { return clip(strings.ToLower(strings.TrimSpace(email)), 320) }

// placeWritten puts what somebody wrote where it belongs. Who is not proved to have
// written it is not believed (T16), and a copy to somebody gives them no rights (T17).
func (d *Desk) placeWritten(tx *store.Tx, r *readMail) ([]string, error) {
	ids, err := d.candidates(tx, r)
	if err != nil {
		return nil, err
	}
	switch {
	case r.Contact == 0 && r.Staff == 0:
		r.end(store.MailQuarantined, "unknown")
		if len(ids) > 0 {
			r.Why = "stranger" // knows of a request and is none of its people
		}
		r.Request = r.likely(tx)
		return nil, d.verify(tx, r)
	case !r.verdict.Aligned:
		r.Request = r.likely(tx)
		r.end(store.MailQuarantined, "unverified")
		return nil, nil
	case r.body() == "":
		r.end(store.MailQuarantined, "empty")
		return nil, nil
	case r.Staff != 0:
		return d.noteOfStaff(tx, r)
	}
	by := support.Actor{Kind: support.Customer, ID: r.Contact}
	for _, id := range ids {
		x, _, err := folded(tx, id)
		if err != nil {
			return nil, err
		}
		party, err := d.isParty(tx, by, x)
		if err != nil {
			return nil, err
		}
		if party {
			return d.answer(tx, r, by, x)
		}
	}
	if len(ids) > 0 {
		r.Request = r.likely(tx)
		r.end(store.MailQuarantined, "not_party")
		return nil, nil
	}
	x, err := d.akin(tx, r, by)
	if err != nil {
		return nil, err
	}
	if x != nil {
		return d.answer(tx, r, by, x)
	}
	return d.fileByMail(tx, r, by)
}

// isParty tells whether a contact may write to a request.
func (d *Desk) isParty(tx *store.Tx, by support.Actor, x *support.Request) (bool, error) {
	if !x.Exists() {
		return false, nil
	}
	_, _, err := d.rolesTowards(tx, x, by, nil)
	if code := support.CodeOf(err); code == support.NotFound || code == support.Forbidden {
		return false, nil
	}
	return err == nil, hidden(err)
}

// answer puts a mail on its request: as a comment, which reopens one that is
// completed, or as a new request that follows it when that is too long ago (A12,
// A23). Thanks leave it completed.
func (d *Desk) answer(tx *store.Tx, r *readMail, by support.Actor, x *support.Request) ([]string, error) {
	thanks := len(r.files) == 0 && message.Thanks(r.body())
	if done := x.Completed; done != nil && !thanks {
		if done.Duplicate != 0 {
			other, _, err := folded(tx, done.Duplicate)
			if err != nil {
				return nil, err
			}
			if party, err := d.isParty(tx, by, other); err != nil {
				return nil, err
			} else if party && other.ID != x.ID {
				return d.answer(tx, r, by, other)
			}
		}
		if file, err := x.FollowUp(by.ID, d.Now()); err == nil {
			return d.fileAfter(tx, r, by, x, file)
		}
	}
	return d.try(tx, r, func(tx *store.Tx) ([]string, error) { return d.comment(tx, r, by, x.ID, thanks) })
}

// comment puts a mail on a request in the name of its sender.
func (d *Desk) comment(tx *store.Tx, r *readMail, by support.Actor, request int64, thanks bool) ([]string, error) {
	files, used, err := d.attachMail(tx, r, by, request)
	if err != nil {
		return nil, err
	}
	return used, d.command(tx, r, by, request, &support.Comment{Text: support.T(r.body()), Channel: support.Mail, Files: files, Arrived: r.ReceivedAt, Thanks: thanks})
}

// fileAfter files the request that follows one that cannot be reopened any more.
func (d *Desk) fileAfter(tx *store.Tx, r *readMail, by support.Actor, x *support.Request, file *support.File) ([]string, error) {
	return d.try(tx, r, func(tx *store.Tx) ([]string, error) {
		texts, err := tx.Texts([]int64{x.Filed.Title.ID, x.Details.Impact.ID})
		if err != nil {
			return nil, err
		}
		files, used, err := d.attachMail(tx, r, by, 0)
		if err != nil {
			return nil, err
		}
		title, impact := texts[x.Filed.Title.ID], texts[x.Details.Impact.ID]
		if title == "" {
			title = r.title()
		}
		if impact == "" && len(file.Criteria) == 0 {
			impact = r.body()
		}
		if file.Channel, err = d.channelFor(tx, by.ID, file.Product); err != nil {
			return nil, err
		}
		file.Title, file.Body, file.Files, file.Arrived = support.T(title), support.T(r.body()), files, r.ReceivedAt
		if file.Kind == support.Technical {
			file.Details.Impact = support.T(impact)
			if file.Severity == 1 { // never by mail alone
				file.Severity, file.Criteria = d.mildest(), nil
			}
		}
		return used, d.command(tx, r, by, 0, file)
	})
}

// try carries out a part; when the core refuses it, nothing of it stays and a person
// decides.
func (d *Desk) try(tx *store.Tx, r *readMail, do func(tx *store.Tx) ([]string, error)) (used []string, err error) {
	was := r.Mail
	err = tx.Part(func(tx *store.Tx) (err error) {
		used, err = do(tx)
		return err
	})
	var refusal *support.Error
	if errors.As(err, &refusal) && !cameBetween(err) && refusal.Code != support.Busy {
		r.Mail = was
		r.end(store.MailQuarantined, refusal.Key)
		return nil, nil
	}
	return used, err
}

// command carries out what a mail is and notes where it stands.
func (d *Desk) command(tx *store.Tx, r *readMail, by support.Actor, id int64, cmd support.Command) error {
	if err := checkTexts(cmd); err != nil {
		return err
	}
	done, err := d.carryOut(tx, by, id, 0, cmd)
	if err != nil {
		return err
	}
	r.end(store.MailFiled, "")
	r.Request, r.Account = done.ID, done.Row.Account
	if len(done.Facts) > 0 {
		r.Seq = done.Facts[0].Seq
	}
	if err := tx.KeepMentions(r.unseen, r.ID, done.ID); err != nil || !keepable(r.in.MessageID) {
		return err
	}
	return tx.KeepMailID(plain(r.in.MessageID), r.ID, done.ID)
}

// attachMail enters the files of a mail for an entry to name. What there is no room
// for stays in the mail alone.
func (d *Desk) attachMail(tx *store.Tx, r *readMail, by support.Actor, request int64) (files []support.AttachedFile, used []string, err error) {
	if len(r.files) == 0 {
		return nil, nil, nil
	}
	if err := tx.HoldUploads(request, by); err != nil {
		return nil, nil, err
	}
	now := support.Instant(d.real())
	for _, f := range r.files {
		space, err := tx.Usage(request, by, now.Add(-PersonTime))
		if err != nil {
			return nil, nil, err
		}
		if d.room(space).check(f.ref.Size) != nil {
			continue
		}
		u := store.Upload{Request: request, By: by, At: now, Name: text.FileName(plain(f.Name)), Size: f.ref.Size}
		if err := tx.BeginUpload(&u); err != nil {
			return nil, nil, err
		}
		u.Key, u.Media = f.ref.Key, f.media
		if err := tx.EndUpload(u); err != nil {
			return nil, nil, err
		}
		files, used = append(files, support.AttachedFile{File: u.ID}), append(used, f.ref.Key)
	}
	return files, used, nil
}

// noteOfStaff puts what a colleague writes on their request: as a note, so that
// nothing that they write goes further than they think. It takes an address that was
// sent to them alone (T16).
func (d *Desk) noteOfStaff(tx *store.Tx, r *readMail) ([]string, error) {
	t := r.hints.Thread
	if !r.hints.HasThread || !t.Staff || t.Person != r.Staff {
		r.Request = r.likely(tx)
		r.end(store.MailQuarantined, "staff")
		return nil, nil
	}
	by := support.Actor{Kind: support.Vendor, ID: r.Staff}
	return d.try(tx, r, func(tx *store.Tx) ([]string, error) {
		files, used, err := d.attachMail(tx, r, by, t.Request)
		if err != nil {
			return nil, err
		}
		return used, d.command(tx, r, by, t.Request, &support.AddNote{Text: support.T(r.body()), Label: support.NoteOfMail, Files: files})
	})
}

// fileAutomatic puts what a program wrote on the request that it is about, as an
// entry of the desk's own from which nothing follows (A5, R49).
func (d *Desk) fileAutomatic(tx *store.Tx, r *readMail) error {
	ids, err := d.candidates(tx, r)
	if err != nil {
		return err
	}
	for _, id := range ids {
		x, _, err := folded(tx, id)
		if err != nil {
			return err
		}
		// The signed address alone says that it is an answer to ours; else it has to
		// be of somebody who may write there.
		party := r.hints.HasThread && r.hints.Thread.Request == id
		if !party && r.Contact != 0 {
			if party, err = d.isParty(tx, support.Actor{Kind: support.Customer, ID: r.Contact}, x); err != nil {
				return err
			}
		}
		if x.Exists() && party {
			return d.recordAutomatic(tx, r, id)
		}
	}
	r.Request = r.likely(tx)
	r.end(store.MailQuarantined, r.Class)
	return nil
}

func (d *Desk) recordAutomatic(tx *store.Tx, r *readMail, id int64) error {
	body := r.body()
	if body == "" {
		body = clip(r.in.Subject, MaxTitle)
	}
	_, err := d.try(tx, r, func(tx *store.Tx) ([]string, error) {
		return nil, d.command(tx, r, clockwork, id, &support.RecordAutoReply{Text: support.T(body)})
	})
	return err
}
