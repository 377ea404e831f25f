package api_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/store"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"
)

// crowd is a set of people of the cast, by key.
type crowd map[string]bool

func crowdOf(keys ...string) crowd {
	c := crowd{}
	for _, k := range keys {
		c[k] = true
	}
	return c
}

func (c crowd) and(others ...crowd) crowd {
	sum := maps.Clone(c)
	for _, o := range others {
		maps.Copy(sum, o)
	}
	return sum
}

// secret is a word that stands in one text, and who may read it.
type secret struct {
	what, word string
	seers      crowd
}

// thing is what a path or a query names, and for whom it is there.
type thing struct {
	id    string
	seers crowd
}

// canaries is a desk in which every text is known by a word of its own.
type canaries struct {
	*house
	secrets []secret
	things  map[string][]thing // by the placeholder that stands for them
	words   int
}

// homes are the contacts of the fixtures by account, hokuto with one more, who
// has no role.
var homes = map[string][]string{
	"aoba": {"suzuki", "sato", "mizuno", "endo", "yamamoto", "okada"}, "hokuto": {"takahashi", "tanaka", "hara"}, "kranich": {"weber"},
	"mia": {"mia", "liam"}, "nakamura": {"nakamura"}, "kobayashi": {"kobayashi"}, "minato": {"ono"},
}

// holders are who has a role on each contract: Nakamura, of another account, is
// an administrator of Hokuto's.
var holders = map[string]crowd{
	"BAS-2010-0417": crowdOf("suzuki", "sato", "mizuno", "endo", "okada"), "PRD-2010-1102": crowdOf("takahashi", "tanaka", "nakamura"),
	"PRD-2010-2210": crowdOf("weber"), "SDK-2010-3301": crowdOf("ono"), "PRD-2010-3302": crowdOf("ono"), "DEV-2010-3303": crowdOf("ono"),
}

var contractsOf = map[string][]string{
	"aoba": {"BAS-2010-0417"}, "hokuto": {"PRD-2010-1102"}, "kranich": {"PRD-2010-2210"}, "minato": {"SDK-2010-3301", "PRD-2010-3302", "DEV-2010-3303"},
}

var (
	guards   = crowdOf("watanabe", "ishikawa") // duty manager and administrator
	vendor   = crowdOf("hayashi", "mori", "ito", "byrne", "nishida", "kudo", "vogel", "kimura", "sakai").and(guards)
	advisers = crowdOf("kudo", "ishikawa") // security and administrator
	admins   = crowdOf("ishikawa")
	named    = crowdOf("byrne") // of the staff, for the restricted account, Minato
)

// staffFor are those of the staff who see an account.
func staffFor(account string) crowd {
	if account == "minato" {
		return named.and(guards)
	}
	return vendor
}

func (w *canaries) hide(what string, seers ...crowd) string {
	w.words++
	word := fmt.Sprintf("kanarie%04dx", w.words)
	w.secrets = append(w.secrets, secret{what, word, crowd{}.and(seers...)})
	return word
}

func (w *canaries) there(kind, id string, seers ...crowd) {
	w.things[kind] = append(w.things[kind], thing{id, crowd{}.and(seers...)})
}

// post makes a call that has to succeed.
func (w *canaries) post(key, method, path, body string) map[string]any {
	w.t.Helper()
	status, out := w.raw(method, path, w.cast.Tokens[key], body)
	if status >= 300 {
		w.t.Fatalf("%s: %s %s %s: %d %v", key, method, path, body, status, out)
	}
	return out
}

// plantCanaries starts a desk whose every account, person, paper, request and
// thing beside them holds words that not everybody may read.
func plantCanaries(t testing.TB) *canaries {
	t.Helper()
	world := fixtures.All()
	w := &canaries{things: map[string][]thing{}}
	for i := range world.Contracts {
		if c := &world.Contracts[i]; c.Number == "PRD-2010-1102" {
			c.Admins = append(c.Admins, "nakamura")
		} else if c.Number == "PRD-2010-3302" {
			c.Products = append(c.Products, "vsphere")
		}
	}
	hara := slices.Clone(world.People[7:8])[0] // tanaka
	hara.Key, hara.Digits, hara.Email = "hara", "293461871", "hara@hokuto.example"
	world.People = append(world.People, hara)
	w.plantPeople(&world)
	w.house = openAt(t, pgtest.Where(t), undoing)
	w.enter(world)
	w.engineer("sakai")
	w.nameThings()
	w.plantRequests()
	w.plantPapers()
	w.plantHouse()
	w.mails()
	return w
}

