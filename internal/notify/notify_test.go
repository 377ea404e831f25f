package notify

import (
	"testing"
)

func TestTry(t *testing.T) {
	for _, s := range []*story{technical(t, "en"), technical(t, "ja"), service(t, "de"), severe(t, "ja")} {
		t.Log(s.templates())
		for _, x := range s.told {
			t.Log("\n" + x.mail.Subject + "\n" + x.mail.Text)
		}
	}
}
