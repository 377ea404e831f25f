package support_test

import (
	"pgregory.net/rapid"

	"madoguchi/internal/support"
)

// others are the commands about people beside owner and contact.
func (l *life) others() []func() support.Command {
	contact := func() int64 { return rapid.Int64Range(0, 14).Draw(l.t, "contact") }
	return []func() support.Command{
		func() support.Command { return &support.AddWatcher{Contact: contact()} },
		func() support.Command { return &support.RemoveWatcher{Contact: contact()} },
	}
}
