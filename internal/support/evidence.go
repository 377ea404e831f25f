package support

// VendorEvidence is what another vendor needs to know of a request, as the customer or,
// with their permission, our people hand it over (R39). It names nobody, and holds
// nothing that the customer does not read.
type VendorEvidence struct {
	ThirdParty    ThirdParty
	Title, Body   Text
	ErrorString   Text
	Severity      int
	Environment   string
	Platforms     []string
	Symptom       string
	RecentChanges Text
	Changes       []RecentChange
	Reproductions []Reproduction
	RootCause     *RootCause
}

// EvidenceFor gathers what is known of component n for its vendor. The customer's
// people take what is theirs; staff need the customer's permission.
func EvidenceFor(r *Request, n int, by Actor) (VendorEvidence, error) {
	t := r.thirdParty(n)
	switch {
	case t == nil:
		return VendorEvidence{}, refuse(NotFound, "third_party.unknown", "n", itoa(n))
	case by.Kind != Customer && t.Sharing == nil:
		return VendorEvidence{}, refuse(Forbidden, "third_party.permission_needed", "n", itoa(n))
	}
	d := r.Details
	e := VendorEvidence{
		ThirdParty: *t, Title: r.Filed.Title, Body: r.Filed.Body, ErrorString: d.ErrorString, Severity: r.Severity,
		Environment: d.Environment, Platforms: d.Platforms, Symptom: d.Symptom, RecentChanges: d.RecentChanges, Changes: d.Changes,
	}
	for _, x := range r.Reproductions {
		if x.Public {
			e.Reproductions = append(e.Reproductions, x)
		}
	}
	if x := r.RootCause; x != nil && x.Public {
		e.RootCause = x
	}
	return e, nil
}
