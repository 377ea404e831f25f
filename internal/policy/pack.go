// Package policy is the policy pack: the rules of one vendor's support desk as
// data. A pack holds names, numbers, tables and choices among behaviours that
// the core names; it holds no expression, no condition and no script. The
// package loads a pack from a folder of YAML files, says what is wrong with it
// ([Errors], [Lint]), how two versions differ ([Diff]), prints it as a guide
// for people ([Explain]), and answers the date arithmetic that follows from it
// ([Pack.Span], [Pack.NextOpen]).
//
// It refuses to know requests, people and the present instant: who may do what
// and when is decided by the core, which reads the numbers here.
//
// Data layout: a pack is a folder; every *.yaml in it adds keys to the one
// [Pack]. Maps are keyed by ids that other parts name (calendars, regions,
// products, offerings, roles); lists keep their order. Fields carry a `pack`
// tag (required, enum, ref, min, max, form) that drives the reader, the check
// of references and the JSON Schema alike. Every rule names the ids of the
// guide that it expresses (guide), where its number comes from (source), and
// whether the number is only a sample (sample). A pack is never edited in
// place: its version goes up, and a clock stays on the version under which it
// started, found again by [Pack.Ref] and proven by [Pack.Hash]. Keys are added,
// optional and omitted when empty, and never renamed: what a desk has kept of a
// version ([Pack.Source]) must parse in every later program.
package policy

import (
	"strconv"

	"madoguchi/internal/calendar"
)

// Pack is one version of a vendor's rules. The zero value is no pack: packs
// come from [Load], [Shipped] or [Parse], which compile the calendars.
type Pack struct {
	ID            string              `json:"pack" pack:"required,form=id"`
	Version       int                 `json:"version" pack:"required,min=1"`
	Title         Text                `json:"title" pack:"required"`
	Note          Text                `json:"note,omitzero"`
	DefaultRegion string              `json:"default_region" pack:"required,ref=regions"` // of accounts in a country that no region lists
	Severities    []Severity          `json:"severities" pack:"required"`
	Calendars     map[string]Calendar `json:"calendars" pack:"required"`
	Regions       map[string]Region   `json:"regions" pack:"required"`
	Products      map[string]Product  `json:"products" pack:"required"`
	Offerings     map[string]Offering `json:"offerings" pack:"required"`
	Roles         map[string]Role     `json:"roles" pack:"required"`
	Clocks        ClockRules          `json:"clocks" pack:"required"`
	Intake        IntakeRules         `json:"intake" pack:"required"`
	CS            CSRules             `json:"cs" pack:"required"`
	Receipt       ReceiptRules        `json:"receipt" pack:"required"`
	AfterHours    AfterHoursRules     `json:"after_hours,omitzero"`
	Severity      SeverityRules       `json:"severity_rules" pack:"required"`
	Waiting       WaitingRules        `json:"waiting" pack:"required"`
	Completion    CompletionRules     `json:"completion" pack:"required"`
	Survey        SurveyRules         `json:"survey,omitzero"`
	Escalation    EscalationRules     `json:"escalation" pack:"required"`
	HandOver      HandOverRules       `json:"hand_over" pack:"required"`
	Work          WorkRules           `json:"work,omitzero"`
	Texts         TextRules           `json:"texts,omitzero"`
	Restriction   RestrictionRules    `json:"restriction,omitzero"`
	Beta          BetaRules           `json:"beta,omitzero"`
	Batches       BatchRules          `json:"batches,omitzero"`
	LifeCycle     []Phase             `json:"life_cycle,omitzero"`
	Scope         []ScopeRule         `json:"scope,omitzero"`
	Experimental  ExperimentalRules   `json:"experimental,omitzero"`
	Phone         PhoneRules          `json:"phone,omitzero"`
	Languages     []LanguageRule      `json:"languages" pack:"required"`
	Countries     map[string]Country  `json:"countries,omitzero"`
	Upload        UploadRules         `json:"upload" pack:"required"`
	Gathering     GatheringRules      `json:"gathering,omitzero"`
	SelfHelp      []Resource          `json:"self_help,omitzero"`
	Security      SecurityRules       `json:"security,omitzero"`
	Features      FeatureRules        `json:"features,omitzero"`
	Alerts        AlertRules          `json:"alerts,omitzero"`
	Profile       ProfileRules        `json:"profile,omitzero"`
	Licences      LicenceRules        `json:"licences,omitzero"`
	Plan          PlanRules           `json:"plan,omitzero"`
	ThirdParty    ThirdPartyRules     `json:"third_party,omitzero"`
	Retention     RetentionRules      `json:"retention,omitzero"`

	compiled map[string]*calendar.Calendar
	at       positions
}

// Ref names the version for ever: "classic-2010@1". It stands in every target.
func (p *Pack) Ref() string { return p.ID + "@" + strconv.Itoa(p.Version) }

// Text is one text in several languages, by language code. "en" is required;
// packs that ship have "ja" too.
type Text map[string]string

// In gives the text in a language, and in English where that is missing.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	return t["en"]
}

// Item is one entry of a list that people tick, read or choose from.
type Item struct {
	ID     string   `json:"id" pack:"required,form=id"`
	Text   Text     `json:"text" pack:"required"`
	Guide  []string `json:"guide,omitempty" pack:"form=guide"`
	Source string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// Amounts of time that the rules count, and where they count them.

// ClockRules is how response targets count (A2, A3, A19).
type ClockRules struct {
	// HoursOf says whose business hours count: those of the installation's
	// site, or those of the centre that works on it (A19).
	HoursOf string `json:"hours_of" pack:"required,enum=site|centre"`
	// WarnPercent of the amount counted forward gives the warning; 1 to 99.
	WarnPercent int `json:"warn_percent" pack:"required,min=1,max=99"`
	// StartsAt says from which instant a response target counts, by channel (A2).
	StartsAt []Item `json:"starts_at,omitzero"`
	// StopsAt lists what counts as a first response (A3).
	StopsAt []Item   `json:"stops_at,omitzero"`
	Guide   []string `json:"guide,omitempty" pack:"form=guide"`
}

// Calendar is a named set of business hours. Zone "site" is replaced by the
// zone of the region that uses it.
type Calendar struct {
	Name Text `json:"name,omitzero"`
	calendar.Spec
	Guide  []string `json:"guide,omitempty" pack:"form=guide"`
	Source string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample bool     `json:"sample,omitempty"`
}

// Region is a support region: the hours, zone and holidays by which the
// targets of its installations count (A19).
type Region struct {
	ID   string `json:"-"`
	Name Text   `json:"name" pack:"required"`
	// Calendar is the region's business hours; Hours names another one for
	// offerings or targets with these hours ("8x5", "24x5").
	Calendar string            `json:"calendar" pack:"required,ref=calendars"`
	Hours    map[string]string `json:"hours,omitzero" pack:"ref=calendars,keys=12x5|8x5|24x5"`
	// Zone stands in for "site" in the calendar, and is what people see.
	Zone        string   `json:"zone" pack:"required,form=zone"`
	HolidaySets []string `json:"holiday_sets,omitempty" pack:"form=holidays"`
	Countries   []string `json:"countries,omitempty" pack:"form=country"`
	Languages   []string `json:"languages,omitempty" pack:"form=language"`
	Guide       []string `json:"guide,omitempty" pack:"form=guide"`
	Source      string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample      bool     `json:"sample,omitempty"`
}
