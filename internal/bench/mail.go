package main

import (
	"context"
	"errors"
	"fmt"
	"net/smtp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

const (
	mailClients  = 8
	mailbox      = "support@localhost" // the desk's own address
	inFront      = "mx.bench.example"  // the server that is believed what it notes of senders
	largestMail  = 25 << 20
	mailPatience = 5 * time.Minute
)

// mails measures what comes in by SMTP: on a mix of what support gets, one large
// mail, and two that are made to cost much (T18).
func (w *work) mails(ctx context.Context) error {
	read, err := reading(w.s.db)
	if err != nil {
		return err
	}
	defer read.Close()
	p := &postbag{work: w, read: read}
	defer p.close()
	if err := p.open(ctx, senders); err != nil {
		return fmt.Errorf("file by mail: %w", err)
	}
	return p.flood(ctx)
}

// flood hands mails over as fast as eight senders can, and waits until all are
// dealt with.
func (p *postbag) flood(ctx context.Context) error {
	last, err := p.last(ctx)
	if err != nil {
		return err
	}
	before, begun := p.used(), time.Now()
	s, err := drive(ctx, mailClients, p.each, p.used, p.next)
	if err != nil {
		return err
	}
	if err := p.settled(ctx, "inbox WHERE next_at IS NOT NULL"); err != nil {
		return err
	}
	took, cpu := time.Since(begun), p.used()-before
	if err := p.settled(ctx, "effect WHERE state = 'pending' AND not_before_at <= $1", time.Now().UnixMicro()); err != nil {
		return err
	}
	told := p.used() - before
	done := sample{n: s.n + warmUps, took: took, cpu: cpu}
	if err := p.asExpected(ctx, last, done.n); err != nil {
		return err
	}
	rows := p.ceilings["commit at 8"].Value
	taken := p.rated("mails taken at 8", s)
	taken.Unit, taken.CPU = "mails/s", 0 // of both, below
	taken = taken.under(rows).least(taken.Value, min(350, rows/4))
	dealt := p.rated("mails dealt with at 8", done)
	dealt.Unit = "mails/s"
	cpuBar, rate := 3.0, 200.0
	if p.engine == postgresql {
		cpuBar, rate = 7, 60 // as for what is written otherwise
	}
	dealt = dealt.under(rows).least(dealt.Value, rate).most(dealt.CPU, cpuBar)
	all := p.figure("CPU of a mail with all that is told of it", told.Seconds()*1000/float64(done.n), "ms")
	return errors.Join(p.add(taken), p.add(dealt), p.add(all))
}

// last is the newest mail.
func (p *postbag) last(ctx context.Context) (id int64, err error) {
	err = p.read.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) FROM inbox").Scan(&id)
	return id, err
}

// asExpected holds that mails became what they are: a desk that only turned them
// away would be fast.
func (p *postbag) asExpected(ctx context.Context, after int64, want int) error {
	rs, err := p.read.QueryContext(ctx, "SELECT state, class, why, COUNT(*) FROM inbox WHERE id > $1 GROUP BY state, class, why", after)
	if err != nil {
		return err
	}
	defer rs.Close()
	n, filed, odd := 0, 0, []string{}
	for rs.Next() {
		var (
			state, class, why string
			many              int
		)
		if err := rs.Scan(&state, &class, &why, &many); err != nil {
			return err
		}
		n += many
		if state == "filed" {
			filed += many
		} else {
			odd = append(odd, fmt.Sprintf("%d of %s are %s (%s)", many, class, state, why))
		}
	}
	if n != want || filed*100 < 99*n {
		return errors.Join(rs.Err(), fmt.Errorf("of %d mails %d were taken and %d filed: %s", want, n, filed, strings.Join(odd, ", ")))
	}
	return rs.Err()
}

// settled waits until no row is left of what is said.
func (p *postbag) settled(ctx context.Context, rows string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, mailPatience)
	defer cancel()
	return settled(ctx, p.read, 10*time.Millisecond, rows, args...)
}

