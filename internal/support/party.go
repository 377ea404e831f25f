package support

import (
	"slices"
	"time"

	"madoguchi/internal/policy"
)

// The customer's and the vendor's people and papers: plain rows. Changes to
// them are appended to the event table as audit; requests only name their ids.

// Account is an organisation. It groups rows and is never a permission (A13).
type Account struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country"` // ISO 3166-1 alpha-2
	// Restricted accounts are seen by named staff only.
	Restricted bool `json:"restricted,omitempty"`
}

// Contact is a person of the customer's side. One home account; roles on
// contracts of any account.
type Contact struct {
	ID               int64   `json:"id"`
	Account          int64   `json:"account"`
	Number           string  `json:"number"` // 10 digits (R16)
	FamilyName       string  `json:"family_name"`
	GivenName        string  `json:"given_name"`
	Email            string  `json:"email"`
	Phone            string  `json:"phone,omitempty"`
	Language         string  `json:"language"` // ja, en, de …
	Zone             string  `json:"zone"`     // for display only (A19)
	PreferredChannel Channel `json:"preferred_channel"`
	Active           bool    `json:"active"`
	// BouncedAt is when a mail to the address was last given up; zero: since it
	// was given or confirmed, none was (R12).
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	// SurveySentAt is when this person was last sent a survey (A6); zero: never.
	SurveySentAt time.Time `json:"survey_sent_at,omitzero"`
}

// Staff is a person of the vendor's side.
type Staff struct {
	ID         int64    `json:"id"`
	FamilyName string   `json:"family_name"`
	GivenName  string   `json:"given_name"`
	Email      string   `json:"email"`
	Language   string   `json:"language"` // of the interface and of mails
	Languages  []string `json:"languages"`
	Skills     []string `json:"skills"`
	Roles      []Role   `json:"roles"`
	Site       string   `json:"site"`
	Zone       string   `json:"zone"`
	// Duty is "", "on_call" (first to be paged) or "duty" (the manager).
	Duty   string `json:"duty,omitempty"`
	Active bool   `json:"active"`
}

