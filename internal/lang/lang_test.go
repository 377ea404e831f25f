package lang

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func pack(t testing.TB) *policy.Pack {
	t.Helper()
	p, err := policy.Shipped("classic-2010")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDatesAreWrittenAsTheReaderWritesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, zone, at, want string }{
		{"en", "Asia/Tokyo", "2026-06-08T04:30:00Z", "Mon 8 Jun 2026, 13:30 JST"},
		{"ja", "Asia/Tokyo", "2026-06-08T04:30:00Z", "2026年6月8日（月）13:30"},
		{"ja", "Europe/Berlin", "2026-06-08T04:30:00Z", "2026年6月8日（月）06:30 CEST"},
		{"de", "Europe/Berlin", "2026-06-08T07:00:00Z", "Mo, 8. Juni 2026, 09:00 Uhr CEST"},
		{"fr", "Europe/Paris", "2026-06-08T07:00:00Z", "lun. 8 juin 2026 à 09:00 CEST"},
		{"de", "Europe/Berlin", "2026-03-01T07:00:00Z", "So, 1. März 2026, 08:00 Uhr CET"},
		{"en", "Asia/Kathmandu", "2026-06-08T04:30:00Z", "Mon 8 Jun 2026, 10:15 UTC+05:45"},
		{"en", "America/Los_Angeles", "2026-03-08T09:59:59Z", "Sun 8 Mar 2026, 01:59 PST"},
		{"en", "America/Los_Angeles", "2026-03-08T10:00:00Z", "Sun 8 Mar 2026, 03:00 PDT"},
		{"en", "", "2026-12-31T23:59:59.999999Z", "Thu 31 Dec 2026, 23:59 UTC"},
		{"en", "No/Where", "2026-06-08T04:30:00Z", "Mon 8 Jun 2026, 04:30 UTC"},
		{"xx", "Asia/Tokyo", "2026-06-08T04:30:00Z", "Mon 8 Jun 2026, 13:30 JST"},
		{"ja-JP", "Asia/Tokyo", "2026-06-08T04:30:00Z", "2026年6月8日（月）13:30"},
	} {
		if got := Date(c.lang, instant(t, c.at), c.zone); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.zone, got, c.want)
		}
	}
	if got := Date("en", time.Time{}, "UTC"); got != "" {
		t.Errorf("no instant is written %q", got)
	}
}

// A promise is never told later than it is.
func TestDatesAreNeverLaterThanTheInstant(t *testing.T) {
	t.Parallel()
	start := instant(t, "2025-01-01T00:00:00Z")
	rapid.Check(t, func(rt *rapid.T) {
		at := start.Add(time.Duration(rapid.Int64Range(0, int64(3*365*24*time.Hour)).Draw(rt, "ns")))
		read, err := time.Parse("Mon 2 Jan 2006, 15:04 MST", Date("en", at, "UTC"))
		if err != nil {
			rt.Fatal(err)
		}
		if read.After(at) || at.Sub(read) >= time.Minute {
			rt.Fatalf("%s is written as %s", at, read)
		}
	})
}

func TestAmountsAndSpansInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, amount, want string }{
		{"en", "4bh", "4 business hours"}, {"en", "1bh", "1 business hour"}, {"ja", "4bh", "4営業時間"},
		{"en", "30m", "30 minutes"}, {"ja", "30m", "30分"}, {"en", "90bm", "90 business minutes"}, {"ja", "1bd", "1営業日"},
		{"en", "nbd", "the end of the next business day"}, {"en", "48h", "48 hours"}, {"de", "1h", "1 Stunde"}, {"fr", "2h", "2 heures"},
		{"en", "soon", "soon"},
	} {
		if got := Amount(c.lang, c.amount); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.amount, got, c.want)
		}
	}
	for _, c := range []struct {
		lang    string
		seconds int64
		want    string
	}{
		{"en", 9240, "2 hours 34 minutes"}, {"ja", 9240, "2時間34分"}, {"en", 0, "0 seconds"}, {"en", 1, "1 second"}, {"en", 86400, "1 day"},
		{"en", 90061, "1 day 1 hour"}, {"en", 86401, "1 day"}, {"de", 3660, "1 Stunde 1 Minute"}, {"en", -5, "0 seconds"}, {"ja", 61, "1分1秒"},
	} {
		if got := Seconds(c.lang, c.seconds); got != c.want {
			t.Errorf("%s %d: %q, want %q", c.lang, c.seconds, got, c.want)
		}
	}
}

