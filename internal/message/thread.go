package message

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"strings"

	"madoguchi/internal/support"
)

// Thread is what a reply address stands for: a request, and whom the mail with
// that address was sent to.
type Thread struct {
	Request int64 // 1 to 2^40-1
	Person  int64 // of a contact, or of a member of staff; 0 to 2^31-1
	Staff   bool
}

// Keys sign reply addresses and return paths. The first signs, all are believed,
// so that one can be replaced by and by. A key has 32 bytes.
type Keys [][]byte

const (
	payloadBytes = 9
	macBytes     = 7
	tokenChars   = 26 // of five bits: 16 bytes
)

// Token stands for a thread in an address: 26 characters that say nothing to
// anybody without the key, the same for the same thread every time. "" without a
// key or for a thread that is none.
func (k Keys) Token(t Thread) string {
	if len(k) == 0 || t.Request <= 0 || t.Request >= 1<<40 || t.Person < 0 || t.Person >= 1<<31 {
		return ""
	}
	person := uint32(t.Person) << 1
	if t.Staff {
		person |= 1
	}
	var p [payloadBytes]byte
	for i := range 5 {
		p[i] = byte(t.Request >> (8 * (4 - i)))
	}
	binary.BigEndian.PutUint32(p[5:], person)
	mac := digest(k[0], "thread", p[:])[:macBytes]
	return base32(append(mac, masked(k[0], mac, p[:])...))
}

// Thread gives what a token stands for. Mailers may have changed its letters to
// small or capital ones, and people 0 and O, 1 and I.
func (k Keys) Thread(token string) (Thread, bool) {
	b, ok := unbase32(token)
	if !ok || len(b) != macBytes+payloadBytes {
		return Thread{}, false
	}
	mac := b[:macBytes]
	for _, key := range k {
		p := masked(key, mac, b[macBytes:])
		if !hmac.Equal(digest(key, "thread", p)[:macBytes], mac) {
			continue
		}
		var t Thread
		for _, c := range p[:5] {
			t.Request = t.Request<<8 | int64(c)
		}
		person := binary.BigEndian.Uint32(p[5:])
		t.Person, t.Staff = int64(person>>1), person&1 == 1
		return t, true
	}
	return Thread{}, false
}

// ReturnPath is the address to which reports of one mail go: it holds the mail's
// key, so that the report tells which mail came back, and is signed, so that
// nobody marks an address by a forged report. "" when the key does not fit into
// an address.
func (k Keys) ReturnPath(sender, key string) string {
	const longest = 64
	local, host, ok := strings.Cut(sender, "@")
	key = strings.ToLower(key)
	if !ok || len(k) == 0 || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" || strings.Contains(key, "..") {
		return ""
	}
	local += "+b." + key + "." + base32(digest(k[0], "return", []byte(key))[:macBytes])
	if len(local) > longest {
		return ""
	}
	return local + "@" + host
}

// Returned is the key of the mail that a return path stands for.
func (k Keys) Returned(own Own, address string) (key string, ok bool) {
	tag, ok := own.tag(address)
	if !ok {
		return "", false
	}
	tag, ok = strings.CutPrefix(strings.ToLower(tag), "b.")
	i := strings.LastIndexByte(tag, '.')
	if !ok || i < 0 {
		return "", false
	}
	key = tag[:i]
	mac, good := unbase32(tag[i+1:])
	for _, secret := range k {
		if good && hmac.Equal(mac[:min(len(mac), macBytes)], digest(secret, "return", []byte(key))[:macBytes]) {
			return key, true
		}
	}
	return "", false
}

// ReplyTo is the address under which an answer finds its thread.
func (k Keys) ReplyTo(sender string, t Thread) string {
	token := k.Token(t)
	local, host, ok := strings.Cut(sender, "@")
	if token == "" || !ok {
		return sender
	}
	return local + "+" + token + "@" + host
}

// tag is what stands behind the plus of one of our addresses.
func (o Own) tag(address string) (string, bool) {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return "", false
	}
	plus := strings.IndexByte(address[:i], '+')
	if plus < 0 || !o.address(address[:plus]+address[i:]) {
		return "", false
	}
	return address[plus+1 : i], true
}

// Hints are what a mail says of the thread that it belongs to, the surest first.
// Whether its sender may answer there is for the caller to judge.
type Hints struct {
	// Thread is that of a signed reply address, if HasThread.
	Thread    Thread
	HasThread bool
	// Returned is the key of a mail of ours that a report came back for.
	Returned string
	// Refs are the ids that the mail refers to, the newest first.
	Refs []string
	// Requests are those whose numbers stand in the subject.
	Requests []int64
}

