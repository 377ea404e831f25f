// Package client speaks the REST API of a desk: what the command line and the
// black-box tests use, and what other programs may.
//
// It refuses to know rules: what may be done to a request, and what follows, is
// the desk's to say. A refusal comes back as an [Error] with the desk's words
// in the caller's language.
//
// Data layout: a [Client] is three strings, a number and an http.Client; every
// call is one request, or its repetition, and keeps nothing. Requests are named by their SR number with or
// without hyphens, contacts by customer number, staff by e-mail, contracts by
// number, products by key. Instants are UTC, spans of time are in seconds.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxRetries bounds Retries, so that no call waits for minutes.
const maxRetries = 8

// Client calls one desk on behalf of the holder of one token. BaseURL is the
// desk's address without a slash at its end; Language is asked for in words of
// refusals, events and targets, "" is the person's own; HTTP is
// http.DefaultClient when nil. It is safe for concurrent use.
//
// Retries is how often a call is made again when the desk was busy or its answer
// did not arrive, 0..8; the pauses are what the desk asks for, else 0.2 s and
// doubled. What changes something then goes out under an Idempotency-Key, so
// that the desk carries it out once. With 0 no key is sent: whoever makes such a
// call again may have it carried out twice.
type Client struct {
	BaseURL  string
	Token    string
	Language string
	HTTP     *http.Client
	Retries  int
}

// Raw takes an answer of [Client.Do] as it is, for what is no JSON.
type Raw []byte

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 64 << 20

// Do sends one request and decodes the answer into out, unless that is nil.
// The path starts with /v1/. A body is sent as JSON unless it is nil. An answer
// of 400 and above is an [Error].
func (c *Client) Do(ctx context.Context, method, path string, body, out any) error {
	var sent []byte
	if body != nil {
		var err error
		if sent, err = json.Marshal(body); err != nil {
			return fmt.Errorf("%s %s: encode: %w", method, path, err)
		}
	}
	key := ""
	if c.Retries > 0 && method != http.MethodGet {
		key = rand.Text()
	}
	for try := 0; ; try++ {
		err := c.once(ctx, method, path, key, sent, out)
		pause, again := again(err, try)
		if !again || try >= min(c.Retries, maxRetries) {
			return err
		}
		alarm := time.NewTimer(pause)
		select {
		case <-alarm.C:
		case <-ctx.Done():
			alarm.Stop()
			return err
		}
	}
}

// again tells whether a call is worth repeating, and after which pause.
func again(err error, try int) (time.Duration, bool) {
	pause := 200 * time.Millisecond << try
	var e *Error
	var away net.Error
	switch {
	case errors.As(err, &e):
		if e.RetryAfter > 0 {
			pause = e.RetryAfter
		}
		return pause, e.Status == http.StatusServiceUnavailable || e.Status == http.StatusBadGateway || e.Status == http.StatusGatewayTimeout
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return 0, false
	}
	return pause, errors.As(err, &away) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// once is one try.
func (c *Client) once(ctx context.Context, method, path, key string, body []byte, out any) error {
	var sent io.Reader
	if body != nil {
		sent = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.BaseURL, "/")+path, sent)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	c.introduce(req)
	return c.answer(req, out)
}

// introduce says who calls, and in which language they are spoken to.
func (c *Client) introduce(req *http.Request) {
	req.Header.Set("Accept", "application/json")
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if c.Language != "" {
		req.Header.Set("Accept-Language", c.Language)
	}
}

func (c *Client) answer(req *http.Request, out any) error {
	h := c.HTTP
	if h == nil {
		h = http.DefaultClient
	}
	resp, err := h.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", req.Method, req.URL.Path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", req.Method, req.URL.Path, err)
	}
	if resp.StatusCode >= 400 {
		return refusal(resp, b)
	}
	if out == nil || len(b) == 0 {
		return nil
	}
	if raw, ok := out.(*Raw); ok {
		*raw = b
		return nil
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("%s %s: decode the answer: %w", req.Method, req.URL.Path, err)
	}
	return nil
}

func at(number, resource string) string {
	return "/v1/requests/" + url.PathEscape(number) + "/" + strings.TrimPrefix(resource, "/")
}

// Me is who holds the token, and what it opens.
func (c *Client) Me(ctx context.Context) (Me, error) {
	return call[Me](ctx, c, http.MethodGet, "/v1/me", nil)
}

// Policy is what a form needs: severities, offerings, regions, products,
// reasons, asks.
func (c *Client) Policy(ctx context.Context) (Policy, error) {
	return call[Policy](ctx, c, http.MethodGet, "/v1/policy", nil)
}

// Guide is the policy pack as a guide for people, as plain text; lang is "en"
// or "ja", "" the caller's language.
func (c *Client) Guide(ctx context.Context, lang string) (string, error) {
	var out struct {
		Text string `json:"text"`
	}
	return out.Text, c.Do(ctx, http.MethodGet, "/v1/policy/guide"+query("lang", lang), nil, &out)
}

