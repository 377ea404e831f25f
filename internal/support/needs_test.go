package support

import (
	"slices"
	"testing"
)

// A manner of a command that does not exist is a misspelt one of another.
func TestMannersAreOfCommands(t *testing.T) {
	t.Parallel()
	for name, m := range manners {
		if !slices.Contains(Commands(), name) || m == (Manner{}) {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
