package web

import (
	"strings"

	"madoguchi/internal/support"
)

// defectsOf are the defects to which a request is linked, in the words that the
// reader may read.
func (s *site) defectsOf(v *visit, r *support.Request) ([]pair, error) {
	if len(r.Defects) == 0 {
		return nil, nil
	}
	rows, err := s.Store.DefectsOf(v.Context(), v.viewer(), r.ID)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, d := range rows {
		ids = append(ids, d.Public.ID, d.Title.ID)
	}
	texts, err := s.Store.Texts(v.Context(), ids)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, d := range rows {
		words := texts[d.Public.ID]
		if v.staff() {
			words = texts[d.Title.ID]
		}
		line := support.DefectNumber(d.ID) + " · " + v.voice.Word("defect_state", string(d.State))
		for _, more := range []string{d.FixedIn, words} {
			if more != "" {
				line += " · " + more
			}
		}
		lines = append(lines, line)
	}
	return []pair{{v.T("defects"), strings.Join(lines, "\n")}}, nil
}
