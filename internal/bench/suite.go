package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"madoguchi/internal/store/pgtest"
)

// bench is one run.
type bench struct {
	options
	tmp     string
	log     io.Writer
	tell    func(Figure) error
	figures []Figure
	cluster *pgtest.Server
	relay   *relay // where mails go
	pack    string // folder of the one with which servers are started

	// What is measured just now.
	engine   string
	requests int
	ceilings map[string]Figure
	keys     atomic.Int64
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.log, format+"\n", args...) }

// all measures every engine at every size.
func (b *bench) all(ctx context.Context) (err error) {
	if b.relay, err = openRelay(); err != nil {
		return err
	}
	if b.pack, err = writePack(filepath.Join(b.tmp, "pack")); err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, b.relay.close())
		if b.cluster != nil {
			err = errors.Join(err, b.cluster.Close())
		}
	}()
	for _, b.engine = range b.engines {
		if b.engine == postgresql {
			if !pgtest.Installed() {
				b.say("PostgreSQL is not installed: it is left out")
				continue
			}
			if err := b.startCluster(); err != nil {
				return err
			}
		}
		for _, b.requests = range b.sizes {
			b.say("measuring %s with %d requests", b.engine, b.requests)
			if err := b.size(ctx); err != nil {
				return fmt.Errorf("%s with %d requests: %w", b.engine, b.requests, err)
			}
		}
		if err := b.growth(); err != nil {
			return err
		}
		if err := b.instant(ctx); err != nil {
			return fmt.Errorf("targets of one instant: %w", err)
		}
	}
	return nil
}

// size is the suite over a database.
func (b *bench) size(ctx context.Context) (err error) {
	db, err := b.loaded(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.drop(db)) }()
	if err := b.disk(db); err != nil {
		return err
	}
	p, err := b.enter(ctx, db)
	if err != nil {
		return err
	}
	if err := b.raw(ctx, db); err != nil {
		return err
	}
	if err := b.token(ctx, db, p); err != nil {
		return err
	}
	s, err := b.serve(ctx, db)
	if err != nil {
		return err
	}
	err = b.suite(ctx, s, p)
	err = errors.Join(err, s.stop())
	if err == nil && (b.only == "" || b.only == "mail") && b.requests == b.sizes[len(b.sizes)-1] {
		err = b.heavyMails(ctx, db, p)
	}
	if err == nil && b.slow && b.engine == sqlite && b.requests == b.sizes[len(b.sizes)-1] {
		err = b.slowed(ctx, db, p)
	}
	return err
}

// suite asks a running server.
func (b *bench) suite(ctx context.Context, s *server, p people) error {
	ready := b.figure("start until ready", s.ready.Seconds()*1000, "ms")
	if err := b.add(ready.most(ready.Value, 500)); err != nil {
		return err
	}
	time.Sleep(b.rest)
	if err := b.memory(s, "memory after start", 60); err != nil {
		return err
	}
	w := &work{bench: b, s: s, people: p, used: b.usedBy(s)}
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{{"reads", w.reads}, {"lists", w.lists}, {"searches", w.searches}, {"pages", w.pages}, {"filings", w.filings}, {"comments", w.comments}, {"mail", w.mails}, {"grown", w.grown}} {
		if b.only != "" && b.only != step.name {
			continue
		}
		if err := step.run(ctx); err != nil {
			return err
		}
	}
	time.Sleep(6 * b.rest)
	return b.memory(s, "memory after the suite", 150)
}

// usedBy is the CPU of the server, and of the database where that is another one.
func (b *bench) usedBy(s *server) func() time.Duration {
	return func() time.Duration {
		sum := cpuOf(s.cmd.Process.Pid)
		if b.engine == postgresql {
			sum += treeCPU(b.cluster.PID())
		}
		return sum
	}
}

func (b *bench) memory(s *server, name string, bar float64) error {
	mb, err := resident(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	return b.add(b.figure(name, mb, "MB").most(mb, bar))
}

// disk is what a request takes, without mails.
func (b *bench) disk(db database) error {
	var size int64
	if db.url != "" {
		var err error
		if size, err = b.cluster.Size(filepath.Base(db.data)); err != nil {
			return err
		}
	} else {
		info, err := os.Stat(db.where())
		if err != nil {
			return err
		}
		size = info.Size()
	}
	f := b.figure("disk", float64(size)/1024/float64(b.requests), "KB/request")
	if b.requests == b.sizes[0] && b.requests >= 10_000 { // the long request and the empty tables weigh on few
		f = f.most(f.Value, 6)
	}
	return b.add(f)
}

// growth holds what calls cost in the largest database to what they cost in the
// smallest.
func (b *bench) growth() error {
	if len(b.sizes) < 2 {
		return nil
	}
	large, small := b.sizes[0], b.sizes[len(b.sizes)-1]
	b.requests = large
	for _, f := range b.figures {
		if f.Engine != b.engine || f.Requests != large || f.CPU == 0 || !strings.HasSuffix(f.Name, "at 1") {
			continue
		}
		before, ok := b.found(f.Name, b.engine, small)
		// A page costs what it shows: those that show as much are compared.
		if list := strings.HasPrefix(f.Name, "list"); !ok || before.CPU == 0 || list && (f.Rows == 0 || f.Rows != before.Rows) {
			continue
		}
		g := b.figure("growth of "+f.Name, f.CPU/before.CPU, "times")
		bar := 1.3
		if strings.HasPrefix(f.Name, "search ") {
			bar = 3
		}
		if err := b.add(g.most(g.Value, bar)); err != nil {
			return err
		}
	}
	return nil
}

func cores() float64 { return float64(runtime.NumCPU()) }

func at(name string, clients int) string { return name + " at " + strconv.Itoa(clients) }
