package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"madoguchi/client"
	"madoguchi/internal/lang"
)

// callbackCmd is call-backs and calls that came in, over the API.
type callbackCmd struct {
	remote
	List  callbackListCmd  `cmd:"" help:"List call-backs, the next due first."`
	Show  callbackShowCmd  `cmd:"" help:"Show a call-back."`
	Add   callbackAddCmd   `cmd:"" help:"Write down a message; what is missing is flagged, never refused."`
	Take  callbackTakeCmd  `cmd:"" help:"Take a call-back, or give it to a colleague."`
	Call  callbackCallCmd  `cmd:"" help:"Record how the call went."`
	Done  callbackDoneCmd  `cmd:"" help:"End a call-back."`
	Erase callbackEraseCmd `cmd:"" help:"Erase what was said around a call-back that is done."`
	Log   callbackLogCmd   `cmd:"" help:"Log a call that came in, and say what the telephone does with it."`
	Calls callbackCallsCmd `cmd:"" help:"List calls that came in, the newest first."`
}

type callbackListCmd struct {
	State string `help:"waiting, taken, called or done; all that are not done when left out." enum:"waiting,taken,called,done," default:"" placeholder:"STATE"`
	pageFlags
}

func (c *callbackListCmd) act(s *session) error {
	list, next, err := s.client.Callbacks(s.ctx, c.State, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.show(map[string]any{"callbacks": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "number"), word(l, "state"), word(l, "due"), word(l, "callback.call"), word(l, "contact"), word(l, "title")}}
		for _, x := range list {
			rows = append(rows, []string{x.Number, v.Word("callback", x.State), v.Date(x.DueAt), line(x.Call), line(x.Said.Name), line(x.Said.Description)})
		}
		writePage(w, v, rows, next)
	})
}

// onCallback is the argument that names a call-back.
type onCallback struct {
	Number string `arg:"" help:"Number of the call-back, such as CB-17."`
}

type callbackShowCmd struct{ onCallback }

func (c *callbackShowCmd) act(s *session) error {
	return s.callback(s.client.Callback(s.ctx, c.Number))
}

type callbackAddCmd struct {
	Name           string    `help:"Full name." placeholder:"NAME"`
	Company        string    `help:"Company." placeholder:"NAME"`
	CustomerNumber string    `help:"Customer number, as it was said." placeholder:"NUMBER"`
	Phone          string    `help:"Telephone number with country and area code." placeholder:"NUMBER"`
	Request        string    `help:"Number of the request, if there is one." placeholder:"NUMBER"`
	Text           string    `help:"A short description; - reads standard input." placeholder:"TEXT"`
	Line           string    `help:"The caller's line, as the network gives it." placeholder:"NUMBER"`
	Language       string    `help:"Language that the caller wants." placeholder:"CODE"`
	LeftAt         time.Time `help:"When the message ended; now when left out." placeholder:"INSTANT"`
	CallAt         time.Time `help:"Instant that was agreed." placeholder:"INSTANT"`
}

func (c *callbackAddCmd) act(s *session) error {
	text, err := s.source(c.Text, "")
	if err != nil {
		return err
	}
	return s.callback(s.client.AddCallback(s.ctx, client.NewCallback{
		Said: client.Said{
			Name: c.Name, Company: c.Company, CustomerNumber: c.CustomerNumber, Phone: c.Phone, SRNumber: c.Request, Description: text, Line: c.Line,
		},
		Language: c.Language, LeftAt: c.LeftAt, CallAt: c.CallAt,
	}))
}

type callbackTakeCmd struct {
	onCallback
	Staff string `help:"E-mail address of a colleague; yourself when left out." placeholder:"ADDRESS"`
}

func (c *callbackTakeCmd) act(s *session) error {
	return s.callback(s.client.TakeCallback(s.ctx, c.Number, c.Staff))
}

type callbackCallCmd struct {
	onCallback
	Outcome string `required:"" help:"connected, voicemail or no_answer." enum:"connected,voicemail,no_answer" placeholder:"OUTCOME"`
	Text    string `help:"What was said; - reads standard input." placeholder:"TEXT"`
	Request string `help:"Links a request that came of it." placeholder:"NUMBER"`
}

func (c *callbackCallCmd) act(s *session) error {
	text, err := s.source(c.Text, "")
	if err != nil {
		return err
	}
	return s.callback(s.client.RecordCallback(s.ctx, c.Number, client.CallReport{Outcome: c.Outcome, Text: text, Request: c.Request}))
}

