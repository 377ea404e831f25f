package torture

import (
	"database/sql"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/client"
)

const byPostfix, byDovecot = 32, 12 // mails of the test

// The whole way with real servers, set up as the manual says (T11, T17, walk 1):
// swaks plays a customer who writes through Postfix, which hands over by SMTP and
// then by LMTP, and into a mailbox of Dovecot, which is polled; what the desk sends
// leaves through Postfix into a Maildir. Each server is restarted in the middle, and
// the desk is killed twice. Nothing is lost, and what was under way in the instant of a
// kill comes again as what it is: a mail that came in as a copy, one that left under its id
// and with one more attempt.
func TestMailServers(t *testing.T) {
	t.Parallel()
	needsMail(t)
	p := newPlace(t, t.TempDir(), "")
	smtp, lmtp := port(t), port(t)
	postfix, byLMTP := newPostfix(t, smtp, lmtp)
	dovecot, imaps, cert := newDovecot(t, "support@desk.example", "secret")
	p.env = []string{"MADOGUCHI_SMTP=127.0.0.1:" + smtp, "MADOGUCHI_LMTP=127.0.0.1:" + lmtp, "MADOGUCHI_AUTHSERV_ID=mx.desk.example",
		"MADOGUCHI_SMARTHOST=127.0.0.1:" + postfix.port, "MADOGUCHI_SMARTHOST_ENCRYPTION=none", "SSL_CERT_FILE=" + cert, "GOMEMLIMIT=1GiB"}
	n := p.start()
	desk := func(who string) *client.Client { return &client.Client{BaseURL: n.url, Token: p.tokens[who]} }
	box, err := desk("ishikawa").AddMailbox(t.Context(), client.NewMailbox{Name: "support", Address: "support@desk.example", Host: "localhost:" + imaps,
		User: "support@desk.example", Password: "secret", Server: "mx.desk.example"})
	must(t, err)
	if test, err := desk("ishikawa").TestMailbox(t.Context(), box.ID); err != nil || test.Failure != "" {
		t.Fatalf("the mailbox does not work: %+v, %v\n%s", test, err, dovecot.log())
	}

	s := &swaks{t: t, sent: map[string]bool{}}
	turned, done := s.begin(postfix.port, dovecot.port)
	sent := func(part int64) {
		t.Helper()
		look(t, "progress of swaks", func() bool { return s.n.Load() >= part*(byPostfix+byDovecot)/6 })
	}
	var numbers []string
	file := func() {
		t.Helper()
		res, err := desk("tanaka").File(t.Context(), client.File{Kind: "sr", Title: "Slow since Monday", Text: "It is slow.", Channel: "portal", Product: "vsphere",
			Version: "4.0", Severity: 3, Criteria: []string{"usable"}})
		must(t, err)
		numbers = append(numbers, res.Request.Number)
	}
	again := func() {
		t.Helper()
		n.kill()
		p.mailLeasesEnd()
		n = p.start()
	}
	file()
	sent(1)
	again()
	file()
	sent(2)
	postfix.do("stop")
	byLMTP() // a Postfix that runs would read a half of it
	file()
	postfix.up()
	close(turned)
	sent(3)
	dovecot.do("stop")
	dovecot.up()
	file()
	sent(4)
	again()
	<-done
	file()
	// A mail of which its queue manager saw the delivery still going on when it looked
	// for what is to be tried again is put off for minutes, whatever main.cf says.
	postfix.do("flush")
	p.arrived(s.sent, dovecot, postfix)
	p.left(numbers, postfix)
	n.stop()
	p.check()
}

// swaks is a customer who writes until each mail is taken.
type swaks struct {
	t    *testing.T
	n    atomic.Int64
	mu   sync.Mutex
	sent map[string]bool // subjects that somebody has taken
}

// begin sends to a Postfix, of which a half comes by LMTP once that is turned, and to a
// Dovecot at the same time, until all is done.
func (s *swaks) begin(postfix, dovecot string) (turned chan<- struct{}, done <-chan struct{}) {
	turn, end := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(end)
		var all sync.WaitGroup
		all.Go(func() {
			s.send("postfix", byPostfix/2, "--server", "127.0.0.1:"+postfix)
			<-turn // the rest comes by LMTP, however slow the machine was until here
			s.send("postfix-lmtp", byPostfix/2, "--server", "127.0.0.1:"+postfix)
		})
		all.Go(func() { s.send("dovecot", byDovecot, "--protocol", "LMTP", "--server", "127.0.0.1:"+dovecot) })
		all.Wait()
	}()
	return turn, end
}

func (s *swaks) send(name string, n int, where ...string) {
	for i := range n {
		subject := fmt.Sprintf("mark-%s-%d", name, i)
		args := append([]string{"--from", "tanaka@hokuto.example", "--to", "support@desk.example", "--header", "Subject: " + subject,
			"--header", "Message-Id: <" + subject + "@hokuto.example>", "--body", "It is slow. " + subject, "--helo", "hokuto.example", "--timeout", "20s"}, where...)
		if name == "dovecot" {
			args = append(args, "--add-header", "Authentication-Results: mx.desk.example; dmarc=pass header.from=hokuto.example")
		}
		for s.t.Context().Err() == nil {
			if exec.CommandContext(s.t.Context(), "swaks", args...).Run() == nil {
				break
			}
			wait(s.t, 200*time.Millisecond)
		}
		s.mu.Lock()
		s.sent[subject] = true
		s.mu.Unlock()
		s.n.Add(1)
	}
}

