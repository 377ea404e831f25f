package support

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"madoguchi/internal/policy"
)

// CallbackState is where a call-back stands (R22).
type CallbackState string

// States of call-backs.
const (
	CallbackWaiting CallbackState = "waiting"
	CallbackTaken   CallbackState = "taken"  // somebody is to make it
	CallbackCalled  CallbackState = "called" // it was made, with an outcome
	CallbackDone    CallbackState = "done"
)

// Callback is a call that we owe somebody who left a message because all lines
// were busy, or with whom an instant was agreed (R22).
type Callback struct {
	ID int64
	// Account and Contact are those that the customer number names, Request the
	// one that the SR number names; 0: none.
	Account, Contact, Request int64
	Said                      Text // a [CallbackSaid], as it is kept
	Flags                     []CallbackFlag
	Language                  string // that the caller wants; "" is not known
	LeftAt                    time.Time
	At                        time.Time // when it was written down
	By                        Actor     // who wrote it down
	// WantedAt is by when it is to be made; Agreed: at that instant, and not by
	// the pack's span.
	WantedAt time.Time
	Agreed   bool
	// DueAt is when the timer looks at it; zero: it was made, or its miss told.
	DueAt    time.Time
	MissedAt time.Time // zero: not missed
	State    CallbackState
	Staff    int64 // who is to make it
	Calls    []CallbackCall
	Outcome  Outcome // of the last call; "": none was made
	DoneAt   time.Time
	Note     Text // what was said when it was done
}

// CallbackCall is one attempt to make it.
type CallbackCall struct {
	At      time.Time `json:"at"`
	Staff   int64     `json:"staff,omitempty"`
	Outcome Outcome   `json:"outcome"` // connected, voicemail, no_answer
	// OnRequest: it stands on the request's timeline, with its text. Why is the
	// key of the refusal when the request did not take it.
	OnRequest bool   `json:"on_request,omitempty"`
	Why       string `json:"why,omitempty"`
	Text      Text   `json:"text,omitzero"`
}

// CallbackSaid is what a caller left: the six items of the pack as they were
// said, and the caller's line as the network gives it (CLI). All may be empty:
// what is missing is flagged and nothing is lost.
type CallbackSaid struct {
	Name           string `json:"name,omitempty"`
	Company        string `json:"company,omitempty"`
	CustomerNumber string `json:"customer_number,omitempty"`
	Phone          string `json:"phone,omitempty"`
	Request        string `json:"sr_number,omitempty"`
	Description    string `json:"description,omitempty"`
	Line           string `json:"line,omitempty"`
}

// CallbackNumber is a call-back's number as it is written everywhere: CB-17.
func CallbackNumber(id int64) string { return "CB-" + strconv.FormatInt(id, 10) }

// ParseCallbackNumber reads a call-back's number, with or without its letters.
func ParseCallbackNumber(s string) (int64, error) {
	return lettered(s, "CB", 1, "callback", "callback.number_form")
}

// Text is what was said as it is kept.
func (s CallbackSaid) Text() (Text, error) {
	raw, err := json.Marshal(s)
	return T(string(raw)), err
}

// ReadCallback reads what is kept; an erased text says nothing.
func ReadCallback(text string) (CallbackSaid, error) {
	var s CallbackSaid
	if text == "" {
		return s, nil
	}
	return s, json.Unmarshal([]byte(text), &s)
}

// Flags of the items that a caller left.
const (
	FlagMissing       = "missing"
	FlagMalformed     = "malformed" // wrong length, or a check digit that does not fit
	FlagNoCountryCode = "no_country_code"
	FlagFromLine      = "from_line" // the caller's line stands for it
	FlagUnknown       = "unknown"   // nobody has this number
	FlagStranger      = "stranger"  // the caller is no party to that request
)

// CallbackFlag is what is wrong with one item.
type CallbackFlag struct {
	Item string `json:"item"` // name, company, customer_number, phone, sr_number, description
	Flag string `json:"flag"`
}

// Check flags what can be told from the words alone, for the items that the
// pack asks callers for. An SR number is left by those who have one.
func (s CallbackSaid) Check(p *policy.Pack) []CallbackFlag {
	var out []CallbackFlag
	flag := func(item, what string) { out = append(out, CallbackFlag{item, what}) }
	said := map[string]string{"name": s.Name, "company": s.Company, "customer_number": s.CustomerNumber, "phone": s.Phone, "description": s.Description}
	for _, it := range p.Phone.Message {
		if words, ours := said[it.ID]; ours && strings.TrimSpace(words) == "" {
			flag(it.ID, FlagMissing)
		}
	}
	if s.CustomerNumber != "" {
		if _, err := ParseCustomerNumber(s.CustomerNumber); err != nil {
			flag("customer_number", FlagMalformed)
		}
	}
	if s.Request != "" {
		if _, err := ParseNumber(s.Request); err != nil {
			flag("sr_number", FlagMalformed)
		}
	}
	own, complete := dialled(s.Phone)
	switch {
	case complete:
		return out
	case own != "" && !strings.HasPrefix(own, "+"):
		flag("phone", FlagNoCountryCode)
	case strings.TrimSpace(s.Phone) != "":
		flag("phone", FlagMalformed)
	}
	if _, ok := dialled(s.Line); ok {
		flag("phone", FlagFromLine)
	}
	return out
}

// Dial is the number to call: the one that was left when it is whole, else the
// caller's line, else what was left.
func (s CallbackSaid) Dial() string {
	own, complete := dialled(s.Phone)
	line, known := dialled(s.Line)
	switch {
	case complete:
		return own
	case known:
		return line
	case own != "":
		return own
	}
	return strings.TrimSpace(s.Phone)
}

// dialled reads a telephone number as people write it, to a plus sign and 8 to
// 15 digits (E.164). complete tells whether it has its country code; without
// one the digits alone are given, and "" for what is no number.
func dialled(s string) (number string, complete bool) {
	s = strings.TrimSpace(s)
	plus := false
	for _, sign := range []string{"+", "＋"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			s, plus = rest, true
		}
	}
	digits, ok := foldDigits(strings.NewReplacer("(", "", ")", "", "（", "", "）", "", ".", "", "/", "").Replace(s))
	if !ok || len(digits) == 0 || len(digits) > 15 {
		return "", false
	}
	if !plus {
		return digits, false
	}
	return "+" + digits, len(digits) >= 8 && digits[0] != '0'
}
