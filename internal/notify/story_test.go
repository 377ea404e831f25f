package notify

import (
	"strings"
	"testing"
	"time"

	"madoguchi/internal/lang"
	"madoguchi/internal/policy"
	"madoguchi/internal/support"
)

// story drives the real core and keeps what it says: the mails under test are
// made of facts that commands have made, not of facts that a test made up.
type story struct {
	t     *testing.T
	pack  *policy.Pack
	code  string // language of the contact and of staff
	r     *support.Request
	facts []support.Fact
	texts map[int64]string
	now   time.Time
	world support.World
	told  []told
}

// told is one effect with its mail.
type told struct {
	effect support.Effect
	mail   Mail
	notice Notice
	facts  int // of which it was made
	said   []string
}

const (
	sato   = 31 // contact
	suzuki = 32 // PLA
	weber  = 33 // of another account; watches
	hayasi = 1  // CSR
	ito    = 2  // TSE
	mori   = 3  // licence team
	watana = 4  // duty manager
	nisida = 5  // escalation engineer
	byrne  = 6  // TSE in Cork
)

var jst = time.FixedZone("JST", 9*3600)

func people(code string) lang.People {
	c := func(id int64) support.Actor { return support.Actor{Kind: support.Customer, ID: id} }
	s := func(id int64) support.Actor { return support.Actor{Kind: support.Vendor, ID: id} }
	if code == lang.Japanese {
		return lang.People{
			c(sato): {Family: "佐藤", Given: "花子"}, c(suzuki): {Family: "鈴木", Given: "一郎"}, c(weber): {Family: "ウェーバー"},
			s(hayasi): {Family: "林"}, s(ito): {Family: "伊藤", Given: "誠"}, s(mori): {Family: "森"}, s(watana): {Family: "渡辺"},
			s(nisida): {Family: "西田"}, s(byrne): {Family: "バーン"},
		}
	}
	return lang.People{
		c(sato): {Family: "Sato", Given: "Hanako"}, c(suzuki): {Family: "Suzuki", Given: "Ichiro"}, c(weber): {Family: "Weber", Given: "Katrin"},
		s(hayasi): {Family: "Hayashi"}, s(ito): {Family: "Ito", Given: "Makoto"}, s(mori): {Family: "Mori"}, s(watana): {Family: "Watanabe"},
		s(nisida): {Family: "Nishida"}, s(byrne): {Family: "Byrne", Given: "Aoife"},
	}
}

// words are what people write in the story, by language.
var words = map[string]map[string]string{
	"title":    {"en": "ESX host down", "ja": "ESXホストが停止", "de": "Lizenz teilen", "fr": "Diviser une licence"},
	"body":     {"en": "The host does not start since 01:10.", "ja": "1時10分以降、ホストが起動しません。", "de": "Bitte 20 CPU teilen.", "fr": "Merci de diviser 20 CPU."},
	"impact":   {"en": "Production has stopped.", "ja": "本番が停止しています。"},
	"price":    {"en": "JPY 120,000", "ja": "12万円"},
	"order":    {"en": "PO-4711", "ja": "PO-4711"},
	"comment":  {"en": "Please roll the firmware back.\n\nIt is a <known> problem & the old one works.", "ja": "ファームウェアを元の版に戻してください。\n\n<既知>の問題で、以前の版では発生しません。", "de": "Bitte senden Sie uns noch die Bestellnummer.", "fr": "Merci de nous envoyer le numéro de commande."},
	"logs":     {"en": "Send us the bundle of the support script.", "ja": "サポートスクリプトの診断バンドルをお送りください。", "de": "Die Bestellnummer oder eine Kopie der Rechnung.", "fr": "Le numéro de commande ou une copie de la facture."},
	"details":  {"en": "Tell us the firmware versions.", "ja": "ファームウェアのバージョンをお知らせください。"},
	"answer":   {"en": "Here it is.", "ja": "お送りします。"},
	"old":      {"en": "The old firmware runs, the host is up.", "ja": "以前のファームウェアで起動しました。"},
	"reason":   {"en": "The impact is smaller than it was.", "ja": "影響が小さくなったため。", "de": "Es gehörte nicht hierher.", "fr": "Cela n’avait pas sa place ici."},
	"unhappy":  {"en": "The milestone is at risk.", "ja": "マイルストーンに間に合わないおそれがあります。"},
	"none":     {"en": "No workaround.", "ja": "回避策はありません。"},
	"step1":    {"en": "Analyse the dump.", "ja": "ダンプの解析。"},
	"step2":    {"en": "Try the patch.", "ja": "パッチの試行。"},
	"cork":     {"en": "Tokyo closes for the night.", "ja": "東京が夜間のため。"},
	"waiting":  {"en": "We still wait for your logs.", "ja": "引き続きログをお待ちしています。", "de": "Wir warten noch auf die Bestellnummer.", "fr": "Nous attendons toujours le numéro de commande."},
	"solved":   {"en": "The patch has solved it.", "ja": "パッチで解決しました。", "de": "Die Schlüssel sind geteilt.", "fr": "Les clés sont divisées."},
	"again":    {"en": "It happened again.", "ja": "再発しました。", "de": "Es fehlt noch etwas.", "fr": "Il manque encore quelque chose."},
	"key1":     {"en": "AAAAA-11111", "ja": "AAAAA-11111", "de": "AAAAA-11111", "fr": "AAAAA-11111"},
	"key2":     {"en": "BBBBB-22222", "ja": "BBBBB-22222", "de": "BBBBB-22222", "fr": "BBBBB-22222"},
	"grounds":  {"en": "The trace begins in its module.", "ja": "トレースの先頭が該当モジュールです。"},
	"case":     {"en": "FC-2210", "ja": "FC-2210"},
	"noway":    {"en": "Production cannot be stopped.", "ja": "本番のため停止できません。"},
	"fulcrum":  {"en": "Fulcrum", "ja": "Fulcrum"},
	"8g":       {"en": "8G", "ja": "8G"},
	"borealis": {"en": "Borealis Storage", "ja": "Borealis Storage"},
	"b200":     {"en": "B200", "ja": "B200"},
	"canary":   {"en": canary, "ja": canary, "de": canary, "fr": canary},
	"wrong":    {"en": "Hosts with this adapter may stop.", "ja": "このアダプターを使うホストが停止することがあります。"},
	"opinion":  {"en": "Quick and friendly.", "ja": "早くて親切でした。"},
	"not_done": {"en": "One host still fails.", "ja": "まだ1台が起動しません。"},
}