// Entitlement asks whether somebody may file, and why.
func (c *Client) Entitlement(ctx context.Context, q EntitlementQuery) (Entitlement, error) {
	return call[Entitlement](ctx, c, http.MethodPost, "/v1/entitlement", q)
}

// Caller is the person behind a customer number, for staff (R08, R16).
func (c *Client) Caller(ctx context.Context, customerNumber string) (Caller, error) {
	return call[Caller](ctx, c, http.MethodGet, "/v1/callers/"+url.PathEscape(customerNumber), nil)
}

// File opens a request (R15, R19).
func (c *Client) File(ctx context.Context, f File) (Result, error) {
	return call[Result](ctx, c, http.MethodPost, "/v1/requests", f)
}

// Request is the whole view of a request. Who may not see it gets not_found.
func (c *Client) Request(ctx context.Context, number string) (Request, error) {
	return call[Request](ctx, c, http.MethodGet, "/v1/requests/"+url.PathEscape(number), nil)
}

// Requests is one page of those that the caller sees and the filter admits.
func (c *Client) Requests(ctx context.Context, f Filter) (Requests, error) {
	return call[Requests](ctx, c, http.MethodGet, "/v1/requests"+f.query(true), nil)
}

// Count is how many requests the filter admits; more than 99 is 99 and capped.
func (c *Client) Count(ctx context.Context, f Filter) (Count, error) {
	return call[Count](ctx, c, http.MethodGet, "/v1/requests/count"+f.query(false), nil)
}

// Events is one page of a request's timeline, in order of seq. Customers get
// what is public.
func (c *Client) Events(ctx context.Context, number string, w Window) (Events, error) {
	return call[Events](ctx, c, http.MethodGet, at(number, "events")+w.query(), nil)
}

// AllEvents is the whole timeline, page by page.
func (c *Client) AllEvents(ctx context.Context, number string) ([]Event, error) {
	var all []Event
	for after := int64(0); ; {
		page, err := c.Events(ctx, number, Window{After: after, Limit: 500})
		if err != nil {
			return nil, err
		}
		all = append(all, page.Events...)
		if page.Next == 0 {
			return all, nil
		}
		after = page.Next
	}
}

// Targets are a request's clocks with their explanation, oldest first.
func (c *Client) Targets(ctx context.Context, number string) ([]Target, error) {
	var out struct {
		Targets []Target `json:"targets"`
	}
	err := c.Do(ctx, http.MethodGet, at(number, "targets"), nil, &out)
	return out.Targets, err
}

// Change replaces those details of a request that the body names.
func (c *Client) Change(ctx context.Context, number string, d Details) (Result, error) {
	return call[Result](ctx, c, http.MethodPatch, "/v1/requests/"+url.PathEscape(number), d)
}

// Command carries out any command: resource is its path below the request, such
// as "comments", "asks/2/answer" or "severity/raise". A nil body is {}.
func (c *Client) Command(ctx context.Context, number, resource string, body any) (Result, error) {
	if body == nil {
		body = struct{}{}
	}
	return call[Result](ctx, c, http.MethodPost, at(number, resource), body)
}

// Withdraw takes back what a resource stands for: "waiting" resumes the work,
// "hand-over" cancels the announced one.
func (c *Client) Withdraw(ctx context.Context, number, resource string, body any) (Result, error) {
	return call[Result](ctx, c, http.MethodDelete, at(number, resource), body)
}

// Comment writes a public entry.
func (c *Client) Comment(ctx context.Context, number string, m Comment) (Result, error) {
	return c.Command(ctx, number, "comments", m)
}

// Note writes an internal note, for staff.
func (c *Client) Note(ctx context.Context, number, text string) (Result, error) {
	return c.Command(ctx, number, "notes", Note{Text: text})
}

// Take makes the caller the owner of a queued request.
func (c *Client) Take(ctx context.Context, number string) (Result, error) {
	return c.Command(ctx, number, "assignment", struct{}{})
}

// Assign gives a queued request to an engineer.
func (c *Client) Assign(ctx context.Context, number, email string) (Result, error) {
	return c.Command(ctx, number, "assignment", Assignment{Staff: email})
}

// LogContact records a call, or an attempt to reach the contact.
func (c *Client) LogContact(ctx context.Context, number string, m Contact) (Result, error) {
	return c.Command(ctx, number, "contacts", m)
}

// Complete ends the work on a request (R49, A22).
func (c *Client) Complete(ctx context.Context, number string, m Completion) (Result, error) {
	return c.Command(ctx, number, "completion", m)
}

// Clock is the demo's clock.
func (c *Client) Clock(ctx context.Context) (Clock, error) {
	return call[Clock](ctx, c, http.MethodGet, "/v1/demo/clock", nil)
}

// Advance sets the demo's clock; everything due until then happens in order
// before it returns. Going back is refused.
func (c *Client) Advance(ctx context.Context, to time.Time) (Clock, error) {
	return call[Clock](ctx, c, http.MethodPost, "/v1/demo/clock", map[string]any{"to": to.UTC()})
}
