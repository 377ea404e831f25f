package support

import "time"

// Broadcast is one message to the customers of many requests: those that are
// linked to a defect, or those of a product. It is looked at before it is sent.
type Broadcast struct {
	ID      int64
	Defect  int64
	Product string // key; when there is no defect
	Version string // "": every version
	// Open leaves out requests that are completed.
	Open   bool
	Texts  []BroadcastText
	Staff  int64 // who wrote it
	MadeAt time.Time
	SentAt time.Time // zero: not sent
}

// BroadcastText is the message in one language.
type BroadcastText struct {
	Language string `json:"language"`
	Text     Text   `json:"text"`
}

// In is the message for a reader of a language: in that one, else in English,
// else the first.
func (b Broadcast) In(language string) BroadcastText {
	return inLanguage(b.Texts, language, func(t BroadcastText) string { return t.Language })
}

// TellBroadcast is one request's part in a broadcast, in the contact's language.
type TellBroadcast struct {
	Run      int64
	Text     Text
	MailFrom time.Time
}

// Name implements [Command].
func (*TellBroadcast) Name() string { return "tell_broadcast" }

// Texts implements [Command].
func (c *TellBroadcast) Texts() []*Text { return []*Text{&c.Text} }

// BroadcastTold is a message that went to many customers.
type BroadcastTold struct {
	Text Text  `json:"text"`
	Run  int64 `json:"run"`
	// MailFrom is when the mail may leave at the earliest; zero: at once.
	MailFrom time.Time `json:"mail_from,omitzero"`
}

func (BroadcastTold) factKind() string { return "broadcast_told" }

// apply: a message to many is no answer to this request and moves no turn.
func (b BroadcastTold) apply(r *Request, _ Fact) { r.Runs = append(r.Runs, b.Run) }

func (c *TellBroadcast) decide(d *decision) error {
	if contains(d.r.Runs, c.Run) {
		return nil
	}
	if err := need(c.Text, "text"); err != nil {
		return err
	}
	d.record(BroadcastTold{Text: c.Text, Run: c.Run, MailFrom: Instant(c.MailFrom)})
	return nil
}
