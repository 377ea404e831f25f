package support_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// others are the commands about people beside owner and contact, and promises.
func (l *life) others() []func() support.Command {
	contact := func() int64 { return rapid.Int64Range(0, 14).Draw(l.t, "contact") }
	colleague := func() int64 { return rapid.Int64Range(1, 8).Draw(l.t, "colleague") }
	n := func() int { return rapid.IntRange(1, 3).Draw(l.t, "promise") }
	due := func() time.Time {
		return l.now.Add(time.Duration(rapid.Int64Range(0, 3*24*3600).Draw(l.t, "due")) * time.Second)
	}
	return []func() support.Command{
		func() support.Command { return &support.MakePromise{Text: l.words(), DueAt: due()} },
		func() support.Command { return &support.MakePromise{Text: support.T("x"), DueAt: due()} },
		func() support.Command {
			return &support.KeepPromise{N: n(), Text: l.words(), Elsewhere: l.elsewhere()}
		},
		func() support.Command { return &support.RenewPromise{N: n(), Text: support.T("x"), DueAt: due()} },
		func() support.Command { return &support.WithdrawPromise{N: n(), Reason: l.words()} },
		func() support.Command {
			return &support.DeclineCompletion{Text: l.words(), OnBehalf: rapid.Bool().Draw(l.t, "on behalf")}
		},
		func() support.Command {
			return &support.RecordReproduction{Outcome: support.HasReproduced, Environment: l.words(), Public: rapid.Bool().Draw(l.t, "public")}
		},
		func() support.Command {
			return &support.RecordRootCause{Text: l.words(), Public: rapid.Bool().Draw(l.t, "public")}
		},
		func() support.Command {
			return &support.NameThirdParty{NewThirdParty: support.NewThirdParty{Vendor: support.T(rapid.SampledFrom([]string{"Fulcrum", "Borealis Storage", "VCE"}).Draw(l.t, "vendor")), Component: support.T("B200")}}
		},
		func() support.Command {
			return &support.Ask{NewAsk: support.NewAsk{Kind: support.AskRemedy, Text: support.T("x"), Removes: n()}}
		},
		func() support.Command {
			return &support.SplitLicence{Licence: int64(n()), Parts: []int{12, 8}, Keys: []support.Text{support.T("a"), support.T("b")}}
		},
		func() support.Command { return &support.StateGrounds{N: n(), Text: l.words()} },
		func() support.Command { return &support.AllowSharing{N: n(), Consent: l.consent()} },
		func() support.Command { return &support.WithdrawSharing{N: n(), Reason: l.words()} },
		func() support.Command {
			return &support.OpenCollaboration{N: n(), Ground: rapid.SampledFrom([]string{"no_root_cause", "suspicion"}).Draw(l.t, "ground"), Mutual: true, Text: l.words()}
		},
		func() support.Command {
			return &support.MoveCollaboration{N: n(), To: rapid.SampledFrom([]support.CollaborationState{
				support.CollaborationOpen, support.CollaborationInformation, support.CollaborationAccepted, support.CollaborationRejected, support.CollaborationClosed,
			}).Draw(l.t, "state"), Text: l.words()}
		},
		func() support.Command { return &support.SuggestVendorCase{N: n(), Text: l.words()} },
		func() support.Command { return &support.RecordVendorCase{N: n(), Number: l.words()} },
		func() support.Command {
			return &support.RecordVendorAnswer{N: n(), Finding: rapid.SampledFrom([]support.Finding{support.AtFault, support.NoFinding}).Draw(l.t, "finding"), Text: l.words()}
		},
		func() support.Command { return &support.DeclineAsk{N: n(), Reason: l.words()} },
		func() support.Command { return &support.DeclineOffer{Reason: l.words()} },
		func() support.Command { return &support.RecordFollowUp{Request: l.id + 1} },
		func() support.Command { return &support.RecordDuplicate{Request: l.id + 1, Contact: contact()} },
		func() support.Command { return &support.AddSecond{Staff: colleague()} },
		func() support.Command { return &support.RemoveSecond{Staff: colleague()} },
		func() support.Command {
			return &support.AddNote{Text: support.T("x"), Mentions: []int64{colleague(), 3}}
		},
		func() support.Command { return &support.AddWatcher{Contact: contact()} },
		func() support.Command { return &support.RemoveWatcher{Contact: contact()} },
	}
}

// Lives are drawn from all commands there are: a new one is no law's exception.
// A filing begins each life, notices are recorded for whatever is told, and
// digests belong to TestACrowdedRequestLivesOn.
func TestLivesAreDrawnFromEveryCommand(t *testing.T) {
	t.Parallel()
	drawn := map[string]bool{"file": true, "record_notice": true, "fail_notice": true, "digest_automatic": true}
	rapid.Check(t, func(t *rapid.T) {
		l := newLife(t)
		for range 200 {
			drawn[l.command().Name()] = true
		}
	})
	for _, name := range support.Commands() {
		if !drawn[name] {
			t.Errorf("no life holds %s: draw it in others or keeping", name)
		}
	}
}