// heavyMails measures what one mail may take, in a desk that was just started.
func (b *bench) heavyMails(ctx context.Context, db database, people people) (err error) {
	s, err := b.serve(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	read, err := reading(db)
	if err != nil {
		return err
	}
	defer read.Close()
	p := &postbag{work: &work{bench: b, s: s, people: people}, read: read}
	defer p.close()
	if err := p.open(ctx, 1); err != nil {
		return err
	}
	peak, _, err := p.weigh(ctx, p.large(largestMail))
	if err != nil {
		return err
	}
	f := b.figure("memory with a mail of 25 MB", peak, "MB")
	if err := b.add(f.most(peak, 150)); err != nil {
		return err
	}
	for name, mail := range map[string]string{"10,000 parts": manyParts(10_000), "depth 1,000": deep(1000)} {
		before, err := resident(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		peak, took, err := p.weigh(ctx, p.letter(0, "bomb", "", mail))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		f := b.figure("refusing "+name, took.Seconds(), "s")
		more := b.figure("memory for refusing "+name, max(peak-before, 0), "MB")
		if err := errors.Join(b.add(f.most(f.Value, 2)), b.add(more.most(more.Value, 64)), p.refused(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// weigh hands one mail over and gives the most memory that the process had until it
// was dealt with, in MB, and how long that took.
func (p *postbag) weigh(ctx context.Context, mail letter) (peak float64, took time.Duration, err error) {
	pid := p.s.cmd.Process.Pid
	const forgetPeak = "5" // proc(5), clear_refs
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte(forgetPeak), 0); err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	if err := p.hand(0, mail); err != nil {
		return 0, 0, err
	}
	if err := p.settled(ctx, "inbox WHERE next_at IS NOT NULL"); err != nil {
		return 0, 0, err
	}
	took = time.Since(begun)
	peak, err = memoryOf(pid, "VmHWM:")
	return peak, took, err
}

// refused holds that the last mail waits for a person, unread.
func (p *postbag) refused(ctx context.Context) error {
	var state, why string
	if err := p.read.QueryRowContext(ctx, "SELECT state, why FROM inbox ORDER BY id DESC LIMIT 1").Scan(&state, &why); err != nil {
		return err
	}
	if state != "quarantined" || !strings.HasPrefix(why, "too_") {
		return fmt.Errorf("a mail that is to be refused is %s (%s)", state, why)
	}
	return nil
}

// hand gives a mail over, on the connection of a client.
func (p *postbag) hand(client int, m letter) error {
	c := p.lines[client]
	if c == nil {
		var err error
		if c, err = smtp.Dial(p.s.smtp); err != nil {
			return err
		}
		p.lines[client] = c
		if err := c.Hello(inFront); err != nil {
			return err
		}
	}
	// As servers do, it says beforehand how large the mail is (RFC 1870).
	begin, err := c.Text.Cmd("MAIL FROM:<%s> SIZE=%d", m.from, len(m.raw))
	if err == nil {
		c.Text.StartResponse(begin)
		_, _, err = c.Text.ReadResponse(250)
		c.Text.EndResponse(begin)
	}
	if err == nil {
		err = c.Rcpt(m.to)
	}
	if err != nil {
		return err
	}
	out, err := c.Data()
	if err != nil {
		return err
	}
	_, err = out.Write(m.raw)
	return errors.Join(err, out.Close())
}

func (p *postbag) close() {
	for _, c := range p.lines {
		if c != nil {
			_ = c.Quit()
		}
	}
}

// account is the host of an account of the load.
func account(i int) string { return fmt.Sprintf("a%04d.example", i) }

// writePack writes the pack of the load with one difference: the offerings that it has take new
// requests by mail.
func writePack(dir string) (string, error) {
	p, err := policy.Shipped("classic-2010")
	if err != nil {
		return "", err
	}
	p.Version++
	for _, key := range []string{"production", "basic"} { // those that the load has
		o := p.Offerings[key]
		o.Channels.In = append(slices.Clone(o.Channels.In), string(support.Mail))
		p.Offerings[key] = o
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "pack.yaml"), p.Source(), 0o600)
}
