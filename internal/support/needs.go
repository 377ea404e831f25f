package support

// Needs are the rows that a command names besides those of its request: the
// desk loads them into the [World]. Zero fields name nothing.
type Needs struct {
	// About is the contact on whom the command rests; 0: the request's own.
	About int64
	// Staff are the colleagues whom it names.
	Staff []int64
	// To is the contact who is to see the request, or becomes PLA.
	To int64
	// Other is a second request, which the actor must see too, in field OtherField.
	Other      int64
	OtherField string
	Defect     int64
	Licence    int64
	// Entry is the seq of a fact on the timeline.
	Entry int64
}

// NeedsOf are the rows that a command names.
func NeedsOf(cmd Command) Needs {
	var n Needs
	if c, ok := cmd.(interface{ needs(*Needs) }); ok {
		c.needs(&n)
	}
	return n
}

func (c *AddSecond) needs(n *Needs)        { n.Staff = []int64{c.Staff} }
func (c *AddNote) needs(n *Needs)          { n.Staff = c.Mentions }
func (c *Assign) needs(n *Needs)           { n.Staff = []int64{c.Staff} }
func (c *AssignAsk) needs(n *Needs)        { n.Staff = []int64{c.Staff} }
func (c *AnnounceHandOver) needs(n *Needs) { n.Staff = []int64{c.To} }
func (c *AssignEscalation) needs(n *Needs) { n.Staff = []int64{c.Engineer} }
func (c *RestrictRequest) needs(n *Needs)  { n.Staff = c.Staff }
func (c *AddWatcher) needs(n *Needs)       { n.To = c.Contact }
func (c *RecordDuplicate) needs(n *Needs)  { n.To = c.Contact }
func (c *SwapPrimary) needs(n *Needs)      { n.To = c.To }
func (c *LinkDefect) needs(n *Needs)       { n.Defect = c.Defect }
func (c *TellDefect) needs(n *Needs)       { n.Defect = c.Defect }
func (c *SplitLicence) needs(n *Needs)     { n.Licence = c.Licence }
func (c *RedactText) needs(n *Needs)       { n.Entry = c.Seq }
func (c *WithdrawComment) needs(n *Needs)  { n.Entry = c.Seq }
func (c *Reclassify) needs(n *Needs)       { n.About = c.Contact }
func (c *Complete) needs(n *Needs)         { n.Other, n.OtherField = c.Of, "of" }
func (c *File) needs(n *Needs) {
	n.About, n.Other, n.OtherField = c.Contact, c.Follows, "follows"
}

// Manner is how a command is treated beside what it decides.
type Manner struct {
	// Judges: it rests on how somebody saw the request. When the request has moved
	// on they are asked again instead of having it applied to something else.
	Judges bool
	// Alone: it relies on nothing but the request, the actor's roles and what its
	// [Needs] name, not on the contact's contracts.
	Alone bool
	// Contracts: it relies on what the contact holds: contracts, products and
	// registrations. Others read of the contact no more than the row and the account.
	Contracts bool
	// Afterwards: it makes sense on a completed request too.
	Afterwards bool
	// Lasting: by it somebody comes to see the request for good, or lets others see
	// it: broken glass is no ground for it.
	Lasting bool
}

// MannerOf is a command's manner. Most have none of it.
func MannerOf(cmd Command) Manner { return manners[cmd.Name()] }

var manners = map[string]Manner{
	"accept_completion":       {Judges: true},
	"accept_hand_over":        {Lasting: true},
	"add_note":                {Alone: true, Afterwards: true},
	"add_second":              {Alone: true},
	"add_watcher":             {Alone: true, Afterwards: true, Lasting: true},
	"agree_after_hours_end":   {Judges: true},
	"agree_lower_severity":    {Judges: true},
	"allow_sharing":           {Judges: true},
	"announce_hand_over":      {Judges: true, Lasting: true},
	"answer_survey":           {Alone: true, Afterwards: true},
	"approve_execution":       {Judges: true},
	"assign":                  {Alone: true, Lasting: true},
	"assign_ask":              {Alone: true},
	"assign_escalation":       {Judges: true},
	"break_glass":             {Alone: true, Afterwards: true},
	"cancel_ask":              {Alone: true},
	"cancel_hand_over":        {Judges: true},
	"comment":                 {Afterwards: true},
	"complete":                {Judges: true},
	"confirm_after_hours":     {Judges: true},
	"confirm_deescalation":    {Judges: true},
	"convert":                 {Judges: true},
	"decline_after_hours":     {Judges: true},
	"decline_after_hours_end": {Judges: true},
	"decline_completion":      {Judges: true},
	"decline_lower_severity":  {Judges: true},
	"decline_offer":           {Alone: true},
	"decline_severity":        {Judges: true},
	"deescalate":              {Judges: true},
	"digest_automatic":        {Alone: true, Afterwards: true},
	"end_beta":                {Afterwards: true},
	"escalate":                {Judges: true},
	"file":                    {Contracts: true},
	"grant_severity":          {Judges: true, Contracts: true},
	"lift_restriction":        {Judges: true, Alone: true, Afterwards: true},
	"link_defect":             {Alone: true, Afterwards: true},
	"lower_severity":          {Judges: true},
	"offer_after_hours":       {Judges: true},
	"open_collaboration":      {Judges: true},
	"propose_after_hours_end": {Judges: true},
	"propose_completion":      {Judges: true},
	"propose_lower_severity":  {Judges: true},
	"raise_severity":          {Judges: true, Contracts: true},
	"reclassify":              {Judges: true, Contracts: true, Lasting: true},
	"record_auto_reply":       {Alone: true, Afterwards: true},
	"record_duplicate":        {Alone: true, Afterwards: true},
	"record_follow_up":        {Alone: true, Afterwards: true},
	"record_reproduction":     {Alone: true},
	"record_root_cause":       {Alone: true, Afterwards: true},
	"record_notice":           {Alone: true, Afterwards: true},
	"fail_notice":             {Alone: true, Afterwards: true},
	"redact_text":             {Alone: true, Afterwards: true},
	"remove_second":           {Alone: true},
	"remove_watcher":          {Alone: true, Afterwards: true},
	"reopen":                  {Judges: true, Afterwards: true},
	"restrict_request":        {Judges: true, Alone: true, Afterwards: true, Lasting: true},
	"route":                   {Judges: true},
	"set_action_plan":         {Judges: true, Alone: true},
	"split_licence":           {Judges: true, Contracts: true},
	"suggest_vendor_case":     {Judges: true},
	"swap_primary":            {Judges: true},
	"take":                    {Alone: true, Lasting: true},
	"tell_broadcast":          {Alone: true, Afterwards: true},
	"tell_defect":             {Alone: true, Afterwards: true},
	"tick":                    {Afterwards: true},
	"unlink_defect":           {Alone: true, Afterwards: true},
	"withdraw_comment":        {Alone: true},
	"void_attempt":            {Alone: true, Afterwards: true},
}
