package api_test

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"madoguchi/internal/support"
)

// A read is a row of the matrix: how an operation is called. {number} and the
// like stand for everything of that kind, and for something that is not there.
// Whoever may not see what is named gets what they get for what is not there.
type read struct {
	paths []string
	body  string // of a read that is a POST
	// only are who may; nil: everybody. What the path names narrows it.
	only crowd
	// part tells that what is named may lack what is asked for.
	part bool
}

func at(paths ...string) []read             { return []read{{paths: paths}} }
func of(only crowd, paths ...string) []read { return []read{{paths: paths, only: only}} }
func posted(path, body string) []read       { return []read{{paths: []string{path}, body: body}} }

func part(only crowd, path string) []read {
	return []read{{paths: []string{path}, only: only, part: true}}
}

var customers = crowdOf(slices.Concat(slices.Collect(maps.Values(homes))...)...)

// readRows are how each read is called. A new one without a row fails.
var readRows = map[string][]read{
	"list-requests":  at("/v1/requests?order=changed&limit=200", "/v1/requests?order=changed&account={account}", "/v1/requests?order=changed&contract={contract}", "/v1/requests?order=changed&contact={contact}"),
	"count-requests": at("/v1/requests/count", "/v1/requests/count?account={account}", "/v1/requests/count?contract={contract}", "/v1/requests/count?contact={contact}"),
	"show-request":   at("/v1/requests/{number}"), "list-events": at("/v1/requests/{number}/events?limit=500"),
	"list-files": at("/v1/requests/{number}/files"), "download-file": at("/v1/requests/{file}/content"), "show-thumbnail": part(nil, "/v1/requests/{file}/thumbnail"),
	"list-targets": at("/v1/requests/{number}/targets"), "list-gathering": at("/v1/requests/{number}/gathering"),
	"explain-routing": part(vendor, "/v1/requests/{number}/routing"), "list-reads": of(guards, "/v1/requests/{number}/reads"),
	"show-vendor-evidence": part(nil, "/v1/requests/{number}/third-parties/1/evidence"),
	"list-glasses":         of(guards, "/v1/glasses"),
	"list-feed":            at("/v1/events?limit=500"), "follow-feed": at(), // by TestStreamsTellWhatPagesTell
	"list-contracts": slices.Concat(of(customers, "/v1/contracts"), at("/v1/contracts?contact={contact}")), "show-contract": at("/v1/contracts/{contract}"),
	"show-draft":    at("/v1/contracts/{contract}/drafts/licences", "/v1/contracts/{contract}/drafts/renewal"),
	"list-accounts": of(vendor, "/v1/accounts"), "list-contacts": of(vendor, "/v1/contacts?account={account}"),
	"show-caller": of(vendor, "/v1/callers/{contact}"), "show-profile": at("/v1/contacts/{profile}/profile"),
	"list-registrations": slices.Concat(of(customers, "/v1/registrations"), at("/v1/registrations?contact={contact}")),
	"list-products":      at("/v1/products", "/v1/products?contact={contact}"), "show-intake": at("/v1/products/vsphere/intake"),
	"list-offers":      at("/v1/products/vsphere/offers", "/v1/products/vsphere/offers?contact={contact}"),
	"ask-entitlement":  posted("/v1/entitlement", `{"kind":"sr","product":"vsphere","severity":3,"channel":"portal","contact":"{contact}"}`),
	"search-requests":  at("/v1/search?q=kanarie&limit=100", "/v1/search?q=kan%20-xyz", "/v1/search?q=vsphere+account:{account}", "/v1/search?q=contract:{contract}", "/v1/search?q=contact:{contact}", "/v1/search?q={number}"),
	"count-found":      at("/v1/search/count?q=kanarie", "/v1/search/count?q=kanarie+account:{account}", "/v1/search/count?q=contract:{contract}", "/v1/search/count?q=contact:{contact}", "/v1/search/count?q={number}"),
	"suggest":          posted("/v1/suggestions", `{"product":"vsphere","title":"kanarie","text":"kanarie"}`),
	"search-self-help": at("/v1/self-help/search?q=kanarie", "/v1/self-help/search?q=vsphere&limit=50"), "list-self-help": at("/v1/self-help"),
	"show-report":     at("/v1/reports/accounts", "/v1/reports/time", "/v1/reports/ages?account={account}", "/v1/reports/accounts?account={account}"),
	"show-report-csv": at("/v1/reports/accounts/csv", "/v1/reports/time/csv", "/v1/reports/time/csv?account={account}"),
	"list-plans":      at("/v1/plans", "/v1/plans?account={account}"), "show-plan": at("/v1/plans/{plan}"), "list-plan-versions": at("/v1/plans/{plan}/versions"),
	"list-feature-requests": at("/v1/feature-requests"), "list-exceptions": of(vendor, "/v1/exceptions"),
	"list-programmes": at("/v1/beta-programmes"), "show-programme": at("/v1/beta-programmes/{programme}"),
	"list-callbacks": of(vendor, "/v1/callbacks"), "show-callback": of(vendor, "/v1/callbacks/{callback}"), "list-phone-calls": of(vendor, "/v1/phone-calls"),
	"list-defects": of(vendor, "/v1/defects"), "show-defect": of(vendor, "/v1/defects/{defect}"), "list-engineering-asks": of(vendor, "/v1/engineering-asks"),
	"list-broadcasts": of(vendor, "/v1/broadcasts"), "show-broadcast": of(vendor, "/v1/broadcasts/{broadcast}"), "preview-broadcast": of(vendor, "/v1/broadcasts/{broadcast}/preview"),
	"list-alerts": of(vendor, "/v1/alerts"), "show-alert": of(vendor, "/v1/alerts/{alert}"), "preview-alert": of(vendor, "/v1/alerts/{alert}/preview"),
	"list-advisories": at("/v1/advisories"), "show-advisory": at("/v1/advisories/{advisory}"), "preview-advisory": of(advisers, "/v1/advisories/{advisory}/preview"),
	"list-effects": of(vendor, "/v1/effects?state=done&limit=500", "/v1/effects?state=pending&limit=500"), "show-mail": of(vendor, "/v1/effects/{effect}/mail"),
	"list-security-reports": of(advisers, "/v1/security-reports"), "show-security": at("/v1/security"),
	"list-staff": of(vendor, "/v1/staff"), "list-rotas": of(vendor, "/v1/rotas"), "show-rota": of(vendor, "/v1/rotas/technical"),
	"show-rota-calendar": of(vendor, "/v1/rotas/technical/calendar"), "list-absences": of(vendor, "/v1/absences"),
	"list-factors": of(admins, "/v1/users/{contact}/factors"), "list-sessions": of(admins, "/v1/users/{contact}/sessions"),
	"list-tokens": at("/v1/tokens"), "show-me": at("/v1/me"), "list-subscriptions": at("/v1/alert-subscriptions"), "count-deflections": of(vendor, "/v1/deflections"),
	"list-webhooks": of(admins, "/v1/webhooks"), "show-webhook": of(admins, "/v1/webhooks/{webhook}"), "list-deliveries": of(admins, "/v1/webhooks/{webhook}/deliveries"),
	"list-mailboxes": of(admins, "/v1/mailboxes"), "show-mailbox": of(admins, "/v1/mailboxes/{mailbox}"),
	"list-suppressions": of(vendor, "/v1/suppressions"),
	"show-policy":       at("/v1/policy"), "show-guide": at("/v1/policy/guide"), "show-phone": at("/v1/phone"), "list-courses": at("/v1/courses"),
	"show-gathering": at("/v1/gathering?product=vsphere"), "choose-guest-path": at("/v1/guest-software/paths?guest=windows_server_2008&product=esx&contact={contact}"),
	"look-up-compatibility": at("/v1/compatibility?product=vsphere&q=x"), "show-clock": part(nil, "/v1/demo/clock"),
}

