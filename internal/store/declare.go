// Package store keeps the desk's rows.
package store

import (
	"context"
	"errors"
	"time"

	"madoguchi/internal/support"
)

var errNotYet = errors.New("store: being written")

// Store is one open database. All methods may be used at the same time.
type Store struct{}

// Open opens the file, making it when it is absent; a file that another process uses is refused.
func Open(ctx context.Context, path string) (*Store, error) { return nil, errNotYet }

// Migrate brings the schema to this program's version.
func (s *Store) Migrate(ctx context.Context) error { return errNotYet }

// Close waits for running updates and gives the file back.
func (s *Store) Close() error { return errNotYet }

// Update runs fn in a transaction. It is the only way to write; fn may run twice and touches nothing but tx.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error { return errNotYet }

// Wake is signalled after commits that inserted effects or moved a due_at (buffer 1).
func (s *Store) Wake() <-chan struct{} { return nil }

// Tx is a running update.
type Tx struct{}

// Viewer is who reads.
type Viewer struct {
	Actor support.Actor
	Roles []support.Role
}

// Order is the order of a list.
type Order string

// Orders. The zero value is ByDue: open requests, the next target first.
const (
	ByDue     Order = "due"
	ByChanged Order = "changed" // newest first, completed ones too
)

// Filter narrows a list of requests. Zero fields do not narrow.
type Filter struct {
	Owner, Account, Contract, Contact int64
	Unowned, Open                     bool // Open: not completed (ByDue implies it)
	Turn                              support.Turn
	Severity                          int
	DueBefore                         time.Time
	Product, Queue, Tag               string
	Stage                             support.Stage
	Kind                              support.Kind
	Order                             Order
	Limit                             int    // 1..200, 0 = 50
	After                             string // cursor of the page before
}

// Page is a window of a timeline: seqs greater than After and less than Before (0: no bound).
type Page struct {
	After, Before int64
	Limit         int  // 1..500, 0 = 50
	Newest        bool // take the newest of the window; facts are in order of seq all the same
}

// Requests, see the methods' words in the finished file.
func (tx *Tx) NewRequestID() (int64, error)                           { return 0, errNotYet }
func (tx *Tx) SaveText(account, request int64, t *support.Text) error { return errNotYet }
func (tx *Tx) Facts(request int64) ([]support.Fact, error)            { return nil, errNotYet }
func (tx *Tx) Request(id int64) (support.Row, error)                  { return support.Row{}, errNotYet }
func (tx *Tx) Visible(v Viewer, id int64) (bool, error)               { return false, errNotYet }
func (tx *Tx) Texts(ids []int64) (map[int64]string, error)            { return nil, errNotYet }
func (tx *Tx) Append(before int64, facts []support.Fact, row support.Row, effects []support.Effect) error {
	return errNotYet
}
func (tx *Tx) Audit(subject string, id int64, by support.Actor, at time.Time, kind string, body any) error {
	return errNotYet
}
func (tx *Tx) AddWatcher(request, contact int64) error        { return errNotYet }
func (tx *Tx) RemoveWatcher(request, contact int64) error     { return errNotYet }
func (tx *Tx) IsWatcher(request, contact int64) (bool, error) { return false, errNotYet }

func (s *Store) Request(ctx context.Context, v Viewer, id int64) (support.Row, error) {
	return support.Row{}, errNotYet
}
func (s *Store) Requests(ctx context.Context, v Viewer, f Filter) (rows []support.Row, next string, err error) {
	return nil, "", errNotYet
}
func (s *Store) Count(ctx context.Context, v Viewer, f Filter, cap int) (int, error) {
	return 0, errNotYet
}
func (s *Store) Facts(ctx context.Context, v Viewer, id int64) ([]support.Fact, error) {
	return nil, errNotYet
}
func (s *Store) Timeline(ctx context.Context, v Viewer, id int64, p Page) ([]support.Fact, error) {
	return nil, errNotYet
}
func (s *Store) Texts(ctx context.Context, ids []int64) (map[int64]string, error) {
	return nil, errNotYet
}

