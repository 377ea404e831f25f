package auth

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

// The vector with which the implementations of Standard Webhooks are tested.
func TestSignOfStandardWebhooks(t *testing.T) {
	t.Parallel()
	const secret, want = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	at, body := time.Unix(1614265330, 999_999_000), []byte(`{"test": 2432232314}`)
	if got, err := Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, secret); err != nil || got != want {
		t.Errorf("signed %q, %v; want %q", got, err, want)
	}
	other := MintSigning()
	both, err := Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, body, other, secret)
	if parts := strings.Split(both, " "); err != nil || len(parts) != 2 || parts[1] != want || parts[0] == want {
		t.Errorf("signed with two secrets: %q, %v", both, err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(other, "whsec_"))
	if err != nil || len(key) != 32 || other == MintSigning() {
		t.Errorf("a secret of %d bytes, %v", len(key), err)
	}
	for _, broken := range []string{"", "whsec_", "whsec_!", strings.TrimPrefix(secret, "whsec_")} {
		if got, err := Sign("m", at, body, broken); err == nil {
			t.Errorf("%q signs %q", broken, got)
		}
	}
}
