package api

import (
	"context"
	"net/http"
	"slices"

	"madoguchi/internal/auth"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// gatheringView is what helps with a technical request and how it is gathered.
type gatheringView struct {
	Number       string            `json:"number,omitempty" doc:"Of the request; absent before it is filed"`
	Product      string            `json:"product"`
	Version      string            `json:"version,omitempty"`
	Groups       []choice          `json:"groups" doc:"What helps, in groups (R17)"`
	Platforms    []platformView    `json:"platforms" doc:"Those there are, of host and guest"`
	Symptoms     []choice          `json:"symptoms" doc:"What may have happened"`
	Changes      []choice          `json:"changes" doc:"Kinds of recent changes"`
	Instructions []instructionView `json:"instructions"`
	Files        filesView         `json:"files"`
}

type platformView struct {
	ID   string `json:"id"`
	Side string `json:"side" enum:"host,guest"`
	Text string `json:"text"`
	Said bool   `json:"said,omitempty" doc:"The installation has it"`
}

// instructionView is one thing to gather.
type instructionView struct {
	ID        string   `json:"id" doc:"An ask may name it as its item"`
	Group     string   `json:"group"`
	Text      string   `json:"text"`
	State     string   `json:"state,omitempty" enum:"missing,asked,given" doc:"On a request"`
	Ask       int      `json:"ask,omitempty" doc:"Number of the ask that names it"`
	Platforms []string `json:"platforms" doc:"On which it is gathered; empty: on every one"`
	Symptoms  []string `json:"symptoms" doc:"After which it is gathered; empty: always"`
	Only      string   `json:"only,omitempty" doc:"Platforms and symptoms in words"`
	Steps     []string `json:"steps"`
	Places    []string `json:"places" doc:"Files and folders as they are called there"`
	File      string   `json:"file,omitempty" doc:"What the file is called that results"`
	Rules     []string `json:"rules"`
}

// filesView is how files get to the vendor (R28).
type filesView struct {
	DirectMaxBytes int64    `json:"direct_max_bytes"`
	Larger         []string `json:"larger" doc:"Ways for larger ones"`
	Name           string   `json:"name,omitempty" doc:"What a larger one must be called: {number} is the request's number without hyphens, {file} its own name"`
	Text           string   `json:"text"`
}

type gatheringInput struct {
	Product  string   `query:"product" required:"true" maxLength:"200"`
	Version  string   `query:"version" maxLength:"200"`
	Platform []string `query:"platform" maxItems:"10" doc:"Of host and guest, with commas between them"`
	Symptom  string   `query:"symptom" maxLength:"100" doc:"What has happened"`
}

func (s *server) gatheringRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/gathering", id: "show-gathering", summary: "Show what helps with a technical request, and how it is gathered",
		scope: auth.Read, permission: "read", tag: "policy"},
		func(ctx context.Context, c *call, in *gatheringInput) (*body[gatheringView], error) {
			if err := c.knownProduct(ctx, in.Product); err != nil {
				return nil, err
			}
			q := support.GatherQuery{Product: in.Product, Version: in.Version, Platforms: in.Platform, Symptom: in.Symptom}
			list, err := support.Gather(q, c.desk.Pack())
			if err != nil {
				return nil, err
			}
			v := c.gathering(in.Product, in.Version, in.Platform, "")
			for _, x := range list {
				v.Instructions = append(v.Instructions, c.instruction(x))
			}
			return &body[gatheringView]{v}, nil
		})
	register(s, route{method: http.MethodGet, path: "/v1/requests/{number}/gathering", id: "list-gathering", summary: "Show what helps with a request, and how far each of it is",
		scope: auth.Read, permission: "read", tag: "requests"},
		func(ctx context.Context, c *call, in *Numbered) (*body[gatheringView], error) {
			r, err := c.read(ctx, in)
			if err != nil {
				return nil, err
			}
			v := c.gathering(r.Filed.Product, r.Filed.Version, r.Details.Platforms, support.Number(r.ID))
			v.Number = support.SpokenNumber(r.ID)
			for _, x := range r.Checklist(c.desk.Pack()) {
				one := c.instruction(x.Instruction)
				one.State, one.Ask = string(x.State), x.Ask
				v.Instructions = append(v.Instructions, one)
			}
			return &body[gatheringView]{v}, nil
		})
}

// gathering is what every list of instructions says; number is the request's,
// "" when there is none.
func (c *call) gathering(product, version string, said []string, number string) gatheringView {
	p, voice := c.desk.Pack(), c.voice()
	v := gatheringView{
		Product: product, Version: version, Groups: items(p.Intake.Gather, voice.Lang), Platforms: []platformView{},
		Symptoms: items(p.Gathering.Symptoms, voice.Lang), Changes: items(p.Gathering.Changes, voice.Lang), Instructions: []instructionView{},
		Files: filesView{DirectMaxBytes: p.Upload.DirectMaxBytes, Larger: p.Upload.Larger, Name: p.Upload.Name, Text: voice.Files(number)},
	}
	for _, x := range p.Gathering.Platforms {
		v.Platforms = append(v.Platforms, platformView{ID: x.ID, Side: x.Side, Text: x.Text.In(voice.Lang), Said: slices.Contains(said, x.ID)})
	}
	return v
}

func (c *call) instruction(in policy.Instruction) instructionView {
	voice := c.voice()
	return instructionView{
		ID: in.ID, Group: in.Group, Text: voice.Named("item", in.ID), Platforms: notNil(in.Platforms), Symptoms: notNil(in.Symptoms),
		Only: voice.Only(in.Platforms, in.Symptoms), Steps: voice.Steps(in), Places: notNil(in.Places), File: in.File, Rules: notNil(in.Guide),
	}
}

// gather is how what an ask names is gathered; nil when it names nothing such.
func (n *names) gather(r *support.Request, item string) *instructionView {
	in, ok := r.Instruction(item, n.c.desk.Pack())
	if !ok {
		return nil
	}
	v := n.c.instruction(in)
	return &v
}
