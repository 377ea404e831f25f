package policy

// Diff tells in words how b differs from a, a sentence for each change.
func Diff(a, b *Pack, lang string) []string { return nil }
