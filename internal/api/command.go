package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/support"
)

// resultView is what a command has led to. A token that is not for reading is
// told the number and the version alone.
type resultView struct {
	Number  string       `json:"number"`
	Version int64        `json:"version"`
	Events  []eventView  `json:"events,omitzero" doc:"What followed, as far as the caller may see it; with scope read"`
	Request *requestView `json:"request,omitempty" doc:"With scope read"`
}

// answer is a result with its status, and for a new request its place.
type answer struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag" doc:"The version that the command has led to"`
	Body     resultView
}

// command is the input of a command with a body; bare of one whose body may be
// left out.
type command[B any] struct {
	Addressed
	Body B
}

type bare[B any] struct {
	Addressed
	Body *B
}

// Addressed names the request, and the version that the caller has seen.
type Addressed struct {
	Numbered
	IfMatch string `header:"If-Match" maxLength:"32" doc:"The version on which a decision rests: it is refused with 412 when people have changed the request since"`
}

func (in Addressed) seen() (int64, error) {
	if in.IfMatch == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(in.IfMatch, `"`), 10, 64)
	if err != nil || n < 1 {
		return 0, support.Wrong("If-Match", "api.version_form")
	}
	return n, nil
}

// empty is a body without members.
type empty struct{}

// maker turns a body into a command on the request whose row it is given.
type maker[B any] func(ctx context.Context, c *call, row support.Row, b B) (support.Command, error)

// act is one command's operation.
type act struct {
	path, id, summary, command string
	method                     string // "": POST
	scope                      auth.Scope
	status                     int
}

func (a act) route() route {
	r := route{
		method: a.method, path: "/v1/requests/{number}" + a.path, id: a.id, summary: a.summary, scope: a.scope,
		permission: a.command, status: a.status, tag: "commands",
	}
	if r.method == "" {
		r.method = http.MethodPost
	}
	if r.scope == "" {
		r.scope = auth.Write
	}
	return r
}

// do hangs in a command whose body is needed.
func do[B any](s *server, a act, make maker[B]) {
	register(s, a.route(), func(ctx context.Context, c *call, in *command[B]) (*answer, error) {
		return carry(ctx, c, in.Addressed, in.Body, make)
	})
}

// may hangs in a command whose body may be left out.
func may[B any](s *server, a act, make maker[B]) {
	register(s, a.route(), func(ctx context.Context, c *call, in *bare[B]) (*answer, error) {
		var b B
		if in.Body != nil {
			b = *in.Body
		}
		return carry(ctx, c, in.Addressed, b, make)
	})
}

