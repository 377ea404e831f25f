package support_test

import (
	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// keeping are the commands about what is kept of a request and who sees it.
func (l *life) keeping() []func() support.Command {
	return []func() support.Command{
		func() support.Command {
			return &support.RedactText{Seq: rapid.Int64Range(1, l.request().Seq+1).Draw(l.t, "entry"), Ground: "secret", Reason: l.words()}
		},
		func() support.Command {
			return &support.RestrictRequest{Staff: []int64{rapid.Int64Range(1, 8).Draw(l.t, "named")}, Reason: l.words()}
		},
		func() support.Command { return &support.LiftRestriction{Reason: l.words()} },
		func() support.Command { return &support.BreakGlass{Reason: l.words()} },
	}
}