var nobody = support.CustomerNumber("999999999")

// absent is something of each kind that is not there.
var absent = map[string]string{
	"number": support.SpokenNumber(19_999_999), "contract": "PRD-0000-0000", "contact": nobody, "profile": nobody, "account": "acc_zzz", "plan": "plan_zzz", "programme": "none",
	"callback": "CB-9999", "defect": "D-9999", "broadcast": "brc_zzz", "alert": "alr_zzz", "advisory": "ADV-9999", "effect": "r1.1.mail.c1", "webhook": "wh_zzz", "mailbox": "mbx_zzz",
	"file": support.SpokenNumber(19_999_999) + "/files/file_zzz",
}

var placeholder = regexp.MustCompile(`\{([a-z]+)\}`)

// got is an answer, with the words in it that are known.
type got struct {
	status int
	body   string
}

func (w *canaries) get(r read, key, path, body string) got {
	w.t.Helper()
	method := http.MethodGet
	if r.body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	must(w.t, err)
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+w.cast.Tokens[key])
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept-Language", "en")
	resp, err := http.DefaultClient.Do(req)
	must(w.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	must(w.t, err)
	return got{resp.StatusCode, string(b)}
}

// tally of the matrix: which rows anybody read, and which words on which side.
type readTally struct {
	rows  map[string]bool
	words map[string]map[bool]bool // customers', staff's
}