type callbackDoneCmd struct {
	onCallback
	Text string `help:"Why no call is needed, when none was made." placeholder:"TEXT"`
}

func (c *callbackDoneCmd) act(s *session) error {
	return s.callback(s.client.FinishCallback(s.ctx, c.Number, c.Text))
}

type callbackEraseCmd struct{ onCallback }

func (c *callbackEraseCmd) act(s *session) error { return s.client.EraseCallback(s.ctx, c.Number) }

type callbackLogCmd struct {
	Line     string `arg:"" help:"Choice of the telephone's menu; 'product phone' shows them."`
	Product  string `help:"Key of the product." placeholder:"KEY"`
	Contact  string `help:"Customer number that the caller keyed in." placeholder:"NUMBER"`
	Language string `help:"Language of the recording." enum:"en,ja," default:"" placeholder:"CODE"`
}

func (c *callbackLogCmd) act(s *session) error {
	x, err := s.client.LogPhoneCall(s.ctx, client.NewPhoneCall{Line: c.Line, Product: c.Product, Contact: c.Contact, Language: c.Language})
	if err != nil {
		return err
	}
	return s.show(x, func(w io.Writer, v lang.Voice) {
		for _, said := range x.Recording {
			fmt.Fprintln(w, line(said))
		}
		if !x.Recorded {
			fmt.Fprintln(w, word(v.Lang, "callback.answered"))
		}
	})
}

type callbackCallsCmd struct{ pageFlags }

func (c *callbackCallsCmd) act(s *session) error {
	list, next, err := s.client.PhoneCalls(s.ctx, c.After, int(c.Limit))
	if err != nil {
		return err
	}
	return s.showNamed(map[string]any{"calls": list, "next": next}, func(w io.Writer, v lang.Voice) {
		l := v.Lang
		rows := [][]string{{word(l, "at"), word(l, "callback.line"), word(l, "product"), word(l, "contact"), word(l, "state")}}
		for _, x := range list {
			who, state := "", word(l, "callback.answered")
			if x.Contact != nil {
				who = x.Contact.Name
			}
			if x.Recorded {
				state = fmt.Sprintf(word(l, "callback.recorded"), v.Date(x.NextOpenAt))
			}
			rows = append(rows, []string{v.Date(x.At), x.Line, v.Named("product", x.Product), who, state})
		}
		writePage(w, v, rows, next)
	})
}

func (s *session) callback(x client.Callback, err error) error {
	if err != nil {
		return err
	}
	return s.show(x, func(w io.Writer, v lang.Voice) { writeCallback(w, v, x) })
}

func writeCallback(w io.Writer, v lang.Voice, x client.Callback) {
	l := v.Lang
	fmt.Fprintf(w, "%s  %s  %s\n", x.Number, v.Word("callback", x.State), v.Date(x.DueAt))
	staff, missed := "", ""
	if x.Staff != nil {
		staff = x.Staff.Name
	}
	if !x.MissedAt.IsZero() {
		missed = v.Date(x.MissedAt)
	}
	pairs(w, []pair{
		{word(l, "callback.call"), line(x.Call)}, {word(l, "contact"), line(strings.Join(nonEmpty(x.Said.Name, x.Said.Company), ", "))},
		{word(l, "customer_number"), line(x.Said.CustomerNumber)}, {word(l, "callback.request"), x.Request}, {word(l, "language"), x.Language},
		{word(l, "callback.left"), v.Date(x.LeftAt)}, {word(l, "callback.missed"), missed}, {word(l, "callback.staff"), staff},
	})
	if x.Said.Description != "" {
		fmt.Fprintln(w, plain(x.Said.Description))
	}
	for _, f := range x.Flags {
		fmt.Fprintf(w, "  ! %s: %s\n", v.Word("callback_item", f.Item), f.Text)
	}
	if x.Service != nil && !x.Service.OpenNow && !x.Service.NextOpenAt.IsZero() {
		fmt.Fprintf(w, "  %s\n", fmt.Sprintf(word(l, "callback.service"), x.Service.Wanted, v.Date(x.Service.NextOpenAt)))
	}
	for _, c := range x.Calls {
		fmt.Fprintf(w, "  %s  %s  %s\n", v.Date(c.At), v.Word("outcome", c.Outcome), line(c.Text))
	}
	if x.Note != "" {
		fmt.Fprintln(w, plain(x.Note))
	}
}
