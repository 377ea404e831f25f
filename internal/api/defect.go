package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// linkedDefect is a defect as a request shows it: customers read what is meant
// for them, staff engineering's title as well.
type linkedDefect struct {
	Defect        string `json:"defect" example:"D-1001"`
	Title         string `json:"title,omitempty" doc:"In the words for customers"`
	State         string `json:"state" enum:"reported,confirmed,fixing,fixed,wont_fix,rejected"`
	FixedIn       string `json:"fixed_in,omitempty" doc:"The production release with the fix"`
	InternalTitle string `json:"internal_title,omitempty" doc:"Staff only"`
}

// defectView is a defect as staff see it.
type defectView struct {
	Defect      string     `json:"defect" example:"D-1001"`
	Product     string     `json:"product"`
	Versions    []string   `json:"versions" doc:"Affected"`
	State       string     `json:"state" enum:"reported,confirmed,fixing,fixed,wont_fix,rejected"`
	Severity    int        `json:"severity" doc:"For engineering, 1 is the worst"`
	FixedIn     string     `json:"fixed_in,omitempty"`
	Title       string     `json:"title"`
	PublicTitle string     `json:"public_title,omitempty" doc:"What customers of linked requests read"`
	Text        string     `json:"text,omitempty"`
	ReportedAt  time.Time  `json:"reported_at"`
	ChangedAt   time.Time  `json:"changed_at"`
	FixedAt     time.Time  `json:"fixed_at,omitzero"`
	Linked      int        `json:"linked" doc:"How many requests are linked"`
	Requests    []string   `json:"requests,omitempty" doc:"Numbers of the first 200 that the caller sees; absent in lists"`
	Runs        []runView  `json:"runs,omitempty" doc:"How far linked requests were told; absent in lists"`
	History     []pastView `json:"history,omitempty" doc:"The last 100 changes and comments; absent in lists"`
}

// runView is how far a command is that goes to many requests.
type runView struct {
	StartedAt time.Time `json:"started_at"`
	State     string    `json:"state" enum:"running,done"`
	Total     int       `json:"total"`
	Done      int       `json:"done"`
	Skipped   int       `json:"skipped" doc:"Requests that refused it"`
	Failed    int       `json:"failed" doc:"Given up; see the desk's log"`
}

// pastView is one entry of the history of something that is no request.
type pastView struct {
	Seq  int64          `json:"seq"`
	Kind string         `json:"kind"`
	At   time.Time      `json:"at"`
	By   by             `json:"by"`
	Data map[string]any `json:"data" doc:"Texts stand as {text} or {erased}"`
}