// Parties. What is absent is not_found.
func (tx *Tx) Account(id int64) (support.Account, error) { return support.Account{}, errNotYet }
func (tx *Tx) Contact(id int64) (support.Contact, error) { return support.Contact{}, errNotYet }
func (tx *Tx) ContactByNumber(number string) (support.Contact, error) {
	return support.Contact{}, errNotYet
}
func (tx *Tx) ContactByEmail(email string) (support.Contact, error) {
	return support.Contact{}, errNotYet
}
func (tx *Tx) Staff(id int64) (support.Staff, error)                { return support.Staff{}, errNotYet }
func (tx *Tx) StaffByEmail(email string) (support.Staff, error)     { return support.Staff{}, errNotYet }
func (tx *Tx) StaffOnDuty(duty string) ([]support.Staff, error)     { return nil, errNotYet }
func (tx *Tx) StaffWith(role support.Role) ([]support.Staff, error) { return nil, errNotYet }
func (tx *Tx) Product(key string) (support.Product, error)          { return support.Product{}, errNotYet }
func (tx *Tx) Products() ([]support.Product, error)                 { return nil, errNotYet }
func (tx *Tx) Contract(id int64) (support.Contract, error)          { return support.Contract{}, errNotYet }
func (tx *Tx) ContractByNumber(number string) (support.Contract, error) {
	return support.Contract{}, errNotYet
}
func (tx *Tx) Parties(contact int64) (support.Parties, error)                      { return support.Parties{}, errNotYet }
func (tx *Tx) Roles(contract int64) ([]support.RoleGrant, error)                   { return nil, errNotYet }
func (tx *Tx) RolesOf(contact, contract int64) ([]support.Role, error)             { return nil, errNotYet }
func (tx *Tx) Licence(id int64) (support.Licence, error)                           { return support.Licence{}, errNotYet }
func (tx *Tx) LicencesOf(contract int64) ([]support.Licence, error)                { return nil, errNotYet }
func (tx *Tx) AddAccount(a *support.Account) error                                 { return errNotYet }
func (tx *Tx) AddContact(c *support.Contact) error                                 { return errNotYet }
func (tx *Tx) UpdateContact(c support.Contact) error                               { return errNotYet }
func (tx *Tx) AddStaff(m *support.Staff) error                                     { return errNotYet }
func (tx *Tx) UpdateStaff(m support.Staff) error                                   { return errNotYet }
func (tx *Tx) AddProduct(p *support.Product) error                                 { return errNotYet }
func (tx *Tx) AddContract(c *support.Contract, primary int64) error                { return errNotYet }
func (tx *Tx) SetContractState(contract int64, state support.ContractState) error  { return errNotYet }
func (tx *Tx) AddRegistration(r *support.Registration) error                       { return errNotYet }
func (tx *Tx) AddIncidentPack(p *support.IncidentPack) error                       { return errNotYet }
func (tx *Tx) AddLicence(l *support.Licence) error                                 { return errNotYet }
func (tx *Tx) OpenLicence(licence, contact int64) error                            { return errNotYet }
func (tx *Tx) GrantRole(contract, contact int64, role support.Role, cap int) error { return errNotYet }
func (tx *Tx) RevokeRole(contract, contact int64, role support.Role) error         { return errNotYet }
func (tx *Tx) ReplacePrimary(contract, old, new int64) error                       { return errNotYet }
func (tx *Tx) NewCustomerNumber(nine string) (string, error)                       { return "", errNotYet }

func (s *Store) Account(ctx context.Context, v Viewer, id int64) (support.Account, error) {
	return support.Account{}, errNotYet
}
func (s *Store) Contact(ctx context.Context, v Viewer, id int64) (support.Contact, error) {
	return support.Contact{}, errNotYet
}
func (s *Store) ContactByNumber(ctx context.Context, v Viewer, number string) (support.Contact, error) {
	return support.Contact{}, errNotYet
}
func (s *Store) Contract(ctx context.Context, v Viewer, id int64) (support.Contract, error) {
	return support.Contract{}, errNotYet
}
func (s *Store) Roles(ctx context.Context, v Viewer, contract int64) ([]support.RoleGrant, error) {
	return nil, errNotYet
}
func (s *Store) Parties(ctx context.Context, v Viewer, contact int64) (support.Parties, error) {
	return support.Parties{}, errNotYet
}
func (s *Store) Licence(ctx context.Context, v Viewer, id int64) (support.Licence, error) {
	return support.Licence{}, errNotYet
}
func (s *Store) LicencesOf(ctx context.Context, v Viewer, contract int64) ([]support.Licence, error) {
	return nil, errNotYet
}
func (s *Store) Staff(ctx context.Context, id int64) (support.Staff, error) {
	return support.Staff{}, errNotYet
}
func (s *Store) AllStaff(ctx context.Context) ([]support.Staff, error)   { return nil, errNotYet }
func (s *Store) Products(ctx context.Context) ([]support.Product, error) { return nil, errNotYet }

// PackRow is a saved policy pack.
type PackRow struct {
	ID      string
	Version int
	Hash    string
	Source  []byte
}

// Brand is the vendor's face; there is one row.
type Brand struct {
	ID          int64
	PortalHost  string
	Sender      string
	PackID      string
	PackVersion int
}

// Token is an access token; only its hash is kept (hex SHA-256).
type Token struct {
	ID        int64 // filled by AddToken
	Name      string
	SHA256    string
	Actor     support.Actor
	Scopes    []string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: does not expire
	RevokedAt time.Time // zero: not revoked
}

