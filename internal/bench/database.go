package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/demo"
	"madoguchi/internal/desk"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

const (
	sqlite     = "sqlite"
	postgresql = "postgresql"
	fileName   = "desk.db"
)

// database is a copy to work on: a file in data, or a URL beside it.
type database struct {
	data, url string
}

func (d database) where() string {
	if d.url != "" {
		return d.url
	}
	return filepath.Join(d.data, fileName)
}

// fresh is an empty place for a database.
func (b *bench) fresh(name string) (database, error) {
	d := database{data: filepath.Join(b.tmp, name)}
	if err := os.MkdirAll(d.data, 0o755); err != nil || b.engine == sqlite {
		return d, err
	}
	var err error
	d.url, err = b.cluster.Create(name, "")
	return d, err
}

// loaded gives a copy of the database with the load, which is made once and kept.
func (b *bench) loaded(ctx context.Context) (database, error) {
	key := fmt.Sprintf("load_%s_%d", demo.LoadVersion(), b.requests)
	if b.engine == postgresql {
		return b.loadedPostgres(ctx, key)
	}
	kept := filepath.Join(b.cache, key+".db")
	if _, err := os.Stat(kept); err != nil {
		made, err := b.fresh("making")
		if err != nil {
			return database{}, err
		}
		if err := b.fill(ctx, made.where()); err != nil {
			return database{}, err
		}
		// Under its name it is whole: a load that was broken off has another one.
		if err := errors.Join(copyFile(made.where(), kept+".part"), os.Rename(kept+".part", kept), os.RemoveAll(made.data)); err != nil {
			return database{}, err
		}
	}
	d, err := b.fresh("work")
	if err != nil {
		return d, err
	}
	return d, copyFile(kept, d.where())
}

func (b *bench) loadedPostgres(ctx context.Context, key string) (database, error) {
	has, err := b.cluster.Has(key)
	if err != nil {
		return database{}, err
	}
	if !has {
		url, err := b.cluster.Create(key+"_part", "")
		if err == nil {
			err = b.fill(ctx, url)
		}
		if err == nil {
			err = b.cluster.Execute("ALTER DATABASE " + key + "_part RENAME TO " + key)
		}
		if err != nil {
			return database{}, err
		}
	}
	d := database{data: filepath.Join(b.tmp, "work")}
	if err := os.MkdirAll(d.data, 0o755); err != nil {
		return d, err
	}
	d.url, err = b.cluster.Create("work", key)
	return d, err
}

// drop removes a database to work on.
func (b *bench) drop(d database) error {
	err := os.RemoveAll(d.data)
	if d.url != "" {
		err = errors.Join(err, b.cluster.Drop(filepath.Base(d.data)))
	}
	return err
}

func (b *bench) fill(ctx context.Context, where string) error {
	begun := time.Now()
	b.say("loading %d requests into %s, once", b.requests, b.engine)
	_, err := b.inside(ctx, where, func(s *store.Store, d *desk.Desk) error {
		_, err := demo.Load{Requests: b.requests, Long: min(5000, b.requests)}.Fill(ctx, s, d)
		return err
	})
	if err == nil && b.engine == postgresql {
		err = vacuum(ctx, where)
	}
	b.say("loaded in %s", time.Since(begun).Round(time.Second))
	return err
}

// vacuum does now what the server does by itself some time after a load: it would
// do so in each copy, while that is measured.
func vacuum(ctx context.Context, where string) error {
	db, err := sql.Open("pgx", where)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM (ANALYZE)")
	return errors.Join(err, db.Close())
}

// inside opens a desk over a database that no process has, as the program's own
// tools do.
func (b *bench) inside(ctx context.Context, where string, fn func(s *store.Store, d *desk.Desk) error) (took time.Duration, err error) {
	s, err := store.Open(ctx, where)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return 0, err
	}
	pack, err := policy.Shipped("classic-2010")
	if err != nil {
		return 0, err
	}
	packs, err := desk.NewPacks(pack)
	if err != nil {
		return 0, err
	}
	d, err := desk.New(desk.Config{Store: s, Packs: packs, Now: time.Now, Out: desk.Files{Dir: filepath.Join(b.tmp, "outbox")}, Sender: "support@localhost"})
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	err = fn(s, d)
	return time.Since(begun), err
}