type defectsView struct {
	Defects []defectView `json:"defects"`
	Next    string       `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type defectsInput struct {
	Product  string `query:"product" maxLength:"200"`
	State    string `query:"state" enum:"open,reported,confirmed,fixing,fixed,wont_fix,rejected" doc:"open: engineering still has to do with it"`
	Severity int    `query:"severity" minimum:"1" maximum:"4"`
	After    string `query:"after" maxLength:"500" doc:"Cursor of the page before"`
	Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// OnDefect is an input that names a defect.
type OnDefect struct {
	Defect string `path:"defect" maxLength:"32" example:"D-1001"`
}

type defectBody struct {
	Product     string   `json:"product" maxLength:"200"`
	Versions    []string `json:"versions,omitempty" maxItems:"50"`
	Severity    int      `json:"severity" minimum:"1" maximum:"4" doc:"For engineering"`
	Title       string   `json:"title" doc:"At most 300 characters"`
	PublicTitle string   `json:"public_title,omitempty" doc:"What customers of linked requests read; at most 300 characters"`
	Text        string   `json:"text,omitempty" maxLength:"262144"`
}

type defectChangeBody struct {
	State       *string   `json:"state,omitempty" enum:"reported,confirmed,fixing,fixed,wont_fix,rejected"`
	FixedIn     *string   `json:"fixed_in,omitempty" maxLength:"80" doc:"The production release with the fix"`
	Severity    *int      `json:"severity,omitempty" minimum:"1" maximum:"4"`
	Versions    *[]string `json:"versions,omitempty" maxItems:"50"`
	Title       *string   `json:"title,omitempty"`
	PublicTitle *string   `json:"public_title,omitempty"`
	Text        *string   `json:"text,omitempty" maxLength:"262144"`
	Reason      string    `json:"reason,omitempty" maxLength:"262144" doc:"Stands in the history"`
}

type defectChangeInput struct {
	OnDefect
	Body defectChangeBody
}

type defectCommentInput struct {
	OnDefect
	Body textBody
}

type linkBody struct {
	Defect string `json:"defect" maxLength:"32" example:"D-1001"`
}

type unlinkInput struct {
	Addressed
	Defect string `path:"defect" maxLength:"32" example:"D-1001"`
	Body   reasonBody
}

func (s *server) defectRoutes() {
	register(s, route{method: http.MethodGet, path: "/v1/defects", id: "list-defects", summary: "List defects, what changed last first",
		scope: auth.Staff, permission: "read", tag: "defects"},
		func(ctx context.Context, c *call, in *defectsInput) (*body[defectsView], error) {
			f := store.DefectFilter{Product: in.Product, State: support.DefectState(in.State), Severity: in.Severity, After: in.After, Limit: in.Limit}
			if in.State == "open" {
				f.State, f.Open = "", true
			}
			rows, next, err := s.store.ListDefects(ctx, c.viewer, f)
			if err != nil {
				return nil, err
			}
			n := c.named(ctx)
			v := defectsView{Defects: []defectView{}, Next: next}
			for _, x := range rows {
				v.Defects = append(v.Defects, n.defect(x))
			}
			return &body[defectsView]{v}, n.err
		})
	register(s, route{method: http.MethodGet, path: "/v1/defects/{defect}", id: "show-defect", summary: "Show a defect with its requests and history",
		scope: auth.Staff, permission: "read", tag: "defects"},
		func(ctx context.Context, c *call, in *OnDefect) (*body[defectView], error) {
			id, err := support.ParseDefectNumber(in.Defect)
			if err != nil {
				return nil, err
			}
			return c.showDefect(ctx, id)
		})
	register(s, route{method: http.MethodPost, path: "/v1/defects", id: "report-defect", summary: "Report a defect to engineering",
		scope: auth.Staff, permission: "report_defect", status: http.StatusCreated, tag: "defects"},
		func(ctx context.Context, c *call, in *body[defectBody]) (*body[defectView], error) {
			b := in.Body
			x := support.Defect{
				Product: b.Product, Versions: b.Versions, Severity: b.Severity, Title: text(b.Title), Public: text(b.PublicTitle), Description: text(b.Text),
			}
			if err := s.desk.ReportDefect(ctx, c.actor, &x); err != nil {
				return nil, err
			}
			return c.showDefect(ctx, x.ID)
		})
	s.defectChanges()
}

type defectRedactionInput struct {
	OnDefect
	Seq  int64 `path:"seq" minimum:"1" doc:"Seq of the entry of its history"`
	Body redactionBody
}

func (s *server) defectChanges() {
	register(s, route{method: http.MethodPost, path: "/v1/defects/{defect}/history/{seq}/redaction", id: "redact-defect", summary: "Erase texts of an entry of a defect for good, also on linked requests",
		scope: auth.Staff, permission: "redact_defect", tag: "defects"},
		func(ctx context.Context, c *call, in *defectRedactionInput) (*body[defectView], error) {
			id, err := support.ParseDefectNumber(in.Defect)
			if err != nil {
				return nil, err
			}
			b := in.Body
			err = s.desk.RedactDefect(ctx, c.actor, id, desk.Redaction{Seq: in.Seq, Field: b.Field, Ground: b.Ground, Reason: b.Reason})
			if err != nil {
				return nil, err
			}
			return c.showDefect(ctx, id)
		})
	register(s, route{method: http.MethodPatch, path: "/v1/defects/{defect}", id: "change-defect", summary: "Change a defect; linked requests are told when it is decided",
		scope: auth.Staff, permission: "change_defect", tag: "defects"},
		func(ctx context.Context, c *call, in *defectChangeInput) (*body[defectView], error) {
			id, err := support.ParseDefectNumber(in.Defect)
			if err != nil {
				return nil, err
			}
			b := in.Body
			change := desk.DefectChange{
				FixedIn: b.FixedIn, Severity: b.Severity, Versions: b.Versions, Title: b.Title, Public: b.PublicTitle, Description: b.Text, Reason: b.Reason,
			}
			if b.State != nil {
				state := support.DefectState(*b.State)
				change.State = &state
			}
			if _, err := s.desk.ChangeDefect(ctx, c.actor, id, change); err != nil {
				return nil, err
			}
			return c.showDefect(ctx, id)
		})
	register(s, route{method: http.MethodPost, path: "/v1/defects/{defect}/comments", id: "comment-defect", summary: "Write into a defect's history",
		scope: auth.Staff, permission: "comment_defect", tag: "defects"},
		func(ctx context.Context, c *call, in *defectCommentInput) (*body[defectView], error) {
			id, err := support.ParseDefectNumber(in.Defect)
			if err != nil {
				return nil, err
			}
			if err := s.desk.CommentDefect(ctx, c.actor, id, in.Body.Text); err != nil {
				return nil, err
			}
			return c.showDefect(ctx, id)
		})
	do(s, act{path: "/defects", id: "link-defect", summary: "Link the request to a defect", command: "link_defect", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b linkBody) (support.Command, error) {
			id, err := support.ParseDefectNumber(b.Defect)
			return &support.LinkDefect{Defect: id}, err
		})
	register(s, act{method: http.MethodDelete, path: "/defects/{defect}", id: "unlink-defect", summary: "Take the link to a defect back", command: "unlink_defect", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *unlinkInput) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *unlinkInput) (support.Command, error) {
				id, err := support.ParseDefectNumber(in.Defect)
				return &support.UnlinkDefect{Defect: id, Reason: text(in.Body.Reason)}, err
			})
		})
}

// defect is a defect as a list shows it.
func (n *names) defect(x support.Defect) defectView {
	v := defectView{
		Defect: support.DefectNumber(x.ID), Product: x.Product, Versions: x.Versions, State: string(x.State), Severity: x.Severity, FixedIn: x.FixedIn,
		Title: n.text(x.Title), PublicTitle: n.text(x.Public), Text: n.text(x.Description), ReportedAt: x.ReportedAt, ChangedAt: x.ChangedAt,
		FixedAt: x.FixedAt, Linked: x.Requests,
	}
	if v.Versions == nil {
		v.Versions = []string{}
	}
	return v
}

func (c *call) showDefect(ctx context.Context, id int64) (*body[defectView], error) {
	x, err := c.store.Defect(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	n := c.named(ctx)
	v := n.defect(x)
	linked, err := c.store.RequestsOfDefect(ctx, c.viewer, id, 0, 200)
	if err != nil {
		return nil, err
	}
	for _, r := range linked {
		v.Requests = append(v.Requests, support.SpokenNumber(r.ID))
	}
	if v.Runs, err = c.runs(ctx, store.RunDefect, id); err != nil {
		return nil, err
	}
	v.History, err = c.history(ctx, n, "defect", id)
	return &body[defectView]{v}, err
}

func (c *call) runs(ctx context.Context, kind string, subject int64) ([]runView, error) {
	found, err := c.store.Runs(ctx, c.viewer, kind, subject)
	var out []runView
	for _, r := range found {
		v := runView{StartedAt: r.StartedAt, State: "running", Total: r.Total, Done: r.Done, Skipped: r.Skipped, Failed: r.Failed}
		if r.Done+r.Skipped+r.Failed == r.Total {
			v.State = "done"
		}
		out = append(out, v)
	}
	return out, err
}

// history is what happened to something that is no request.
func (c *call) history(ctx context.Context, n *names, subject string, id int64) ([]pastView, error) {
	facts, err := c.store.History(ctx, c.viewer, subject, id, 0, 100)
	if err != nil {
		return nil, err
	}
	var out []pastView
	for _, f := range facts {
		raw, err := json.Marshal(f.Body)
		if err != nil {
			return nil, err
		}
		data := map[string]any{}
		if err := json.Unmarshal(raw, &data); err != nil {
			return nil, err
		}
		delete(data, "content") // ids of texts that were erased
		for k, v := range data {
			data[k] = n.said(v)
		}
		out = append(out, pastView{Seq: f.Seq, Kind: f.Kind(), At: f.At, By: n.by(f.By), Data: data})
	}
	return out, n.err
}

// said shows a text where a value refers to one; a text that was never written
// is null.
func (n *names) said(v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		return v
	}
	id, ok := m["id"].(float64)
	switch {
	case ok && m["sha256"] != nil:
		return n.shown(int64(id))
	case len(m) == 0:
		return nil
	}
	return v
}

// linked are the defects of a request as the caller may read them.
func (n *names) linked(ctx context.Context, r *support.Request) []linkedDefect {
	if len(r.Defects) == 0 || n.err != nil {
		return nil
	}
	rows, err := n.c.store.DefectsOf(ctx, n.c.viewer, r.ID)
	if err != nil {
		n.err = err
		return nil
	}
	var out []linkedDefect
	for _, x := range rows {
		l := linkedDefect{Defect: support.DefectNumber(x.ID), Title: n.text(x.Public), State: string(x.State), FixedIn: x.FixedIn}
		if n.c.staff() {
			l.InternalTitle = n.text(x.Title)
		}
		out = append(out, l)
	}
	return out
}
