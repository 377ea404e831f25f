package client

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Change is one kind of recent change (R17).
type Change struct {
	Kind string `json:"kind"` // guest_os, host_os, network, storage, application
	Text string `json:"text"`
}

// Gathering is what helps with a technical request and how it is gathered (R17).
type Gathering struct {
	Number       string        `json:"number,omitempty"` // of the request; "" before it is filed
	Product      string        `json:"product"`
	Version      string        `json:"version,omitempty"`
	Groups       []Choice      `json:"groups"`
	Platforms    []Platform    `json:"platforms"`
	Symptoms     []Choice      `json:"symptoms"`
	Changes      []Choice      `json:"changes"`
	Instructions []Instruction `json:"instructions"`
	Files        Files         `json:"files"`
}

// Platform is an operating system of host or guest; Said: the installation has it.
type Platform struct {
	ID   string `json:"id"`
	Side string `json:"side"` // host, guest
	Text string `json:"text"`
	Said bool   `json:"said,omitempty"`
}

// Instruction is one thing to gather. State and Ask are of a request's checklist.
type Instruction struct {
	ID        string   `json:"id"`
	Group     string   `json:"group"`
	Text      string   `json:"text"`
	State     string   `json:"state,omitempty"` // missing, asked, given
	Ask       int      `json:"ask,omitempty"`   // that names it
	Platforms []string `json:"platforms"`
	Symptoms  []string `json:"symptoms"`
	Only      string   `json:"only,omitempty"` // both in words
	Steps     []string `json:"steps"`
	Places    []string `json:"places"`
	File      string   `json:"file,omitempty"`
	Rules     []string `json:"rules"`
}

// Files is how files get to the vendor (R28).
type Files struct {
	DirectMaxBytes int64    `json:"direct_max_bytes"`
	Larger         []string `json:"larger"`
	Name           string   `json:"name,omitempty"`
	Text           string   `json:"text"`
}

// Gathering tells what helps with a technical request about a product. What is
// left empty narrows nothing.
func (c *Client) Gathering(ctx context.Context, product, version string, platforms []string, symptom string) (Gathering, error) {
	q := query("product", product, "version", version, "platform", strings.Join(platforms, ","), "symptom", symptom)
	return call[Gathering](ctx, c, http.MethodGet, "/v1/gathering"+q, nil)
}

// Checklist is what helps with a request, and how far each of it is.
func (c *Client) Checklist(ctx context.Context, number string) (Gathering, error) {
	return call[Gathering](ctx, c, http.MethodGet, "/v1/requests/"+url.PathEscape(number)+"/gathering", nil)
}