// people are in whose names the desk is called.
type people struct {
	customers []string // tokens, each of another account
	engineer  string
	session   string // the engineer's, of a browser
	short     string // SR number of a request with 3 messages and 8 facts
	longest   string // of the one with 5,000 messages
}

// enter gives people tokens and finds what is to be read.
func (b *bench) enter(ctx context.Context, db database) (people, error) {
	var p people
	_, err := b.inside(ctx, db.where(), func(s *store.Store, d *desk.Desk) error {
		all := []support.Actor{}
		err := s.Update(ctx, func(tx *store.Tx) error {
			all = all[:0]
			for i := range 64 {
				c, err := tx.ContactByEmail(fmt.Sprintf("admin@a%04d.example", i))
				if err != nil {
					return err
				}
				all = append(all, support.Actor{Kind: support.Customer, ID: c.ID})
			}
			return nil
		})
		if err != nil {
			return err
		}
		staff, err := s.AllStaff(ctx)
		if err != nil {
			return err
		}
		// Pages reach somebody: nothing is tried again while the desk is measured.
		if err := d.AddStaff(ctx, support.Actor{Kind: support.System}, &support.Staff{
			FamilyName: "Duty", Email: "duty@desk.example", Language: "en", Languages: []string{"en"},
			Roles: []support.Role{support.RoleAdmin, support.RoleDuty}, Duty: string(support.ToOnCall), Site: "tokyo", Zone: "Asia/Tokyo", Active: true,
		}); err != nil {
			return err
		}
		token := func(a support.Actor, scopes ...string) (string, error) {
			return d.AddToken(ctx, support.Actor{Kind: support.System}, &store.Token{Name: "bench", Actor: a, Scopes: scopes})
		}
		if p.engineer, err = token(support.Actor{Kind: support.Vendor, ID: staff[0].ID}, "read", "write", "staff"); err != nil {
			return err
		}
		if p.session, err = auth.Begin(ctx, s, store.Session{Actor: support.Actor{Kind: support.Vendor, ID: staff[0].ID}, Proof: string(auth.TwoFactors)}, "", time.Now()); err != nil {
			return err
		}
		for _, a := range all {
			secret, err := token(a, "read", "write")
			if err != nil {
				return err
			}
			p.customers = append(p.customers, secret)
		}
		return b.look(ctx, s, &p)
	})
	return p, err
}

// look finds requests of the shapes that are read.
func (b *bench) look(ctx context.Context, s *store.Store, p *people) error {
	system := store.Viewer{Actor: support.Actor{Kind: support.System}}
	p.longest = support.SpokenNumber(support.FirstID + int64(b.requests/2))
	for id := int64(support.FirstID); id < support.FirstID+int64(b.requests); id++ {
		facts, err := s.Facts(ctx, system, id)
		if err != nil {
			return err
		}
		messages := 0
		for _, f := range facts {
			switch f.Body.(type) {
			case support.Filed, support.Commented, support.Completed:
				messages++
			}
		}
		if messages == 3 && len(facts) >= 8 && len(facts) <= 12 {
			p.short = support.SpokenNumber(id)
			return nil
		}
	}
	p.short = support.SpokenNumber(support.FirstID) // those that become due have a message each
	return nil
}

// copyFile copies what is there; the system shares the blocks where it can.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// startCluster starts PostgreSQL over the folder that keeps its databases; nil
// where it is not installed.
func (b *bench) startCluster() error {
	if b.cluster != nil {
		return nil
	}
	var err error
	b.cluster, err = pgtest.Start(filepath.Join(b.cache, "postgresql"))
	return err
}
