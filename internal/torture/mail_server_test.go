package torture

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// needsMail ends a test that this machine cannot run.
func needsMail(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"postfix", "dovecot", "swaks"} {
		if _, err := exec.LookPath(tool); err != nil || os.Getuid() != 0 {
			what := "mails go through real servers, which are not here or want root (Debian: apt-get install postfix dovecot-imapd dovecot-lmtpd swaks): " + tool
			if os.Getenv("MADOGUCHI_TEST_MAIL") != "" {
				t.Fatal(what)
			}
			unable(t, what)
		}
	}
}

// written is the fenced text of docs/operating.md that has a word in it.
func written(t *testing.T, word string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/operating.md")
	must(t, err)
	_, section, _ := strings.Cut(string(page), "\n## Mails that come in\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, b := range regexp.MustCompile("(?s)\n```\n(.*?)\n```").FindAllStringSubmatch(section, -1) {
		if strings.Contains(b[1], word) {
			return b[1] + "\n"
		}
	}
	t.Fatalf("docs/operating.md has no block with %q", word)
	return ""
}

// portsGiven counts those that tests of this process were given.
var portsGiven atomic.Int32

// port is one of this machine that is free, and stays so while a server is down that
// comes back to it: it is none of those that connections are given.
func port(t *testing.T) string {
	t.Helper()
	for range 1000 {
		n := 20000 + (os.Getpid()+int(portsGiven.Add(1)))%12000
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", n)); err == nil {
			_ = l.Close()
			return fmt.Sprint(n)
		}
	}
	t.Fatal("no port is free")
	return ""
}

// openFolder is one that servers without rights can go through.
func openFolder(t *testing.T, owner string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "mail")
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	must(t, os.Chmod(dir, 0o755))
	for _, sub := range []string{"home", "data"} {
		must(t, os.Mkdir(filepath.Join(dir, sub), 0o755))
		out, err := exec.Command("chown", owner, filepath.Join(dir, sub)).CombinedOutput()
		if err != nil {
			t.Fatalf("chown: %v\n%s", err, out)
		}
	}
	return dir
}

// server is a mail server of the test's own.
type server struct {
	t    *testing.T
	dir  string
	port string
	run  func(word string) *exec.Cmd // start, stop
}

func (s *server) do(word string) {
	s.t.Helper()
	cmd := s.run(word)
	said, err := os.Create(filepath.Join(s.dir, "said")) // a pipe would stay open as long as the server runs
	must(s.t, err)
	defer said.Close()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Run(); err != nil {
		out, _ := os.ReadFile(said.Name())
		s.t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
}

// up starts it and waits until it listens.
func (s *server) up() {
	s.t.Helper()
	s.do("start")
	look(s.t, "server at "+s.port, func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:"+s.port, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (s *server) log() string {
	b, _ := os.ReadFile(filepath.Join(s.dir, "log"))
	return string(b)
}

const (
	// postfixPlace is where this Postfix lives, and that it does not wait long.
	postfixPlace = `
compatibility_level = 3.6
myhostname = mx.desk.example
mydestination =
alias_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = DIR/queue
data_directory = DIR/data
maillog_file_prefixes = DIR
maillog_file = DIR/log
virtual_mailbox_domains = hokuto.example, kranich.example, portland.example
virtual_mailbox_base = DIR/home
virtual_mailbox_limit = 0
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtpd_sender_restrictions = check_sender_access inline:{ { tanaka@hokuto.example = PREPEND Authentication-Results: mx.desk.example; dmarc=pass header.from=hokuto.example } }
`
	postfixServices = `127.0.0.1:PORT inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
showq unix n - n - - showq
`
	// dovecotPlace is where this Dovecot lives, and as whom.
	dovecotPlace = `
base_dir = DIR/run
state_dir = DIR/data
log_path = DIR/log
listen = 127.0.0.1
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
first_valid_uid = 1
service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = IMAPS
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = PORT
  }
}
`
)

// newPostfix is one with the set-up of the manual. It hands over by SMTP at first.
func newPostfix(t *testing.T, smtp, lmtp string) (s *server, byLMTP func()) {
	t.Helper()
	s = &server{t: t, dir: openFolder(t, "postfix"), port: port(t)}
	must(t, os.Mkdir(filepath.Join(s.dir, "queue"), 0o755))
	out, err := exec.Command("chown", "nobody:nogroup", filepath.Join(s.dir, "home")).CombinedOutput()
	if err != nil {
		t.Fatalf("chown: %v\n%s", err, out)
	}
	ours := written(t, "relay_domains = ") + strings.ReplaceAll(postfixPlace, "DIR", s.dir)
	set := func(text string) {
		text = strings.NewReplacer("127.0.0.1]:2525", "127.0.0.1]:"+smtp, "127.0.0.1:2424", "127.0.0.1:"+lmtp).Replace(text)
		must(t, os.WriteFile(filepath.Join(s.dir, "main.cf"), []byte(text), 0o644))
	}
	set(ours)
	must(t, os.WriteFile(filepath.Join(s.dir, "master.cf"), []byte(strings.ReplaceAll(postfixServices, "PORT", s.port)), 0o644))
	s.run = func(word string) *exec.Cmd { return exec.Command("postfix", "-c", s.dir, word) }
	s.up()
	t.Cleanup(func() { s.do("stop") })
	return s, func() {
		set(regexp.MustCompile("(?m)^transport_maps.*\n").ReplaceAllString(ours, written(t, "=lmtp:")))
	}
}

// newDovecot is one with the set-up of the manual and one mailbox. It takes mails by
// LMTP at its port.
func newDovecot(t *testing.T, user, password string) (s *server, imaps, cert string) {
	t.Helper()
	s = &server{t: t, dir: openFolder(t, "nobody:nogroup"), port: port(t)}
	imaps, cert = port(t), filepath.Join(s.dir, "cert.pem")
	out, err := exec.Command("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
		"-addext", "subjectAltName=DNS:localhost", "-keyout", filepath.Join(s.dir, "key.pem"), "-out", cert).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl: %v\n%s", err, out)
	}
	text := strings.ReplaceAll(written(t, "driver = passwd-file"), "/etc/dovecot/", s.dir+"/") +
		strings.NewReplacer("DIR", s.dir, "IMAPS", imaps, "PORT", s.port).Replace(dovecotPlace)
	must(t, os.WriteFile(filepath.Join(s.dir, "dovecot.conf"), []byte(text), 0o644))
	must(t, os.WriteFile(filepath.Join(s.dir, "users"), fmt.Appendf(nil, "%s:{PLAIN}%s:65534:65534::%s/home::\n", user, password, s.dir), 0o644))
	s.run = func(word string) *exec.Cmd {
		if word == "start" {
			return exec.Command("dovecot", "-c", filepath.Join(s.dir, "dovecot.conf"))
		}
		return exec.Command("dovecot", "-c", filepath.Join(s.dir, "dovecot.conf"), word)
	}
	s.up()
	t.Cleanup(func() { s.do("stop") })
	return s, imaps, cert
}

// maildir are the mails in a folder, read or not.
func maildir(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, sub := range []string{"new", "cur"} {
		list, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		for _, e := range list {
			b, err := os.ReadFile(filepath.Join(dir, sub, e.Name()))
			if err == nil {
				out = append(out, string(b))
			}
		}
	}
	return out
}
