package support

import (
	"maps"
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// ProductOffer is an offering that takes a product, and whether it can be bought (R52).
type ProductOffer struct {
	Offering string
	Fits     bool
	// Held is how many licences of the product are held, Least how many it takes.
	Held, Least int
	Grounds     []Ground
}

// Offers lists the offerings that take a product, by id, for somebody in a
// country ("" = anywhere) who holds so many licences of it.
func Offers(p *policy.Pack, product string, held int, country string) []ProductOffer {
	out := []ProductOffer{}
	rule, ok := p.Products[product]
	if !ok || rule.Kind == "open_source" {
		return out
	}
	for _, id := range slices.Sorted(maps.Keys(p.Offerings)) {
		o := p.Offerings[id]
		named := slices.Contains(o.Products, product)
		if o.RegistrantOnly || (len(o.Products) > 0 && !named) || o.Requests == "none" && !named {
			continue
		}
		x := ProductOffer{Offering: id, Fits: true, Held: held, Least: o.MinLicences, Grounds: []Ground{}}
		no := func(key string, args ...string) {
			x.Fits = false
			x.Grounds = append(x.Grounds, ground(key, []string{"R52"}, args...))
		}
		if held < o.MinLicences {
			no("offer.min_licences", "least", itoa(o.MinLicences), "held", itoa(held))
		}
		if len(o.Countries) > 0 && country != "" && !slices.Contains(o.Countries, country) {
			no("entitlement.country", "country", country)
		}
		if x.Fits {
			x.Grounds = append(x.Grounds, ground("offer.fits", []string{"R52"}, "offering", id))
		}
		out = append(out, x)
	}
	return out
}

// PhoneHours is one choice of the telephone and whether somebody answers (R21).
type PhoneHours struct {
	Line string
	// Calendar is empty for a line that answers around the clock.
	Calendar string
	Open     bool
	// NextOpenAt is when somebody next answers, the instant itself while open.
	NextOpenAt time.Time
	Rules      []string
}

// PhoneLines are the choices of the telephone for a product at an instant: a
// line of the product's own takes the place of the technical one. "" gives all
// lines (R19-R21, A7).
func PhoneLines(p *policy.Pack, product string, at time.Time) []PhoneHours {
	out := []PhoneHours{}
	own := slices.ContainsFunc(p.Phone.Lines, func(l policy.PhoneLine) bool { return product != "" && slices.Contains(l.Products, product) })
	for _, l := range p.Phone.Lines {
		if product != "" && (len(l.Products) > 0 && !slices.Contains(l.Products, product) || own && l.ID == "technical") {
			continue
		}
		h := PhoneHours{Line: l.ID, Calendar: l.Calendar, Open: true, NextOpenAt: at, Rules: l.Guide}
		if l.Calendar != "" {
			h.NextOpenAt, h.Open = opening(p, l.Calendar, at)
		}
		out = append(out, h)
	}
	return out
}