// mailLeasesEnd lets the leases of what was killed end, which takes minutes
// otherwise.
func (p *place) mailLeasesEnd() {
	p.t.Helper()
	db := p.open()
	defer db.Close()
	for _, text := range []string{"DELETE FROM throttle", "UPDATE mailbox SET leased_until = 0, next_try_at = 0", "UPDATE effect SET next_try_at = 0, lease = '' WHERE lease <> ''",
		"UPDATE inbox SET next_at = 0, lease = '' WHERE next_at IS NOT NULL"} {
		if _, err := db.ExecContext(p.t.Context(), text); err != nil {
			p.t.Fatalf("%s: %v", text, err)
		}
	}
}

// mail is one as the desk has it.
type mail struct {
	subject, mailbox, state string
	same                    bool // as one that it has
}

func (p *place) inbox() []mail {
	p.t.Helper()
	var out []mail
	p.rows("SELECT i.mailbox, i.state, i.same_as IS NOT NULL, r.raw FROM inbox i JOIN inbox_raw r ON r.inbox_id = i.id", func(rows *sql.Rows) error {
		var m mail
		var raw []byte
		err := rows.Scan(&m.mailbox, &m.state, &m.same, &raw)
		_, rest, _ := strings.Cut(string(raw), "\nSubject: ")
		m.subject, _, _ = strings.Cut(rest, "\r\n")
		out = append(out, m)
		return err
	})
	return out
}

// arrived wants each mail that was taken to be with the desk, and the mailbox
// to be empty.
func (p *place) arrived(sent map[string]bool, dovecot, postfix *server) {
	p.t.Helper()
	p.want("mail in the inbox", postfix, func() bool {
		had := map[string]bool{}
		for _, m := range p.inbox() {
			had[m.subject] = true
		}
		for subject := range sent {
			if !had[subject] {
				return false
			}
		}
		return true
	})
	p.settled()
	had, ways, again := map[string]int{}, map[string]int{}, 0
	for _, m := range p.inbox() {
		ways[m.mailbox]++
		if m.same {
			again++
		} else {
			had[m.subject]++
		}
		if !sent[m.subject] && strings.HasPrefix(m.subject, "mark-") {
			p.t.Errorf("%q was sent by nobody", m.subject)
		}
	}
	for subject := range sent {
		if had[subject] != 1 {
			p.t.Errorf("%q is there %d times that are no copies", subject, had[subject])
		}
	}
	for _, way := range []string{"smtp", "lmtp", "support"} {
		if ways[way] == 0 {
			p.t.Errorf("nothing came by %s: %v", way, ways)
		}
	}
	home := filepath.Join(dovecot.dir, "home", "Maildir")
	p.want("mail moved in the mailbox", dovecot, func() bool {
		return len(maildir(p.t, home)) == 0 && len(maildir(p.t, filepath.Join(home, ".Madoguchi"))) == byDovecot
	})
	p.t.Logf("%d mails were sent, %v came, %d of them as copies", len(sent), ways, again)
}

func (p *place) want(what string, s *server, so func() bool) {
	p.t.Helper()
	defer func() {
		if p.t.Failed() {
			p.t.Log(s.log())
			p.t.Logf("%+v", p.inbox())
		}
	}()
	look(p.t, what, so)
}

// left wants a mail about each request in the Maildir. One that Postfix took in the
// instant of a kill may be there again, under its Message-ID, once for each attempt.
func (p *place) left(numbers []string, postfix *server) {
	p.t.Helper()
	ids := map[string]int{}
	look(p.t, "mail about each request", func() bool {
		clear(ids)
		about := map[string]bool{}
		for _, m := range maildir(p.t, filepath.Join(postfix.dir, "home", "all")) {
			head, _, _ := strings.Cut(m, "\n\n")
			for _, n := range numbers {
				about[n] = about[n] || strings.Contains(head, n)
			}
			_, rest, _ := strings.Cut(head, "\nMessage-ID: ")
			id, _, _ := strings.Cut(rest, "\n")
			ids[id]++
		}
		for _, n := range numbers {
			if !about[n] {
				return false
			}
		}
		return true
	})
	tried := p.attempts()
	for id, n := range ids {
		key, _, _ := strings.Cut(strings.Trim(id, "<>"), "@")
		most, ok := tried[key]
		if !ok { // of several readers each has an id of their own
			most = tried[key[:max(0, strings.LastIndexByte(key, '.'))]]
		}
		if n > max(1, most) {
			p.t.Errorf("%s is there %d times after %d attempts", id, n, most)
		}
	}
}

// attempts are those of each mail that left: a kill in the instant of its end leaves it
// without an answer, and it is handed over once more.
func (p *place) attempts() map[string]int {
	p.t.Helper()
	out := map[string]int{}
	p.rows("SELECT key, attempts FROM effect", func(rows *sql.Rows) error {
		var key string
		var n int
		err := rows.Scan(&key, &n)
		out[key] = n
		return err
	})
	return out
}