// canary is what internal notes say and no mail may.
const canary = "KANARIENVOGEL"

func newStory(t *testing.T, code string) *story {
	t.Helper()
	pack, err := policy.Shipped("classic-2010")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{
		t: t, pack: pack, code: code, r: &support.Request{ID: 10_000_000}, texts: map[int64]string{},
		now: time.Date(2026, 6, 6, 2, 6, 0, 0, jst),
	}
	zone, country, region := "Asia/Tokyo", "JP", "apj"
	if code == lang.German || code == lang.French {
		zone, country, region = "Europe/Berlin", "DE", "emea"
	}
	contact := support.Contact{ID: sato, Account: 1, Number: "1234567897", Language: code, Zone: zone, PreferredChannel: support.Phone, Active: true}
	account := support.Account{ID: 1, Country: country}
	contract := support.Contract{ID: 7, Account: 1, Number: "C-7", Offering: "basic", Products: []string{"esx"}, Regions: []string{region},
		StartsAt: s.now.AddDate(-1, 0, 0), EndsAt: s.now.AddDate(1, 0, 0), State: support.ContractActive}
	s.world.Parties = support.Parties{
		Contact: contact, Account: account,
		Holdings: []support.Holding{{Contract: contract, Account: account, Roles: []support.Role{support.RoleSupportAdmin}}},
		Products: []support.Product{{ID: 1, Key: "esx", Name: "ESX", Versions: []support.Version{{Name: "4.0", ReleasedAt: s.now.AddDate(-1, 0, 0)}, {Name: "3.5", ReleasedAt: s.now.AddDate(-2, 0, 0)}}}},
	}
	s.world.Primary, s.world.Deciders = suzuki, []int64{sato, suzuki}
	for id, roles := range map[int64][]support.Role{
		hayasi: {support.RoleCSR}, ito: {support.RoleTSE}, mori: {support.RoleLicence}, watana: {support.RoleDuty},
		nisida: {support.RoleTSE, support.RoleEngineering}, byrne: {support.RoleTSE},
	} {
		s.world.Staff = append(s.world.Staff, support.Staff{ID: id, Roles: roles, Active: true})
	}
	s.world.Licence = support.Licence{ID: 9, Contract: 7, Units: 20, Product: "esx", Version: "4.0"}
	s.world.LicenceAdmins = []int64{suzuki}
	return s
}

// w is a text of the story.
func w(name string) support.Text { return support.T(name) }

func (s *story) at(day, hour, minute int) *story {
	s.now = time.Date(2026, 6, day, hour, minute, 0, 0, jst)
	return s
}

