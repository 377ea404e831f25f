package support_test

import (
	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// keeping are the commands about what is kept of a request and who sees it.
func (l *life) keeping() []func() support.Command {
	return []func() support.Command{
		func() support.Command {
			return &support.WithdrawComment{Seq: rapid.Int64Range(1, l.request().Seq+1).Draw(l.t, "held")}
		},
		func() support.Command {
			return &support.RedactText{Seq: rapid.Int64Range(1, l.request().Seq+1).Draw(l.t, "entry"), Ground: "secret", Reason: l.words()}
		},
		func() support.Command {
			return &support.RestrictRequest{Staff: []int64{rapid.Int64Range(1, 8).Draw(l.t, "named")}, Reason: l.words()}
		},
		func() support.Command { return l.reclassify() },
		func() support.Command { return l.reclassify() },
		func() support.Command { return &support.AddNote{Text: support.T("x"), Label: "verification"} },
		func() support.Command { return &support.SwapPrimary{To: rapid.Int64Range(1, 7).Draw(l.t, "to")} },
		func() support.Command { return &support.ChangeApprover{} },
		func() support.Command { return &support.LiftRestriction{Reason: l.words()} },
		func() support.Command { return &support.BreakGlass{Reason: l.words()} },
	}
}

// reclassify draws a correction: of the kind, the product, the contact.
func (l *life) reclassify() support.Command {
	c := &support.Reclassify{Reason: support.T("x")}
	product := func(key string) { c.Product = &key }
	switch rapid.IntRange(0, 4).Draw(l.t, "correction") {
	case 0:
		c.Kind, c.Topic = support.CS, "licence"
	case 1:
		c.Kind, c.Severity = support.Technical, l.severity()
		product("esx")
	case 2:
		product(rapid.SampledFrom([]string{"esx", "vsphere"}).Draw(l.t, "product"))
	case 3:
		c.Contact = l.people["tanaka"].ID
		product("vsphere")
	default:
		c.Contact = l.people["sato"].ID
		product("esx")
	}
	return c
}

func kindCorrected(x support.Fact) bool {
	b, ok := x.Body.(support.Reclassified)
	return ok && b.Kind != b.Was.Kind
}