func TestNamesStandInTheOrderOfTheirLanguage(t *testing.T) {
	t.Parallel()
	sato, weber := Person{"佐藤", "花子"}, Person{"Weber", "Anna"}
	for _, c := range []struct {
		lang     string
		p        Person
		honoured bool
		want     string
	}{
		{"ja", sato, true, "佐藤 花子 様"}, {"ja", sato, false, "佐藤 花子"}, {"en", sato, true, "佐藤 花子"}, {"en", weber, true, "Anna Weber"},
		{"ja", weber, true, "Anna Weber 様"}, {"ja", Person{"伊藤", ""}, false, "伊藤"}, {"en", Person{}, true, ""}, {"ja", Person{}, true, ""},
	} {
		if got := Name(c.lang, c.p, c.honoured); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.lang, c.p, got, c.want)
		}
	}
	nobody := People{}
	if got := nobody.Who("ja", support.Actor{Kind: support.Customer, ID: 9}); got != "お客様" {
		t.Errorf("a customer without name is %q", got)
	}
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	t.Parallel()
	e := support.Refuse(support.Invalid, "hand_over.too_soon", "notice", "20m")
	for code, want := range map[string]string{
		"en": "The customer is told at least 20 minutes before a hand-over takes effect. Choose a later time.",
		"ja": "引き継ぎは、発効の20分以上前にお客様へお知らせします。もっと後の日時を指定してください。",
		"de": "The customer is told at least 20 minutes before a hand-over takes effect. Choose a later time.",
	} {
		if got := Error(code, e); got != want {
			t.Errorf("%s: %s", code, got)
		}
	}
	for _, code := range []string{English, Japanese} {
		for _, key := range catalogues[code]().keys("refusal") {
			if s := Message(code, key, nil); len(s) < 45 || !strings.ContainsAny(s[len(s)-3:], ".。") {
				t.Errorf("%s: %s says too little: %s", code, key, s)
			}
		}
	}
	if got := Message("en", "no.such_key", nil); got != "no.such_key" {
		t.Errorf("a key without message reads %q", got)
	}
}

func TestGroundsAndRoutesInWords(t *testing.T) {
	t.Parallel()
	v := Voice{Lang: "ja", Zone: "Asia/Tokyo", Pack: pack(t)}
	g := support.Ground{Key: "entitlement.contract_ended", Args: map[string]string{"until": "2026-05-31T15:00:00Z"}}
	if got, want := v.Ground(g), "契約は2026年6月1日（月）00:00に終了しました。"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Ground("en", g); got != "The contract ended on Sun 31 May 2026, 15:00 UTC." {
		t.Errorf("%q", got)
	}
	for _, id := range []string{"community", "purchase", "licence_team", "registrant", "self_help", "security_report", "primary", "portal"} {
		for _, code := range []string{English, Japanese} {
			if got := Route(code, support.Route{ID: id}); got == id {
				t.Errorf("%s: the route %s has no words", code, id)
			}
		}
	}
	for _, it := range pack(t).Intake.Routes {
		if got := v.Route(support.Route{ID: it.ID}); got == it.ID {
			t.Errorf("the pack's route %s has no words", it.ID)
		}
	}
}

