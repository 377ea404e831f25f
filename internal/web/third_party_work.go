package web

import (
	"slices"
	"strings"

	"madoguchi/internal/support"
)

// thirdPartyWorks are what is done about components of other vendors (R39): naming
// them, and recording permission and answers, is the customer's too.
var thirdPartyWorks = []work{
	{kind: "third", command: "name_third_party", path: "third-parties", icon: "plus", both: true, on: always, fields: nameFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.NameThirdParty{NewThirdParty: support.NewThirdParty{Vendor: f.text("vendor"), Component: f.text("component"), Version: strings.TrimSpace(f.Get("version")), Release: strings.TrimSpace(f.Get("release"))}}, nil
	}},
	{kind: "third", command: "state_grounds", path: "third-grounds", icon: "find", on: anyThird, fields: thirdFields(ownWords("text", "third.grounds")), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.StateGrounds{N: f.number("n"), Text: f.text("text")}, nil
	}},
	{kind: "third", command: "allow_sharing", path: "third-sharing", icon: "done", both: true, on: thirdIs(func(t support.ThirdParty) bool { return t.Sharing == nil }), fields: (*site).sharingFields, make: func(v *visit, f filled) (support.Command, error) {
		c, err := v.consent(f)
		return &support.AllowSharing{N: f.number("n"), Consent: c}, err
	}},
	{kind: "third", command: "withdraw_sharing", path: "third-sharing-ended", icon: "close", both: true, on: thirdIs(func(t support.ThirdParty) bool { return t.Sharing != nil }), fields: thirdFields(ownWords("reason", "do_reason")), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.WithdrawSharing{N: f.number("n"), Reason: f.text("reason")}, nil
	}},
	{kind: "third", command: "open_collaboration", path: "collaborations", icon: "people", on: thirdIs(func(t support.ThirdParty) bool { return !t.Collaboration.Active() }), fields: collaborationFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.OpenCollaboration{N: f.number("n"), Ground: f.Get("ground"), Mutual: f.Get("mutual") != "", Text: f.text("text")}, nil
	}},
	{kind: "third", command: "move_collaboration", path: "collaboration-moves", icon: "move", on: thirdIs(func(t support.ThirdParty) bool { return t.Collaboration.Active() }), fields: moveFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.MoveCollaboration{N: f.number("n"), To: support.CollaborationState(f.Get("to")), Text: f.text("text"), Theirs: f.text("theirs")}, nil
	}},
	{kind: "third", command: "suggest_vendor_case", path: "vendor-case-suggested", icon: "chat", on: anyThird, fields: thirdFields(ownWords("text", "third.suggestion")), make: func(_ *visit, f filled) (support.Command, error) {
		return &support.SuggestVendorCase{N: f.number("n"), Text: f.text("text")}, nil
	}},
	{kind: "third", command: "record_vendor_case", path: "vendor-cases", icon: "link", both: true, on: anyThird, fields: caseFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RecordVendorCase{N: f.number("n"), Number: f.text("number")}, nil
	}},
	{kind: "third", command: "record_vendor_answer", path: "vendor-answers", icon: "reply", both: true, on: thirdIs(func(t support.ThirdParty) bool { return t.Collaboration.Active() || !t.Case.RecordedAt.IsZero() }), fields: answerFields, make: func(_ *visit, f filled) (support.Command, error) {
		return &support.RecordVendorAnswer{N: f.number("n"), Finding: support.Finding(f.Get("finding")), Text: f.text("text")}, nil
	}},
}

func anyThird(t told) bool { return len(t.r.ThirdParties) > 0 }

// thirdIs tells whether a component of another vendor is so.
func thirdIs(so func(support.ThirdParty) bool) func(told) bool {
	return func(t told) bool { return slices.ContainsFunc(t.r.ThirdParties, so) }
}

// whichThird asks for one of the components.
func whichThird(v *visit, t told) field {
	var out []option
	for i, x := range t.r.ThirdParties {
		name := strings.Join(strings.Fields(t.texts[x.Vendor.ID]+" "+t.texts[x.Component.ID]+" "+x.Version), " ")
		if name == "" {
			name = v.T("erased")
		}
		out = append(out, option{Value: itoa(i + 1), Label: name + " — " + v.voice.Word("third_party_state", x.State())})
	}
	return field{Name: "n", Label: v.T("third.which"), Kind: "select", Options: out}
}

