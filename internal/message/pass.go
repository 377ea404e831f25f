package message

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// FilePass lets whoever holds it take one file of a request, as the contact to whom
// a mail about it went, until an instant.
type FilePass struct {
	Request, Contact, File int64     // each 1 to 2^63-1
	Until                  time.Time // in whole seconds
}

const (
	passBytes    = 32
	passMACBytes = 16
)

// Pass stands for p in the address of a page, in 64 characters: the same for the same
// pass every time. "" without a key, and for a pass to nothing.
func (k Keys) Pass(p FilePass) string {
	if len(k) == 0 || p.Request <= 0 || p.Contact <= 0 || p.File <= 0 {
		return ""
	}
	var b [passBytes]byte
	for i, n := range []int64{p.Request, p.Contact, p.File, p.Until.Unix()} {
		binary.BigEndian.PutUint64(b[8*i:], uint64(n))
	}
	return base64.RawURLEncoding.EncodeToString(append(b[:], digest(k[0], "file", b[:])[:passMACBytes]...))
}

// FilePass is what s stands for, also when its time is over.
func (k Keys) FilePass(s string) (FilePass, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != passBytes+passMACBytes {
		return FilePass{}, false
	}
	for _, key := range k {
		if hmac.Equal(digest(key, "file", b[:passBytes])[:passMACBytes], b[passBytes:]) {
			n := func(i int) int64 { return int64(binary.BigEndian.Uint64(b[8*i:])) }
			return FilePass{Request: n(0), Contact: n(1), File: n(2), Until: time.Unix(n(3), 0).UTC()}, true
		}
	}
	return FilePass{}, false
}
