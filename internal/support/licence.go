package support

// ApprovalWaits tells whether what was asked for still waits for the PLA's word
// before it may be carried out (R03). A completed request waits for nothing.
func (r *Request) ApprovalWaits() bool {
	return r.Filed.NeedsApproval && !r.Approved && r.Completed == nil
}

func (c *ApproveExecution) decide(d *decision) error {
	switch {
	case d.r.Filed.Contact == d.by.ID:
		return refuse(Conflict, "approval.not_needed")
	case d.r.Approved:
		return refuse(Conflict, "approval.given")
	}
	d.record(ExecutionApproved{Contact: d.by.ID})
	return nil
}

// SplitLicence divides a key. The parts add up to what the key held; the old
// key stays, superseded (R07). What another than the PLA asked for waits for
// the PLA's word (R03).
func (c *SplitLicence) decide(d *decision) error {
	l := d.w.Licence
	switch {
	case l.ID == 0 || l.Contract != d.r.Filed.Contract:
		return Wrong("licence", "licence.unknown")
	case l.Superseded:
		return refuse(Conflict, "licence.superseded")
	case d.r.Filed.Contact != d.w.Primary && !d.r.Approved:
		return refuse(Conflict, "approval.needed")
	case len(c.Parts) < 2 || len(c.Parts) > 100:
		return Wrong("parts", "licence.parts")
	case len(c.Keys) != len(c.Parts):
		return Wrong("keys", "licence.keys", "parts", itoa(len(c.Parts)))
	}
	sum := 0
	for _, n := range c.Parts {
		if n < 1 {
			return Wrong("parts", "licence.part_empty")
		}
		sum += n
	}
	if sum != l.Units {
		return Wrong("parts", "licence.not_conserved", "sum", itoa(sum), "units", itoa(l.Units))
	}
	for _, k := range c.Keys {
		if err := need(k, "keys"); err != nil {
			return err
		}
	}
	version, err := c.versionOf(d, l)
	if err != nil {
		return err
	}
	d.record(LicenceSplit{
		Licence: l.ID, Units: l.Units, Parts: c.Parts, Version: version, Keys: c.Keys, Told: d.w.LicenceAdmins,
	})
	d.respond()
	return nil
}

// versionOf is the version of the new keys: the old key's, or an older one that
// the product has. What is newer is an upgrade, which a split does not give.
func (c *SplitLicence) versionOf(d *decision, l Licence) (string, error) {
	if c.Version == "" || c.Version == l.Version {
		return l.Version, nil
	}
	product, _ := d.held().Product(l.Product)
	var old, wanted *Version
	for i := range product.Versions {
		switch v := &product.Versions[i]; v.Name {
		case l.Version:
			old = v
		case c.Version:
			wanted = v
		}
	}
	if wanted == nil {
		return "", Wrong("version", "licence.version_unknown", "product", l.Product, "version", c.Version)
	}
	if old != nil && wanted.ReleasedAt.After(old.ReleasedAt) {
		return "", Wrong("version", "licence.upgrade", "version", c.Version, "from", l.Version)
	}
	return wanted.Name, nil
}