func ownWords(name, label string) func(*visit) field {
	return func(v *visit) field { return field{Name: name, Label: v.T(label), Kind: "textarea"} }
}

// thirdFields ask which component, and about it.
func thirdFields(more ...func(*visit) field) func(*site, *visit, told) ([]field, error) {
	return func(_ *site, v *visit, t told) ([]field, error) {
		out := []field{whichThird(v, t)}
		for _, f := range more {
			out = append(out, f(v))
		}
		return out, nil
	}
}

func nameFields(_ *site, v *visit, _ told) ([]field, error) {
	optional := v.T("optional")
	return []field{
		{Name: "vendor", Label: v.T("third.vendor"), Kind: "text"},
		{Name: "component", Label: v.T("third.component"), Hint: v.T("third.component_hint"), Kind: "text"},
		{Name: "version", Label: v.T("third.version"), Kind: "text", Optional: optional, Short: true},
		{Name: "release", Label: v.T("third.release"), Hint: v.T("third.release_hint"), Kind: "text", Optional: optional, Short: true},
	}, nil
}

// sharingFields ask for which component; staff write down whose word it was.
func (s *site) sharingFields(v *visit, t told) ([]field, error) {
	out := []field{whichThird(v, t)}
	if !v.staff() {
		return out, nil
	}
	word, err := s.consentFields(v, t)
	return append(out, word...), err
}

func collaborationFields(_ *site, v *visit, t told) ([]field, error) {
	return []field{
		whichThird(v, t),
		{Name: "ground", Label: v.T("do_reason"), Kind: "radio", Options: []option{{Value: "no_root_cause", Label: v.T("third.no_root_cause")}, {Value: "suspicion", Label: v.T("third.suspicion")}}},
		{Name: "mutual", Label: v.T("third.mutual"), Kind: "checkbox", Optional: v.T("optional"), Options: []option{{Value: "yes", Label: v.T("third.mutual_yes")}}},
		{Name: "text", Label: v.T("third.told"), Kind: "textarea"},
	}, nil
}

func moveFields(_ *site, v *visit, t told) ([]field, error) {
	return []field{
		whichThird(v, t),
		{Name: "to", Label: v.T("third.state"), Kind: "radio", Options: words(v, "collaboration", string(support.CollaborationOpen), string(support.CollaborationInformation),
			string(support.CollaborationAccepted), string(support.CollaborationRejected), string(support.CollaborationClosed))},
		{Name: "text", Label: v.T("third.customer_reads"), Kind: "textarea", Optional: v.T("optional")},
		{Name: "theirs", Label: v.T("third.theirs"), Hint: v.T("third.theirs_hint"), Kind: "textarea", Rows: 2, Optional: v.T("optional")},
	}, nil
}

func caseFields(_ *site, v *visit, t told) ([]field, error) {
	return []field{whichThird(v, t), {Name: "number", Label: v.T("third.case"), Kind: "text", Short: true}}, nil
}

func answerFields(_ *site, v *visit, t told) ([]field, error) {
	return []field{
		whichThird(v, t),
		{Name: "finding", Label: v.T("third.finding"), Kind: "radio", Options: words(v, "finding", string(support.AtFault), string(support.NotAtFault), string(support.NoFinding))},
		{Name: "text", Label: v.T("third.answer"), Kind: "textarea"},
	}, nil
}

// engineeringAsks are the open asks of engineering.
func engineeringAsks(t told) []support.OpenedAsk {
	return slices.DeleteFunc(openAsks(t), func(a support.OpenedAsk) bool { return a.Of != support.OfEngineering })
}

func (s *site) assignAskFields(v *visit, t told) ([]field, error) {
	var which []option
	for _, a := range engineeringAsks(t) {
		which = append(which, option{Value: itoa(a.N), Label: capital(asked(v, a)) + " — " + excerpt(t.texts[a.Text.ID])})
	}
	who, err := s.colleagues(v)
	return []field{{Name: "n", Label: v.T("work.field.ask"), Kind: "select", Options: which}, {Name: "staff", Label: v.T("work.field.staff"), Kind: "select", Options: who}}, err
}

func (s *site) convertFields(v *visit, t told) ([]field, error) {
	word, err := s.consentFields(v, t)
	return append([]field{{Name: "text", Label: v.T("do_complete.text"), Kind: "textarea", Optional: v.T("optional")}}, word...), err
}
