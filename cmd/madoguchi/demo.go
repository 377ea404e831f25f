package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"madoguchi/internal/demo"
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/desk"
	"madoguchi/internal/lang"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
	"madoguchi/internal/web"
)

// demoCmd serves a desk with the people of the scenarios and a clock of its own.
type demoCmd struct {
	reach
	Data     string    `help:"Folder of the demo. It is emptied at every start." default:"data/demo" type:"path"`
	Database string    `help:"URL of an empty PostgreSQL database to use instead of a file in the folder." placeholder:"URL"`
	Addr     string    `help:"Address to listen on; port 0 takes a free one." default:"127.0.0.1:8421"`
	Clock    time.Time `help:"Instant at which the demo's clock stands at first." default:"2026-06-06T02:00:00+09:00" format:"2006-01-02T15:04:05Z07:00"`
	Year     bool      `help:"Play a year of support first, so that there is something to look at; it takes some seconds." default:"true" negatable:""`
	Began    int64     `hidden:"" help:"When make began, in seconds of Unix time." env:"MADOGUCHI_DEMO_BEGAN"`
	Log      string    `help:"Least level that is logged: debug, info, warn or error." default:"warn" enum:"debug,info,warn,error"`

	discarded bool // an earlier run's requests
}

// demoPack is the pack whose products and offerings the demo's people hold.
const demoPack = "classic-2010"

// marker tells a folder of ours, which may be emptied, from any other.
const marker = "this-is-a-madoguchi-demo"

// Run seeds and serves until the process is told to stop.
func (c *demoCmd) Run(ctx context.Context, stdout io.Writer) error {
	log, err := logger(c.Log, "text")
	if err != nil {
		return err
	}
	if err := c.empty(); err != nil {
		return err
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return cannotListen(c.Addr, err)
	}
	defer l.Close()
	url := "http://" + l.Addr().String()
	if host, _, _ := net.SplitHostPort(c.Addr); host == "localhost" { // by a name there are passkeys
		url = strings.Replace(url, "127.0.0.1", host, 1)
	}
	clock := demo.NewClock(c.Clock)
	if c.Year {
		clock = demo.NewClock(c.Clock.Add(-demo.YearLength))
	}
	out := &demo.Outbox{To: desk.Files{Dir: filepath.Join(c.Data, "outbox")}}
	at := place{Data: c.Data, Database: c.Database}
	if err := untouched(ctx, at); err != nil {
		return err
	}
	h, err := openHouse(ctx, at, demoPack, face{name: "Madoguchi Demo", sender: "support@desk.example", baseURL: url, reach: c.reach, door: &door{BaseURL: url}, judge: demo.Judge}, clock.Now, out, log)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(ctx, stdout, h, clock, out, l, url), h.close())
}

func (c *demoCmd) serve(ctx context.Context, stdout io.Writer, h *house, clock *demo.Clock, out *demo.Outbox, l net.Listener, url string) error {
	cast, err := c.enter(ctx, stdout, h, clock, out)
	if err != nil {
		return err
	}
	hands := demo.Hands{Clock: clock, Desk: h.desk}
	pages, err := web.New(web.Config{Desk: h.desk, Store: h.store, Ending: h.ended, URL: url, Cast: figures(cast), Still: true, Log: h.log,
		Mails: posted(out), SendIn: func(ctx context.Context, a web.Arrival) error {
			return hands.Arrive(ctx, a.From, a.To, a.Forged, a.Raw)
		}})
	if err != nil {
		return err
	}
	handler := h.routes(hands, pages)
	if err := c.writeTokens(cast, url); err != nil {
		return err
	}
	c.greet(stdout, cast, url)
	return h.serve(ctx, l, handler)
}

// enter enters the people, and plays the year with them.
func (c *demoCmd) enter(ctx context.Context, stdout io.Writer, h *house, clock *demo.Clock, out *demo.Outbox) (demo.Cast, error) {
	cast, err := demo.Seed(ctx, h.desk, fixtures.All())
	if err != nil || !c.Year {
		return cast, err
	}
	fmt.Fprint(stdout, "A year of support is played; --no-year leaves it out. ")
	out.Close(true) // nobody reads the mails of a past year
	err = demo.Year(ctx, h.desk, clock, cast, func(month string) { fmt.Fprint(stdout, month, " ") })
	out.Close(false)
	fmt.Fprintln(stdout)
	return cast, err
}

// untouched refuses a shared database in which there is something already: only
// a folder of its own may be emptied.
func untouched(ctx context.Context, at place) error {
	if err := at.check(); err != nil || at.Database == "" {
		return err
	}
	s, err := store.Open(ctx, at.where())
	if err != nil {
		return err
	}
	version, err := s.Version(ctx)
	if err == nil && version > 0 {
		err = mistake{fmt.Sprintf("%s holds a desk already: nothing was touched; make an empty database for the demo", s.Name())}
	}
	return errors.Join(err, s.Close())
}

