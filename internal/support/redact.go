package support

import "madoguchi/internal/policy"

// RedactText erases texts of entry Seq that should never have been written
// there: a pasted password, somebody's personal data. Field names one of the
// entry's texts as the timeline does; "" is all of them, and the files that stand
// with it. Who erased, when and why stays.
type RedactText struct {
	Seq    int64
	Field  string
	Ground string // of the pack: secret, personal, mistake
	Reason Text
}

// Name implements [Command].
func (*RedactText) Name() string { return "redact_text" }

// Texts implements [Command].
func (c *RedactText) Texts() []*Text { return []*Text{&c.Reason} }

// ContentErased says which contents are gone: the store sets them and their
// salts to NULL with it, and what was kept of sent mails. The hash of each
// stays in the fact that holds it, so that the chain stays whole.
type ContentErased struct {
	Of      int64   `json:"of"` // seq of the entry
	Content []int64 `json:"content"`
	Ground  string  `json:"ground"` // secret, personal, mistake
	Reason  Text    `json:"reason,omitzero"`
	// Internal: customers do not see the entry, nor that it was erased.
	Internal bool `json:"internal,omitempty"`
}

func (ContentErased) factKind() string { return "content_erased" }

func (b ContentErased) apply(r *Request, _ Fact) { r.Erased = append(r.Erased, b.Content...) }

// ownEntry: the author may take a text back for as long as the pack says, up to
// and in the end instant.
func (d *decision) ownEntry() error {
	e, within := d.w.Entry, d.p.Texts.AuthorWithin
	switch {
	case e.Body == nil || e.By != d.by:
		return refuse(Forbidden, "redaction.not_yours")
	case within.IsZero() || d.at.After(e.At.Add(within.Duration())):
		return refuse(Forbidden, "redaction.too_late", "within", within.String())
	}
	return nil
}

// CheckGround refuses a ground for erasing that the pack does not know.
func CheckGround(p *policy.Pack, ground string) error {
	for _, g := range p.Texts.Grounds {
		if g.ID == ground {
			return nil
		}
	}
	return Wrong("ground", "redaction.ground_unknown", "ground", ground)
}

func (c *RedactText) decide(d *decision) error {
	if err := CheckGround(d.p, c.Ground); err != nil {
		return err
	}
	e := d.w.Entry
	if e.Body == nil {
		return refuse(NotFound, "redaction.entry_unknown", "seq", itoa64(c.Seq))
	}
	switch e.Body.(type) {
	case LicenceSplit:
		return refuse(Conflict, "redaction.licence_key")
	case DefectLinked, DefectTold:
		return refuse(Conflict, "redaction.defect")
	}
	var gone []int64
	found := false
	refs := TextRefs(e.Body)
	if c.Field == "" {
		refs = append(refs, d.r.filesOf(c.Seq)...)
	}
	for _, t := range refs {
		if c.Field != "" && c.Field != t.Name {
			continue
		}
		found = true
		if !contains(d.r.Erased, t.Text.ID) && !contains(gone, t.Text.ID) {
			gone = append(gone, t.Text.ID)
		}
	}
	switch {
	case !found && c.Field != "":
		return Wrong("field", "redaction.field_unknown", "field", c.Field, "seq", itoa64(c.Seq))
	case !found:
		return refuse(Conflict, "redaction.nothing", "seq", itoa64(c.Seq))
	case len(gone) == 0:
		return refuse(Conflict, "redaction.done", "seq", itoa64(c.Seq))
	}
	d.record(ContentErased{Of: c.Seq, Content: gone, Ground: c.Ground, Reason: c.Reason, Internal: !Public(e)})
	return nil
}
