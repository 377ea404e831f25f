package message

import (
	"slices"
	"strings"
)

// envelope reads the fields that say who wrote what to whom and when.
func (in *Inbound) envelope() {
	h := in.head
	for _, f := range []struct {
		name string
		into *[]Address
	}{{"from", &in.From}, {"sender", &in.Sender}, {"reply-to", &in.ReplyTo}, {"to", &in.To}, {"cc", &in.Cc}} {
		for _, v := range h.all(f.name) {
			list, ok := addresses(v)
			if !ok {
				in.problem("", BadAddress, f.name)
			}
			*f.into = append(*f.into, list...)
		}
	}
	if v := h.all("return-path"); len(v) > 0 {
		list, _ := addresses(v[0])
		if len(list) > 0 {
			in.ReturnPath = list[0].Email
		}
		in.Null = in.ReturnPath == "" && strings.Join(strings.Fields(v[0]), "") == "<>" // what cannot be read is not null
	}
	in.Subject = tidy(words(h.first("subject")))
	if ids := messageIDs(h.first("message-id")); len(ids) > 0 {
		in.MessageID = ids[0]
	}
	in.InReplyTo = messageIDs(strings.Join(h.all("in-reply-to"), " "))
	in.Refs = messageIDs(strings.Join(h.all("references"), " "))
	for _, id := range in.InReplyTo {
		if !slices.Contains(in.Refs, id) {
			in.Refs = append(in.Refs, id)
		}
	}
	if n := len(in.Refs); n > maxReferences {
		in.Refs = in.Refs[n-maxReferences:]
	}
	if v := h.first("date"); v != "" {
		var ok bool
		if in.Date, ok = parseDate(v); !ok {
			in.problem("", BadDate, v)
		}
	}
}

// Field is the decoded value of the first field of a name, "" without one.
func (in *Inbound) Field(name string) string {
	return tidy(words(in.head.first(strings.ToLower(name))))
}

// messageIDs finds the ids of a field. Some mailers leave the angle brackets out,
// others write dates and names beside them (RFC 822 allowed that).
func messageIDs(v string) []string {
	var out []string
	rest := v
	for len(out) < 2*maxReferences {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		end := strings.IndexByte(rest[i:], '>')
		if end < 0 {
			break
		}
		// folding may have put a blank into a long id
		id := strings.Join(strings.Fields(rest[i+1:i+end]), "")
		if j := strings.LastIndexByte(id, '<'); j >= 0 {
			id = id[j+1:]
		}
		if id = clean(id); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
		rest = rest[i+end+1:]
	}
	if len(out) > 0 {
		return out
	}
	for _, w := range strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" \t,;<>\"", r) }) {
		if w = clean(w); strings.Contains(w, "@") && !slices.Contains(out, w) && len(out) < maxReferences {
			out = append(out, w)
		}
	}
	return out
}
