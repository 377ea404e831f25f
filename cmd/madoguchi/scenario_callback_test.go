package main

import (
	"context"
	"fmt"
	"time"

	"madoguchi/client"
	"madoguchi/internal/scenario"
)

// calling carries out steps about calls that come in and call-backs; the one
// that was written down last is meant. It tells whether the verb is one of them.
func (p *player) calling(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	if known, err := p.phoned(ctx, c, verb, a); known {
		return true, err
	}
	var got client.Callback
	switch verb {
	case "add_callback":
		n := client.NewCallback{
			Said: client.Said{
				Name: a.Word("name"), Company: a.Word("company"), CustomerNumber: a.Word("number"), Phone: a.Word("phone"), SRNumber: a.Word("request"),
				Description: a.Word("text"), Line: a.Word("line"),
			},
			Language: a.Word("language"), CallAt: a.Instant("call_at"),
		}
		if a.Has("contact") {
			n.CustomerNumber = p.numbers[a.Word("contact")]
		}
		if a.Has("about") {
			n.SRNumber = p.requests[a.Word("about")]
		}
		got, err = c.AddCallback(ctx, n)
		p.callback = got.Number
	case "take_callback":
		got, err = c.TakeCallback(ctx, p.callback, "")
	case "call_back":
		got, err = c.RecordCallback(ctx, p.callback, client.CallReport{Outcome: a.Word("outcome"), Text: a.Word("text")})
	case "finish_callback":
		got, err = c.FinishCallback(ctx, p.callback, a.Word("text"))
	case "callbacks":
		list, _, err := c.Callbacks(ctx, "", "", 0)
		p.shown = map[string]string{"n": fmt.Sprint(len(list))}
		if len(list) > 0 {
			p.shown["first"] = list[0].Said.Name
		}
		return true, err
	default:
		return false, nil
	}
	p.shown = map[string]string{
		"state": got.State, "due": got.DueAt.Format(time.RFC3339Nano), "missed": got.MissedAt.Format(time.RFC3339Nano), "call": got.Call,
		"flags": joined(got.Flags, func(f client.CallbackFlag) string { return f.Item + "." + f.Flag }), "linked": yes(got.Request != ""),
		"language": got.Language, "agreed": yes(got.Agreed), "outcome": got.Outcome, "calls": fmt.Sprint(len(got.Calls)),
	}
	if got.Contact != nil {
		p.shown["contact"] = p.keys[got.Contact.CustomerNumber]
	}
	if got.Staff != nil {
		p.shown["staff"] = p.keys[got.Staff.Email]
	}
	if got.Service != nil {
		p.shown["service_opens"] = got.Service.NextOpenAt.Format(time.RFC3339Nano)
	}
	for _, x := range got.Calls {
		p.shown["on_request"] = yes(x.OnRequest)
	}
	return true, err
}

// phoned are calls that come in.
func (p *player) phoned(ctx context.Context, c *client.Client, verb string, a *scenario.Args) (known bool, err error) {
	var got client.PhoneCall
	switch verb {
	case "phone_call":
		n := client.NewPhoneCall{Line: a.Word("line"), Product: a.Word("product")}
		if a.Has("contact") {
			n.Contact = p.numbers[a.Word("contact")]
		}
		got, err = c.LogPhoneCall(ctx, n)
		p.shown = map[string]string{"said": fmt.Sprint(len(got.Recording))}
		for i, key := range []string{"hours", "online", "opens"} {
			if i < len(got.Recording) {
				p.shown[key] = got.Recording[i]
			}
		}
	case "phone_calls":
		list, _, err := c.PhoneCalls(ctx, "", 0)
		if err != nil || len(list) == 0 {
			return true, err
		}
		got, p.shown = list[0], map[string]string{"n": fmt.Sprint(len(list))}
	default:
		return false, nil
	}
	p.shown["recorded"], p.shown["next"] = yes(got.Recorded), got.NextOpenAt.Format(time.RFC3339Nano)
	if got.Contact != nil {
		p.shown["contact"] = p.keys[got.Contact.CustomerNumber]
	}
	return true, err
}
