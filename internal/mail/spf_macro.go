package mail

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// expand puts into a domain what its macros stand for (RFC 7208, 7).
func (s *spf) expand(text, domain string) (string, error) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "%")
		out.WriteString(before)
		if !ok {
			break
		}
		if rest == "" {
			return "", ended(permError)
		}
		switch rest[0] {
		case '%':
			out.WriteByte('%')
		case '_':
			out.WriteByte(' ')
		case '-':
			out.WriteString("%20")
		case '{':
			end := strings.IndexByte(rest, '}')
			if end < 2 {
				return "", ended(permError)
			}
			value, err := s.macro(rest[1:end], domain)
			if err != nil {
				return "", err
			}
			out.WriteString(value)
			rest = rest[end:]
		default:
			return "", ended(permError)
		}
		text = rest[1:]
	}
	name := out.String()
	for len(name) > 253 {
		_, shorter, ok := strings.Cut(name, ".")
		if !ok {
			return "", ended(permError)
		}
		name = shorter
	}
	return name, nil
}

// macro is one such as "d2r" or "l-".
func (s *spf) macro(m, domain string) (string, error) {
	value, err := s.letter(m[0]|0x20, domain)
	if err != nil {
		return "", err
	}
	rest := m[1:]
	n := 0
	for rest != "" && rest[0] >= '0' && rest[0] <= '9' && n < 1000 {
		n = 10*n + int(rest[0]-'0')
		rest = rest[1:]
	}
	turned := rest != "" && rest[0]|0x20 == 'r'
	if turned {
		rest = rest[1:]
	}
	if strings.Trim(rest, ".-+,/_=") != "" {
		return "", ended(permError)
	}
	if rest == "" {
		rest = "."
	}
	parts := strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(rest, c) })
	if turned {
		slices.Reverse(parts)
	}
	if n > 0 && n < len(parts) {
		parts = parts[len(parts)-n:]
	}
	value = strings.Join(parts, ".")
	if m[0] >= 'A' && m[0] <= 'Z' {
		value = url.QueryEscape(value)
	}
	return value, nil
}

func (s *spf) letter(c byte, domain string) (string, error) {
	local, of := address(s.sender)
	switch c {
	case 's':
		return s.sender, nil
	case 'l':
		return local, nil
	case 'o':
		return of, nil
	case 'd':
		return domain, nil
	case 'i':
		return dotted(s.peer), nil
	case 'v':
		if s.peer.Is6() {
			return "ip6", nil
		}
		return "in-addr", nil
	case 'h':
		return s.hello, nil
	case 'p':
		return "unknown", nil
	}
	return "", ended(permError)
}

// dotted is an address with a dot between all parts.
func dotted(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	b := a.As16()
	parts := make([]string, 0, 32)
	for _, c := range fmt.Sprintf("%x", b[:]) {
		parts = append(parts, string(c))
	}
	return strings.Join(parts, ".")
}
