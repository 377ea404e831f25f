package store

import (
	"fmt"
	"slices"
	"strings"

	"madoguchi/internal/support"
)

// rowParts are the columns of a request's row that change together, and what is
// stored in them. Each index that has a column of an update is written anew, so
// that only parts that differ are updated.
var rowParts = []struct {
	columns []string
	values  func(r *support.Row) []any
}{
	{
		[]string{
			"account_id", "kind", "contact_id", "contract_id", "product", "version", "offering", "region", "language", "title_id", "title_sha256",
			"filed_at", "restricted",
		},
		func(r *support.Row) []any {
			return []any{
				r.Account, string(r.Kind), r.Contact, ref(r.Contract), r.Product, r.Version, r.Offering, r.Region, r.Language, ref(r.Title.ID), r.Title.SHA256,
				micros(r.FiledAt), r.Restricted,
			}
		},
	},
	{[]string{"reference_id", "reference_sha256", "environment", "component", "tags"}, func(r *support.Row) []any {
		return []any{ref(r.Reference.ID), r.Reference.SHA256, r.Environment, r.Component, list(r.Tags)}
	}},
	{[]string{"stage", "completed_at", "reason"}, func(r *support.Row) []any { return []any{string(r.Stage), micros(r.CompletedAt), r.Reason} }},
	{[]string{"severity"}, func(r *support.Row) []any { return []any{r.Severity} }},
	{[]string{"turn"}, func(r *support.Row) []any { return []any{string(r.Turn)} }},
	{[]string{"queue", "priority", "queued_since_at"}, func(r *support.Row) []any { return []any{r.Queue, r.Priority, micros(r.QueuedSince)} }},
	{[]string{"owner_id"}, func(r *support.Row) []any { return []any{ref(r.Owner)} }},
	{[]string{"escalated"}, func(r *support.Row) []any { return []any{r.Escalated} }},
	{[]string{"next_metric", "next_missed"}, func(r *support.Row) []any { return []any{string(r.NextMetric), r.NextMissed} }},
	{[]string{"next_due_at"}, func(r *support.Row) []any { return []any{dueOrNever(r.NextDueAt)} }},
	{[]string{"changed_at"}, func(r *support.Row) []any { return []any{micros(r.ChangedAt)} }},
}

// rowStatement writes the row as it is after the one that was, zero: a new one.
// What the timer knows of a request stays where its due instant is still the one
// that is stored, which may have come of another pack than this one.
func rowStatement(was, r support.Row) (string, []any) {
	args := []any{r.ID, r.Seq, micros(r.DueAt)}
	var names, marks strings.Builder
	for _, p := range rowParts {
		values := p.values(&r)
		if was.Seq != 0 && slices.Equal(p.values(&was), values) {
			continue
		}
		for i, name := range p.columns {
			args = append(args, values[i])
			if was.Seq == 0 {
				names.WriteString(", " + name)
				fmt.Fprintf(&marks, ", $%d", len(args))
			} else {
				fmt.Fprintf(&names, ", %s = $%d", name, len(args))
			}
		}
	}
	if was.Seq == 0 {
		return "INSERT INTO request (id, brand_id, seq, due_at, wake_at, leased_at, pushed, pushed_why" + names.String() +
			") VALUES ($1, 1, $2, $3, $3, 0, 0, ''" + marks.String() + ")", args
	}
	const same = "CASE WHEN due_at IS NOT DISTINCT FROM $3 THEN "
	return "UPDATE request SET seq = $2, due_at = $3, leased_at = 0, wake_at = " + same + "wake_at ELSE $3 END, pushed = " + same +
		"pushed ELSE 0 END, pushed_why = " + same + "pushed_why ELSE '' END" + names.String() + " WHERE id = $1", args
}
