package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Said is what a caller left, as it was said (R22).
type Said struct {
	Name           string `json:"name,omitempty"`
	Company        string `json:"company,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Phone          string `json:"phone,omitempty"`
	SRNumber       string `json:"sr_number,omitempty"`
	Description    string `json:"description,omitempty"`
	Line           string `json:"line,omitempty"` // the caller's, as the network gives it
}

// NewCallback is a message to write down. A zero LeftAt is now, a zero CallAt
// the policy's span.
type NewCallback struct {
	Said
	Language string    `json:"language,omitempty"`
	LeftAt   time.Time `json:"left_at,omitzero"` // end of the message
	CallAt   time.Time `json:"call_at,omitzero"` // that was agreed
}

// CallbackFlag is what is wrong with one item.
type CallbackFlag struct {
	Item string `json:"item"`
	Flag string `json:"flag"` // missing, malformed, no_country_code, from_line, unknown, stranger
	Text string `json:"text"`
}

// CallbackCall is one attempt to call.
type CallbackCall struct {
	At        time.Time `json:"at"`
	By        *Member   `json:"by,omitempty"`
	Outcome   string    `json:"outcome"`
	OnRequest bool      `json:"on_request"`
	Why       string    `json:"why,omitempty"`
	Text      string    `json:"text,omitempty"`
}

// Callback is a call that is owed to somebody who left a message.
type Callback struct {
	Number   string         `json:"number"`
	State    string         `json:"state"` // waiting, taken, called, done
	Said     Said           `json:"said"`
	Call     string         `json:"call"` // the number to call
	Flags    []CallbackFlag `json:"flags"`
	Contact  *Person        `json:"contact,omitempty"`
	Account  *Account       `json:"account,omitempty"`
	Request  string         `json:"request,omitempty"`
	Language string         `json:"language,omitempty"`
	Service  *Service       `json:"service,omitempty"`
	LeftAt   time.Time      `json:"left_at"`
	At       time.Time      `json:"at"`
	By       By             `json:"by"`
	DueAt    time.Time      `json:"due_at"`
	Agreed   bool           `json:"agreed"`
	MissedAt time.Time      `json:"missed_at,omitzero"`
	Staff    *Member        `json:"staff,omitempty"`
	Calls    []CallbackCall `json:"calls"`
	Outcome  string         `json:"outcome,omitempty"`
	DoneAt   time.Time      `json:"done_at,omitzero"`
	Note     string         `json:"note,omitempty"`
}

// CallReport is how a call went; Request links one that came of it.
type CallReport struct {
	Outcome string `json:"outcome"` // connected, voicemail, no_answer
	Text    string `json:"text,omitempty"`
	Request string `json:"request,omitempty"`
}

// NewPhoneCall is a call that comes in at a line of the telephone.
type NewPhoneCall struct {
	Line     string `json:"line"`
	Product  string `json:"product,omitempty"`
	Contact  string `json:"contact,omitempty"`  // customer number
	Language string `json:"language,omitempty"` // of the recording
	Zone     string `json:"zone,omitempty"`     // in which it tells the next opening
}

// PhoneCall is a call that came in (R21).
type PhoneCall struct {
	ID         string    `json:"id"`
	At         time.Time `json:"at"`
	Line       string    `json:"line"`
	Product    string    `json:"product,omitempty"`
	Contact    *Person   `json:"contact,omitempty"`
	Recorded   bool      `json:"recorded"`
	NextOpenAt time.Time `json:"next_open_at,omitzero"`
	Recording  []string  `json:"recording,omitempty"`
	Rules      []string  `json:"rules,omitempty"`
}

func atCallback(number, resource string) string {
	return "/v1/callbacks/" + url.PathEscape(number) + resource
}

// AddCallback writes down that somebody is to be called, for staff.
func (c *Client) AddCallback(ctx context.Context, n NewCallback) (Callback, error) {
	return call[Callback](ctx, c, http.MethodPost, "/v1/callbacks", n)
}

// Callbacks is one page of call-backs, the next due first; state "" is all that
// are not done.
func (c *Client) Callbacks(ctx context.Context, state, after string, limit int) (page []Callback, next string, err error) {
	var out struct {
		Callbacks []Callback `json:"callbacks"`
		Next      string     `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/callbacks"+query("state", state, "after", after, "limit", count(limit)), nil, &out)
	return out.Callbacks, out.Next, err
}

// Callback is one call-back.
func (c *Client) Callback(ctx context.Context, number string) (Callback, error) {
	return call[Callback](ctx, c, http.MethodGet, atCallback(number, ""), nil)
}

// TakeCallback takes a call-back, or gives it to a colleague by e-mail address.
func (c *Client) TakeCallback(ctx context.Context, number, staff string) (Callback, error) {
	return call[Callback](ctx, c, http.MethodPost, atCallback(number, "/taking"), map[string]string{"staff": staff})
}

// RecordCallback records how the call went.
func (c *Client) RecordCallback(ctx context.Context, number string, r CallReport) (Callback, error) {
	return call[Callback](ctx, c, http.MethodPost, atCallback(number, "/calls"), r)
}

// FinishCallback ends a call-back.
func (c *Client) FinishCallback(ctx context.Context, number, text string) (Callback, error) {
	return call[Callback](ctx, c, http.MethodPost, atCallback(number, "/completion"), Text{text})
}

// EraseCallback erases what was said around a call-back that is done.
func (c *Client) EraseCallback(ctx context.Context, number string) error {
	return c.Do(ctx, http.MethodDelete, atCallback(number, "/said"), nil, nil)
}

// LogPhoneCall logs a call that came in and says what the telephone does with it.
func (c *Client) LogPhoneCall(ctx context.Context, n NewPhoneCall) (PhoneCall, error) {
	return call[PhoneCall](ctx, c, http.MethodPost, "/v1/phone-calls", n)
}

// PhoneCalls is one page of calls that came in, the newest first.
func (c *Client) PhoneCalls(ctx context.Context, after string, limit int) (page []PhoneCall, next string, err error) {
	var out struct {
		Calls []PhoneCall `json:"calls"`
		Next  string      `json:"next"`
	}
	err = c.Do(ctx, http.MethodGet, "/v1/phone-calls"+query("after", after, "limit", count(limit)), nil, &out)
	return out.Calls, out.Next, err
}
