package support

import (
	"strconv"
	"time"
)

// Advisory is what the vendor publishes of a security problem (R45). Before it
// is published it is the security team's alone.
type Advisory struct {
	ID          int64
	Product     string   // key
	Affected    []string // versions
	Fixed       []string // versions that mend it; none yet
	Severity    string   // of the pack
	References  []string // names elsewhere, such as CVE-2026-0001
	Texts       []AlertText
	Staff       int64 // who wrote it
	MadeAt      time.Time
	PublishedAt time.Time // zero: not published
	UpdatedAt   time.Time // last change of what it says
	Alert       int64     // that tells subscribers; 0: the pack has none
}

// In is the advisory for a reader of a language.
func (a Advisory) In(language string) AlertText {
	return inLanguage(a.Texts, language, func(t AlertText) string { return t.Language })
}

// AdvisoryNumber is an advisory's number as it is written everywhere: ADV-17.
func AdvisoryNumber(id int64) string { return "ADV-" + strconv.FormatInt(id, 10) }

// ParseAdvisoryNumber reads an advisory's number, with or without its letters.
func ParseAdvisoryNumber(s string) (int64, error) {
	return lettered(s, "ADV", 1, "advisory", "advisory.number_form")
}
