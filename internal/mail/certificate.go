package mail

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Certificate offers TLS with a certificate of two PEM files. They are read again
// when they have changed; what cannot be read leaves the one before.
func Certificate(cert, key string) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key}
	if err := c.load(); err != nil {
		return nil, fmt.Errorf("certificate of the mail server: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil }}, nil
}

type certificate struct {
	cert, key string
	mu        sync.Mutex
	changed   time.Time
	held      *tls.Certificate
}

func (c *certificate) current() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.load()
	return c.held
}

func (c *certificate) load() error {
	info, err := os.Stat(c.cert)
	if err != nil {
		return err
	}
	if c.held != nil && info.ModTime().Equal(c.changed) {
		return nil
	}
	held, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err == nil {
		c.held, c.changed = &held, info.ModTime()
	}
	return err
}
