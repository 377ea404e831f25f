package smarthost

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs mails for the domain of their sender (DKIM, RFC 6376), so that
// others can tell that they are ours and were not changed on the way.
type Signer struct {
	Domain, Selector string
	key              crypto.Signer
}

// signed are the fields that a signature covers. Those that a mail has once stand
// twice: a second one that is added on the way breaks the signature.
var signed = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Reply-To", "Reply-To", "Message-ID", "Message-ID",
	"In-Reply-To", "References", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Type", "Content-Transfer-Encoding",
}

// keyBits is how long an RSA key is that we make, and leastBits the shortest that
// receivers believe (RFC 8301).
const (
	keyBits   = 2048
	leastBits = 1024
)

// label is one of DNS; a selector may be several with dots between them.
var label = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

// NewSigner reads a private key, RSA or Ed25519 in PEM, to sign what comes from
// an address.
func NewSigner(path, selector, sender string) (*Signer, error) {
	_, domain, _ := strings.Cut(sender, "@")
	switch {
	case domain == "":
		return nil, fmt.Errorf("DKIM: %q is no address that mails come from", sender)
	case !label.MatchString(selector):
		return nil, fmt.Errorf("DKIM: %q is no selector: write a word such as desk1, the first part of a name in DNS", selector)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("DKIM key: %w", err)
	}
	key, err := privateKey(text)
	if err != nil {
		return nil, fmt.Errorf("DKIM key %s: %w", path, err)
	}
	return &Signer{domain, selector, key}, nil
}

// MakeKey writes a new RSA key where none is, for its owner's eyes alone. One that
// is there stays.
func MakeKey(path string) (made bool, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("make DKIM key: %w", err)
	}
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err == nil {
		var der []byte
		if der, err = x509.MarshalPKCS8PrivateKey(key); err == nil {
			err = pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
		}
	}
	return err == nil, errors.Join(err, f.Sync(), f.Close())
}

func privateKey(text []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the file holds no key in PEM")
	}
	var key any
	var err error
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	} else {
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, errors.New("the file holds no private key that can be read; one with a password cannot")
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() < leastBits {
			return nil, fmt.Errorf("the key has %d bits, fewer than %d: nobody believes it", k.N.BitLen(), leastBits)
		}
		return k, nil
	case ed25519.PrivateKey:
		return k, nil
	}
	return nil, fmt.Errorf("the key is neither RSA nor Ed25519 but %T", key)
}

// Sign gives the field of a message's signature, with its end of line. The bytes
// of the message stay as they are.
func (s *Signer) Sign(eml []byte) (string, error) {
	w, err := dkim.NewSigner(&dkim.SignOptions{
		Domain: s.Domain, Selector: s.Selector, Signer: s.key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
	})
	if err != nil {
		return "", err
	}
	_, err = io.Copy(w, bytes.NewReader(eml))
	if err = errors.Join(err, w.Close()); err != nil {
		return "", err
	}
	return w.Signature(), nil
}

// Record is the name and the text of the DNS record (TXT) by which others find the
// public key.
func (s *Signer) Record() (name, text string, err error) {
	kind, public := "rsa", []byte(nil)
	switch k := s.key.Public().(type) {
	case ed25519.PublicKey:
		kind, public = "ed25519", k
	default:
		if public, err = x509.MarshalPKIXPublicKey(k); err != nil {
			return "", "", err
		}
	}
	return s.Selector + "._domainkey." + s.Domain, "v=DKIM1; k=" + kind + "; p=" + base64.StdEncoding.EncodeToString(public), nil
}
