package egress

import "net/netip"

// prefixes of the special-purpose registries of IANA (RFC 6890 and its updates)
// within what would else be reached, and those through which an IPv4 address is
// reached in disguise.
var closed = parse(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

// global is all of IPv6 that is routed at all: loopback, local and multicast
// addresses, IPv4 behind NAT64 and whatever is given a meaning one day lie
// outside of it.
var global = netip.MustParsePrefix("2000::/3")

func parse(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, s := range texts {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// public tells whether an address is one of the public internet.
func public(a netip.Addr) bool {
	return a.Zone() == "" && (a.Is4() || global.Contains(a)) && !within(a, closed)
}

func within(a netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
