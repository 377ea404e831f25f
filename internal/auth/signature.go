package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const signing = "whsec_"

// MintSigning makes a secret that signs webhooks, as Standard Webhooks writes
// them: "whsec_" and 32 random bytes in base64. It is kept as it is, since it
// has to sign.
func MintSigning() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: the program stops instead
	return signing + base64.StdEncoding.EncodeToString(b[:])
}

// Sign is the header webhook-signature of Standard Webhooks: "v1," and the
// HMAC-SHA256 of "id.seconds.body" in base64, one for each of the secrets, apart
// by a space. It fails on a secret that [MintSigning] did not make.
func Sign(id string, at time.Time, body []byte, secrets ...string) (string, error) {
	var out []string
	for _, s := range secrets {
		text, ok := strings.CutPrefix(s, signing)
		key, err := base64.StdEncoding.DecodeString(text)
		if !ok || err != nil || len(key) == 0 {
			return "", fmt.Errorf("sign %s: a secret that is kept is none", id)
		}
		m := hmac.New(sha256.New, key)
		m.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		m.Write(body)
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
	return strings.Join(out, " "), nil
}