// Has tells whether the member of staff holds a role.
func (s Staff) Has(r Role) bool {
	for _, x := range s.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// Version is a version of a product with the ends of its life-cycle phases.
// A zero instant has not been announced.
type Version struct {
	Name          string    `json:"name"`
	ReleasedAt    time.Time `json:"released_at,omitzero"`
	GeneralUntil  time.Time `json:"general_until,omitzero"`
	GuidanceUntil time.Time `json:"guidance_until,omitzero"`
}

// Phase is a version's life-cycle phase.
type Phase string

// Phases of a version, in their order.
const (
	PhaseGeneral  Phase = "general_support"
	PhaseGuidance Phase = "technical_guidance"
	PhaseEnded    Phase = "end_of_support_life"
)

// PhaseAt is the phase of the version at an instant. Ends are exclusive.
func (v Version) PhaseAt(at time.Time) Phase {
	switch {
	case !v.GuidanceUntil.IsZero() && !at.Before(v.GuidanceUntil):
		return PhaseEnded
	case !v.GeneralUntil.IsZero() && !at.Before(v.GeneralUntil):
		return PhaseGuidance
	}
	return PhaseGeneral
}

// Product is a product that the vendor supports. Key names its rules in the
// pack (registration, kind of support).
type Product struct {
	ID       int64     `json:"id"`
	Key      string    `json:"key"`
	Name     string    `json:"name"`
	Versions []Version `json:"versions"`
}

// ContractState is the state of a contract beside its term.
type ContractState string

// A contract that is not active entitles to nothing.
const (
	ContractActive    ContractState = "active"
	ContractSuspended ContractState = "suspended"
	ContractCancelled ContractState = "cancelled"
)

// Contract is a support contract: an offering for products in regions for a
// term. EndsAt is exclusive.
type Contract struct {
	ID       int64         `json:"id"`
	Account  int64         `json:"account"`
	Number   string        `json:"number"`
	Offering string        `json:"offering"`
	Products []string      `json:"products"` // keys
	Regions  []string      `json:"regions"`
	StartsAt time.Time     `json:"starts_at"`
	EndsAt   time.Time     `json:"ends_at"`
	State    ContractState `json:"state"`
	// Order is the number of the order by which it was bought (R51); may be "".
	Order string `json:"order,omitempty"`
}

// RoleGrant is a role of a contact on a contract.
type RoleGrant struct {
	Contract int64 `json:"contract"`
	Contact  int64 `json:"contact"`
	Role     Role  `json:"role"`
}

// Registration ties a product to the person who registered it and, unless the
// product is complimentary, to a contract (R06, R14). Until is exclusive; zero
// does not end.
type Registration struct {
	ID       int64     `json:"id"`
	Contact  int64     `json:"contact"`
	Account  int64     `json:"account"`
	Product  string    `json:"product"`
	Contract int64     `json:"contract,omitempty"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until,omitzero"`
}

// IncidentPack is a bought number of incidents on a per-incident contract:
// available = bought − reserved − spent (A20).
type IncidentPack struct {
	ID        int64     `json:"id"`
	Contract  int64     `json:"contract"`
	Bought    int       `json:"bought"`
	Reserved  int       `json:"reserved"`
	Spent     int       `json:"spent"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Available is how many requests can still be filed.
func (i IncidentPack) Available() int { return i.Bought - i.Reserved - i.Spent }

// Licence is a licence key of a contract. A superseded key stays, naming the
// fact that replaced it.
type Licence struct {
	ID         int64  `json:"id"`
	Contract   int64  `json:"contract"`
	Key        string `json:"key"`
	Product    string `json:"product"`
	Version    string `json:"version"`
	Units      int    `json:"units"` // CPUs
	Superseded bool   `json:"superseded,omitempty"`
	Parent     int64  `json:"parent,omitempty"` // the key that it is a part of (R07)
	Folder     int64  `json:"folder,omitempty"` // 0: in none
	// Label, Host, Site and Note are what those who manage it write to it (R03,
	// R04).
	Label string `json:"label,omitempty"`
	Host  string `json:"host,omitempty"`
	Site  string `json:"site,omitempty"`
	Note  Text   `json:"note,omitzero"`
	// OpenedTo are the secondary licence administrators to whom the PLA opened
	// this key, or the folder that it lies in (R04).
	OpenedTo []int64 `json:"opened_to,omitempty"`
}

// Holding is a contract as one person holds it.
type Holding struct {
	Contract Contract
	Account  Account
	Roles    []Role
	Grants   []RoleGrant // those roles, and who is PLA and support administrator
	Packs    []IncidentPack
}

// Has tells whether the person holds one of the roles.
func (h Holding) Has(roles ...Role) bool {
	for _, have := range h.Roles {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

// Parties are the rows about one contact from which entitlement follows.
type Parties struct {
	Contact       Contact
	Account       Account
	Holdings      []Holding // contracts on which the contact holds a role, and those of the home account
	Registrations []Registration
	Products      []Product   // those asked about and those of the holdings
	Exceptions    []Exception // of the account, whether they are over or not
	Planned       bool        // the account has plans (R56)
}

// Product finds a product by its key.
func (w Parties) Product(key string) (Product, bool) {
	for _, p := range w.Products {
		if p.Key == key {
			return p, true
		}
	}
	return Product{}, false
}

// OwnProducts are those of the contracts on which the contact holds a role, and
// those that they registered, by key.
func (w Parties) OwnProducts() []string {
	var out []string
	for _, h := range w.Holdings {
		if len(h.Roles) > 0 {
			out = append(out, h.Contract.Products...)
		}
	}
	for _, g := range w.Registrations {
		if g.Contact == w.Contact.ID {
			out = append(out, g.Product)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// World is what a command may rely on besides the request: the rows of its
// type, loaded in the same transaction. Unused parts are zero.
type World struct {
	// Roles are the actor's towards this request (customers) or in the house
	// (staff).
	Roles []Role
	// Parties are those of the contact whom the request is about.
	Parties Parties
	// Staff are the members of staff whom the command names and the owner.
	Staff []Staff
	// OnCall are those who are called for the request's team at this instant, the
	// first of them first; loaded while nobody owns the request.
	OnCall []int64
	// Crew are those whom routing may consider; loaded for it alone.
	Crew []Candidate
	// Primary is the PLA of the request's contract; 0: no contract.
	Primary int64
	// Deciders are the contacts who may agree to something on the customer's
	// side: opener, support administrators and PLA of the contract.
	Deciders []int64
	// Defects are those that the command names and those to which the request is
	// linked.
	Defects []Defect
	// Beta is what a filing in a beta programme relies on.
	Beta BetaFiling
	// Other is a second request that the command names: the one that goes on
	// after a duplicate, or the one that a new one follows. OtherSeen tells
	// whether this request's contact sees it, OtherGlass that the actor does
	// through broken glass alone.
	Other      *Request
	OtherSeen  bool
	OtherGlass bool
	// Blind are those of the Staff who do not see the request; filled for commands
	// that bring in colleagues.
	Blind []int64
	// Entry is the fact that the command is about, see [Needs]; without body
	// when there is none.
	Entry Fact
	// Hidden: the actor does not see the request; only breaking the glass is open
	// to them.
	Hidden bool
	// Glass: the actor sees the request through broken glass alone, which ends.
	Glass bool
	// To is the contact who is to see the request, or becomes PLA.
	To Contact
	// Licence is the key that a licence command names.
	Licence Licence
	// Packs finds an older version of the policy pack by its reference, for
	// clocks that started under it; nil: there is none.
	Packs func(ref string) (*policy.Pack, bool)
	// Withheld are the automatic entries that were counted since the last digest of
	// the request; loaded while it is crowded, see [AutomaticDigested].
	Withheld []Withheld
	// LicenceAdmins are PLA and the SLAs to whom the key was opened.
	LicenceAdmins []int64
}

// Has tells whether the actor holds one of the roles.
func (w World) Has(roles ...Role) bool { return Holding{Roles: w.Roles}.Has(roles...) }

func (w World) staff(id int64) (Staff, bool) {
	for _, s := range w.Staff {
		if s.ID == id {
			return s, true
		}
	}
	return Staff{}, false
}