// empty makes the folder new. It refuses a folder that is not a demo's.
func (c *demoCmd) empty() error {
	entries, err := os.ReadDir(c.Data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("demo folder: %w", err)
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(c.Data, marker)); err != nil {
			return fmt.Errorf("%s is not empty and not a demo's folder: nothing was touched; name an empty one with --data", c.Data)
		}
		if s, err := store.Open(context.Background(), filepath.Join(c.Data, databaseName)); err != nil {
			return fmt.Errorf("%s is in use: %w", c.Data, err)
		} else if err := s.Close(); err != nil {
			return err
		}
		c.discarded = true
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(c.Data, e.Name())); err != nil {
				return fmt.Errorf("empty the demo folder: %w", err)
			}
		}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("demo folder: %w", err)
	}
	return os.WriteFile(filepath.Join(c.Data, marker), []byte("Everything here is made anew whenever the demo starts.\n"), 0o600)
}

func (c *demoCmd) tokensFile() string { return filepath.Join(c.Data, "tokens.env") }

// writeTokens writes the address and a token for each person for a shell to
// read. The file appears whole, and only when the desk answers.
func (c *demoCmd) writeTokens(cast demo.Cast, url string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "export MADOGUCHI_URL=%s\n", url)
	for _, key := range cast.Keys {
		fmt.Fprintf(&b, "export TOKEN_%s=%s\n", strings.ToUpper(key), cast.Tokens[key])
	}
	tmp := c.tokensFile() + ".new"
	if err := os.WriteFile(tmp, b.Bytes(), 0o600); err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	return os.Rename(tmp, c.tokensFile())
}

// greet says where it is, who there is, and how to act as each.
func (c *demoCmd) greet(w io.Writer, cast demo.Cast, url string) {
	tokens := c.tokensFile()
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, tokens); err == nil && !strings.HasPrefix(rel, "..") {
			tokens = rel
		}
	}
	fmt.Fprintf(w, "Madoguchi demo at %s\n", url)
	if took := time.Since(time.Unix(c.Began, 0)); c.Began != 0 {
		fmt.Fprintf(w, "From the beginning of make to here it took %d s.\n", int(took.Seconds()))
	}
	fmt.Fprintf(w, "Its clock stands at %s and moves only when told.\n", c.Clock.Format(time.RFC3339))
	fmt.Fprintf(w, "Everything begins anew at every start%s.\n\n", map[bool]string{true: "; what an earlier run had in this folder is gone"}[c.discarded])
	fmt.Fprintf(w, "  %-10s %-20s %-12s %s\n", "key", "name", "number", "who")
	for _, key := range cast.Keys {
		if p, ok := cast.Contacts[key]; ok {
			fmt.Fprintf(w, "  %-10s %-20s %-12s customer, %s\n", key, lang.Name("en", lang.Person{Family: p.FamilyName, Given: p.GivenName}, false), p.Number, p.Email)
			continue
		}
		m := cast.Staff[key]
		fmt.Fprintf(w, "  %-10s %-20s %-12s %v, %s\n", key, lang.Name("en", lang.Person{Family: m.FamilyName, Given: m.GivenName}, false), "", m.Roles, m.Email)
	}
	fmt.Fprintf(w, `
To act as one of them, in another shell:
  source %[1]s
  export MADOGUCHI_TOKEN=$TOKEN_SATO
  ./bin/madoguchi request file --product esx --severity 1 --environment production --title "ESX host down" --impact "Assembly line stopped"
  ./bin/madoguchi request list
To let time pass:
  curl -s -X POST %[2]s/v1/demo/clock -H "Authorization: Bearer $TOKEN_SATO" -H "Content-Type: application/json" -d '{"seconds":3600}'
Look at %[2]s in a browser. Mails are at %[2]s/demo/outbox and as files in %[3]s.
`, tokens, url, filepath.Join(filepath.Dir(tokens), "outbox"))
}

// figures are those as whom anybody may sign in.
func figures(cast demo.Cast) []web.Figure {
	var out []web.Figure
	for _, key := range cast.Keys {
		if p, ok := cast.Contacts[key]; ok {
			out = append(out, web.Figure{
				Key: key, Name: lang.Person{Family: p.FamilyName, Given: p.GivenName}, Actor: support.Actor{Kind: support.Customer, ID: p.ID},
				Email: p.Email, Account: cast.Accounts[p.Account],
			})
			continue
		}
		m := cast.Staff[key]
		out = append(out, web.Figure{
			Key: key, Name: lang.Person{Family: m.FamilyName, Given: m.GivenName}, Actor: support.Actor{Kind: support.Vendor, ID: m.ID}, Email: m.Email, Roles: m.Roles,
		})
	}
	return out
}

// posted are the mails of an outbox as pages show them.
func posted(out *demo.Outbox) func() []web.Posted {
	return func() []web.Posted {
		var list []web.Posted
		for _, p := range out.Mails() {
			m := p.Mail
			words, _, _ := strings.Cut(m.Text, "\n")
			list = append(list, web.Posted{N: p.N, Name: m.To.Name, To: m.To.Email, Subject: m.Subject, Words: words, At: m.Date, Raw: m.EML, ReturnPath: m.Envelope()})
		}
		return list
	}
}
