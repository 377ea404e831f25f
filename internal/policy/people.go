package policy

// Role is a role on a contract or in the vendor's house and who may grant it
// (R02-R07).
type Role struct {
	ID   string `json:"-"`
	Name Text   `json:"name" pack:"required"`
	Side string `json:"side" pack:"required,enum=customer|staff"`
	// Min and Max are how many hold it per contract; Max 0: any number.
	// MaxFrom "offering": as many as the offering allows.
	Min       int      `json:"min,omitempty" pack:"min=0"`
	Max       int      `json:"max,omitempty" pack:"min=0"`
	MaxFrom   string   `json:"max_from,omitempty" pack:"enum=offering"`
	GrantedBy []string `json:"granted_by" pack:"required,empty,ref=roles"`
	// FourEyes: before it is handed to another, somebody else of the staff has
	// checked the identity.
	FourEyes bool `json:"four_eyes,omitempty"`
	// Given marks a role that nobody grants because it follows from an act,
	// such as registering a product.
	Given bool     `json:"given,omitempty"`
	May   []Item   `json:"may,omitzero"` // in words, for the guide
	Guide []string `json:"guide,omitempty" pack:"form=guide"`
}

// PhoneRules is the telephone (R19-R22, R55).
type PhoneRules struct {
	Lines []PhoneLine `json:"lines" pack:"required"`
	// Callback is by when a caller who left a message is called (R22).
	Callback Amount `json:"callback" pack:"required"`
	// Online tells how to use online support; the recording says it outside of a
	// line's hours, after the line's own words (R21).
	Online Text `json:"online,omitzero"`
	// Message lists what a caller leaves when all lines are busy (R22).
	Message []Item   `json:"message" pack:"required"`
	Guide   []string `json:"guide" pack:"required,form=guide"`
}

// PhoneLine is one choice of the telephone menu.
type PhoneLine struct {
	ID   string `json:"id" pack:"required,form=id"`
	Text Text   `json:"text" pack:"required"` // what the choice gives
	// Calendar is when somebody answers; empty: around the clock.
	Calendar string   `json:"calendar,omitempty" pack:"ref=calendars"`
	Products []string `json:"products,omitempty" pack:"ref=products"` // only for these
	Closed   Text     `json:"closed,omitzero"`                        // recorded message outside the hours
	Guide    []string `json:"guide" pack:"required,form=guide"`
}

// LanguageRule is a language, the service that speaks it, where and when
// (R47, R48).
type LanguageRule struct {
	Language string   `json:"language" pack:"required,form=language"`
	Services []string `json:"services" pack:"required,enum=technical|customer_service"`
	Channels []string `json:"channels,omitempty" pack:"enum=phone|portal|mail|api"` // only these; empty: all
	// Countries where it is spoken; empty: everywhere.
	Countries []string `json:"countries,omitempty" pack:"form=country"`
	// Severities it is limited to; empty: all.
	Severities []int `json:"severities,omitempty" pack:"ref=severities"`
	// Hours is 24x7, calendar (the one named) or region (the site's).
	Hours    string `json:"hours" pack:"required,enum=24x7|calendar|region"`
	Calendar string `json:"calendar,omitempty" pack:"ref=calendars"`
	// Otherwise is the language outside its hours.
	Otherwise string   `json:"otherwise,omitempty" pack:"form=language"`
	Targets   bool     `json:"targets,omitempty"` // targets are promised in it
	Guide     []string `json:"guide" pack:"required,form=guide"`
	Source    string   `json:"source,omitempty" pack:"enum=guide|published|general|decided"`
	Sample    bool     `json:"sample,omitempty"`
}

// Country is a country's telephone number (R55). Region is by Regions.
type Country struct {
	Name     Text     `json:"name" pack:"required"`
	TollFree string   `json:"toll_free" pack:"required"`
	Choices  []string `json:"choices,omitempty" pack:"ref=lines"` // empty: all lines
	Guide    []string `json:"guide" pack:"required,form=guide"`
	Source   string   `json:"source" pack:"required,enum=guide|published|general|decided"`
	Sample   bool     `json:"sample,omitempty"`
}
