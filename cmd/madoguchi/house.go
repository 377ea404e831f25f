package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"madoguchi/internal/api"
	"madoguchi/internal/auth"
	"madoguchi/internal/blob"
	"madoguchi/internal/desk"
	"madoguchi/internal/egress"
	"madoguchi/internal/mail"
	"madoguchi/internal/message"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// house is one desk with its database, as serve, demo and check open it.
type house struct {
	store *store.Store
	files *blob.Folder
	packs *desk.Packs
	desk  *desk.Desk
	log   *slog.Logger
	ended chan struct{}                 // closed when serving ends
	doors []func(context.Context) error // of mails, served beside the pages

	drain    time.Duration // between the word to stop and the last call that is taken
	stopping atomic.Bool
}

// face is under whose name the desk speaks, and where its webhooks are posted.
type face struct {
	name, sender, baseURL string
	reach                 reach
	door                  *door // nil: nobody comes in with a browser
	// judge finds out who wrote a mail; nil: as post says.
	judge func(context.Context, desk.Delivery, *message.Inbound) desk.Verdict
	post  post // how mails come in
	// sign gives the field of a mail's signature; nil: mails are not signed.
	sign   func(eml []byte) (string, error)
	limits store.MailLimits
}

// openHouse opens a desk. pack is a shipped pack's id or a folder.
func openHouse(ctx context.Context, at place, pack string, f face, now func() time.Time, out desk.Outbox, log *slog.Logger) (*house, error) {
	keep := func(s *store.Store) (*desk.Packs, error) { return keepPacks(ctx, s, pack) }
	return openWith(ctx, at, keep, f, now, out, log)
}

