// Package smarthost hands the desk's mails to an SMTP relay. It is apart from
// desk so that only a program that sends mail carries an SMTP client.
//
// It refuses to know what a mail says and whether it was sent before: the desk
// asks again until it could record that a mail left.
//
// Data layout: none; every mail has a connection of its own.
package smarthost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"madoguchi/internal/desk"
	"madoguchi/internal/notify"
)

// Encryption is how a smarthost's connection is protected.
type Encryption string

// Kinds of protection. The zero value is Required.
const (
	Required      Encryption = "starttls"      // STARTTLS, or no mail leaves
	Opportunistic Encryption = "opportunistic" // STARTTLS when it is offered
	Implicit      Encryption = "tls"           // TLS from the first byte, usually port 465
	Plaintext     Encryption = "none"          // for a relay on the same machine
)

// Relay is an [desk.Outbox] that hands mails to an SMTP relay. Addr is
// "host:port". With User set it signs in, which it does only over a protected
// connection. The bytes that leave are exactly [notify.Mail.EML]'s.
type Relay struct {
	Addr       string
	Encryption Encryption
	User       string
	Password   string
	// Hello is the name that the desk gives itself; "" = the machine's.
	Hello string
	// Timeout is for connecting and for each answer; 0: 20 seconds.
	Timeout time.Duration
	// TLS replaces the default settings, for relays with a private authority.
	TLS *tls.Config
}

// Check tells whether the settings can work, before the first mail has to go.
func (s Relay) Check() error {
	_, err := s.client(func(net.Conn) {})
	return err
}

// client is told of the connection, because only its closing ends a wait for an
// answer.
func (s Relay) client(opened func(net.Conn)) (*mail.Client, error) {
	host, portText, err := net.SplitHostPort(s.Addr)
	if err != nil || host == "" {
		return nil, fmt.Errorf("smarthost %q: write host:port, for example mail.example.com:587", s.Addr)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 1 || port > 65535 {
		return nil, fmt.Errorf("smarthost %q: the port is a number from 1 to 65535", s.Addr)
	}
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 20 * time.Second
	}
	settings := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		settings = s.TLS.Clone()
	}
	if settings.ServerName == "" {
		settings.ServerName = host
	}
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		opened(conn)
		if s.Encryption == Implicit {
			return tls.Client(conn, settings), nil
		}
		return conn, nil
	}
	o := []mail.Option{mail.WithPort(port), mail.WithTimeout(timeout), mail.WithTLSConfig(settings), mail.WithDialContextFunc(dial)}
	switch s.Encryption {
	case Required, "":
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	case Opportunistic:
		o = append(o, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case Implicit:
		// The connection is protected already; this policy only looks whether it is.
		o = append(o, mail.WithTLSPolicy(mail.TLSOpportunistic))
	case Plaintext:
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("smarthost encryption %q: write starttls, opportunistic, tls or none", s.Encryption)
	}
	if s.User != "" {
		if s.Encryption == Plaintext {
			return nil, errors.New("smarthost: a password is not sent over an unprotected connection: use starttls or tls")
		}
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	if s.Hello != "" {
		o = append(o, mail.WithHELO(s.Hello))
	}
	return mail.NewClient(host, o...)
}

// Send hands one mail over. The relay's refusal for good (5xx) wraps
// [desk.ErrPermanent]; everything else is worth another try. One of the recipient
// wraps [desk.ErrAddress] too. A mail counts as handed
// over from the relay's answer to its end on, whatever happens to the
// connection afterwards.
func (s Relay) Send(ctx context.Context, m notify.Mail) error {
	var conn net.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close()
		}
	}()
	relay, err := s.client(func(c net.Conn) {
		conn = c
		// A caller who gives up must not wait for a relay that has fallen silent.
		context.AfterFunc(ctx, func() { _ = c.Close() })
	})
	if err != nil {
		return err
	}
	c, err := relay.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("reach smarthost: %w", cause(ctx, err))
	}
	if err := handOver(c, m.From.Email, m.To.Email, m.EML()); err != nil {
		return cause(ctx, err)
	}
	_ = c.Quit()
	return nil
}

// cause names the caller's giving up, which shows as a closed connection.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func handOver(c *smtp.Client, from, to string, body []byte) error {
	if err := c.Mail("<" + from + ">"); err != nil {
		return refusal("sender", err)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return refusal("recipient", err, desk.ErrAddress)
	}
	w, err := c.Data()
	if err != nil {
		return refusal("message", err)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("send message: %w", err)
	}
	if err := w.Close(); err != nil {
		return refusal("message", err)
	}
	return nil
}

// refusal tells the relay's word about this mail from trouble on the way. Its
// text may quote the address, so only the code is kept for the log.
func refusal(what string, err error, marks ...error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return fmt.Errorf("%s: %w", what, err)
	}
	if answer.Code >= 500 {
		marks = append(marks, desk.ErrPermanent)
	}
	err = fmt.Errorf("%s: relay answered %d", what, answer.Code)
	for _, m := range marks {
		err = fmt.Errorf("%w: %w", err, m)
	}
	return err
}