func (s *story) customer(id int64, cmd support.Command) {
	s.t.Helper()
	role := support.RoleSupportAdmin
	if id == suzuki {
		role = support.RoleLicencePrimary
	}
	s.do(support.Actor{Kind: support.Customer, ID: id}, cmd, role, support.RoleContact)
}

func (s *story) staff(id int64, cmd support.Command) {
	s.t.Helper()
	for _, x := range s.world.Staff {
		if x.ID == id {
			s.do(support.Actor{Kind: support.Vendor, ID: id}, cmd, x.Roles...)
		}
	}
}

func (s *story) tick() {
	s.t.Helper()
	s.do(support.Actor{Kind: support.System}, &support.Tick{}, support.RoleSystem)
}

// do is the desk in small: texts get ids, facts are decided and kept, and
// everybody who must be told is written to.
func (s *story) do(by support.Actor, cmd support.Command, roles ...support.Role) {
	s.t.Helper()
	for _, x := range cmd.Texts() {
		if x.Plain != "" {
			plain, ok := words[x.Plain][s.code]
			if !ok {
				s.t.Fatalf("no words for %q in %s", x.Plain, s.code)
			}
			x.ID = int64(len(s.texts) + 1)
			s.texts[x.ID], x.Plain = plain, plain
		}
	}
	s.world.Roles, s.world.Entry = roles, support.Fact{}
	if n := support.NeedsOf(cmd).Entry; n > 0 && n <= int64(len(s.facts)) {
		s.world.Entry = s.facts[n-1]
	}
	facts, err := support.Decide(s.r, cmd, s.world, by, s.now, s.pack)
	if err != nil {
		s.t.Fatalf("%s: %v", cmd.Name(), err)
	}
	support.Fold(s.r, facts...)
	s.facts = append(s.facts, facts...)
	for _, e := range support.React(s.r, facts, s.pack) {
		n := s.notice(e)
		own := lang.NewOwn(s.code, nil)
		n.Own = func(string) *lang.Own { return own }
		m, err := Render(n)
		if err != nil {
			s.t.Fatalf("%s: %v", cmd.Name(), err)
		}
		s.told = append(s.told, told{e, m, n, len(s.facts), own.Said})
		if e.Template == acknowledgement {
			note := support.Notified{Key: e.Key, Kind: e.Kind, Template: e.Template, Recipient: e.Recipient, Seq: e.Seq}
			s.do(support.Actor{Kind: support.System}, &support.RecordNotice{Notified: note}, support.RoleSystem)
		}
	}
}

// notice hands the renderer every fact of the request, as a careless desk would.
func (s *story) notice(e support.Effect) Notice {
	to := Recipient{Language: s.code, Zone: s.world.Parties.Contact.Zone}
	if e.Recipient.Kind == support.ToContact {
		to.Person = people(s.code)[support.Actor{Kind: support.Customer, ID: e.Recipient.ID}]
		to.Email, to.Number, to.Country = "hanako@example.com", "1234567897", s.world.Parties.Account.Country
		if e.Recipient.ID == suzuki {
			to.Email, to.Number = "ichiro@example.com", "9876543210"
		}
	} else {
		to.Person = people(s.code)[support.Actor{Kind: support.Vendor, ID: e.Recipient.ID}]
		to.Email, to.Staff = "staff@example.net", true
	}
	return Notice{
		Effect: e, Request: s.r, Facts: s.facts, Texts: s.texts, Recipient: to, People: people(s.code), Pack: s.pack, At: s.now,
		Desk: Desk{Name: "Madoguchi", Sender: "support@example.net", BaseURL: "https://support.example.net"},
	}
}

// first is the first mail of a template, to the kind of recipient it is for.
func (s *story) first(template string) (told, bool) {
	for _, x := range s.told {
		if x.effect.Template == template {
			return x, true
		}
	}
	return told{}, false
}

func consent() *support.Consent { return &support.Consent{Contact: sato, How: support.Phone} }

