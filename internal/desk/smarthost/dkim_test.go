package smarthost

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"madoguchi/internal/notify"
)

// TestSignatureIsBelieved has receivers look the key up where the record says that
// it is: what left is believed, and nothing that was changed on the way.
func TestSignatureIsBelieved(t *testing.T) {
	t.Parallel()
	rsa, ed := filepath.Join(t.TempDir(), "rsa.pem"), filepath.Join(t.TempDir(), "ed.pem")
	for i, want := range []bool{true, false} {
		if made, err := MakeKey(rsa); err != nil || made != want {
			t.Fatalf("key %d: made %v, %v", i, made, err)
		}
	}
	_, private, _ := ed25519.GenerateKey(rand.Reader)
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err == nil {
		err = os.WriteFile(ed, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{rsa, ed} {
		s, err := NewSigner(path, "desk1", "support@example.com")
		if err != nil {
			t.Fatal(err)
		}
		name, text, err := s.Record()
		if err != nil {
			t.Fatal(err)
		}
		believed := func(eml []byte) error {
			found, err := dkim.VerifyWithOptions(bytes.NewReader(eml), &dkim.VerifyOptions{LookupTXT: func(domain string) ([]string, error) {
				if domain != name || name != "desk1._domainkey.example.com" {
					t.Errorf("the key is looked for at %s, and is at %s", domain, name)
				}
				return []string{text}, nil
			}})
			if err != nil || len(found) != 1 {
				t.Fatalf("%d signatures, %v", len(found), err)
			}
			return found[0].Err
		}
		m := receipt()
		m.ReplyTo, m.Headers = m.From, []notify.Header{{Name: "References", Value: "<a@example.com> <b@example.com>"}}
		plain := m.EML()
		if m.Signature, err = s.Sign(plain); err != nil {
			t.Fatal(err)
		}
		eml := m.EML()
		if !bytes.HasSuffix(eml, plain) || !bytes.HasPrefix(eml, []byte("DKIM-Signature: ")) {
			t.Fatalf("the signature stands elsewhere:\n%s", eml)
		}
		for _, line := range strings.Split(m.Signature, "\r\n") {
			if len(line) > 998 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		if err := believed(eml); err != nil {
			t.Errorf("what left is not believed: %v", err)
		}
		for what, changed := range map[string][]byte{
			"a body":           bytes.Replace(eml, []byte("--\r\n"), []byte("--\r\nmore\r\n"), 1),
			"a subject":        bytes.Replace(eml, []byte("Subject: "), []byte("Subject: =?utf-8?q?x?= "), 1),
			"another From":     bytes.Replace(eml, []byte("From: "), []byte("From: ceo@example.com\r\nFrom: "), 1),
			"another Reply-To": append([]byte("Reply-To: thief@example.net\r\n"), eml...),
		} {
			if believed(changed) == nil {
				t.Errorf("a mail with %s that was added on the way is believed", what)
			}
		}
	}
}

func TestSignerSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, empty := filepath.Join(dir, "good"), filepath.Join(dir, "empty")
	if _, err := MakeKey(good); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ path, selector, sender, want string }{
		"no file":      {filepath.Join(dir, "none"), "desk1", "support@example.com", "no such file"},
		"no key":       {empty, "desk1", "support@example.com", "no key in PEM"},
		"no selector":  {good, "desk one", "support@example.com", "selector"},
		"no domain":    {good, "desk1", "support", "no address"},
		"dot selector": {good, ".desk", "support@example.com", "selector"},
	} {
		if _, err := NewSigner(c.path, c.selector, c.sender); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewSigner(good, "desk1", "support@example.com"); err != nil {
		t.Error(err)
	}
}

// TestEnvelopeIsTheReturnPath: reports go where the mail says, or nowhere.
func TestEnvelopeIsTheReturnPath(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.start(t)
	relay := &Relay{Addr: s.addr, Encryption: Plaintext}
	for path, want := range map[string]string{"": "support@example.com", "support+b.k.1@example.com": "support+b.k.1@example.com", notify.Nobody: ""} {
		m := receipt()
		m.ReturnPath = path
		if err := relay.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		s.keep(func() {
			if got := s.got[len(s.got)-1].from; got != want {
				t.Errorf("return path %q: the envelope comes from %q, want %q", path, got, want)
			}
		})
	}
}