// carry sends a command. Whether the caller sees the request is settled before
// anything in the body is looked up, so that a stranger learns nothing.
func carry[B any](ctx context.Context, c *call, in Addressed, b B, make maker[B]) (*answer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	seen, err := in.seen()
	if err != nil {
		return nil, err
	}
	row, err := c.store.Request(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	cmd, err := make(ctx, c, row, b)
	if err != nil {
		return nil, err
	}
	done, err := c.desk.DoIf(ctx, c.actor, id, seen, cmd)
	if err != nil {
		return nil, c.movedOn(ctx, id, seen, err)
	}
	v, err := c.result(ctx, done)
	return &answer{ETag: entityTag(v.Version), Body: v}, err
}

func (c *call) result(ctx context.Context, done desk.Done) (resultView, error) {
	if !c.scopes.Has(auth.Read) {
		return resultView{Number: support.SpokenNumber(done.ID), Version: done.Seq}, nil
	}
	var err error
	if slices.ContainsFunc(done.Facts, func(f support.Fact) bool { return support.MovesSight(f.Body) }) {
		sees, err := c.store.Sees(ctx, c.viewer, done.ID)
		if err != nil {
			return resultView{}, err
		}
		if !sees { // who has left as a watcher does not see it any more
			return resultView{Number: support.SpokenNumber(done.ID), Version: done.Seq}, nil
		}
	}
	if err = c.desk.RecordRead(ctx, c.actor, done.ID); err != nil {
		return resultView{}, err
	}
	n := c.named(ctx)
	n.know(done)
	n.fetch(namedBy(done.Request))
	events, err := n.events(done.Facts)
	if err != nil {
		return resultView{}, err
	}
	shown, err := n.request(done.Request)
	return resultView{Number: shown.Number, Version: shown.Version, Events: events, Request: &shown}, err
}

// consentBody is the customer's agreement as staff record it.
type consentBody struct {
	Contact string    `json:"contact,omitempty" maxLength:"32" doc:"Customer number; default: the request's contact"`
	How     string    `json:"how" enum:"phone,mail,portal,api"`
	At      time.Time `json:"at,omitempty" doc:"Default: now"`
}

// consent reads it; nil stays nil. A customer's own act is consent enough, and
// came through this door.
func (c *call) consent(ctx context.Context, row support.Row, b *consentBody) (*support.Consent, error) {
	if !c.staff() {
		return &support.Consent{Contact: c.actor.ID, How: support.API}, nil
	}
	if b == nil {
		return nil, nil
	}
	out := &support.Consent{Contact: row.Contact, How: support.Channel(b.How), At: b.At}
	if b.Contact != "" {
		who, err := c.contactNamed(ctx, b.Contact, "consent.contact")
		if err != nil {
			return nil, err
		}
		out.Contact = who.ID
	}
	return out, nil
}

// by is the channel through which a command came when the body does not say.
func channelOr(s string) support.Channel {
	if s == "" {
		return support.API
	}
	return support.Channel(s)
}

func text(s string) support.Text { return support.T(s) }

type textBody struct {
	Text string `json:"text" maxLength:"262144"`
}

type reasonBody struct {
	Reason string `json:"reason,omitempty" maxLength:"262144"`
}

type askBody struct {
	Kind  string    `json:"kind" enum:"details,install,debug_data,vendor_reproduces,hand_over_data,verify_bug,apply_remedy,bring_in_specialists,third_party_cooperates"`
	Of    string    `json:"of,omitempty" enum:"customer,support,third_party,engineering" default:"customer"`
	Text  string    `json:"text" maxLength:"262144"`
	DueAt time.Time `json:"due_at,omitempty"`
	Item  string    `json:"item,omitempty" maxLength:"200" doc:"Of a CS request: the item asked for; of a technical one: the instruction to gather by"`
	// Removes is the N of a component of another vendor (R39).
	Removes int `json:"removes,omitempty" minimum:"1" doc:"The component of another vendor that is to be removed; takes stated grounds"`
}

func (b askBody) ask() support.NewAsk {
	return support.NewAsk{Kind: support.AskKind(b.Kind), Of: support.Turn(b.Of), Text: text(b.Text), DueAt: b.DueAt, Item: b.Item, Removes: b.Removes}
}

type commentBody struct {
	Text     string    `json:"text" maxLength:"262144"`
	Channel  string    `json:"channel,omitempty" enum:"portal,phone,mail,api" default:"api"`
	OnBehalf bool      `json:"on_behalf,omitempty" doc:"Staff write down what the contact said"`
	Corrects int64     `json:"corrects,omitempty" minimum:"1" doc:"Seq of your own comment that it corrects"`
	Asks     []askBody `json:"asks,omitempty" maxItems:"20"`
	Files    []string  `json:"files,omitempty" maxItems:"20" doc:"Ids of files that you have sent to this request"`
}

type noteBody struct {
	Text  string `json:"text" maxLength:"262144"`
	Label string `json:"label,omitempty" enum:"verification,compliance"`
	// Mentions are e-mail addresses.
	Mentions []string `json:"mentions,omitempty" maxItems:"20" doc:"E-mail addresses of colleagues who are told of the note"`
	Files    []string `json:"files,omitempty" maxItems:"20" doc:"Ids of files that you have sent to this request"`
}

type contactBody struct {
	Channel    string    `json:"channel" enum:"phone,mail,portal,api"`
	Outcome    string    `json:"outcome" enum:"connected,voicemail,no_answer,sent,bounced"`
	Text       string    `json:"text,omitempty" maxLength:"262144" doc:"What was said or written; the customer reads it. What is not for them is a note"`
	Announce   bool      `json:"announce,omitempty" doc:"The message announces the completion"`
	HappenedAt time.Time `json:"happened_at,omitempty" doc:"At most 7 days back, with a reason"`
	Reason     string    `json:"reason,omitempty" maxLength:"262144" doc:"Why it is recorded only now; staff alone read it"`
}

type waitBody struct {
	Kind   string    `json:"kind" maxLength:"64" doc:"One of the policy's kinds of waiting"`
	Until  time.Time `json:"until,omitempty"`
	Reason string    `json:"reason,omitempty" maxLength:"262144"`
}

type voidBody struct {
	Why string `json:"why" enum:"bounced"`
}

type assignmentBody struct {
	Staff string `json:"staff,omitempty" maxLength:"254" doc:"E-mail address; absent: the caller takes the request"`
}

// numberedAsk is a command on one ask, numberedAttempt on one attempt.
type numberedAsk struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body *struct {
		Text  string   `json:"text,omitempty" maxLength:"262144"`
		Files []string `json:"files,omitempty" maxItems:"20" doc:"Ids of files that you have sent to this request"`
	}
}

type cancelAsk struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body *reasonBody
}

type voidAttempt struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body voidBody
}

// numbered is a command on one of several things of a request: a promise, a
// component of another vendor.
type numbered[B any] struct {
	Addressed
	N    int `path:"n" minimum:"1"`
	Body B
}

// onNth hangs in a command on one of several things of a request.
func onNth[B any](s *server, a act, make func(n int, b B) support.Command) {
	register(s, a.route(), func(ctx context.Context, c *call, in *numbered[B]) (*answer, error) {
		return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *numbered[B]) (support.Command, error) {
			return make(in.N, in.Body), nil
		})
	})
}

func (s *server) commandRoutes() {
	s.fileRoutes()
	s.talkRoutes()
	s.withdrawRoutes()
	s.redactRoutes()
	s.restrictRoutes()
	s.reclassifyRoutes()
	s.workRoutes()
	s.watcherRoutes()
	s.promiseRoutes()
	s.analysisRoutes()
	s.thirdPartyRoutes()
	s.followUpRoutes()
	s.secondRoutes()
	s.handOverRoutes()
	s.pageRoutes()
	s.routingRoutes()
}

