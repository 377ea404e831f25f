package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"madoguchi/internal/support"
)

// ReadContact names what somebody has read of a contact before they change it, and
// ReadStaff of a colleague: another word stands for every other row (UX-21). What the
// desk notes by itself does not count.
func ReadContact(c support.Contact) string {
	c.BouncedAt, c.SurveySentAt = time.Time{}, time.Time{}
	return readOf(c)
}

// ReadStaff is [ReadContact] for a colleague.
func ReadStaff(s support.Staff) string { return readOf(s) }

// ReadContract is [ReadContact] for a contract.
func ReadContract(c support.Contract) string { return readOf(c) }

// ReadProduct is [ReadContact] for a product with its versions.
func ReadProduct(p support.Product) string { return readOf(p) }

func readOf(row any) string {
	b, err := json.Marshal(row)
	if err != nil {
		panic(fmt.Sprintf("desk: write a row: %v", err)) // of strings and numbers alone
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// stillRead refuses what rests on another row than there is; "" rests on none.
func stillRead(read, now string) error {
	if read != "" && read != now {
		return support.Refuse(support.Conflict, "party.moved_on")
	}
	return nil
}
