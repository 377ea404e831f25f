package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Error is a refusal of the desk: the problem document that it answered with.
type Error struct {
	// Type is "urn:madoguchi:problem:" and the message's key.
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"` // of HTTP
	// Detail says in the caller's language what is wrong and what to do next.
	Detail string `json:"detail"`
	// Code is invalid, not_found, forbidden, not_entitled, conflict, too_large,
	// busy, unauthenticated or internal.
	Code string `json:"code"`
	// Field names the part of the input that is wrong; may be empty.
	Field string            `json:"field,omitempty"`
	Args  map[string]string `json:"args,omitempty"`
	// Errors lists every part of the input that does not fit its schema.
	Errors []FieldError `json:"errors,omitempty"`
	// Receipt stands beside not_entitled, with the routes that are open.
	Receipt *Receipt `json:"receipt,omitempty"`
	// Changes stand beside 412: what has happened since the version that was seen.
	Changes []Event `json:"changes,omitempty"`
	// Routes stay open beside a refusal without a receipt.
	Routes []Route `json:"routes,omitempty"`
	// Reference finds the cause of an internal error in the desk's log.
	Reference string `json:"reference,omitempty"`
	// RetryAfter is when to try again, with busy; 0: not said.
	RetryAfter time.Duration `json:"-"`
}

// FieldError is one part of the input that does not fit.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

const problemType = "urn:madoguchi:problem:"

// Key is the key of the message, such as "completion.none".
func (e *Error) Key() string { return strings.TrimPrefix(e.Type, problemType) }

// Error is the detail, or what little is known of an answer without one.
func (e *Error) Error() string {
	s := e.Detail
	if s == "" {
		s = fmt.Sprintf("the desk answered %d %s", e.Status, http.StatusText(e.Status))
	}
	if e.Reference != "" {
		s += " (reference " + e.Reference + ")"
	}
	return s
}

// CodeOf is the code of a refusal, "" for every other error.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func refusal(resp *http.Response, body []byte) error {
	e := &Error{}
	if json.Unmarshal(body, e) != nil || e.Status == 0 {
		e = &Error{Title: http.StatusText(resp.StatusCode)}
	}
	e.Status = resp.StatusCode
	if n, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(n) * time.Second
	}
	return e
}
