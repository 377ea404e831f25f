package policy

import "io"

// Explain prints the pack as a guide for people, in "en" or "ja".
func Explain(w io.Writer, p *Pack, lang string) error { return nil }
