package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/emersion/go-smtp"

	"madoguchi/internal/desk"
	"madoguchi/internal/message"
	"madoguchi/internal/support"
)

// Bounds of the server.
const (
	silence       = 2 * time.Minute  // of a peer, until it is given up
	wholeMail     = 10 * time.Minute // of one mail, from its first byte on
	maxRecipients = 100              // of one mail (RFC 5321, 4.5.3.1.8)
	mostLines     = 200
	mostOfPeer    = 20 // connections of one address; [ServerConfig.Relays] have them all
	smallMail     = 1 << 20
	maxTrace      = 4 << 10
	largeMails    = 4 // beyond smallMail, that are read at the same time
)

// ServerConfig is what a server is made of. Receive, Ours and Name are required.
type ServerConfig struct {
	Receive Receive
	// Ours tells whether an address is one that mails are taken for; an error: that is not
	// known at the moment, and the sender is to come again.
	Ours func(ctx context.Context, address string) (bool, error)
	// Name is how the server names itself.
	Name string
	// LMTP has it speak LMTP (RFC 2033) to a mail server of the same house.
	LMTP bool
	// TLS offers STARTTLS; nil: it does not.
	TLS *tls.Config
	// Relays are networks of servers of our own.
	Relays []netip.Prefix
	// Silence is how long a peer may say nothing; 0: two minutes.
	Silence time.Duration
	// Log is slog.Default when nil.
	Log *slog.Logger
}

// Server takes mails that others hand over. A mail is answered with 250 after
// Receive has taken it, and not before.
type Server struct {
	ServerConfig
	smtp  *smtp.Server
	large chan struct{} // has a place for each large mail that is being read
}

// NewServer makes a server.
func NewServer(c ServerConfig) *Server {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Silence == 0 {
		c.Silence = silence
	}
	s := &Server{ServerConfig: c, large: make(chan struct{}, largeMails)}
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain, s.smtp.LMTP, s.smtp.TLSConfig = c.Name, c.LMTP, c.TLS
	s.smtp.MaxMessageBytes, s.smtp.MaxRecipients, s.smtp.EnableSMTPUTF8 = message.MaxSize-maxTrace, maxRecipients, true
	// a line of a mail itself may be as long as its sender likes
	s.smtp.MaxLineLength = message.MaxHead
	s.smtp.ErrorLog = slog.NewLogLogger(c.Log.Handler(), slog.LevelInfo)
	return s
}

// door is the name under which the desk knows it.
func (s *Server) door() string {
	if s.LMTP {
		return LMTP
	}
	return SMTP
}

// Serve takes mails on a listener until ctx ends. Mails that are being handed
// over then have some seconds left.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	held := listen(l, s.Silence, mostLines, mostOfPeer, s.Relays)
	ended := make(chan error, 1)
	go func() { ended <- s.smtp.Serve(held) }()
	select {
	case err := <-ended:
		return fmt.Errorf("take mails at %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	const patience = 10 * time.Second
	err := held.close()
	last, stop := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer stop()
	if late := s.smtp.Shutdown(last); late != nil && !errors.Is(late, net.ErrClosed) {
		// whoever is cut off hands the mail over again
		s.smtp.ErrorLog.Println("mails were cut off at the end")
		held.cut()
	}
	<-ended
	return err
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c, line: lineOf(c.Conn())}, nil
}

// session is one connection since it has named itself.
type session struct {
	server *Server
	conn   *smtp.Conn
	line   *line
	from   string
	to     []string
	size   int64 // that the sender has announced; 0: it did not
}

// Mail begins a mail.
func (s *session) Mail(from string, o *smtp.MailOptions) error {
	if s.line.of.ending() {
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Going down, try again later"}
	}
	s.line.busy.Store(true)
	s.from, s.to, s.size = from, nil, 0
	if o != nil {
		s.size = o.Size
	}
	return nil
}

// Rcpt adds a recipient, which has to be ours: this is no relay.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	ours, err := s.server.Ours(context.Background(), to)
	if err != nil {
		return s.server.answer(err)
	}
	if !ours {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such mailbox here"}
	}
	s.to = append(s.to, to)
	return nil
}

// Data takes the mail.
func (s *session) Data(r io.Reader) error {
	raw, done, err := s.read(r)
	if err != nil {
		return err
	}
	defer done()
	_, err = s.server.Receive(context.Background(), desk.Delivery{
		Mailbox: s.server.door(), From: s.from, To: s.to, Peer: s.line.peer, Hello: s.conn.Hostname(), Raw: raw,
	})
	return s.server.answer(err)
}

// answer is the table from refusals to answers of SMTP. What is not known to be
// the mail's fault is worth another try.
func (s *Server) answer(err error) error {
	switch code := support.CodeOf(err); {
	case err == nil:
		return nil
	case code == support.TooLarge:
		return smtp.ErrDataTooLarge
	case code == support.Busy:
		s.Log.Warn("a mail was not taken for now", "door", s.door(), "cause", err)
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "No room at the moment, try again later"}
	}
	s.Log.Error("a mail could not be taken", "door", s.door(), "cause", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Could not be stored, try again later"}
}

// read reads the mail behind the lines that the server who takes it last adds
// (RFC 5321, 4.4). A large one waits for its place, so that many of them do not
// take all the memory; done gives it back.
func (s *session) read(r io.Reader) (raw []byte, done func(), err error) {
	end := time.AfterFunc(wholeMail, func() { _ = s.line.Close() })
	defer end.Stop()
	var out bytes.Buffer
	out.WriteString(s.trace(time.Now()))
	out.Grow(int(min(max(s.size, 4<<10), smallMail)))
	n, err := io.CopyN(&out, r, smallMail)
	if err == io.EOF {
		return out.Bytes(), func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	s.server.large <- struct{}{}
	done = func() { <-s.server.large }
	if s.size > n && s.size <= message.MaxSize {
		out.Grow(int(s.size-n) + bytes.MinRead)
	}
	if _, err = out.ReadFrom(r); err != nil {
		done()
		return nil, nil, err
	}
	return out.Bytes(), done, nil
}

// trace is who the mail came from and how.
func (s *session) trace(at time.Time) string {
	by := "ESMTP"
	if s.server.LMTP {
		by = "LMTP"
	}
	if _, safe := s.conn.TLSConnectionState(); safe {
		by += "S"
	}
	peer := "local"
	if s.line.peer.IsValid() {
		peer = "[" + s.line.peer.String() + "]"
	}
	return fmt.Sprintf("Return-Path: <%s>\r\nReceived: from %s (%s)\r\n\tby %s with %s; %s\r\n", s.from, s.conn.Hostname(), peer, s.server.Name, by, at.Format(time.RFC1123Z))
}

// Reset forgets the mail that was begun.
func (s *session) Reset() {
	s.from, s.to, s.size = "", nil, 0
	s.line.busy.Store(false)
}

// Logout ends the session.
func (s *session) Logout() error { return nil }
