package policy

import (
	"encoding/json"
	"strconv"
	"strings"
)

// valueAt finds a value of a pack by its path, as compact JSON, texts bare.
func valueAt(p *Pack, path string) (string, bool) {
	var v any
	if err := json.Unmarshal(p.Source(), &v); err != nil {
		return "", false
	}
	for _, step := range strings.Split(strings.ReplaceAll(path, "[", ".["), ".") {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[step]
			if !ok {
				return "", false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(strings.Trim(step, "[]"))
			if err != nil || i >= len(in) {
				return "", false
			}
			v = in[i]
		default:
			return "", false
		}
	}
	if s, ok := v.(string); ok {
		return s, true
	}
	out, err := json.Marshal(v)
	return string(out), err == nil
}