// acquainted are who may see an account, a contract or a person because of the
// requests that they are party to: their opener, and watchers.
var acquainted = map[string]crowd{
	"hokuto": crowdOf("nakamura", "kobayashi"), "minato": crowdOf("nishida"), // who owns a request of it
}

func (w *canaries) plantPeople(world *fixtures.World) {
	for i := range world.Accounts {
		a := &world.Accounts[i]
		a.Name += " " + w.hide("name of account "+a.Key, staffFor(a.Key), crowdOf(homes[a.Key]...), acquainted[a.Key])
	}
	together := func(key, account string) crowd {
		c := crowdOf(key).and(staffFor(account), acquainted[account])
		for number, people := range holders {
			if people[key] {
				c = c.and(people)
				if number == "PRD-2010-1102" {
					c = c.and(acquainted["hokuto"])
				}
			}
		}
		return c
	}
	for i := range world.People {
		p := &world.People[i]
		mates := together(p.Key, p.Account)
		if p.Account == "aoba" {
			mates = mates.and(crowdOf("suzuki", "sato", "mizuno", "endo", "okada")) // requests of the contract
		}
		own := crowdOf(p.Key).and(staffFor(p.Account), primaries[p.Account]) // R03, R08
		if p.Key == "kobayashi" {
			mates = mates.and(holders["PRD-2010-1102"]) // watches a request
		}
		p.FamilyName += w.hide("name of "+p.Key, mates, own, numberTold[p.Key])
		p.Phone = fmt.Sprintf("+81 3 5551 %04d", i)
		w.secrets = append(w.secrets, secret{"phone of " + p.Key, p.Phone, own},
			secret{"number of " + p.Key, support.CustomerNumber(p.Digits), own.and(numberTold[p.Key])})
		address := own
		for _, c := range world.Contracts {
			if c.Primary == p.Key {
				address = address.and(holders[c.Number]) // R13
			}
		}
		p.Email = w.hide("address of "+p.Key, address) + "@customer.example"
	}
}

// primaries are who helps with the profiles of an account's people.
var primaries = map[string]crowd{
	"aoba": crowdOf("suzuki"), "hokuto": crowdOf("takahashi"), "kranich": crowdOf("weber"), "minato": crowdOf("ono"),
}

// numberTold are who of the staff see a person without the account: as owner of
// a request, and as who answers a report of a security problem.
var numberTold = map[string]crowd{"ono": crowdOf("nishida", "kudo")}

// nameThings tells which ids there are and for whom.
func (w *canaries) nameThings() {
	ctx := context.Background()
	for number, people := range holders {
		for account, list := range contractsOf {
			if slices.Contains(list, number) {
				w.there("contract", number, people, staffFor(account))
				extra := acquainted[account]
				w.secrets = append(w.secrets, secret{"number of contract " + number, number, people.and(staffFor(account), extra)})
			}
		}
	}
	for _, l := range fixtures.All().Licences {
		switch l.Contract {
		case "BAS-2010-0417":
			w.secrets = append(w.secrets, secret{"licence key of aoba", l.Key, crowdOf("suzuki", "okada").and(vendor)})
		default:
			w.secrets = append(w.secrets, secret{"licence key of hokuto", l.Key, crowdOf("takahashi").and(vendor)})
		}
	}
	for account, people := range homes {
		id := w.cast.Contacts[people[0]].Account
		told := crowdOf(people...).and(acquainted[account])
		delete(told, "nishida") // owns a request, and does not see the account
		w.there("account", accountWord(id), staffFor(account), told)
		for _, key := range people {
			see := crowdOf(key).and(staffFor(account))
			for _, c := range holders {
				if c[key] {
					see = see.and(c)
				}
			}
			if slices.Contains([]string{"takahashi", "tanaka", "hara", "okada", "weber", "ono", "mia"}, key) {
				w.there("contact", w.number(key), see)
				w.there("profile", w.number(key), crowdOf(key), staffFor(account), primaries[account])
			}
		}
	}
	must(w.t, w.desk.RestrictAccount(ctx, support.Actor{Kind: support.System}, w.cast.Contacts["ono"].Account, true, []int64{w.cast.Staff["byrne"].ID}))
}

