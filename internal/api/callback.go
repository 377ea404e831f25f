package api

import (
	"context"
	"net/http"
	"time"

	"madoguchi/internal/auth"
	"madoguchi/internal/desk"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// SaidBody is what a caller left, as it was said: nothing of it is refused.
type SaidBody struct {
	Name           string `json:"name,omitempty" maxLength:"500" doc:"Full name"`
	Company        string `json:"company,omitempty" maxLength:"500"`
	CustomerNumber string `json:"customer_number,omitempty" maxLength:"200" doc:"As it was said; a wrong one is flagged"`
	Phone          string `json:"phone,omitempty" maxLength:"200" doc:"With country and area code"`
	SRNumber       string `json:"sr_number,omitempty" maxLength:"200" doc:"Of the request that it is about, if there is one"`
	Description    string `json:"description,omitempty" maxLength:"65536"`
	Line           string `json:"line,omitempty" maxLength:"64" doc:"The caller's line as the network gives it"`
}

type callbackBody struct {
	SaidBody
	Language string    `json:"language,omitempty" maxLength:"16" doc:"That the caller wants"`
	LeftAt   time.Time `json:"left_at,omitzero" doc:"End of the message; absent: now"`
	CallAt   time.Time `json:"call_at,omitzero" doc:"The instant that was agreed; absent: within the pack's span"`
}

type callbackFlag struct {
	Item string `json:"item" enum:"name,company,customer_number,phone,sr_number,description"`
	Flag string `json:"flag" enum:"missing,malformed,no_country_code,from_line,unknown,stranger"`
	Text string `json:"text" doc:"In the caller's language"`
}

type callbackCall struct {
	At        time.Time `json:"at"`
	By        *member   `json:"by,omitempty"`
	Outcome   string    `json:"outcome" enum:"connected,voicemail,no_answer"`
	OnRequest bool      `json:"on_request" doc:"It stands on the request's timeline, with its text"`
	Why       string    `json:"why,omitempty" doc:"Why the request did not take it"`
	Text      string    `json:"text,omitempty"`
}

type callbackView struct {
	Number   string         `json:"number"`
	State    string         `json:"state" enum:"waiting,taken,called,done"`
	Said     SaidBody       `json:"said" doc:"Empty once it was erased"`
	Call     string         `json:"call" doc:"The number to call"`
	Flags    []callbackFlag `json:"flags"`
	Contact  *person        `json:"contact,omitempty" doc:"Whom the customer number names"`
	Account  *account       `json:"account,omitempty"`
	Request  string         `json:"request,omitempty" doc:"That it is about"`
	Language string         `json:"language,omitempty"`
	Service  *serviceView   `json:"service,omitempty" doc:"When service in that language is there, for an instant to agree on"`
	LeftAt   time.Time      `json:"left_at"`
	At       time.Time      `json:"at"`
	By       by             `json:"by"`
	DueAt    time.Time      `json:"due_at"`
	Agreed   bool           `json:"agreed" doc:"due_at was agreed, and does not follow from the policy"`
	MissedAt time.Time      `json:"missed_at,omitzero"`
	Staff    *member        `json:"staff,omitempty" doc:"Who makes the call"`
	Calls    []callbackCall `json:"calls"`
	Outcome  string         `json:"outcome,omitempty" doc:"Of the last call"`
	DoneAt   time.Time      `json:"done_at,omitzero"`
	Note     string         `json:"note,omitempty"`
}

type callbacksView struct {
	Callbacks []callbackView `json:"callbacks"`
	Next      string         `json:"next,omitempty" doc:"Cursor for after; absent at the end"`
}

type callbacksInput struct {
	State string `query:"state" enum:"waiting,taken,called,done" doc:"Absent: all that are not done"`
	After string `query:"after" maxLength:"500" doc:"Cursor of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// OnCallback is an input that names a call-back.
type OnCallback struct {
	Callback string `path:"callback" maxLength:"32"`
}

type takingInput struct {
	OnCallback
	Body takingBody
}

type takingBody struct {
	Staff string `json:"staff,omitempty" maxLength:"254" doc:"E-mail address of a colleague; absent: yourself"`
}

type callInput struct {
	OnCallback
	Body callBody
}

type callBody struct {
	Outcome string `json:"outcome" enum:"connected,voicemail,no_answer"`
	Text    string `json:"text,omitempty" maxLength:"262144"`
	Request string `json:"request,omitempty" maxLength:"32" doc:"Links a request that came of it"`
}

type finishInput struct {
	OnCallback
	Body finishBody
}

type finishBody struct {
	Text string `json:"text,omitempty" maxLength:"65536" doc:"Needed when no call was made: why none is"`
}

func (s *server) callbackRoutes() {
	register(s, route{method: http.MethodPost, path: "/v1/callbacks", id: "add-callback", summary: "Write down that a caller who left a message is to be called",
		scope: auth.Staff, permission: "add_callback", status: http.StatusCreated, tag: "callbacks"},
		func(ctx context.Context, c *call, in *body[callbackBody]) (*body[callbackView], error) {
			b := in.Body
			x, err := s.desk.AddCallback(ctx, c.actor, desk.CallbackMessage{
				Said: b.said(), Language: b.Language, LeftAt: b.LeftAt, CallAt: b.CallAt,
			})
			if err != nil {
				return nil, err
			}
			// Who wrote it down is shown it, also when it turns out to be about what they
			// do not see.
			v, err := c.callbackView(c.named(ctx), x)
			return &body[callbackView]{v}, err
		})
	register(s, route{method: http.MethodGet, path: "/v1/callbacks", id: "list-callbacks", summary: "List call-backs, the next due first",
		scope: auth.Staff, permission: "read", tag: "callbacks"},
		func(ctx context.Context, c *call, in *callbacksInput) (*body[callbacksView], error) {
			list, next, err := s.store.Callbacks(ctx, c.viewer, store.CallbackFilter{State: support.CallbackState(in.State), After: in.After, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			v, n := callbacksView{Callbacks: []callbackView{}, Next: next}, c.named(ctx)
			for _, x := range list {
				one, err := c.callbackView(n, x)
				if err != nil {
					return nil, err
				}
				v.Callbacks = append(v.Callbacks, one)
			}
			return &body[callbacksView]{v}, nil
		})
	register(s, route{method: http.MethodGet, path: "/v1/callbacks/{callback}", id: "show-callback", summary: "Show a call-back",
		scope: auth.Staff, permission: "read", tag: "callbacks"},
		func(ctx context.Context, c *call, in *OnCallback) (*body[callbackView], error) {
			id, err := support.ParseCallbackNumber(in.Callback)
			return c.showCallback(ctx, id, err)
		})
	s.callbackChanges()
}

func (s *server) callbackChanges() {
	register(s, route{method: http.MethodPost, path: "/v1/callbacks/{callback}/taking", id: "take-callback", summary: "Take a call-back, or give it to a colleague",
		scope: auth.Staff, permission: "take_callback", tag: "callbacks"},
		func(ctx context.Context, c *call, in *takingInput) (*body[callbackView], error) {
			id, err := support.ParseCallbackNumber(in.Callback)
			to := c.actor.ID
			if err == nil && in.Body.Staff != "" {
				var m support.Staff
				m, err = c.staffNamed(ctx, in.Body.Staff, "staff")
				to = m.ID
			}
			if err == nil {
				err = s.desk.TakeCallback(ctx, c.actor, id, to)
			}
			return c.showCallback(ctx, id, err)
		})
	register(s, route{method: http.MethodPost, path: "/v1/callbacks/{callback}/calls", id: "record-callback", summary: "Record how the call went",
		scope: auth.Staff, permission: "record_callback", tag: "callbacks"},
		func(ctx context.Context, c *call, in *callInput) (*body[callbackView], error) {
			id, err := support.ParseCallbackNumber(in.Callback)
			r := desk.CallbackReport{Outcome: support.Outcome(in.Body.Outcome), Text: text(in.Body.Text)}
			if err == nil && in.Body.Request != "" {
				r.Request, err = support.ParseNumber(in.Body.Request)
				err = inField(err, "request")
			}
			if err == nil {
				_, err = s.desk.RecordCallback(ctx, c.actor, id, r)
			}
			return c.showCallback(ctx, id, err)
		})
	register(s, route{method: http.MethodPost, path: "/v1/callbacks/{callback}/completion", id: "finish-callback", summary: "End a call-back",
		scope: auth.Staff, permission: "finish_callback", tag: "callbacks"},
		func(ctx context.Context, c *call, in *finishInput) (*body[callbackView], error) {
			id, err := support.ParseCallbackNumber(in.Callback)
			if err == nil {
				err = s.desk.FinishCallback(ctx, c.actor, id, text(in.Body.Text))
			}
			return c.showCallback(ctx, id, err)
		})
	register(s, route{method: http.MethodDelete, path: "/v1/callbacks/{callback}/said", id: "erase-callback", summary: "Erase what was said around a call-back that is done",
		scope: auth.Staff, permission: "erase_callback", status: http.StatusNoContent, tag: "callbacks"},
		func(ctx context.Context, c *call, in *OnCallback) (*struct{}, error) {
			id, err := support.ParseCallbackNumber(in.Callback)
			if err != nil {
				return nil, err
			}
			return nil, s.desk.EraseCallback(ctx, c.actor, id)
		})
}

func (b SaidBody) said() support.CallbackSaid {
	return support.CallbackSaid{
		Name: b.Name, Company: b.Company, CustomerNumber: b.CustomerNumber, Phone: b.Phone, Request: b.SRNumber, Description: b.Description, Line: b.Line,
	}
}

// showCallback shows one after a change, or passes the error on.
func (c *call) showCallback(ctx context.Context, id int64, err error) (*body[callbackView], error) {
	if err != nil {
		return nil, err
	}
	x, err := c.store.Callback(ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	v, err := c.callbackView(c.named(ctx), x)
	return &body[callbackView]{v}, err
}

func (c *call) callbackView(n *names, x support.Callback) (callbackView, error) {
	said, err := support.ReadCallback(n.text(x.Said))
	if err != nil {
		return callbackView{}, err
	}
	voice, p := c.voice(), c.desk.Pack()
	v := callbackView{
		Number: support.CallbackNumber(x.ID), State: string(x.State), Call: said.Dial(), Flags: []callbackFlag{}, Language: x.Language,
		Said: SaidBody{
			Name: said.Name, Company: said.Company, CustomerNumber: said.CustomerNumber, Phone: said.Phone, SRNumber: said.Request,
			Description: said.Description, Line: said.Line,
		},
		LeftAt: x.LeftAt, At: x.At, By: n.by(x.By), DueAt: x.WantedAt, Agreed: x.Agreed, MissedAt: x.MissedAt, Staff: n.maybe(x.Staff),
		Calls: []callbackCall{}, Outcome: string(x.Outcome), DoneAt: x.DoneAt, Note: n.text(x.Note),
	}
	for _, f := range x.Flags {
		v.Flags = append(v.Flags, callbackFlag{Item: f.Item, Flag: f.Flag, Text: voice.Word("callback_flag", f.Flag)})
	}
	country, region := "", p.DefaultRegion
	if x.Contact != 0 {
		who, home := n.person(x.Contact), n.account(x.Account)
		v.Contact, v.Account, country = &who, &home, n.country(x.Contact)
		if own, ok := p.RegionOf(country); ok {
			region = own.ID
		}
	}
	if x.Request != 0 {
		v.Request = support.SpokenNumber(x.Request)
	}
	if x.Language != "" && x.State != support.CallbackDone {
		s := support.Speaks(p, x.Language, "customer_service", support.Phone, country, region, 0, c.desk.Now())
		v.Service = serviceOf(&s)
	}
	for _, one := range x.Calls {
		v.Calls = append(v.Calls, callbackCall{
			At: one.At, By: n.maybe(one.Staff), Outcome: string(one.Outcome), OnRequest: one.OnRequest, Why: one.Why, Text: n.text(one.Text),
		})
	}
	return v, n.err
}