// technical is a long severity 1 that comes by nearly every template.
func technical(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.staff(hayasi, &support.File{Kind: support.Technical, Channel: support.Phone, Contact: sato, Product: "esx", Severity: 1,
		Title: w("title"), Body: w("body"), Details: support.Details{Environment: "production", Impact: w("impact"), Severity1: []int64{sato}}})
	s.staff(hayasi, &support.AddNote{Text: w("canary")})
	s.at(6, 2, 10).staff(hayasi, &support.OfferAfterHours{Price: w("price"), Order: w("order")})
	s.at(6, 2, 12).staff(hayasi, &support.ConfirmAfterHours{Consent: consent()})
	s.at(6, 2, 20).staff(ito, &support.Take{})
	s.at(6, 2, 31).staff(ito, &support.Comment{Text: w("comment"), Asks: []support.NewAsk{
		{Kind: support.AskDebugData, Text: w("logs"), DueAt: s.now.Add(2 * time.Hour)}, {Kind: support.AskDetails, Text: w("details")}}})
	s.staff(ito, &support.AddNote{Text: w("canary"), Label: "verification"})
	s.at(6, 2, 40).staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskDetails, Text: w("details")}})
	s.staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: support.AskVerifyBug, Of: support.TurnSupport, Text: w("canary")}})
	s.at(6, 3, 0).customer(sato, &support.Comment{Text: w("answer")})
	s.at(6, 4, 40).staff(ito, &support.ProposeAfterHoursEnd{Ground: "workaround", Severity: 3, Text: w("old")})
	s.at(6, 4, 41).staff(ito, &support.DeclineAfterHoursEnd{Reason: w("reason")})
	s.at(6, 4, 42).staff(ito, &support.ProposeAfterHoursEnd{Ground: "workaround", Severity: 3, Text: w("old")})
	s.at(6, 4, 46).staff(ito, &support.AgreeAfterHoursEnd{Consent: consent()})
	s.at(8, 10, 0).customer(sato, &support.RaiseSeverity{To: 1, Impact: w("impact")})
	s.at(8, 10, 16).tick()
	s.at(8, 10, 20).staff(ito, &support.DeclineSeverity{Reason: w("reason")})
	s.at(8, 11, 0).customer(sato, &support.RaiseSeverity{To: 2, Impact: w("impact")})
	s.at(8, 11, 5).staff(ito, &support.GrantSeverity{})
	s.at(8, 11, 8).staff(ito, &support.LogContact{Channel: support.Phone, Outcome: support.Connected})
	s.at(8, 11, 10).staff(ito, &support.ProposeLowerSeverity{To: 3, Reason: w("reason")})
	s.at(8, 11, 20).staff(ito, &support.DeclineLowerSeverity{Reason: w("reason")})
	s.at(8, 11, 30).staff(ito, &support.ProposeLowerSeverity{To: 3, Reason: w("reason")})
	s.at(8, 11, 40).customer(sato, &support.DeclineLowerSeverity{Reason: w("reason")})
	return s.escalation()
}

func (s *story) escalation() *story {
	s.t.Helper()
	s.at(8, 17, 0).staff(hayasi, &support.Escalate{Statement: w("title"), Impact: w("impact"), Workaround: w("none"), Reason: w("unhappy"), Phoned: true})
	s.at(8, 17, 18).staff(watana, &support.LogContact{Channel: support.Phone, Outcome: support.Connected})
	s.staff(watana, &support.AssignEscalation{Engineer: nisida})
	s.at(8, 17, 20).staff(watana, &support.SetActionPlan{Steps: []support.PlanStep{
		{Text: w("step1"), CheckpointAt: s.now.Add(100 * time.Minute)}, {Text: w("step2"), CheckpointAt: s.now.Add(220 * time.Minute)}}})
	note := support.HandOverNote{State: w("canary"), Next: w("canary"), Promises: w("canary"), DoNot: w("canary")}
	s.at(8, 20, 0).staff(ito, &support.AnnounceHandOver{To: nisida, Ground: "expertise", Note: note})
	s.at(8, 20, 5).staff(ito, &support.CancelHandOver{Reason: w("reason")})
	s.at(8, 20, 6).staff(watana, &support.AnnounceHandOver{To: nisida, Ground: "expertise", Note: note})
	s.at(8, 20, 7).staff(watana, &support.CancelHandOver{Reason: w("reason")})
	s.at(8, 20, 8).staff(ito, &support.AnnounceHandOver{To: nisida, Ground: "expertise", Note: note})
	s.at(8, 20, 9).staff(nisida, &support.DeclineHandOver{Reason: w("canary")})
	s.at(8, 20, 10).staff(ito, &support.AnnounceHandOver{To: nisida, Ground: "expertise", Note: note})
	s.at(8, 20, 30).tick()
	s.at(8, 21, 10).staff(ito, &support.AnnounceHandOver{To: byrne, Ground: "time_zone", Reason: w("cork"), EffectiveAt: s.now.Add(20 * time.Minute), Note: note})
	s.at(8, 21, 15).staff(byrne, &support.AcceptHandOver{})
	s.at(8, 21, 30).tick()
	s.at(9, 9, 0)
	for _, k := range s.pack.Escalation.DeescalationChecks {
		s.staff(watana, &support.ConfirmDeescalation{Check: k.ID, Consent: consent()})
	}
	s.at(9, 9, 10).staff(watana, &support.Deescalate{Reason: w("reason")})
	s.at(9, 10, 0).customer(sato, &support.ChangeDetails{Tags: &[]string{"x"}})
	s.at(9, 11, 0).staff(byrne, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: w("waiting")})
	s.at(10, 11, 0).staff(byrne, &support.LogContact{Channel: support.Phone, Outcome: support.NoAnswer})
	s.at(11, 11, 0).staff(byrne, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: w("waiting"), Announce: true})
	s.at(12, 9, 0).staff(byrne, &support.ProposeCompletion{Reason: "confirmed", Text: w("solved")})
	s.at(12, 10, 0).customer(sato, &support.DeclineCompletion{Text: w("not_done")})
	s.at(12, 11, 0).customer(sato, &support.ProposeCompletion{Reason: "confirmed", Text: w("solved")})
	s.at(12, 11, 30).staff(byrne, &support.DeclineCompletion{Text: w("not_done")})
	s.at(12, 12, 0).staff(byrne, &support.Complete{Reason: "confirmed", Text: w("solved"), Consent: consent()})
	s.at(12, 13, 0).customer(sato, &support.AnswerSurvey{Score: 5, Text: w("opinion")})
	s.at(15, 9, 0).customer(sato, &support.Comment{Text: w("again")})
	s.at(16, 0, 0).tick()
	s.do(support.Actor{Kind: support.System}, &support.FailNotice{NoticeFailed: support.NoticeFailed{Key: "r10000000.9.mail.c31", Kind: "mail", Template: "comment",
		Recipient: support.Recipient{Kind: support.ToContact, ID: sato}, Seq: 9, Why: support.NoticeBounced, Status: "5.1.1"}}, support.RoleSystem)
	return s
}