func accountWord(id int64) string { return "acc_" + fmt.Sprint(id) } // below 36 it is the same in base 36

// fill writes a word for each {word}.
func (w *canaries) fill(what, body string, seers ...crowd) string {
	for n := 1; strings.Contains(body, "{word}"); n++ {
		body = strings.Replace(body, "{word}", w.hide(fmt.Sprintf("%s, word %d", what, n), seers...), 1)
	}
	return body
}

// step is one change: who gives it to a request, and who reads what it says.
type step struct {
	who, method, path, body string
	inside                  bool // for staff alone
}

// technical is the life of a technical request. The opener is "customer", who
// works on it "owner".
var technical = []step{
	{"customer", "POST", "/comments", `{"text":"{word}"}`, false},
	{"owner", "POST", "/comments", `{"text":"{word}"}`, false},
	{"owner", "POST", "/notes", `{"text":"{word}"}`, true},
	{"owner", "POST", "/asks", `{"kind":"details","text":"{word}"}`, false},
	{"customer", "POST", "/asks/1/answer", `{"text":"{word}"}`, false},
	{"owner", "POST", "/asks", `{"kind":"verify_bug","of":"support","text":"{word}"}`, true},
	{"owner", "POST", "/asks/2/answer", `{"text":"{word}"}`, true},
	{"owner", "POST", "/asks", `{"kind":"verify_bug","of":"engineering","text":"{word}"}`, true},
	{"owner", "POST", "/asks/3/cancellation", `{"reason":"{word}"}`, true},
	{"owner", "POST", "/hand-over", `{"to":"byrne@desk.example","ground":"expertise","note":{"state":"{word}","next":"{word}","promises":"{word}","do_not":"{word}"}}`, true},
	{"byrne", "POST", "/hand-over/refusal", `{"reason":"{word}"}`, true},
	{"owner", "POST", "/promises", `{"text":"{word}","due_at":"2026-06-30T00:00:00Z"}`, false},
	{"customer", "PATCH", "", `{"component":"{word}","impact":"{word}","error_string":"{word}","recent_changes":"{word}","milestone":"{word}","reference":"{word}","tags":["{word}"]}`, false},
	{"owner", "POST", "/reproductions", `{"outcome":"reproduced","environment":"{word}","text":"{word}"}`, true},
	{"owner", "POST", "/reproductions", `{"outcome":"reproduced","environment":"{word}","text":"{word}","public":true}`, false},
	{"owner", "POST", "/root-cause", `{"text":"{word}"}`, true},
	{"owner", "POST", "/auto-replies", `{"text":"{word}"}`, true},
	{"owner", "POST", "/contacts", `{"channel":"phone","outcome":"no_answer","text":"{word}"}`, false},
	{"customer", "POST", "/third-parties", `{"vendor":"{word}","component":"{word}","release":"{word}"}`, false},
	{"owner", "POST", "/third-parties/1/grounds", `{"text":"{word}"}`, false},
	{"customer", "POST", "/third-parties/1/sharing", `{}`, false},
	{"customer", "POST", "/escalation", `{"statement":"{word}","impact":"{word}","reason":"{word}"}`, false},
	{"watanabe", "POST", "/escalation/plan", `{"steps":[{"text":"{word}","checkpoint_at":"2026-06-20T00:00:00Z"}]}`, false},
	{"customer", "POST", "/severity/raise", `{"to":2,"criteria":["severe"],"impact":"{word}"}`, false},
	{"watanabe", "POST", "/severity/refusal", `{"reason":"{word}"}`, false},
	{"owner", "POST", "/severity/lowering-proposal", `{"to":4,"reason":"{word}"}`, false},
	{"customer", "POST", "/completion/proposal", `{"reason":"confirmed","text":"{word}"}`, false},
}