func (tx *Tx) SavePack(id string, version int, hash string, source []byte) error { return errNotYet }
func (s *Store) Packs(ctx context.Context) ([]PackRow, error)                    { return nil, errNotYet }
func (s *Store) Brand(ctx context.Context) (Brand, error)                        { return Brand{}, errNotYet }
func (tx *Tx) SetBrand(b Brand) error                                            { return errNotYet }
func (tx *Tx) AddToken(t *Token) error                                           { return errNotYet }
func (tx *Tx) RevokeToken(id int64, at time.Time) error                          { return errNotYet }

// TokenByHash gives revoked and expired ones too: the door judges. Absent: not_found.
func (s *Store) TokenByHash(ctx context.Context, sha256 string) (Token, error) {
	return Token{}, errNotYet
}
func (s *Store) Tokens(ctx context.Context) ([]Token, error) { return nil, errNotYet }

// EffectState is where an effect stands.
type EffectState string

// States of effects.
const (
	EffectPending EffectState = "pending"
	EffectSent    EffectState = "done"
	EffectDead    EffectState = "dead" // 12 tries failed: waits for EffectRetry
)

// EffectRow is an effect with what has become of it.
type EffectRow struct {
	support.Effect
	Request   int64
	Account   int64
	State     EffectState
	Attempts  int
	Lease     string    // token of the one who claimed it
	NextTryAt time.Time // real clock; while claimed: when the lease ends
	DoneAt    time.Time // real clock
	LastError string
}

// Pending says when an effect worker must look again.
type Pending struct {
	Ready     bool      // something can be claimed now
	NotBefore time.Time // desk's clock; zero: nothing waits for it
	NextTry   time.Time // real clock; zero: nothing waits for it
}

func (tx *Tx) ClaimDue(desk, real time.Time, lease time.Duration, limit int) ([]int64, error) {
	return nil, errNotYet
}

// PushOut hides the request from the timer until then (desk's clock).
func (tx *Tx) PushOut(request int64, until time.Time, why string) error { return errNotYet }

// Pushed is how often the present due_at has been pushed out.
func (tx *Tx) Pushed(request int64) (int, error) { return 0, errNotYet }

// NextDue is the earliest instant (desk's clock) at which an unleased request is due.
func (s *Store) NextDue(ctx context.Context, real time.Time) (time.Time, bool, error) {
	return time.Time{}, false, errNotYet
}
func (s *Store) NextEffect(ctx context.Context, desk, real time.Time) (Pending, error) {
	return Pending{}, errNotYet
}
func (tx *Tx) ClaimEffects(desk, real time.Time, lease time.Duration, limit int) ([]EffectRow, error) {
	return nil, errNotYet
}
func (tx *Tx) EffectDone(key, lease, sha256 string, bytes []byte, real time.Time) error {
	return errNotYet
}
func (tx *Tx) EffectFailed(key, lease, why string, real time.Time) (dead bool, err error) {
	return false, errNotYet
}
func (tx *Tx) EffectRetry(key string) error        { return errNotYet }
func (tx *Tx) Prune(real time.Time) (int64, error) { return 0, errNotYet }
func (s *Store) Effects(ctx context.Context, state EffectState, limit int) ([]EffectRow, error) {
	return nil, errNotYet
}

// Sent gives the bytes that left under the key.
func (s *Store) Sent(ctx context.Context, v Viewer, key string) ([]byte, error) {
	return nil, errNotYet
}

// Event is an entry of the feed.
type Event struct {
	Pos       int64
	Subject   string // request, account, contact, contract …
	SubjectID int64
	Fact      support.Fact // of other subjects: Body is support.Unknown
	Data      []byte       // the stored bytes
	Hash      []byte
}

func (s *Store) Events(ctx context.Context, v Viewer, after int64, limit int) ([]Event, error) {
	return nil, errNotYet
}

// History are the events of one noun, oldest first.
func (s *Store) History(ctx context.Context, v Viewer, subject string, id int64) ([]Event, error) {
	return nil, errNotYet
}

// CheckOptions choose what Check does.
type CheckOptions struct {
	// Fold refolds a request; the strings are further problems. Nil: rows are not refolded.
	Fold func([]support.Fact) (support.Row, []string, error)
}

// Problem is something that is wrong, and where.
type Problem struct {
	Where string // request 10000000 seq 5
	What  string
}

func (s *Store) Check(ctx context.Context, o CheckOptions) ([]Problem, error) { return nil, errNotYet }

// Checkpoint digests all heads into one event of subject "desk" and returns the digest.
func (tx *Tx) Checkpoint(at time.Time) (string, error) { return "", errNotYet }
