package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"

	"madoguchi/internal/mail"
	"madoguchi/internal/message"
)

// post is how mails come in.
type post struct {
	SMTP       string         `name:"smtp" help:"Address at which mails are taken by SMTP, such as :25. Without it none are." env:"MADOGUCHI_SMTP" placeholder:"ADDRESS"`
	LMTP       string         `name:"lmtp" help:"Address at which a mail server of the same house hands mails over by LMTP: host:port, or unix: and the path of a socket. Without it none does." env:"MADOGUCHI_LMTP" placeholder:"ADDRESS"`
	SMTPCert   string         `name:"smtp-cert" help:"Certificate (PEM) with which mail servers are offered STARTTLS. It is read again when it has changed." env:"MADOGUCHI_SMTP_CERT" type:"path" placeholder:"FILE"`
	SMTPKey    string         `name:"smtp-key" help:"Key (PEM) of that certificate." env:"MADOGUCHI_SMTP_KEY" type:"path" placeholder:"FILE"`
	SMTPRelays []netip.Prefix `name:"smtp-relays" help:"Networks of mail servers of our own that hand mails on to this desk, listed with commas: they are not the senders." default:"127.0.0.0/8,::1/128" env:"MADOGUCHI_SMTP_RELAYS" placeholder:"NETWORK"`
	AuthservID string         `name:"authserv-id" help:"Name under which those servers note what they have found out of a sender (Authentication-Results). They have to take notes of others in that name out. Without it nothing is believed." env:"MADOGUCHI_AUTHSERV_ID" placeholder:"NAME"`
	MailTo     []string       `name:"mail-to" help:"Addresses beside the sender's and the mailboxes' to which mails are taken, listed with commas." env:"MADOGUCHI_MAIL_TO" placeholder:"ADDRESS"`
}

// judge finds out who wrote a mail.
func (p post) judge() *mail.Judge {
	return &mail.Judge{Relays: p.SMTPRelays, Server: p.AuthservID}
}

// own is by which mails of the desk are known.
func (p post) own(sender string) message.Own {
	_, host, _ := strings.Cut(sender, "@")
	return message.Own{Addresses: append([]string{sender}, p.MailTo...), Hosts: []string{host}}
}

// doors are the servers of mails, which listen from now on, and what fetches from
// mailboxes.
func (p post) doors(h *house, sender string, log *slog.Logger) (out []func(context.Context) error, err error) {
	var offered *tls.Config
	if p.SMTPCert != "" || p.SMTPKey != "" {
		if offered, err = mail.Certificate(p.SMTPCert, p.SMTPKey); err != nil {
			return nil, mistake{err.Error()}
		}
	}
	_, name, _ := strings.Cut(sender, "@")
	for _, d := range []struct {
		flag, addr string
		lmtp       bool
	}{{"--smtp", p.SMTP, false}, {"--lmtp", p.LMTP, true}} {
		if d.addr == "" {
			continue
		}
		l, err := listenMail(d.addr)
		if err != nil {
			return out, mistake{fmt.Sprintf("%s %s: %v", d.flag, d.addr, err)}
		}
		s := mail.NewServer(mail.ServerConfig{Receive: h.desk.Receive, Ours: h.desk.TakesMail, Name: name, LMTP: d.lmtp, TLS: offered, Relays: p.SMTPRelays, Log: log})
		log.Info("taking mails", "by", strings.TrimLeft(d.flag, "-"), "address", l.Addr().String())
		out = append(out, func(ctx context.Context) error { return s.Serve(ctx, l) })
	}
	poller := &mail.Poller{Desk: h.desk, Log: log}
	return append(out, func(ctx context.Context) error { poller.Run(ctx); return nil }), nil
}

// listenMail listens at host:port, or at the path of a socket. One that a process
// has left behind that is no more is taken away.
func listenMail(addr string) (net.Listener, error) {
	path, local := strings.CutPrefix(addr, "unix:")
	if !local {
		return net.Listen("tcp", addr)
	}
	if c, err := net.Dial("unix", path); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("somebody listens there")
	} else if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o660)
}
