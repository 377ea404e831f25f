// Package smarthost hands the desk's mails to an SMTP relay. It is apart from
// desk so that only a program that sends mail carries an SMTP client.
//
// It refuses to know what a mail says and whether it was sent before: the desk
// asks again until it could record that a mail left.
//
// Data layout: connections that wait for the next mail, a few seconds long.
package smarthost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
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

// How long an opened connection waits for the next mail, how many mails one
// carries at most, and how many wait. Relays end what is idle for minutes, and
// some what carries very much.
const (
	idleFor = 10 * time.Second
	carries = 100
	idleMax = 8
)

// Relay is an [desk.Outbox] that hands mails to an SMTP relay. Addr is
// "host:port". With User set it signs in, which it does only over a protected
// connection. The bytes that leave are exactly [notify.Mail.EML]'s. It must not
// be copied once it has sent; settings changed after that are not heeded.
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

	mu   sync.Mutex
	idle []*line // the last one used at the end
}

// line is a connection that is open and signed in.
type line struct {
	client *smtp.Client
	conn   net.Conn
	mails  int // that were begun on it
	end    *time.Timer
}

// Check tells whether the settings can work, before the first mail has to go.
func (s *Relay) Check() error {
	_, err := s.client(func(net.Conn) {})
	return err
}

func (s *Relay) timeout() time.Duration {
	if s.Timeout <= 0 {
		return 20 * time.Second
	}
	return s.Timeout
}

// client is told of the connection, because only its closing ends a wait for an
// answer.
func (s *Relay) client(opened func(net.Conn)) (*mail.Client, error) {
	host, portText, err := net.SplitHostPort(s.Addr)
	if err != nil || host == "" {
		return nil, fmt.Errorf("smarthost %q: write host:port, for example mail.example.com:587", s.Addr)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 1 || port > 65535 {
		return nil, fmt.Errorf("smarthost %q: the port is a number from 1 to 65535", s.Addr)
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
	o := []mail.Option{mail.WithPort(port), mail.WithTimeout(s.timeout()), mail.WithTLSConfig(settings), mail.WithDialContextFunc(dial)}
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
// [desk.ErrPermanent]; everything else is worth another try. One of the recipient's
// address wraps [desk.ErrAddress] too. A mail counts as handed
// over from the relay's answer to its end on, whatever happens to the
// connection afterwards.
func (s *Relay) Send(ctx context.Context, m notify.Mail) error {
	for {
		l, waited, err := s.line(ctx)
		if err != nil {
			return err
		}
		begun, err := s.over(ctx, l, m)
		if waited && !begun && ctx.Err() == nil {
			continue // the relay had ended it meanwhile
		}
		return cause(ctx, err)
	}
}

// line is one that waits, or a new one.
func (s *Relay) line(ctx context.Context) (l *line, waited bool, err error) {
	s.mu.Lock()
	for len(s.idle) > 0 && l == nil {
		last := len(s.idle) - 1
		if s.idle[last].end.Stop() {
			l = s.idle[last]
		}
		s.idle = s.idle[:last]
	}
	s.mu.Unlock()
	if l != nil {
		return l, true, nil
	}
	l = &line{}
	quiet := func() bool { return true }
	relay, err := s.client(func(c net.Conn) {
		l.conn = c
		// A caller who gives up must not wait for a relay that has fallen silent.
		quiet = context.AfterFunc(ctx, func() { _ = c.Close() })
	})
	if err != nil {
		return nil, false, err
	}
	l.client, err = relay.DialToSMTPClientWithContext(ctx)
	if !quiet() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		if l.conn != nil {
			_ = l.conn.Close()
		}
		return nil, false, fmt.Errorf("reach smarthost: %w", cause(ctx, err))
	}
	return l, false, nil
}

// over hands a mail over on a line, which then waits for the next one or is
// ended. begun: the relay has answered to its sender.
func (s *Relay) over(ctx context.Context, l *line, m notify.Mail) (begun bool, err error) {
	silence := context.AfterFunc(ctx, func() { _ = l.conn.Close() })
	l.mails++
	if err = l.client.UpdateDeadline(s.timeout()); err == nil {
		begun, err = handOver(l.client, m.Envelope(), m.To.Email, m.EML())
	}
	usable := err == nil
	if no := (*refused)(nil); errors.As(err, &no) {
		usable = no.code != goingAway && l.client.Reset() == nil
	}
	if !silence() || !usable || l.mails >= carries {
		s.hangUp(l, usable)
		return begun, err
	}
	s.keep(l)
	return begun, err
}

// keep has a line wait for the next mail.
func (s *Relay) keep(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == idleMax {
		s.hangUp(l, false)
		return
	}
	l.end = time.AfterFunc(idleFor, func() {
		s.mu.Lock()
		s.idle = slices.DeleteFunc(s.idle, func(other *line) bool { return other == l })
		s.mu.Unlock()
		s.hangUp(l, true)
	})
	s.idle = append(s.idle, l)
}

// hangUp ends a line, in order where the relay still listens.
func (s *Relay) hangUp(l *line, listens bool) {
	if listens {
		_ = l.conn.SetDeadline(time.Now().Add(time.Second))
		_ = l.client.Quit()
	}
	_ = l.conn.Close()
}

// cause names the caller's giving up, which shows as a closed connection.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// goingAway is the answer of a relay that ends the connection with it.
const goingAway = 421

// handOver tells, apart from what went wrong, whether the relay had anything to do
// with the mail.
func handOver(c *smtp.Client, from, to string, body []byte) (begun bool, err error) {
	if err := c.Mail("<" + from + ">"); err != nil {
		err = refusal("sender", err)
		no := (*refused)(nil)
		return errors.As(err, &no) && no.code != goingAway, err
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return true, refusal("recipient", err)
	}
	w, err := c.Data()
	if err != nil {
		return true, refusal("message", err)
	}
	if _, err := w.Write(body); err != nil {
		return true, fmt.Errorf("send message: %w", err)
	}
	if err := w.Close(); err != nil {
		return true, refusal("message", err)
	}
	return true, nil
}

// refused is the relay's word about a mail.
type refused struct {
	what   string
	code   int
	status string
	marks  []error
}

// Status is the code of RFC 3463 in the answer; "" without one.
func (r *refused) Status() string { return r.status }

func (r *refused) Error() string   { return fmt.Sprintf("%s: relay answered %d", r.what, r.code) }
func (r *refused) Unwrap() []error { return r.marks }

// refusal tells the relay's word about this mail from trouble on the way. Its
// text may quote the address, so only the codes are kept for the log. A server that
// refuses us or the message says nothing of the address.
func refusal(what string, err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return fmt.Errorf("%s: %w", what, err)
	}
	r := &refused{what: what, code: answer.Code}
	dead, status := message.Answer(answer.Code, answer.Msg)
	r.status = status
	if answer.Code >= 500 {
		r.marks = append(r.marks, desk.ErrPermanent)
	}
	if what == "recipient" && (dead || answer.Code < 500) {
		r.marks = append(r.marks, desk.ErrAddress)
	}
	return r
}