func TestClocksAreExplained(t *testing.T) {
	t.Parallel()
	p := pack(t)
	filed := instant(t, "2026-06-05T17:06:00Z")
	c := support.Clock{State: support.Running, Target: support.Target{
		Metric: support.FirstResponse, N: 1, AnchorAt: filed, Amount: "4bh", Region: "apj", Calendar: "apj", Zone: "Asia/Tokyo",
		DueAt: instant(t, "2026-06-08T04:30:00Z"), Rules: []string{"R24", "A1"},
	}}
	got := ExplainAt("en", c, "Asia/Tokyo", filed, p)
	for _, want := range []string{"First response: 4 business hours from Sat 6 Jun 2026, 02:06 JST", "Asia/Tokyo", "Due Mon 8 Jun 2026, 13:30 JST",
		"Outside support hours until Mon 8 Jun 2026, 09:30 JST", "R24, A1"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	got = ExplainAt("ja", c, "Asia/Tokyo", filed, p)
	for _, want := range []string{"初回応答", "4営業時間", "期限は2026年6月8日（月）13:30です", "2026年6月8日（月）09:30まで計測は止まっています"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	for name, change := range map[string]struct {
		do   func(*support.Clock)
		want string
	}{
		"open":     {func(*support.Clock) {}, "Running."},
		"paused":   {func(c *support.Clock) { c.PausedAt, c.Pauses = filed, []support.WaitingKind{support.WaitingCustomer} }, "waits for you"},
		"agreed":   {func(c *support.Clock) { c.PausedAt, c.Pauses = filed, []support.WaitingKind{support.AgreedDate} }, "Paused since"},
		"missed":   {func(c *support.Clock) { c.State = support.Missed }, "still owed"},
		"met":      {func(c *support.Clock) { c.State, c.MetAt = support.Met, filed }, "Met Sat 6 Jun"},
		"late":     {func(c *support.Clock) { c.State, c.MetAt = support.MetLate, filed }, "Answered late"},
		"replaced": {func(c *support.Clock) { c.State = support.Replaced }, "newer target"},
		"dropped":  {func(c *support.Clock) { c.State = support.Dropped }, "Ended when"},
		"capped":   {func(c *support.Clock) { c.Capped = true }, "older target"},
		"unsure":   {func(c *support.Clock) { c.Uncertain = "no holiday data for 2029" }, "holidays of 2029"},
		"withdraw": {func(c *support.Clock) { c.MissWithdrawn = true }, "in time"},
	} {
		x := c
		change.do(&x)
		if got := ExplainAt("en", x, "Asia/Tokyo", instant(t, "2026-06-08T01:00:00Z"), p); !strings.Contains(got, change.want) {
			t.Errorf("%s: lacks %q: %s", name, change.want, got)
		}
	}
	late := ExplainAt("en", c, "Asia/Tokyo", instant(t, "2026-06-08T04:30:00.000001Z"), p)
	if !strings.Contains(late, "Missed") || strings.Contains(ExplainAt("en", c, "Asia/Tokyo", c.DueAt, p), "Missed") {
		t.Errorf("the edge of a target is told wrongly: %s", late)
	}
}

// everyFact is one fact of every kind, with all fields set.
func everyFact(t *testing.T, do func(kind string, f support.Fact)) {
	t.Helper()
	at := instant(t, "2026-06-08T04:30:00Z")
	for _, kind := range support.FactKinds() {
		for _, by := range []support.Actor{{Kind: support.Customer, ID: 1}, {Kind: support.Vendor, ID: 1}, {Kind: support.System}} {
			for _, full := range []bool{false, true} {
				var f support.Fact
				if err := json.Unmarshal(fmt.Appendf(nil, `{"seq":1,"kind":%q,"at":"2026-06-08T04:30:00Z","by":{"kind":%q,"id":%d},"body":{}}`, kind, by.Kind, by.ID), &f); err != nil {
					t.Fatal(err)
				}
				if full {
					v := reflect.New(reflect.TypeOf(f.Body)).Elem()
					fill(v, at)
					f.Body = v.Interface().(support.Body)
				}
				do(kind, f)
			}
		}
	}
}

func fill(v reflect.Value, at time.Time) {
	if x, ok := v.Addr().Interface().(*time.Time); ok {
		*x = at
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), at)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), at)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), at)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func TestEveryFactIsASentenceInBothLanguages(t *testing.T) {
	t.Parallel()
	names := Names{Zone: "Asia/Tokyo", Pack: pack(t), People: People{
		{Kind: support.Customer, ID: 1}: {Family: "佐藤"}, {Kind: support.Vendor, ID: 1}: {Family: "伊藤"},
	}}
	everyFact(t, func(kind string, f support.Fact) {
		en, ja := Fact(English, f, names), Fact(Japanese, f, names)
		if strings.Contains(en+ja, "newer version") || strings.ContainsAny(en+ja, "{}") || strings.HasPrefix(en, "fact.") || strings.HasPrefix(ja, "fact.") {
			t.Errorf("%s: %s / %s", kind, en, ja)
		}
		if !strings.HasSuffix(en, ".") || !strings.HasSuffix(ja, "。") || en == ja {
			t.Errorf("%s is no sentence: %s / %s", kind, en, ja)
		}
	})
	unknown := support.Fact{Body: support.Unknown{Name: "teleported"}}
	if got := Fact(English, unknown, names); !strings.Contains(got, "teleported") {
		t.Errorf("an unknown fact reads %q", got)
	}
}

// Enumerations of the core have words in both languages.
func TestEnumerationsOfTheCoreHaveWords(t *testing.T) {
	t.Parallel()
	enums := map[string][]string{
		"turn":       {"support", "support_queued", "customer", "third_party", "nobody"},
		"turn_yours": {"support", "support_queued", "customer", "third_party", "nobody"},
		"stage":      {"opened", "worked_on", "completed"}, "kind": {"sr", "cs_request"}, "channel": {"portal", "phone", "mail", "api"},
		"outcome":      {"connected", "voicemail", "no_answer", "sent", "bounced"},
		"metric":       {"acknowledgement", "first_response", "cs_reply", "after_hours_response", "callback"},
		"target_state": {"running", "met", "missed", "met_late", "replaced", "dropped"},
		"waiting":      {"waiting_customer", "waiting_third_party", "waiting_engineering", "agreed_date"},
		"command":      support.Commands(), "code": {"invalid", "not_found", "forbidden", "not_entitled", "conflict", "too_large", "busy"},
		"phase": {"general_support", "technical_guidance", "end_of_support_life"}, "contract_state": {"active", "suspended", "cancelled"},
		"basis": {"contract", "incident", "complimentary", "account", "exception"}, "ask_state": {"open", "answered", "cancelled"},
	}
	for _, k := range support.AskKinds() {
		enums["ask_kind"] = append(enums["ask_kind"], string(k))
	}
	p := pack(t)
	for _, r := range p.Completion.Reasons {
		enums["reason"] = append(enums["reason"], r.ID)
	}
	for id := range p.Roles {
		enums["role"] = append(enums["role"], id)
	}
	for _, it := range p.AfterHours.Ends {
		enums["after_hours_end"] = append(enums["after_hours_end"], it.ID)
	}
	for _, it := range p.HandOver.Reasons {
		enums["hand_over_ground"] = append(enums["hand_over_ground"], it.ID)
	}
	for _, it := range p.Texts.Grounds {
		enums["redaction_ground"] = append(enums["redaction_ground"], it.ID)
	}
	for _, it := range p.CS.Items {
		enums["item"] = append(enums["item"], it.ID)
	}
	for enum, values := range enums {
		for _, value := range values {
			for _, code := range []string{English, Japanese} {
				if !Has(code, "word."+enum+"."+value) {
					t.Errorf("%s: %s %s has no word", code, enum, value)
				}
			}
		}
	}
}

