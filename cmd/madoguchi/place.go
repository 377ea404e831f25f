package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"

	"madoguchi/internal/store"
)

// place is where a desk keeps what it knows.
type place struct {
	Data     string `help:"Folder of the database, and of mails without a smarthost." default:"data/desk" env:"MADOGUCHI_DATA" type:"path"`
	Database string `help:"URL of a PostgreSQL database: postgres://USER@HOST/NAME. It may hold a password and is better given by its environment variable. Without it the database is a file in the data folder." env:"MADOGUCHI_DATABASE" placeholder:"URL"`
	Files    string `help:"Folder of the files that people send; without it \"files\" in the data folder. Nodes of one database share it." env:"MADOGUCHI_FILES" type:"path" placeholder:"FOLDER"`
}

// files is the folder of files.
func (p place) files() string {
	if p.Files != "" {
		return p.Files
	}
	return filepath.Join(p.Data, "files")
}

// reach is where a desk posts to beside the public internet.
type reach struct {
	WebhookNetworks []netip.Prefix `help:"Networks that webhooks reach although they are private or reserved, such as 10.1.0.0/16; listed with commas. Without it there are none." env:"MADOGUCHI_WEBHOOK_NETWORKS" placeholder:"NETWORK"`
	WebhookProxy    string         `help:"URL of the proxy by which webhooks are posted, such as http://proxy.example:3128. It resolves their names, and has to keep them from private addresses. Without it they are posted directly." env:"MADOGUCHI_WEBHOOK_PROXY" placeholder:"URL"`
}

// proxy is the URL of the proxy of webhooks; nil: there is none.
func (r reach) proxy() (*url.URL, error) {
	if r.WebhookProxy == "" {
		return nil, nil
	}
	u, err := url.Parse(r.WebhookProxy)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		// What was given may hold a password.
		return nil, mistake{"--webhook-proxy is no URL of a proxy: write one such as http://proxy.example:3128"}
	}
	return u, nil
}

const databaseName = "desk.db"

// where is what [store.Open] opens.
func (p place) where() string {
	if p.Database != "" {
		return p.Database
	}
	return filepath.Join(p.Data, databaseName)
}

// check refuses what names no database.
func (p place) check() error {
	if p.Database != "" && !store.IsURL(p.Database) {
		return mistake{"--database is no URL of PostgreSQL: write postgres://USER@HOST/NAME, or name a folder with --data"}
	}
	return nil
}

// known refuses a place at which nobody has made a database.
func (p place) known() error {
	if err := p.check(); err != nil || p.Database != "" {
		return err
	}
	if _, err := os.Stat(p.where()); err != nil {
		return mistake{fmt.Sprintf("no database in %s: name its folder with --data", p.Data)}
	}
	return nil
}

// made opens the database as it is, and makes it when it is a file and absent.
func (p place) made(ctx context.Context) (*store.Store, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	return store.Open(ctx, p.where())
}

// open is [place.made], and brings the schema up to this program's.
func (p place) open(ctx context.Context) (*store.Store, error) {
	s, err := p.made(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