// service is a licence request of somebody who is not the PLA.
func service(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(6, 17, 0).customer(sato, &support.File{Kind: support.CS, Channel: support.Portal, Contact: sato, Topic: "licence",
		Title: w("title"), Body: w("body"), Items: []string{"contract_number"}})
	s.staff(mori, &support.AddNote{Text: w("canary")})
	s.staff(hayasi, &support.RouteToStaff{})
	s.at(6, 17, 30).staff(hayasi, &support.Assign{Staff: mori})
	s.at(6, 17, 40).staff(mori, &support.Comment{Text: w("comment"), Asks: []support.NewAsk{{Kind: support.AskDetails, Item: "order_number", Text: w("logs")}}})
	s.at(7, 17, 0).staff(mori, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: w("waiting")})
	s.at(8, 9, 0).customer(suzuki, &support.ApproveExecution{})
	s.at(8, 11, 30).staff(mori, &support.SplitLicence{Licence: 9, Parts: []int{12, 8}, Version: "3.5", Keys: []support.Text{w("key1"), w("key2")}})
	s.at(8, 12, 0).staff(mori, &support.Complete{Reason: "confirmed", Text: w("solved")})
	s.at(8, 13, 0).customer(sato, &support.Comment{Text: w("again")})
	s.at(9, 9, 0).staff(mori, &support.ProposeCompletion{Reason: "confirmed", Text: w("solved")})
	return s
}

// silent is a request whose customer is not heard again.
func silent(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.at(1, 10, 0).customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
		Title: w("title"), Body: w("body")})
	s.staff(ito, &support.Take{})
	for _, day := range []int{1, 4, 8} {
		if day == 8 { // the call and the mail of one day
			s.at(8, 10, 59).staff(ito, &support.LogContact{Channel: support.Phone, Outcome: support.NoAnswer})
		}
		s.at(day, 11, 0).staff(ito, &support.LogContact{Channel: support.Mail, Outcome: support.Sent, Text: w("waiting"), Announce: day == 8})
	}
	s.at(11, 11, 0).tick()
	return s
}

// severe is a severity 1 filed in writing on a contract without it around the clock.
func severe(t *testing.T, code string) *story {
	t.Helper()
	s := newStory(t, code)
	s.customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 1,
		Title: w("title"), Body: w("body"), Details: support.Details{Environment: "production", Impact: w("impact")}})
	s.at(8, 12, 45).staff(hayasi, &support.Assign{Staff: ito})
	s.at(8, 13, 45).tick()
	return s
}

func (s *story) templates() string {
	var out []string
	for _, x := range s.told {
		out = append(out, x.effect.Template)
	}
	return strings.Join(out, " ")
}