// talkRoutes are what the two sides say to each other.
func (s *server) talkRoutes() {
	do(s, act{path: "/comments", id: "comment", summary: "Write a public entry", command: "comment"},
		func(_ context.Context, _ *call, _ support.Row, b commentBody) (support.Command, error) {
			cmd := &support.Comment{Text: text(b.Text), Channel: channelOr(b.Channel), OnBehalf: b.OnBehalf, Corrects: b.Corrects, Files: filesNamed(b.Files)}
			for _, a := range b.Asks {
				cmd.Asks = append(cmd.Asks, a.ask())
			}
			return cmd, nil
		})
	do(s, act{path: "/notes", id: "add-note", summary: "Write an internal note", command: "add_note", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b noteBody) (support.Command, error) {
			cmd := &support.AddNote{Text: text(b.Text), Label: b.Label, Files: filesNamed(b.Files)}
			for _, email := range b.Mentions {
				m, err := c.staffNamed(ctx, email, "mentions")
				if err != nil {
					return nil, err
				}
				cmd.Mentions = append(cmd.Mentions, m.ID)
			}
			return cmd, nil
		})
	do(s, act{path: "/auto-replies", id: "record-auto-reply", summary: "File a machine's answer; nothing follows from it", command: "record_auto_reply", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b textBody) (support.Command, error) {
			return &support.RecordAutoReply{Text: text(b.Text)}, nil
		})
	do(s, act{path: "/asks", id: "ask", summary: "Open one of the nine kinds of asks", command: "ask", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b askBody) (support.Command, error) {
			return &support.Ask{NewAsk: b.ask()}, nil
		})
	register(s, act{path: "/asks/{n}/answer", id: "answer-ask", summary: "Fulfil an ask", command: "answer_ask"}.route(),
		func(ctx context.Context, c *call, in *numberedAsk) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *numberedAsk) (support.Command, error) {
				cmd := &support.AnswerAsk{N: in.N}
				if in.Body != nil {
					cmd.Text, cmd.Files = text(in.Body.Text), filesNamed(in.Body.Files)
				}
				return cmd, nil
			})
		})
	register(s, act{path: "/asks/{n}/cancellation", id: "cancel-ask", summary: "Withdraw an ask", command: "cancel_ask", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *cancelAsk) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *cancelAsk) (support.Command, error) {
				cmd := &support.CancelAsk{N: in.N}
				if in.Body != nil {
					cmd.Reason = text(in.Body.Reason)
				}
				return cmd, nil
			})
		})
	onNth(s, act{path: "/asks/{n}/refusal", id: "decline-ask", summary: "Say no to what was asked of the customer", command: "decline_ask"},
		func(n int, b struct {
			Reason string `json:"reason" maxLength:"262144"`
		}) support.Command {
			return &support.DeclineAsk{N: n, Reason: text(b.Reason)}
		})
	do(s, act{path: "/contacts", id: "log-contact", summary: "Record a call, or an attempt to reach the contact", command: "log_contact", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b contactBody) (support.Command, error) {
			return &support.LogContact{
				Channel: support.Channel(b.Channel), Outcome: support.Outcome(b.Outcome), Text: text(b.Text), Announce: b.Announce,
				Elsewhere: support.Elsewhere{HappenedAt: b.HappenedAt, Reason: text(b.Reason)},
			}, nil
		})
	register(s, act{path: "/attempts/{n}/void", id: "void-attempt", summary: "Record that an attempt did not reach the contact after all", command: "void_attempt", scope: auth.Staff}.route(),
		func(ctx context.Context, c *call, in *voidAttempt) (*answer, error) {
			return carry(ctx, c, in.Addressed, in, func(_ context.Context, _ *call, _ support.Row, in *voidAttempt) (support.Command, error) {
				return &support.VoidAttempt{N: in.N, Why: in.Body.Why}, nil
			})
		})
}

// workRoutes are who works on it and what it waits for.
func (s *server) workRoutes() {
	may(s, act{path: "/assignment", id: "assign", summary: "Take a queued request, or give it to an engineer", command: "assign", scope: auth.Staff},
		func(ctx context.Context, c *call, _ support.Row, b assignmentBody) (support.Command, error) {
			if b.Staff == "" {
				return &support.Take{}, nil
			}
			m, err := c.staffNamed(ctx, b.Staff, "staff")
			return &support.Assign{Staff: m.ID}, err
		})
	do(s, act{path: "/waiting", id: "wait", summary: "Open a waiting period", command: "wait", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, b waitBody) (support.Command, error) {
			return &support.Wait{Kind: support.WaitingKind(b.Kind), Until: b.Until, Reason: text(b.Reason)}, nil
		})
	may(s, act{method: http.MethodDelete, path: "/waiting", id: "resume", summary: "End the waiting period", command: "resume", scope: auth.Staff},
		func(_ context.Context, _ *call, _ support.Row, _ empty) (support.Command, error) {
			return &support.Resume{}, nil
		})
}