// live carries a request through its steps.
func (w *canaries) live(number, opener, owner string, parties, inside crowd, steps []step) {
	w.t.Helper()
	who := map[string]string{"customer": opener, "owner": owner}
	for _, s := range steps {
		key := s.who
		if as, ok := who[key]; ok {
			key = as
		}
		seers := inside
		if !s.inside {
			seers = seers.and(parties)
		}
		what := opener + "'s request, " + s.method + " " + s.path
		w.post(key, s.method, "/v1/requests/"+number+s.path, w.fill(what, s.body, seers))
	}
}

// plantRequests files requests of all kinds and lets them live.
func (w *canaries) plantRequests() {
	for _, r := range []struct {
		opener, owner, account, body string
		parties, inside              crowd
		steps                        []step
	}{
		{"tanaka", "ito", "hokuto", `"kind":"sr","product":"vsphere","version":"4.0","severity":3,"channel":"portal","criteria":["usable"]`, crowdOf("tanaka", "takahashi", "nakamura", "kobayashi"), vendor, technical},
		{"weber", "ito", "kranich", `"kind":"sr","product":"vsphere","version":"4.0","severity":3,"channel":"portal","criteria":["usable"]`, crowdOf("weber"), vendor, technical},
		{"ono", "nishida", "minato", `"kind":"sr","product":"vsphere","version":"4.0","severity":3,"channel":"portal","criteria":["usable"]`, crowdOf("ono"), named.and(guards, crowdOf("nishida")), technical},
		{"okada", "mori", "aoba", `"kind":"cs_request","topic":"licence","contract":"BAS-2010-0417"`, crowdOf("okada", "suzuki", "sato", "mizuno", "endo"), vendor, nil},
		{"mia", "ito", "mia", `"kind":"sr","channel":"portal","product":"fusion","version":"3.0","severity":4`, crowdOf("mia"), vendor, nil},
		{"takahashi", "mori", "hokuto", `"kind":"cs_request","topic":"licence","contract":"PRD-2010-1102"`, crowdOf("tanaka", "takahashi", "nakamura"), guards.and(crowdOf("mori", "hayashi")), nil},
	} {
		filed := w.post(r.opener, http.MethodPost, "/v1/requests", w.fill("filed by "+r.opener, `{"title":"{word}","text":"{word}",`+r.body+`}`, r.parties, r.inside))
		number := filed["number"].(string)
		w.there("number", number, r.parties, r.inside)
		w.secrets = append(w.secrets, secret{"number of the request of " + r.opener, number, r.parties.and(r.inside)})
		guard := "watanabe"
		if r.opener == "mia" {
			w.post(guard, http.MethodPost, "/v1/requests/"+number+"/routing", `{}`)
		} else {
			w.post(guard, http.MethodPost, "/v1/requests/"+number+"/assignment", `{"staff":"`+r.owner+`@desk.example"}`)
		}
		if r.opener == "tanaka" {
			w.post("tanaka", http.MethodPost, "/v1/requests/"+number+"/watchers", `{"contact":"`+w.number("kobayashi")+`"}`)
		}
		w.live(number, r.opener, r.owner, r.parties, r.inside, r.steps)
		w.plantFiles(number, r.opener, r.owner, r.parties, r.inside)
		w.advance(time.Minute) // what was held is out, what follows is not
		defer w.live(number, r.opener, r.owner, r.parties, r.inside, []step{{"owner", "POST", "/comments", `{"text":"{word}"}`, true}})
		if r.opener == "takahashi" {
			w.post(guard, http.MethodPut, "/v1/requests/"+number+"/restriction", w.fill("restriction", `{"reason":"{word}","staff":["hayashi@desk.example"]}`, r.inside))
		}
	}
}

