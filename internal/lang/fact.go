package lang

import "madoguchi/internal/support"

// Fact is one sentence for one fact of the timeline, in the reader's language.
// It holds none of the fact's texts: those stand beside it.
func Fact(lang string, f support.Fact, names Names) string { return "" }
