package torture

import (
	"database/sql"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"madoguchi/client"
)

// writers send mails until each is taken, as servers do: what was not answered is handed
// over again, the same bytes. What was answered with 250 stands in a file that is
// durable before the next mail.
type writers struct {
	t       *testing.T
	address string
	log     *os.File
	mu      sync.Mutex
	taken   map[string]bool
	again   atomic.Int64 // mails that were handed over more than once
}

// senders are customers who may write to the request of the test.
var senders = []string{"tanaka@hokuto.example", "takahashi@hokuto.example"}

func (w *writers) send(from, number, mark string) {
	body := fmt.Sprintf("Authentication-Results: mx.desk.example; dmarc=pass header.from=hokuto.example\r\nFrom: <%s>\r\nTo: <support@desk.example>\r\n"+
		"Subject: [SR %s] %s\r\nMessage-ID: <%s@hokuto.example>\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nIt is slow. %s\r\n",
		from, number, mark, mark, time.Now().Format(time.RFC1123Z), mark)
	for tries := 0; w.t.Context().Err() == nil; tries++ {
		if w.once(from, body) == nil {
			if tries > 0 {
				w.again.Add(1)
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			_, err := fmt.Fprintln(w.log, mark)
			if err == nil {
				err = w.log.Sync()
			}
			if err != nil {
				w.t.Error(err)
			}
			w.taken[mark] = true
			return
		}
		wait(w.t, 20*time.Millisecond)
	}
}

func (w *writers) once(from, body string) error {
	c, err := smtp.Dial(w.address)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Hello("hokuto.example"); err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt("support@desk.example"); err != nil {
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := data.Write([]byte(body)); err != nil {
		return err
	}
	return data.Close() // with the answer
}

// The program is killed again and again while mails are handed over by SMTP and put on
// their request. Each that was answered with 250 is there, one time or with copies that
// are marked as such, nothing is left undone, and each is one comment (T11, walk 1).
func TestKillWhileMailsComeIn(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, p *place) {
		rng := seeded(t)
		at := port(t)
		p.env = []string{"MADOGUCHI_SMTP=127.0.0.1:" + at, "MADOGUCHI_AUTHSERV_ID=mx.desk.example"}
		n := p.start()
		res, err := (&client.Client{BaseURL: n.url, Token: p.tokens["tanaka"]}).File(t.Context(), client.File{Kind: "sr", Title: "Slow since Monday", Text: "It is slow.",
			Channel: "portal", Product: "vsphere", Version: "4.0", Severity: 3, Criteria: []string{"usable"}})
		must(t, err)
		log, err := os.Create(filepath.Join(t.TempDir(), "taken"))
		must(t, err)
		defer log.Close()
		w := &writers{t: t, address: "127.0.0.1:" + at, log: log, taken: map[string]bool{}}
		const each, lines = 4, 2 // mails of one line in a round; one address may write 20 in an hour
		rounds := pick(p.either(6, 3), 100)
		for round := range rounds {
			var all sync.WaitGroup
			for _, from := range senders {
				for line := range lines {
					who, _, _ := strings.Cut(from, "@")
					all.Go(func() {
						for i := range each {
							w.send(from, res.Request.Number, fmt.Sprintf("mark-%s-%d-%d-%d~", who, line, round, i))
						}
					})
				}
			}
			wait(t, time.Duration(rng.Int64N(int64(150*time.Millisecond))))
			n.kill()
			p.mailLeasesEnd()
			n = p.start()
			all.Wait()
			p.settled()
		}
		p.cameOnce(log.Name(), w, rounds*each*lines*len(senders))
		n.stop()
		p.check()
		t.Logf("%d kills, %d mails, %d of them handed over again", rounds, len(w.taken), w.again.Load())
	})
}

// open is the database of a place.
func (p *place) open() *sql.DB {
	p.t.Helper()
	driver := "sqlite"
	if p.url != "" {
		driver = "pgx"
	}
	db, err := sql.Open(driver, p.where())
	must(p.t, err)
	return db
}

// rows gives each row of a query.
func (p *place) rows(query string, row func(*sql.Rows) error) {
	p.t.Helper()
	db := p.open()
	defer db.Close()
	rows, err := db.QueryContext(p.t.Context(), query)
	must(p.t, err)
	defer rows.Close()
	for rows.Next() {
		must(p.t, row(rows))
	}
	must(p.t, rows.Err())
}

// settled waits until nothing of what came in is left to do.
func (p *place) settled() {
	p.t.Helper()
	db := p.open()
	defer db.Close()
	look(p.t, "end of the mails that came in", func() bool {
		var left int
		err := db.QueryRowContext(p.t.Context(), "SELECT COUNT(*) FROM inbox WHERE state = 'new'").Scan(&left)
		return err == nil && left == 0
	})
}

// cameOnce compares what was taken, as the file says, with what is there.
func (p *place) cameOnce(file string, w *writers, want int) {
	p.t.Helper()
	durable, err := os.ReadFile(file)
	must(p.t, err)
	taken := strings.Fields(string(durable))
	if len(taken) != want {
		p.t.Errorf("%d mails were taken, want %d", len(taken), want)
	}
	rows, filed := map[string]int{}, map[string]int{}
	for _, m := range p.inbox() {
		mark := anyMailMark.FindString(m.subject)
		if !m.same {
			rows[mark]++
			if m.state == "filed" {
				filed[mark]++
			}
		}
	}
	said := p.comments()
	for _, mark := range taken {
		if rows[mark] != 1 || filed[mark] != 1 || said[mark] != 1 {
			p.t.Errorf("%s: %d mails that are no copies, %d of them on the request, %d comments", mark, rows[mark], filed[mark], said[mark])
		}
		delete(said, mark)
	}
	if len(said) > 0 {
		p.t.Errorf("comments that nobody wrote: %v", said)
	}
}

// comments counts the comments that hold each mark.
func (p *place) comments() map[string]int {
	p.t.Helper()
	out := map[string]int{}
	p.rows("SELECT text FROM content WHERE text LIKE '%mark-%'", func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		out[anyMailMark.FindString(text)]++
		return err
	})
	return out
}