func TestLinesAreWrappedWhereLanguagesAllow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"one two three", 7, "one two\nthree"},
		{"https://example.net/a/very/long/address x", 10, "https://example.net/a/very/long/address\nx"},
		{"    laid out by hand stays", 10, "    laid out by hand stays"},
		{"サーバーを起動してください。", 20, "サーバーを\n起動してください。"},
		{"short", 10, "short"}, {"", 10, ""},
	} {
		if got := Wrap(c.text, c.width); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"word", " ", "、", "。", "「", "」", "漢字", "かな", "カナ", "\n", "100", "é", "です。"})).Draw(rt, "s"), "")
		width := rapid.IntRange(12, 80).Draw(rt, "width")
		got := Wrap(s, width)
		drop := strings.NewReplacer(" ", "", "\n", "")
		if drop.Replace(got) != drop.Replace(s) {
			rt.Fatalf("words were lost: %q became %q", s, got)
		}
		for _, line := range strings.Split(got, "\n") {
			if first := strings.TrimLeft(line, " "); !strings.Contains(s, "\n"+line) && !strings.HasPrefix(s, line) && first != "" && strings.HasPrefix(first, "。") && !strings.Contains(s, " 。") {
				rt.Fatalf("a line begins with 。: %q", got)
			}
		}
	})
}

func TestBaseAnswersTagsByWhatThereIs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tag  string
		full bool
		want string
	}{{"ja-JP", true, "ja"}, {"de-AT", false, "de"}, {"de", true, "en"}, {"es", false, "en"}, {"", false, "en"}, {"fr_CA", false, "fr"}, {"en-GB", true, "en"}} {
		if got := Base(c.tag, c.full); got != c.want {
			t.Errorf("%q full %v: %s, want %s", c.tag, c.full, got, c.want)
		}
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, n, want string }{
		{"en", "1", "1 hour"}, {"en", "0", "0 hours"}, {"fr", "0", "0 heure"}, {"fr", "2", "2 heures"}, {"ja", "1", "1時間"}, {"de", "0", "0 Stunden"},
	} {
		if got := Message(c.lang, "span.hours", map[string]string{"n": c.n}); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

// TestSilenceSaysWhatIsLacking: attempts, days, and what keeps silence from
// completing a request.
//
// guide: R49, A5
func TestSilenceSaysWhatIsLacking(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 11, 2, 0, 0, 0, time.UTC)
	v := Voice{Lang: English, Zone: "Asia/Tokyo"}
	for want, s := range map[string]support.Silence{
		"No contact attempt": {Needed: 3, DaysNeed: 3},
		"2 of 3. Completion by silence at the earliest Thu 11 Jun 2026, 11:00": {Attempts: 2, Needed: 3, Days: 2, DaysNeed: 3, EarliestAt: at},
		"3 of 3, but on 2 of 3 different days":                                 {Attempts: 4, Needed: 3, Days: 2, DaysNeed: 3, EarliestAt: at},
		"The request is escalated":                                             {Attempts: 3, Needed: 3, Days: 3, DaysNeed: 3, EarliestAt: at, Blocked: "escalated"},
	} {
		if got := v.Silence(s); !strings.Contains(got, want) {
			t.Errorf("%+v reads %q, want %q in it", s, got, want)
		}
	}
}

func TestLanguagesAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ voice, code, want string }{
		{English, "ja", "Japanese"}, {Japanese, "ja", "日本語"}, {Japanese, "de", "ドイツ語"}, {English, "?", "?"},
	} {
		if got := (Voice{Lang: c.voice}).LanguageName(c.code); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.code, c.voice, got, c.want)
		}
	}
}
