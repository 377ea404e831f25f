// Package support is the core: what may happen to a support request and what
// follows from it. A command is decided against the request as its facts have
// made it ([Decide]), the facts are applied ([Fold]), and what the outside
// world must be told is derived from them ([React]).
//
// It refuses to know time, rows and sockets: the instant, the rows that a
// command needs ([World]) and the policy pack are arguments. It knows no
// protocol and no language; refusals are keys ([Error]) that the edge turns
// into words.
//
// Data layout: a request is the fold of its facts, in order of Seq from 1
// without a gap. A fact holds no free text and no personal data: people are
// ids, texts are references to content rows ([Text]). Instants are UTC at
// microsecond precision.
package support

import "time"

// ActorKind tells on whose side somebody acts.
type ActorKind string

// The three sides. The zero value is no actor and is refused everywhere.
const (
	Customer ActorKind = "customer" // ID is a contact
	Vendor   ActorKind = "staff"    // ID is a member of staff
	System   ActorKind = "system"   // ID is 0: timers, effects, imports
)

// Actor is who issues a command. It is stored in every fact.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   int64     `json:"id,omitempty"`
}

// Role is what somebody is to a request or in the vendor's house. The first
// group follows from the rows of the customer's side (R02, R06, A13), the
// second stands in the staff row.
type Role string

// Roles of customers towards one request or contract.
const (
	RoleContact          Role = "contact" // any signed-in person
	RoleOpener           Role = "opener"
	RoleLicencePrimary   Role = "role_licence_primary"   // PLA: exactly one per contract (R02)
	RoleLicenceSecondary Role = "role_licence_secondary" // R04
	RoleSupportAdmin     Role = "role_support_admin"     // SA: up to the offering's number (R02, R05)
	RoleRegistrant       Role = "registrant"             // R06
	RoleWatcher          Role = "watcher"
)

// Roles of staff.
const (
	RoleCSR         Role = "csr"
	RoleTSE         Role = "tse"
	RoleLicence     Role = "team_licence"
	RoleDuty        Role = "duty_manager" // TSM
	RoleEngineering Role = "engineering"
	RoleBeta        Role = "beta"
	RoleSecurity    Role = "security" // R45
	RoleAdmin       Role = "admin"
	RoleSystem      Role = "system"
)

// Kind tells technical support requests from customer service requests.
type Kind string

// The two kinds share one series of numbers.
const (
	Technical Kind = "sr"         // has a severity
	CS        Kind = "cs_request" // account, contract, licence; no severity (R25)
)

// Channel is the way by which something reached the other side.
type Channel string

// Channels.
const (
	Portal Channel = "portal"
	Phone  Channel = "phone"
	Mail   Channel = "mail"
	API    Channel = "api"
)

// Turn says who has to act next. It follows from the facts, always; nobody
// sets it.
type Turn string

// Turns. A completed request is nobody's turn.
const (
	TurnSupport    Turn = "support"
	TurnCustomer   Turn = "customer"
	TurnThirdParty Turn = "third_party"
	TurnNobody     Turn = "nobody"
)

// Stage is what the customer sees of the life of a request (R15).
type Stage string

// Stages after filing; profile, registration and gathering precede the number.
const (
	StageOpened    Stage = "opened"
	StageWorkedOn  Stage = "worked_on"
	StageCompleted Stage = "completed"
)

// Text is a reference to a content row. A door fills Plain; the desk stores it
// and fills ID and SHA256 before [Decide] sees the command. Only the reference
// is stored in a fact, so that a text can be erased and the chain stays whole.
type Text struct {
	ID     int64  `json:"id,omitempty"`
	SHA256 string `json:"sha256,omitempty"` // hex of SHA-256(salt ‖ text)
	Plain  string `json:"-"`
}

// T makes a text that is not stored yet.
func T(plain string) Text { return Text{Plain: plain} }

// Empty tells whether there is neither a stored nor a new text.
func (t Text) Empty() bool { return t.ID == 0 && t.Plain == "" }

// Consent records that the customer agreed: which contact, on which way, when,
// and who wrote it down when it was not the contact (R34, R49).
type Consent struct {
	Contact int64     `json:"contact"`
	How     Channel   `json:"how"`
	At      time.Time `json:"at"`
}

// Micro is the resolution of every stored instant.
const Micro = time.Microsecond

// Instant brings t to the form in which facts hold instants: UTC, microseconds.
func Instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(Micro)
}
