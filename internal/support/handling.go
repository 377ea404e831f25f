package support

import "time"

// Handling is a special handling note: what staff must know when they work on
// requests of an account, a contract or a product, from an instant until another.
// Exactly one of the three is set; Account is also the contract's.
type Handling struct {
	ID, Account, Contract int64
	Product               string
	Text                  Text
	AddedBy               int64 // member of staff
	From, Until           time.Time
	EndedAt               time.Time // zero: it was not taken back
}