// leaks looks for words that somebody may not see in what they got.
func (w *canaries) leaks(key, where string, g got, tally readTally) {
	for _, s := range w.secrets {
		if !strings.Contains(g.body, s.word) {
			continue
		}
		if !s.seers[key] {
			at := strings.Index(g.body, s.word)
			w.t.Errorf("%s as %s, %d: tells the %s: …%s", where, key, g.status, s.what, g.body[max(0, at-60):min(len(g.body), at+30)])
		}
		if tally.words[s.word] == nil {
			tally.words[s.word] = map[bool]bool{}
		}
		tally.words[s.word][vendor[key]] = true
	}
}

// read calls a row as somebody for everything that it may name.
func (w *canaries) read(id string, r read, key string, tally readTally) {
	for _, path := range r.paths {
		kind := ""
		if m := placeholder.FindStringSubmatch(path + r.body); m != nil {
			kind = m[1]
		}
		call := func(name string) got {
			fill := strings.NewReplacer("{"+kind+"}", name)
			g := w.get(r, key, fill.Replace(path), fill.Replace(r.body))
			if kind != "" {
				g.body = strings.NewReplacer(name, "NAME", strings.ReplaceAll(name, "-", ""), "NAME").Replace(g.body)
			}
			return g
		}
		none := call(absent[kind])
		w.leaks(key, path, none, tally)
		if kind == "" {
			w.expect(id, path, key, r.only == nil || r.only[key], none, tally, r.part)
			continue
		}
		if len(w.things[kind]) == 0 {
			w.t.Fatalf("%s: nothing is a {%s}", id, kind)
		}
		at, _, _ := strings.Cut(path, "?")
		named := strings.Contains(at, "{")
		for _, x := range w.things[kind] {
			g := call(x.id)
			where := strings.ReplaceAll(path, "{"+kind+"}", x.id)
			w.leaks(key, where, got{g.status, strings.ReplaceAll(g.body, "NAME", "")}, tally)
			sees := x.seers[key] && (r.only == nil || r.only[key])
			if !sees && g != none {
				w.t.Errorf("%s as %s, who may not see it: %d %s; what is not there: %d %s", where, key, g.status, g.body, none.status, none.body)
			}
			w.expect(id, where, key, sees || !named, g, tally, r.part || !named)
		}
	}
}

// expect wants an answer of who may, and a refusal of who may not; loose, who may
// can be refused for something else.
func (w *canaries) expect(id, where, key string, may bool, g got, tally readTally, loose bool) {
	ok := g.status == http.StatusOK
	if (may != ok && !(may && loose)) || g.status >= 500 {
		w.t.Errorf("%s as %s: %d %s, may: %v", where, key, g.status, g.body[:min(len(g.body), 300)], may)
	}
	tally.rows[id] = tally.rows[id] || ok
}

// Every person against every read, over everything that there is: no answer
// holds a word that its reader may not see, and what somebody may not see looks
// as what is not there (T30, T31, T32). Every row is read by somebody, and every
// word by somebody of each side that may.
// guide: A13
func TestEveryRoleAgainstEveryRead(t *testing.T) {
	t.Parallel()
	w := plantCanaries(t)
	tally := readTally{rows: map[string]bool{}, words: map[string]map[bool]bool{}}
	reads := map[string]bool{}
	for _, op := range w.operations() {
		if op.Method != http.MethodGet && op.Permission != "read" && op.ID != "suggest" {
			continue
		}
		reads[op.ID] = true
		if _, ok := readRows[op.ID]; !ok {
			t.Errorf("%s %s has no row in the matrix of reads", op.Method, op.Path)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(readRows)) {
		if !reads[id] {
			t.Errorf("the row %s is no read", id)
		}
		for _, key := range w.cast.Keys {
			for _, r := range readRows[id] {
				w.read(id, r, key, tally)
			}
		}
		if !tally.rows[id] && id != "follow-feed" {
			t.Errorf("nobody is answered by %s", id)
		}
	}
	for _, s := range w.secrets {
		for _, side := range []bool{true, false} {
			has := slices.ContainsFunc(w.cast.Keys, func(k string) bool { return s.seers[k] && vendor[k] == side })
			if has && !tally.words[s.word][side] {
				t.Errorf("nobody was told the %s (staff: %v)", s.what, side)
			}
		}
	}
	words := make([]string, len(w.secrets))
	for i, x := range w.secrets {
		words[i] = x.word
	}
	w.quiet(words...)
}
