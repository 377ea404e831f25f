package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// eventView is one fact of a timeline.
type eventView struct {
	Seq        int64          `json:"seq"`
	Kind       string         `json:"kind"`
	At         time.Time      `json:"at"`
	HappenedAt time.Time      `json:"happened_at,omitzero" doc:"When it happened elsewhere: a call, a mail"`
	By         by             `json:"by"`
	Text       string         `json:"text" doc:"One sentence in the caller's language"`
	Public     bool           `json:"public" doc:"Whether the customer sees it"`
	Data       map[string]any `json:"data" doc:"What the fact says; texts stand as {text} or {erased}"`
}

// by is who did something.
type by struct {
	Kind string `json:"kind" enum:"customer,staff,system"`
	Name string `json:"name,omitempty"`
}

type eventsView struct {
	Events []eventView `json:"events"`
	Next   int64       `json:"next,omitempty" doc:"The seq to go on after; absent at the end"`
}

type eventsInput struct {
	Numbered
	After  int64 `query:"after" minimum:"0" doc:"Greater seqs only"`
	Before int64 `query:"before" minimum:"0" doc:"Smaller seqs only"`
	Limit  int   `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func (c *call) timeline(ctx context.Context, in *eventsInput) (eventsView, error) {
	id, err := in.id()
	if err != nil {
		return eventsView{}, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = defaultPage
	}
	_, err = c.store.Request(ctx, c.viewer, id)
	if err == nil {
		err = c.desk.RecordRead(ctx, c.actor, id)
	}
	if err != nil {
		return eventsView{}, err
	}
	facts, err := c.store.Timeline(ctx, c.viewer, id, store.Page{After: in.After, Before: in.Before, Limit: limit})
	if err != nil {
		return eventsView{}, err
	}
	list, err := c.events(ctx, facts)
	v := eventsView{Events: list}
	if len(facts) == limit {
		v.Next = facts[len(facts)-1].Seq
	}
	return v, err
}

// events shows facts that the caller may see.
func (c *call) events(ctx context.Context, facts []support.Fact) ([]eventView, error) {
	return c.named(ctx).events(facts)
}

func (n *names) events(facts []support.Fact) ([]eventView, error) {
	c, out := n.c, []eventView{}
	if !c.staff() {
		facts = slices.DeleteFunc(slices.Clone(facts), func(f support.Fact) bool { return !support.Public(f) })
	}
	raw := make([]map[string]any, len(facts))
	var ids store.Naming
	for i, f := range facts {
		m, err := asMap(f.Body)
		if err != nil {
			return nil, fmt.Errorf("show fact %d: %w", f.Seq, err)
		}
		raw[i] = m
		ids.Texts = textIDs(m, ids.Texts)
		switch f.By.Kind {
		case support.Customer:
			ids.Contacts = append(ids.Contacts, f.By.ID)
		case support.Vendor:
			ids.Staff = append(ids.Staff, f.By.ID)
		}
	}
	n.fetch(ids)
	for i, f := range facts {
		v := eventView{Seq: f.Seq, Kind: f.Kind(), At: f.At, HappenedAt: f.HappenedAt, By: n.by(f.By), Public: support.Public(f)}
		v.Data = n.data(f, raw[i])
		v.Text = c.sentence(f, n.known())
		out = append(out, v)
	}
	return out, n.err
}

func (c *call) sentence(f support.Fact, people lang.People) string {
	v := c.voice()
	return lang.Fact(v.Lang, f, lang.Names{People: people, Zone: v.Zone, Pack: v.Pack})
}

func asMap(b support.Body) (map[string]any, error) {
	j, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(j))
	d.UseNumber()
	m := map[string]any{}
	return m, d.Decode(&m)
}

// textIDs gathers the stored texts that stand anywhere in a fact.
func textIDs(x any, ids []int64) []int64 {
	switch x := x.(type) {
	case map[string]any:
		if id, ok := textRef(x); ok {
			return append(ids, id)
		}
		for _, v := range x {
			ids = textIDs(v, ids)
		}
	case []any:
		for _, v := range x {
			ids = textIDs(v, ids)
		}
	}
	return ids
}

// textRef tells whether a value is a reference to a stored text.
func textRef(m map[string]any) (int64, bool) {
	if _, ok := m["sha256"]; !ok || len(m) != 2 {
		return 0, false
	}
	id := number(m["id"])
	return id, id != 0
}

func number(x any) int64 {
	n, ok := x.(json.Number)
	if !ok {
		return 0
	}
	id, err := n.Int64()
	if err != nil {
		return 0
	}
	return id
}

// The members of facts that hold ids, by what they are ids of. Hand-overs call
// two members of staff from and to; severities are numbers under these names.
var (
	contactMembers = []string{"contact", "with", "on_behalf", "told", "dedicated", "severity1_contacts", "approver"}
	staffMembers   = []string{"staff", "manager", "engineer", "mentions"}
	handOverKinds  = []string{"hand_over_announced", "hand_over_cancelled", "handed_over", "hand_over_offered", "hand_over_returned"}
	hiddenMembers  = []string{"key", "incident_pack", "run", "content", "held_as"} // an effect's key, a row of the ledger, a run over many, rows of texts, an entry that customers do not see
)

// data is what a fact says with names for ids and texts for references.
func (n *names) data(f support.Fact, m map[string]any) map[string]any {
	switch b := f.Body.(type) {
	case support.Unknown:
		// A newer program knows what its members mean; showing ids and
		// references raw would show what nobody decided to show.
		return map[string]any{}
	case support.Filed:
		m["receipt"] = n.c.receipt(b.Receipt, n.c.staff() || n.c.actor.ID == b.Contact)
		if b.Beta != 0 {
			m["beta"] = n.programmeKey(b.Beta)
		}
	case support.Reclassified:
		m["receipt"] = n.c.receipt(b.Receipt, n.c.staff() || n.c.actor.ID == b.Contact)
	case support.PrimarySwapped:
		m["from"], m["to"], m["verified"] = n.person(b.From), n.person(b.To), n.maybe(b.Verified)
	case support.ContactMade, support.ContactAttempted:
		if !n.c.staff() {
			delete(m, "reason") // why it was written down later is the vendor's
		}
	case support.IncidentReserved, support.IncidentSettled:
		delete(m, "pack")
	case support.Completed:
		if !b.Reopens() {
			delete(m, "reopen_until")
		}
	case support.LicenceSplit:
		m["licence"] = n.licenceKey(b.Licence)
		if !n.c.staff() && !slices.Contains(b.Told, n.c.actor.ID) {
			// R04: a key is for those to whom it was opened.
			delete(m, "keys")
			delete(m, "licence")
		}
	case support.FileAttached:
		m["file"] = opaque("file", b.File)
	case support.CommentHeld:
		for i, f := range b.Files {
			m["files"].([]any)[i].(map[string]any)["file"] = opaque("file", f.File)
		}
	case support.Routed:
		m["considered"] = n.considered(b)
	case support.Notified:
		m["recipient"] = n.recipient(b.Recipient)
	case support.NoticeFailed:
		m["recipient"] = n.recipient(b.Recipient)
	case support.TargetMet:
		delete(m, "elapsed_us")
		delete(m, "business_us")
		m["elapsed_seconds"], m["business_seconds"] = b.ElapsedUS/1e6, b.BusinessUS/1e6
	}
	n.members(m, slices.Contains(handOverKinds, f.Kind()))
	return m
}

func (n *names) members(m map[string]any, handOver bool) {
	for k, v := range m {
		switch {
		case slices.Contains(hiddenMembers, k):
			delete(m, k)
		case slices.Contains(contactMembers, k):
			m[k] = each(v, func(id int64) any { return n.person(id) })
		case slices.Contains(staffMembers, k), handOver && (k == "from" || k == "to"):
			m[k] = each(v, func(id int64) any { return n.member(id) })
		case k == "contract":
			m[k] = each(v, func(id int64) any { return n.contract(id) })
		case k == "account":
			m[k] = each(v, func(id int64) any { return n.account(id) })
		case k == "defect":
			m[k] = each(v, func(id int64) any { return support.DefectNumber(id) })
		case k == "follows", k == "duplicate", k == "duplicate_of", k == "request":
			m[k] = each(v, func(id int64) any { return support.SpokenNumber(id) })
		default:
			m[k] = n.value(v, handOver)
		}
	}
}

func (n *names) value(v any, handOver bool) any {
	switch x := v.(type) {
	case map[string]any:
		if id, ok := textRef(x); ok {
			return n.shown(id)
		}
		n.members(x, handOver)
	case []any:
		for i := range x {
			x[i] = n.value(x[i], handOver)
		}
	}
	return v
}

// shown is a text, or that it was erased: stored texts are never empty.
func (n *names) shown(id int64) any {
	s := n.text(support.Text{ID: id})
	if s == "" {
		return map[string]any{"erased": true}
	}
	return map[string]any{"text": s}
}

// each replaces an id, or every id of a list.
func each(v any, by func(int64) any) any {
	switch x := v.(type) {
	case json.Number:
		id := number(x)
		if id == 0 {
			return nil
		}
		return by(id)
	case []any:
		for i := range x {
			x[i] = each(x[i], by)
		}
	}
	return v
}

func (n *names) recipient(r support.Recipient) any {
	out := map[string]any{"kind": string(r.Kind)}
	switch r.Kind {
	case support.ToContact:
		out["name"] = n.person(r.ID).Name
	case support.ToStaff:
		out["name"] = n.member(r.ID).Name
	}
	return out
}

func (n *names) licenceKey(id int64) string {
	if n.err != nil {
		return ""
	}
	l, err := n.c.store.Licence(n.ctx, insider, id)
	if err != nil && support.CodeOf(err) != support.NotFound {
		n.err = err
	}
	return l.Key
}
