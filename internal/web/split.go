package web

import (
	"strconv"
	"strings"

	"madoguchi/internal/support"
)

// splitFields ask which key is divided, and into what: a line for each part with its
// units and its new key (R07).
func (s *site) splitFields(v *visit, t told) ([]field, error) {
	keys, err := s.Store.LicencesOf(v.Context(), v.viewer(), t.r.Filed.Contract)
	var which []option
	for _, l := range keys {
		if l.Superseded {
			continue
		}
		what := strings.TrimSpace(v.voice.Named("product", l.Product) + " " + l.Version)
		which = append(which, option{Value: support.Opaque("lic", l.ID), Label: l.Key + " · " + what + " · " + v.T("split.units", "n", itoa(l.Units))})
	}
	return []field{
		{Name: "licence", Label: v.T("licence.key"), Kind: "select", Options: which},
		{Name: "parts", Label: v.T("split.parts"), Hint: v.T("split.parts_hint"), Kind: "textarea", Rows: 4},
		{Name: "version", Label: v.T("work.field.version"), Hint: v.T("split.version_hint"), Kind: "text", Optional: v.T("optional"), Short: true},
	}, err
}

func splitLicence(_ *visit, f filled) (support.Command, error) {
	id, _ := support.ParseOpaque("lic", f.Get("licence"))
	c := &support.SplitLicence{Licence: id, Version: strings.TrimSpace(f.Get("version"))}
	for line := range strings.Lines(strings.ReplaceAll(f.Get("parts"), "\r\n", "\n")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		units, key, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(units)
		if key = strings.TrimSpace(key); err != nil || key == "" {
			return nil, support.Wrong("parts", "page.split_line", "line", line)
		}
		c.Parts, c.Keys = append(c.Parts, n), append(c.Keys, support.T(key))
	}
	return c, nil
}
