package message

import (
	"strings"
)

// Address is a name and a bare address. The name may be "".
type Address struct {
	Name, Email string
}

// addresses reads a list, and of what is broken as much as can be understood. ok
// is false when something was left out.
func addresses(v string) (list []Address, ok bool) {
	ok = true
	s := scanner{rest: v}
	for s.rest != "" && len(list) < maxAddresses {
		a, what := s.address()
		switch {
		case a.Email != "":
			list = append(list, a)
		case what && a.Name != "":
			ok = false
		}
	}
	return list, ok
}

// scanner reads one address after the other.
type scanner struct{ rest string }

// address reads up to the next comma. what tells whether anything stood there.
func (s *scanner) address() (a Address, what bool) {
	var name, bare strings.Builder // what stands outside of angle brackets: with its quotes taken off, and as it came
	var email, comment string
	angle := false
	for s.rest != "" {
		c := s.rest[0]
		switch c {
		case '"':
			q, n := quoted(s.rest)
			name.WriteString(q)
			bare.WriteString(s.rest[:n])
			s.rest = s.rest[n:]
			continue
		case '(':
			c, n := parenthesis(s.rest)
			comment = c
			s.rest = s.rest[n:]
			continue
		case '<':
			end := strings.IndexByte(s.rest, '>')
			if end < 0 {
				end = len(s.rest)
			}
			inner := s.rest[1:end]
			if j := strings.LastIndexByte(inner, '<'); j >= 0 {
				inner = inner[j+1:]
			}
			if email == "" {
				email = inner
			}
			angle = true
			s.rest = strings.TrimLeft(s.rest[min(end+1, len(s.rest)):], ">")
			continue
		case ':': // the name of a group, unless it is part of something else
			if !angle && !strings.Contains(bare.String(), "@") && strings.TrimSpace(bare.String()) != "" {
				name.Reset()
				bare.Reset()
				s.rest = s.rest[1:]
				continue
			}
		case ',', ';':
			s.rest = s.rest[1:]
			return made(name.String(), bare.String(), email, comment, angle), true
		}
		name.WriteByte(c)
		bare.WriteByte(c)
		s.rest = s.rest[1:]
	}
	return made(name.String(), bare.String(), email, comment, angle), strings.TrimSpace(name.String()) != "" || angle
}

func made(name, bare, email, comment string, angle bool) Address {
	if !angle {
		if comment == "" {
			// "a@b.example Name" and "Name a@b.example" without brackets
			for _, w := range strings.Fields(bare) {
				if strings.Contains(w, "@") {
					email, name = w, strings.Replace(name, w, "", 1)
					break
				}
			}
		} else {
			email, name = bare, ""
		}
	}
	name = tidy(words(name))
	email = bareAddress(email)
	if !strings.Contains(email, "@") {
		if name == "" {
			name = email
		}
		return Address{Name: name}
	}
	if name == "" {
		name = tidy(words(comment))
	}
	if strings.EqualFold(name, email) || strings.EqualFold(strings.Trim(name, "'"), email) {
		name = ""
	}
	return Address{Name: name, Email: email}
}

// bareAddress takes off what is no part of an address: a route (RFC 822), blanks,
// quotes that are not needed. The domain is in small letters.
func bareAddress(s string) string {
	if !strings.Contains(s, `"`) {
		s = comments().ReplaceAllString(s, "")
	}
	s = clean(strings.Join(strings.Fields(s), ""))
	s = strings.TrimPrefix(s, "mailto:")
	if strings.HasPrefix(s, "@") {
		if _, after, ok := strings.Cut(s, ":"); ok {
			s = after
		}
	}
	s = strings.Trim(s, "<>'.,;")
	i := strings.LastIndexByte(s, '@')
	if i < 1 || i == len(s)-1 {
		return strings.Trim(s, "@")
	}
	local, domain := s[:i], strings.ToLower(strings.TrimRight(s[i+1:], "."))
	if n := len(local); n > 2 && local[0] == '"' && local[n-1] == '"' && !strings.ContainsAny(local[1:n-1], "\"\\ ()<>,;:@[]") {
		local = local[1 : n-1]
	}
	return local + "@" + domain
}

// quoted reads a quoted string and tells how long it is. One without end goes up
// to the next bracket or comma.
func quoted(s string) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		case '"':
			return b.String(), i + 1
		default:
			b.WriteByte(s[i])
		}
	}
	if i := strings.IndexAny(s[1:], "<,"); i >= 0 {
		return s[1 : i+1], i + 1
	}
	return b.String(), len(s)
}

// parenthesis reads a comment with those inside it.
func parenthesis(s string) (string, int) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[1:i], i + 1
			}
		}
	}
	if i := strings.IndexAny(s, "<,"); i > 0 {
		return s[1:i], i
	}
	return s[1:], len(s)
}