// Hints finds all that a mail says of its thread. handed are the addresses for
// which it was handed over, which it need not name.
func (in *Inbound) Hints(k Keys, own Own, handed ...string) Hints {
	var h Hints
	for _, a := range append(handed, in.Recipients()...) {
		tag, ok := own.tag(a)
		if !ok {
			continue
		}
		if t, ok := k.Thread(tag); ok && !h.HasThread {
			h.Thread, h.HasThread = t, true
		}
		if key, ok := k.Returned(own, a); ok && h.Returned == "" {
			h.Returned = key
		}
	}
	for i := len(in.Refs) - 1; i >= 0; i-- {
		h.Refs = append(h.Refs, in.Refs[i])
	}
	h.Requests = Requests(in.Subject)
	return h
}

// Recipients are all addresses that the mail names as such, the servers' notes of
// whom they took it for among them.
func (in *Inbound) Recipients() []string {
	var out []string
	for _, list := range [][]Address{in.To, in.Cc} {
		for _, a := range list {
			out = append(out, a.Email)
		}
	}
	for _, name := range []string{"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to", "resent-to", "apparently-to", "bcc"} {
		for _, v := range in.head.all(name) {
			list, _ := addresses(v)
			for _, a := range list {
				out = append(out, a.Email)
			}
		}
	}
	return out
}

var (
	// numbered is a number behind its name, as our subjects write it.
	numbered = pattern(`(?i)(?:SR|リクエスト|受付番号|お問い合わせ番号|番号|request|case|#|№)[\s　]*(?:no\.?|number|ナンバー|番号)?[\s　]*[:：#]?[\s　]*([0-9０-９][0-9０-９ 　\-‐‑–—－ー―−]{7,19}[0-9０-９])`)
	// spoken is one as we print it, by itself.
	grouped = pattern(`(?:^|[^0-9０-９\-])([0-9０-９]{3}[\-‐‑–—－ー―−][0-9０-９]{3}[\-‐‑–—－ー―−][0-9０-９]{3})(?:[^0-9０-９\-]|$)`)
)

// Requests are the ids of the requests whose numbers stand in a subject. A number
// whose check digit is wrong is none.
func Requests(subject string) []int64 {
	const most = 10
	var out []int64
	seen := map[int64]bool{}
	for _, form := range []*regexp.Regexp{numbered(), grouped()} {
		for _, m := range form.FindAllStringSubmatch(cut(subject, 2000), most) {
			id, err := support.ParseNumber(m[1])
			if err == nil && !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
		}
	}
	return out
}

// MessageID is that of a mail of ours, with its angle brackets: the same key gives
// the same one, so that a mail sent twice can be told. host is a domain.
func MessageID(key, host string) string { return "<" + key + "@" + host + ">" }

// keyed is how keys of mails begin: a noun, its id, and what the mail tells. The
// programs of colleagues who write under the same host make other ids.
var keyed = pattern(`^[a-z_]+[0-9]+\.[a-z0-9_]`)

// Key is the key of a mail of ours that an id, bare, is of.
func (o Own) Key(id string) (string, bool) {
	i := strings.LastIndexByte(id, '@')
	if i < 1 || !o.host(id) || !keyed().MatchString(id[:i]) {
		return "", false
	}
	return id[:i], true
}

func digest(key []byte, purpose string, b []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write(b)
	return h.Sum(nil)
}

// masked hides or shows a payload: what it is mixed with depends on its own sum.
func masked(key, mac, p []byte) []byte {
	stream := digest(key, "mask", mac)
	out := make([]byte, len(p))
	for i := range p {
		out[i] = p[i] ^ stream[i]
	}
	return out
}

// alphabet has no letter that is taken for a digit or for another one, as
// Crockford's has none.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

func base32(b []byte) string {
	var out []byte
	acc, bits := 0, 0
	for _, c := range b {
		acc, bits = acc<<8|int(c), bits+8
		for bits >= 5 {
			bits -= 5
			out = append(out, alphabet[acc>>bits&31])
		}
		acc &= 1<<bits - 1
	}
	if bits > 0 {
		out = append(out, alphabet[acc<<(5-bits)&31])
	}
	return string(out)
}

func unbase32(s string) ([]byte, bool) {
	if len(s) > tokenChars {
		return nil, false
	}
	var out []byte
	acc, bits := 0, 0
	for _, c := range []byte(strings.ToLower(s)) {
		switch c {
		case 'o':
			c = '0'
		case 'i', 'l':
			c = '1'
		}
		v := strings.IndexByte(alphabet, c)
		if v < 0 {
			return nil, false
		}
		acc, bits = acc<<5|v, bits+5
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	return out, acc == 0
}
