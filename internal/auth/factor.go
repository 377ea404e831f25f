package auth

import (
	"fmt"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// Factor is one thing that somebody signs in with beside a password; a passkey is
// named by its id.
type Factor struct {
	Kind    FactorKind
	Passkey int64
}

// FactorKind is what a factor is.
type FactorKind string

// Kinds of factors.
const (
	AppFactor     FactorKind = "app"
	CodesFactor   FactorKind = "recovery_codes"
	PasskeyFactor FactorKind = "passkey"
	// ProviderFactor is the link to an OpenID provider; taken away, it is made anew
	// when whoever has the address there comes.
	ProviderFactor FactorKind = "provider"
)

// TakeFactor takes a factor of somebody away who has lost it, in the update of what
// else is done: their sessions and links end, and they are told. Staff to whom none
// is left have to choose one when they sign in with their password the next time.
// What they do not have is not_found.
func (g *Gate) TakeFactor(tx *store.Tx, who support.Actor, f Factor, now time.Time) error {
	before, err := tx.Factors(who)
	if err != nil {
		return err
	}
	switch f.Kind {
	case AppFactor:
		err = tx.RemoveTOTP(who)
	case ProviderFactor:
		err = tx.RemoveIdentities(who.ID)
	case PasskeyFactor:
		err = tx.RemovePasskey(who, f.Passkey)
	default:
		if err = tx.SetCodes(who, nil); err == nil && before.Codes == 0 {
			err = support.Refuse(support.NotFound, "factor.unknown")
		}
	}
	if err != nil {
		return err
	}
	if left, err := tx.Factors(who); err != nil {
		return err
	} else if !left.Any() {
		if err := tx.SetCodes(who, nil); err != nil {
			return err
		}
	}
	if err := EndAccess(tx, who); err != nil {
		return err
	}
	return g.letter(tx, who, "factor_removed", now)
}

// letter tells somebody that what they sign in with has changed.
func (g *Gate) letter(tx *store.Tx, who support.Actor, template string, now time.Time) error {
	e, err := tx.Entrant(who)
	if err != nil {
		return err
	}
	about := support.Subject{Kind: "sign_in", ID: who.ID}
	return tx.AddLetter(e.Account, support.Letter(about, template, fmt.Sprintf(".%d", now.UnixMicro()), recipient(who)))
}
