package support

import "slices"

func (c *ChangeDetails) decide(d *decision) error {
	n, preferred := d.r.Details, Channel("")
	var fields []string
	text := func(name string, new *Text, field *Text) {
		if new != nil {
			*field, fields = *new, append(fields, name)
		}
	}
	word := func(name string, new *string, field *string) {
		if new != nil && *new != *field {
			*field, fields = *new, append(fields, name)
		}
	}
	text("reference", c.Reference, &n.Reference)
	text("error_string", c.ErrorString, &n.ErrorString)
	text("recent_changes", c.RecentChanges, &n.RecentChanges)
	text("impact", c.Impact, &n.Impact)
	text("milestone", c.Milestone, &n.Milestone)
	word("environment", c.Environment, &n.Environment)
	word("component", c.Component, &n.Component)
	word("workaround", c.Workaround, &n.Workaround)
	if c.MilestoneAt != nil {
		n.MilestoneAt, fields = Instant(*c.MilestoneAt), append(fields, "milestone_at")
	}
	if c.Severity1 != nil {
		n.Severity1, fields = slices.Clone(*c.Severity1), append(fields, "severity1_contacts")
	}
	if c.Tags != nil {
		n.Tags, fields = slices.Clone(*c.Tags), append(fields, "tags")
	}
	if tags := c.tagged(n.Tags); !slices.Equal(tags, n.Tags) {
		n.Tags, fields = tags, append(fields, "tags")
	}
	word("symptom", c.Symptom, &n.Symptom)
	if c.Platforms != nil {
		n.Platforms, fields = slices.Clone(*c.Platforms), append(fields, "platforms")
	}
	if c.Gathered != nil {
		n.Gathered, fields = slices.Clone(*c.Gathered), append(fields, "gathered")
	}
	if len(c.Changes) > 0 {
		n.Changes, fields = changed(n.Changes, c.Changes), append(fields, "changes")
	}
	if c.Preferred != nil && *c.Preferred != d.r.Preferred {
		preferred, fields = *c.Preferred, append(fields, "preferred_channel")
	}
	if err := knownDetails(n, preferred); err != nil {
		return err
	}
	if len(fields) == 0 && len(c.Tag)+len(c.Untag) > 0 {
		return nil // it is so already
	}
	if len(fields) == 0 {
		return refuse(Invalid, "details.nothing")
	}
	if c.MilestoneAt != nil {
		if err := d.milestone(n.MilestoneAt); err != nil {
			return err
		}
	}
	if err := d.gathered(d.r.Filed.Kind, d.r.Filed.Product, n); err != nil {
		return err
	}
	d.record(DetailsChanged{Details: n, Preferred: preferred, Fields: fields})
	if c.Severity1 != nil {
		d.people()
	}
	return nil
}

// knownDetails refuses words that are none of those that may stand in a field.
func knownDetails(n Details, preferred Channel) error {
	switch {
	case n.Environment != "" && n.Environment != "production" && n.Environment != "test":
		return Wrong("environment", "environment.unknown", "environment", n.Environment)
	case n.Workaround != "" && n.Workaround != "known" && n.Workaround != "none" && n.Workaround != "unknown":
		return Wrong("workaround", "workaround.unknown", "workaround", n.Workaround)
	case preferred != "" && preferred != Phone && preferred != Mail && preferred != Portal:
		return Wrong("preferred_channel", "channel.unknown", "channel", string(preferred))
	case len(n.Tags) > 32:
		return Wrong("tags", "tags.too_many")
	}
	return nil
}

// tagged are the tags after some were added and some taken away.
func (c *ChangeDetails) tagged(tags []string) []string {
	out := slices.DeleteFunc(slices.Clone(tags), func(t string) bool { return slices.Contains(c.Untag, t) })
	for _, t := range c.Tag {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// changed puts new recent changes in the place of those of the same kind.
func changed(old, given []RecentChange) []RecentChange {
	out := slices.DeleteFunc(slices.Clone(old), func(c RecentChange) bool {
		return slices.ContainsFunc(given, func(n RecentChange) bool { return n.Kind == c.Kind })
	})
	return append(out, given...)
}