// plantFiles leaves a file with a comment, one with a note, and one with nothing.
func (w *canaries) plantFiles(number, opener, owner string, parties, inside crowd) {
	send := func(key, what string, seers ...crowd) string {
		name, content := w.hide("name of "+what, seers...), w.hide("content of "+what, seers...)
		up := w.post(key, http.MethodPost, "/v1/requests/"+number+"/files?name="+name+".txt", content)
		id := up["id"].(string)
		w.there("file", number+"/files/"+id, seers...)
		return id
	}
	picture := w.post(opener, http.MethodPost, "/v1/requests/"+number+"/files?name=a.png", string(redSquare()))["id"].(string)
	w.there("file", number+"/files/"+picture, parties, inside)
	w.post(opener, http.MethodPost, "/v1/requests/"+number+"/comments", `{"text":"x","files":["`+send(opener, "file of "+opener, parties, inside)+`","`+picture+`"]}`)
	w.post(owner, http.MethodPost, "/v1/requests/"+number+"/notes", `{"text":"x","files":["`+send(owner, "file of a note of "+owner, inside)+`"]}`)
	send(opener, "waiting file of "+opener, crowdOf(opener))
}

func redSquare() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 400, 400))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.RGBA{R: 255, A: 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// account is the word by which the door names an account.
func (w *canaries) account(key string) string {
	return accountWord(w.cast.Contacts[homes[key][0]].Account)
}

// plantPapers adds what hangs on accounts and contracts.
func (w *canaries) plantPapers() {
	for _, x := range []struct {
		account, writer, contract string
		administrators            crowd
	}{
		{"hokuto", "takahashi", "PRD-2010-1102", holders["PRD-2010-1102"]},
		{"minato", "ono", "PRD-2010-3302", holders["PRD-2010-3302"]},
	} {
		house, own := staffFor(x.account), crowdOf(x.writer)
		say := func(what, body string, seers ...crowd) string {
			body = strings.NewReplacer("ACCOUNT", w.account(x.account), "CONTRACT", x.contract, "CUSTOMER", w.number(x.writer)).Replace(body)
			return w.fill(what+" of "+x.account, body, seers...)
		}
		plan := w.post(x.writer, "POST", "/v1/plans", say("plan", `{"account":"ACCOUNT","title":"{word}","zone":"UTC","milestones":[{"day":"2026-06-06","product":"vsphere"},{"day":"2026-06-06","product":"acquired"}],
			"contacts":[{"name":"{word}","phone":"+1 {word}"}],"vendors":[{"name":"{word}","contract":"{word}","phone":"{word}"}]}`, house, x.administrators))
		w.there("plan", plan["id"].(string), house, x.administrators)
		w.post("ishikawa", "POST", "/v1/handling-notes", say("handling of an account", `{"account":"ACCOUNT","text":"{word}","until":"2027-01-01T00:00:00Z"}`, house, w.owners(x.account)))
		w.post("ishikawa", "POST", "/v1/handling-notes", say("handling of a contract", `{"contract":"CONTRACT","text":"{word}","until":"2027-01-01T00:00:00Z"}`, house, w.owners(x.account)))
		w.post("watanabe", "POST", "/v1/exceptions", say("exception", `{"account":"ACCOUNT","product":"esx","offering":"basic","severity_from":3,"severity_to":4,"ends_at":"2030-01-01T00:00:00Z","reason":"{word}"}`, house))
		back := w.post("watanabe", "POST", "/v1/callbacks", say("call-back", `{"customer_number":"CUSTOMER","name":"{word}","company":"{word}","phone":"{word}","description":"{word}"}`, house))
		w.there("callback", back["number"].(string), house)
		w.post(x.writer, "POST", "/v1/feature-requests", say("wish", `{"product":"vsphere","title":"{word}","text":"{word}"}`, house, own))
		w.post(x.writer, "POST", "/v1/contacts/"+w.number(x.writer)+"/certifications", say("certification", `{"name":"{word}","number":"{word}"}`, house, own))
		w.post(x.writer, "POST", "/v1/tokens", say("token", `{"name":"{word}","scopes":["read"]}`, own, crowdOf("ishikawa")))
		w.post(x.writer, "POST", "/v1/contracts/"+x.contract+"/licence-folders", say("folder", `{"name":"{word}"}`, house, own))
		w.post(x.writer, "POST", "/v1/security-reports", say("security", `{"text":"{word}","reply_to":"{word}","key":"{word}"}`, advisers))
	}
	w.post("takahashi", "PATCH", "/v1/contracts/PRD-2010-1102/licences/HOKU1-VSP40-96CPU-2M8RK",
		w.fill("licence", `{"label":"{word}","host":"{word}","site":"{word}","note":"{word}"}`, crowdOf("takahashi"), vendor))
}

// owners are who works on an account's requests without seeing the account.
func (w *canaries) owners(account string) crowd {
	if account == "minato" {
		return crowdOf("nishida")
	}
	return nil
}

// plantHouse adds what is the vendor's own.
func (w *canaries) plantHouse() {
	defect := w.post("sakai", "POST", "/v1/defects", w.fill("defect", `{"product":"esx","severity":2,"title":"{word}","text":"{word}","versions":["4.0"]}`, vendor))
	w.there("defect", defect["defect"].(string), vendor)
	w.post("sakai", "POST", "/v1/defects/"+defect["defect"].(string)+"/comments", w.fill("comment on a defect", `{"text":"{word}"}`, vendor))
	w.post("ishikawa", "POST", "/v1/beta-programmes", w.fill("programme", `{"programme":"secret","name":"{word}","kind":"private","product":"esx","ends_at":"2030-01-01T00:00:00Z","zone":"UTC"}`, vendor, crowdOf("kobayashi")))
	w.post("ishikawa", "POST", "/v1/beta-programmes/secret/invitations", `{"contact":"`+w.number("kobayashi")+`"}`)
	w.there("programme", "secret", vendor, crowdOf("kobayashi"))
	sent := w.post("watanabe", "POST", "/v1/broadcasts", w.fill("broadcast", `{"product":"esx","open":true,"texts":[{"language":"en","text":"{word}"},{"language":"ja","text":"{word}"}]}`, vendor))
	w.there("broadcast", sent["id"].(string), vendor)
	alert := w.post("sakai", "POST", "/v1/alerts", w.fill("alert", `{"product":"esx","kind":"patch","texts":[{"language":"en","title":"{word}","text":"{word}"},{"language":"ja","title":"{word}","text":"{word}"}]}`, vendor))
	w.there("alert", alert["id"].(string), vendor)
	draft := w.post("kudo", "POST", "/v1/advisories", w.fill("advisory", `{"product":"esx","affected":["4.0"],"severity":"critical","texts":[{"language":"en","title":"{word}","text":"{word}"},{"language":"ja","title":"{word}","text":"{word}"}]}`, advisers))
	w.there("advisory", draft["number"].(string), advisers)
	hook := w.post("ishikawa", "POST", "/v1/webhooks", w.fill("webhook", `{"name":"{word}","url":"https://receiver.example/{word}"}`, admins))
	w.there("webhook", hook["webhook"].(map[string]any)["id"].(string), admins)
	box := w.post("ishikawa", "POST", "/v1/mailboxes", w.fill("mailbox", `{"name":"box","address":"{word}@desk.example","host":"imap.example:993","user":"{word}","password":"x"}`, admins))
	w.there("mailbox", box["id"].(string), admins)
}

// mails names a mail that left about each request.
func (w *canaries) mails() {
	ctx := context.Background()
	must(w.t, w.desk.Settle(ctx))
	list, err := w.store.Effects(ctx, store.Viewer{Actor: support.Actor{Kind: support.System}}, store.EffectSent, 500)
	must(w.t, err)
	named := map[string]bool{}
	for _, e := range list {
		number := support.SpokenNumber(e.Request)
		i := slices.IndexFunc(w.things["number"], func(x thing) bool { return x.id == number })
		if i < 0 || named[number] || e.Template != "acknowledgement" {
			continue
		}
		named[number] = true
		seers := maps.Clone(w.things["number"][i].seers)
		maps.DeleteFunc(seers, func(key string, _ bool) bool { return !vendor[key] })
		if seers["nishida"] && !seers["ito"] {
			delete(seers, "nishida") // who owns a request of an account does not read all mails of it
		}
		w.there("effect", e.Key, seers)
	}
}