// openWith opens a desk with the packs that packs chooses.
func openWith(ctx context.Context, at place, packs func(*store.Store) (*desk.Packs, error), f face, now func() time.Time,
	out desk.Outbox, log *slog.Logger) (*house, error) {
	proxy, err := f.reach.proxy()
	if err != nil {
		return nil, err
	}
	s, err := at.open(ctx)
	if err != nil {
		return nil, err
	}
	h := &house{store: s, log: log, ended: make(chan struct{})}
	if h.packs, err = packs(s); err == nil {
		h.files, err = blob.New(at.files())
	}
	var gate *auth.Gate
	if err == nil && f.door != nil {
		gate, err = f.door.gate(s, at, f.name, now, log)
	}
	var keys message.Keys
	if gate != nil {
		keys = message.Keys{gate.Key.Mail()}
	}
	if f.judge == nil {
		f.judge = f.post.judge().Verdict
	}
	if err == nil {
		h.desk, err = desk.New(desk.Config{
			MailKeys: keys, Own: f.post.own(f.sender), Judge: f.judge, Sign: f.sign, Limits: f.limits, TryMailbox: mail.TryMailbox,
			Store: s, Packs: h.packs, Files: h.files, Now: now, Out: out, Name: f.name, Sender: f.sender, BaseURL: f.baseURL, Log: log, Gate: gate,
			Webhooks: desk.Webhooks{Client: egress.New(egress.Config{Networks: f.reach.WebhookNetworks, Proxy: proxy, Agent: "Madoguchi/" + version()}), Entry: api.FeedEntry},
		})
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return h, nil
}

// openOwn opens the desk of a command that works on the database itself and is
// no desk that serves. A new one keeps the pack that is named.
func openOwn(ctx context.Context, at place, pack string) (*house, error) {
	packs := func(db *store.Store) (*desk.Packs, error) { return packsInForce(ctx, db, pack) }
	h, err := openWith(ctx, at, packs, face{name: "Support", sender: "support@localhost", baseURL: "http://127.0.0.1:8420"}, time.Now,
		desk.Files{Dir: filepath.Join(at.Data, "outbox")}, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return nil, refusal{err.Error()}
	}
	return h, nil
}

// keepPacks keeps the pack in force in the database and reads all versions that
// targets may name. In force is the one that the desk is started with, unless another
// one was chosen while it ran with that.
func keepPacks(ctx context.Context, s *store.Store, pack string) (*desk.Packs, error) {
	current, err := loadPack(pack)
	if err != nil {
		return nil, err
	}
	last, err := desk.LastPackChange(ctx, s)
	if err != nil {
		return nil, err
	}
	if last.Started == current.Ref() {
		packs, err := packsInForce(ctx, s, pack)
		if err != nil {
			return nil, err
		}
		return packs.StartedWith(current.Ref()), nil
	}
	err = s.Update(ctx, func(tx *store.Tx) error {
		brand, err := tx.Brand()
		if err != nil {
			return err
		}
		if err := tx.SavePack(current.ID, current.Version, current.Hash(), current.Source()); err != nil {
			return err
		}
		if previous := brand.Ref(); brand.PackID != "" && previous != current.Ref() {
			if err := desk.KeepStarted(tx, time.Now(), current.Ref(), previous); err != nil {
				return err
			}
		}
		brand.PackID, brand.PackVersion = current.ID, current.Version
		return tx.SetBrand(brand)
	})
	if err != nil {
		return nil, fmt.Errorf("keep policy pack %s: %w", current.Ref(), err)
	}
	all, err := readAllPacks(ctx, s)
	if err != nil {
		return nil, err
	}
	return desk.NewPacks(current, all...)
}

// packsInForce are the packs of a desk that has been opened before; of a new
// one that which is named, which is kept.
func packsInForce(ctx context.Context, s *store.Store, pack string) (*desk.Packs, error) {
	brand, err := s.Brand(ctx)
	if err != nil {
		return nil, err
	}
	if brand.PackID == "" {
		return keepPacks(ctx, s, pack)
	}
	all, err := readAllPacks(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == brand.PackID && p.Version == brand.PackVersion {
			return desk.NewPacks(p, all...)
		}
	}
	return nil, fmt.Errorf("policy pack %s@%d is in force but not in the database: run `madoguchi check`", brand.PackID, brand.PackVersion)
}

func readAllPacks(ctx context.Context, s *store.Store) ([]*policy.Pack, error) {
	rows, err := s.Packs(ctx)
	if err != nil {
		return nil, err
	}
	var all []*policy.Pack
	for _, r := range rows {
		p, err := policy.Parse(r.Source)
		if err != nil {
			return nil, fmt.Errorf("policy pack %s@%d in the database: %w", r.ID, r.Version, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// loadPack reads a pack by the id of a shipped one, or from a folder.
func loadPack(name string) (*policy.Pack, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		p, err := policy.Load(os.DirFS(name), ".")
		var refused policy.Errors
		if err != nil && !errors.As(err, &refused) {
			// Nothing in it was read: the folder is the wrong one.
			return nil, mistake{fmt.Sprintf("%s: %v", name, err)}
		}
		return p, err
	}
	p, err := policy.Shipped(name)
	if err != nil {
		return nil, mistake{fmt.Sprintf("%v; %q is no folder either", err, name)}
	}
	return p, nil
}

func (h *house) close() error { return h.store.Close() }

// refold is how the check sees a request: folded again, its row derived again,
// its clocks computed again.
func (h *house) refold(facts []support.Fact) (support.Row, []string, error) {
	if len(facts) == 0 {
		return support.Row{}, nil, errors.New("no facts")
	}
	r := &support.Request{}
	support.Fold(r, facts...)
	return support.Index(r, h.packs.Current()), support.Recheck(facts, h.packs.Of), nil
}

// routes mounts the API under its version, health for machines, and the pages
// when there are any.
func (h *house) routes(clock api.Clock, pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/v1/", api.New(api.Config{Desk: h.desk, Store: h.store, Clock: clock, Log: h.log, Version: version(), Ending: h.ended}))
	alive := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }
	mux.HandleFunc("GET /healthz", alive)
	mux.HandleFunc("GET /livez", alive)
	mux.HandleFunc("GET /readyz", h.readiness)
	if pages != nil {
		mux.Handle("/", pages)
	}
	return mux
}

// readyWithin is how long a database may take to answer before a proxy should
// send callers to another node.
const readyWithin = 2 * time.Second

// readiness tells a proxy whether to send callers here: the schema is this
// program's, the database answers, and the process is not about to end.
func (h *house) readiness(w http.ResponseWriter, r *http.Request) {
	if h.stopping.Load() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if _, err := h.store.Brand(ctx); err != nil {
		load := h.store.Load()
		h.log.Error("not ready", "cause", err, "taken", load.Taken, "of", load.Turns, "waiting", load.Waiting)
		http.Error(w, trouble(err, load), http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ready")
}

// trouble says in a line what is wrong with the database, for whoever looks why
// no callers are sent here.
func trouble(err error, load store.Load) string {
	var e *support.Error
	_ = errors.As(err, &e)
	switch {
	case e != nil && e.Key == store.DatabaseSlow && load.Taken < load.Turns:
		return fmt.Sprintf("database is slow: no answer within %v", readyWithin)
	case e != nil && (e.Key == store.DatabaseSlow || e.Key == store.DatabaseBusy):
		return fmt.Sprintf("database does not keep up: %d of %d connections are taken, and %d calls wait", load.Taken, load.Turns, load.Waiting)
	}
	return "database cannot be reached"
}

// serve answers on the listener and lets time pass until ctx ends, then
// finishes what was begun. A service that is stopped goes on while it drains, so
// that the proxy sees that it is not ready before it closes.
func (h *house) serve(ctx context.Context, l net.Listener, handler http.Handler) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(func() { close(h.ended) })
	failed := make(chan error, 2+len(h.doors))
	done := make(chan struct{})
	var mails sync.WaitGroup
	letters, shut := context.WithCancel(ctx)
	defer shut()
	for _, d := range h.doors {
		mails.Go(func() {
			if err := d(letters); err != nil {
				failed <- err
			}
		})
	}
	go func() {
		defer close(done)
		failed <- h.desk.Run(running)
	}()
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
	}()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	h.stopping.Store(true)
	if errors.Is(context.Cause(ctx), terminated{}) && err == nil {
		h.log.Info("stopping: not ready any more", "serves_for", h.drain)
		after := time.NewTimer(h.drain)
		select {
		case <-after.C:
		case err = <-failed:
		}
	}
	shut()
	mails.Wait() // what they took has to be kept
	cancel()
	stop, release := context.WithTimeout(context.Background(), 20*time.Second)
	defer release()
	err = errors.Join(err, server.Shutdown(stop))
	<-done
	return err
}
