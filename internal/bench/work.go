package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// work is what is asked of a running server.
type work struct {
	*bench
	s *server
	people
	used func() time.Duration
}

// story is a message of 700 bytes, half Japanese.
var story = strings.Repeat("ストレージへの経路が切れました。", 7) + strings.Repeat("The path to the storage went away. ", 10)

func (w *work) filing() string {
	b, err := json.Marshal(map[string]any{
		"kind": "sr", "title": "ホスト esx-07 lost its datastore", "text": story, "channel": "portal",
		"product": "vsphere", "version": "4.0", "severity": 3, "details": map[string]any{"environment": "production", "tags": []string{"storage"}},
	})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// key is a new idempotency key.
func (w *work) key() string { return fmt.Sprintf("bench-%d-%d", time.Now().UnixNano(), w.keys.Add(1)) }

func (w *work) file(ctx context.Context, worker, _ int) error {
	return w.s.send(ctx, http.MethodPost, "/v1/requests", w.customers[worker%len(w.customers)], w.key(), w.filing())
}

// number files a request and gives its number.
func (w *work) number(ctx context.Context, worker int) (string, error) {
	var out bytes.Buffer
	_, err := w.s.ask(ctx, http.MethodPost, "/v1/requests", w.customers[worker], w.key(), w.filing(), &out)
	if err != nil {
		return "", err
	}
	var got struct{ Number string }
	err = json.Unmarshal(out.Bytes(), &got)
	return got.Number, err
}

// rates measures an operation at 1, 8 and 64 clients. engine's bar is on the CPU
// of one.
func (w *work) rates(ctx context.Context, name string, cpu float64, call op) (one, eight, many Figure, err error) {
	out := map[int]Figure{}
	for _, clients := range []int{1, 8, 64} {
		s, err := drive(ctx, clients, w.each, w.used, call)
		if err != nil {
			return one, eight, many, fmt.Errorf("%s: %w", at(name, clients), err)
		}
		f := w.rated(at(name, clients), s)
		if clients == 1 && cpu > 0 {
			f = f.most(f.CPU, cpu)
		}
		out[clients] = f
	}
	return out[1], out[8], out[64], nil
}

func (w *work) filings(ctx context.Context) error {
	one, eight, many, err := w.rates(ctx, "file", 0, w.file)
	if err != nil {
		return err
	}
	return w.written(one, eight, many)
}

// comments are spread over requests, 200 on each at most.
func (w *work) comments(ctx context.Context) error {
	numbers := make([]string, 64)
	call := func(ctx context.Context, worker, n int) error {
		if n%200 == 0 || numbers[worker] == "" {
			var err error
			if numbers[worker], err = w.number(ctx, worker); err != nil {
				return err
			}
		}
		body, err := json.Marshal(map[string]any{"text": story, "channel": "portal"})
		if err != nil {
			return err
		}
		return w.s.send(ctx, http.MethodPost, "/v1/requests/"+numbers[worker]+"/comments", w.customers[worker], w.key(), string(body))
	}
	for worker := range numbers {
		if err := call(ctx, worker, 0); err != nil {
			return err
		}
	}
	one, eight, many, err := w.rates(ctx, "comment", 0, call)
	if err != nil {
		return err
	}
	return w.written(one, eight, many)
}

// written holds what is written to its bars.
func (w *work) written(one, eight, many Figure) error {
	rows := w.ceilings["commit at 8"].Value
	eight = eight.under(rows)
	cpu := 1.5
	if w.engine == postgresql {
		cpu = 3.5
		eight = eight.least(eight.Value, 3*one.Value)
	} else {
		eight = eight.least(eight.Value, min(0.25*rows, 0.6*cores()/(eight.CPU/1000)))
		many = many.least(many.Value, 0.95*eight.Value).most(many.P99, 300)
	}
	one, eight = one.under(w.ceilings["commit at 1"].Value).most(one.CPU, cpu), eight.most(eight.CPU, cpu)
	for _, f := range []Figure{one, eight, many} {
		if err := w.add(f); err != nil {
			return err
		}
	}
	return nil
}

// read measures reading one request.
func (w *work) read(ctx context.Context, name, number string, bar float64) (Figure, error) {
	one, eight, many, err := w.rates(ctx, name, bar, func(ctx context.Context, _, _ int) error {
		return w.s.send(ctx, http.MethodGet, "/v1/requests/"+number, w.engineer, "", "")
	})
	if err != nil {
		return one, err
	}
	one = one.under(w.ceilings["point read"].Value)
	for _, f := range []Figure{one, eight, many} {
		if err := w.add(f); err != nil {
			return one, err
		}
	}
	return one, nil
}

// reads are of a short request, of one with 50 entries, and of the longest.
func (w *work) reads(ctx context.Context) error {
	if _, err := w.read(ctx, "read short", w.short, 0.4); err != nil {
		return err
	}
	fifty, err := w.number(ctx, 0)
	for range 48 {
		if err == nil {
			err = w.s.send(ctx, http.MethodPost, "/v1/requests/"+fifty+"/comments", w.customers[0], w.key(), `{"text":"Any news?","channel":"portal"}`)
		}
	}
	if err != nil {
		return err
	}
	medium, err := w.read(ctx, "read 50 entries", fifty, 1.2)
	if err != nil {
		return err
	}
	_, err = w.read(ctx, "read the longest", w.longest, 1.3*medium.CPU)
	return err
}

// single and named are the filters that must be answered from an index; others
// may give up after so many rows.
var (
	single = map[string]string{
		"": "", "owner": "owner=me", "unowned": "owner=none", "turn": "turn=support", "severity": "severity=3", "due": "due_before=2030-01-01T00:00:00Z",
		"account": "account=$account", "contract": "contract=LOAD-00001", "contact": "contact=$contact", "product": "product=vsphere",
		"open": "state=open", "opened": "state=opened", "completed": "state=completed", "kind": "kind=sr", "queue": "queue=technical", "tag": "tag=storage",
	}
	named = map[string]string{
		"mine": "owner=me&turn=support", "team+turn": "queue=technical&turn=support", "severity+turn": "severity=3&turn=support",
		"account+state": "account=$account&state=open", "product+state": "product=vsphere&state=open",
		"account+completed": "account=$account&state=completed", "product+completed": "product=vsphere&state=completed",
		"rare product+completed": "product=workstation&state=completed",
	}
	other = map[string]string{
		"completed by nobody": "owner=none&state=completed&severity=2&kind=cs_request", "no tag": "tag=none-such&state=completed",
	}
)

func (w *work) lists(ctx context.Context) error {
	for _, set := range []struct {
		filters map[string]string
		bar     float64
	}{{single, 1.5}, {named, 1.5}, {other, 25}} {
		for _, name := range sorted(set.filters) {
			if err := w.list(ctx, name, set.filters[name], set.bar); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) list(ctx context.Context, name, filter string, bar float64) error {
	var page struct {
		Requests []struct {
			Account struct{ ID string }
			Contact struct {
				CustomerNumber string `json:"customer_number"`
			}
		}
	}
	if strings.Contains(filter, "$") { // of whoever stands in the first row
		var out bytes.Buffer
		if _, err := w.s.ask(ctx, http.MethodGet, "/v1/requests?limit=1", w.engineer, "", "", &out); err != nil {
			return err
		}
		if err := json.Unmarshal(out.Bytes(), &page); err != nil || len(page.Requests) == 0 {
			return fmt.Errorf("no request to filter by: %w", err)
		}
		r := page.Requests[0]
		filter = strings.NewReplacer("$account", r.Account.ID, "$contact", url.QueryEscape(r.Contact.CustomerNumber)).Replace(filter)
	}
	path := "/v1/requests?limit=50&" + filter
	call := func(ctx context.Context, _, _ int) error {
		return w.s.send(ctx, http.MethodGet, strings.TrimSuffix(path, "&"), w.engineer, "", "")
	}
	title := strings.TrimSuffix("list "+name, " ")
	if err := w.ten(ctx, title, filter); err != nil {
		return err
	}
	if name != "" { // at more clients the plain list stands for all
		s, err := drive(ctx, 1, w.each/3, w.used, call)
		if err != nil {
			return err
		}
		f := w.rated(at(title, 1), s)
		return w.add(f.under(w.ceilings["list read"].Value).most(f.CPU, bar))
	}
	one, eight, many, err := w.rates(ctx, title, bar, call)
	if err != nil {
		return err
	}
	one = one.under(w.ceilings["list read"].Value)
	for _, f := range []Figure{one, eight, many} {
		if err := w.add(f); err != nil {
			return err
		}
	}
	return nil
}

// ten measures a page of ten, of which databases of all sizes have as many: what
// grows is the looking for it.
func (w *work) ten(ctx context.Context, title, filter string) error {
	path := strings.TrimSuffix("/v1/requests?limit=10&"+filter, "&")
	var out bytes.Buffer
	if _, err := w.s.ask(ctx, http.MethodGet, path, w.engineer, "", "", &out); err != nil {
		return err
	}
	var page struct{ Requests []struct{} }
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		return err
	}
	s, err := drive(ctx, 1, w.each/6, w.used, func(ctx context.Context, _, _ int) error {
		return w.s.send(ctx, http.MethodGet, path, w.engineer, "", "")
	})
	if err != nil {
		return err
	}
	f := w.rated(at(title+", 10 rows,", 1), s)
	f.Rows = len(page.Requests)
	return w.add(f)
}

// grown is a command on a request of 20,000 facts.
func (w *work) grown(ctx context.Context) error {
	s, err := drive(ctx, 1, w.each, w.used, func(ctx context.Context, _, _ int) error {
		return w.s.send(ctx, http.MethodPost, "/v1/requests/"+w.longest+"/notes", w.engineer, w.key(), `{"text":"Seen."}`)
	})
	if err != nil {
		return err
	}
	return w.add(w.rated(at("note on the longest", 1), s))
}
