package policy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func shippedPack(t testing.TB, id string) *Pack {
	t.Helper()
	p, err := Shipped(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// edited is a shipped pack with texts of its files replaced, as old, new pairs;
// each old text must occur, and only its first occurrence is replaced, in the
// order of the files' names.
func edited(t *testing.T, id string, pairs ...string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	names, err := fs.Glob(shipped, "packs/"+id+"/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole := map[string]string{}
	for _, name := range names {
		src, err := shipped.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		whole[strings.TrimPrefix(name, "packs/"+id+"/")] = string(src)
	}
	for i := 0; i < len(pairs); i += 2 {
		found := false
		for _, name := range keysOf(whole) {
			if strings.Contains(whole[name], pairs[i]) {
				whole[name], found = strings.Replace(whole[name], pairs[i], pairs[i+1], 1), true
				break
			}
		}
		if !found {
			t.Fatalf("no file of %s holds %q", id, pairs[i])
		}
	}
	for name, src := range whole {
		out[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return out
}

func loadEdited(t *testing.T, id string, pairs ...string) *Pack {
	t.Helper()
	p, err := Load(edited(t, id, pairs...), ".")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestShipped(t *testing.T) {
	t.Parallel()
	if got := ShippedIDs(); !slices.Equal(got, []string{"classic-2010", "style-a"}) {
		t.Fatalf("shipped: %v", got)
	}
	if _, err := Shipped("classic-2011"); err == nil || !strings.Contains(err.Error(), `write "classic-2010"`) {
		t.Errorf("unknown id: %v", err)
	}
	if p := shippedPack(t, "classic-2010"); p.Ref() != "classic-2010@1" {
		t.Errorf("ref %s", p.Ref())
	}
}

func TestSourceParsesBackEqual(t *testing.T) {
	t.Parallel()
	for _, id := range ShippedIDs() {
		p := shippedPack(t, id)
		q, err := Parse(p.Source())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(p.Source(), q.Source()) || p.Hash() != q.Hash() {
			t.Errorf("%s: parsing its source gives another pack", id)
		}
		for region := range p.Regions {
			if _, ok := q.Calendar(region); !ok {
				t.Errorf("%s: the parsed pack has no calendar for %s", id, region)
			}
		}
		if q.Severity.WarnPercent != p.Severity.WarnPercent || q.Offerings["basic"].ID != p.Offerings["basic"].ID {
			t.Errorf("%s: derived fields differ", id)
		}
	}
}

func TestHashShowsAVersionChangedInPlace(t *testing.T) {
	t.Parallel()
	a := shippedPack(t, "classic-2010")
	b := loadEdited(t, "classic-2010", "goal: 48h", "goal: 47h")
	if a.Ref() != b.Ref() || a.Hash() == b.Hash() {
		t.Errorf("%s %s / %s %s", a.Ref(), a.Hash(), b.Ref(), b.Hash())
	}
}

func TestParseRefusesWhatIsNoPack(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"", "[]", "{", "{} {}", `{"pack":"x"}`, "null", `{"pack":{}`} {
		if _, err := Parse([]byte(src)); err == nil {
			t.Errorf("%q was accepted", src)
		}
	}
}

// lineOf is the line of a file on which a text begins.
func lineOf(t *testing.T, files fstest.MapFS, file, mark string) int {
	t.Helper()
	before, _, found := strings.Cut(string(files[file].Data), mark)
	if !found {
		t.Fatalf("%s does not hold %q", file, mark)
	}
	return strings.Count(before, "\n") + 1
}

// otherMark in a problem stands for the line on which another text begins.
var otherMark = regexp.MustCompile(`\{\{.*\}\}`)

// Each row breaks one thing in classic-2010; the error must name the file, the
// line on which mark begins, the path and what to write instead.
func TestLoadErrorsSayWhereAndWhatToWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, file, mark, problem string }{
		{"unknown key", "    support_admins: 6", "    support_admin: 6", "offerings.yaml", "support_admin: 6", `offerings.production.support_admin: unknown key "support_admin": write "support_admins"`},
		{"wrong unit", "  within: 60m", "  within: 1bh", "requests.yaml", "within: 1bh", `receipt.within: "1bh" counts business time, and this span elapses on every day: write it in minutes or hours, such as "30m"`},
		{"days", "  goal: 48h", "  goal: 2d", "requests.yaml", "goal: 2d", `cs.goal: "2d" is not clear: write "48h" for days of 24 hours or "2bd" for business days`},
		{"no unit", "  goal: 48h", "  goal: 48", "requests.yaml", "goal: 48\n", `cs.goal: 48 has no unit: write an amount of time, such as "30m", "4bh", "1bd" or "nbd"`},
		{"unit misspelt", "  goal: 48h", "  goal: 48hrs", "requests.yaml", "goal: 48hrs", `cs.goal: "48hrs" is not an amount of time: write minutes or hours that elapse ("30m", "48h"), business time ("4bh", "90bm", "2bd") or "nbd"`},
		{"unknown calendar", "    calendar: emea", "    calendar: emaa", "hours.yaml", "emaa", `regions.emea.calendar: there is no calendar "emaa": write "emea"`},
		{"unknown product", "products: [spring]", "products: [sping]", "offerings.yaml", "[sping]", `offerings.developer.products[0]: there is no product "sping": write "spring"`},
		{"unknown severity", "covers_24x7: [1, 2]", "covers_24x7: [1, 5]", "offerings.yaml", "[1, 5]", `offerings.mission_critical.covers_24x7[1]: there is no severity "5": write one of 1, 2, 3, 4`},
		{"target of no severity", "      1: {first: 30m, guide", "      7: {first: 30m, guide", "offerings.yaml", "      7: {", `offerings.production.targets.7: there is no severity "7": write one of 1, 2, 3, 4`},
		{"possible values", "hours: 12x5\n    for: {en: \"Test", "hours: 12x6\n    for: {en: \"Test", "offerings.yaml", "hours: 12x6", `offerings.basic.hours: "12x6" is not possible here: write "12x5"`},
		{"text without language", "name: {en: Production, ja: Production}", "name: Production", "offerings.yaml", "name: Production\n", `offerings.production.name: this is a text without its language: write {en: "Production", ja: …}`},
		{"English missing", "name: {en: Production, ja: Production}", "name: {ja: Production}", "offerings.yaml", "name: {ja: Production}", `offerings.production.name: the English text is missing: add "en"`},
		{"rule of the guide", "guide: [R52, R02]", "guide: [R52, R57]", "offerings.yaml", "R57", `offerings.production.guide[1]: "R57" does not fit: write a rule of the guide, R01 to R56, or of its ledger, A1 to A26`},
		{"duplicate key", "  evaluation:\n    name: {en: Eval", "  beta:\n    name: {en: Eval", "offerings.yaml", "  beta:\n    name: {en: Beta", `offerings.beta: "beta" stands here twice: give it another id or remove it`},
		{"duplicate id", "{id: workaround, name", "{id: confirmed, name", "requests.yaml", "{id: confirmed, name: {en: Workaround", `completion.reasons[1]: "confirmed" stands in this list twice (first requests.yaml:{{id: confirmed, name: {en: Confirmed}}): give it another id or remove it`},
		{"missing key", "  limit: 72h\n", "", "requests.yaml", "  goal: 48h", `cs: "limit" is missing: write an amount of time, such as "30m", "4bh", "1bd" or "nbd"`},
		{"missing part", "upload:", "survey:", "requests.yaml", "survey:\n  # 10 MB", `survey: "survey" stands here twice (first requests.yaml:{{survey:}}): keep one of the two`},
		{"zone", "zone: Etc/GMT\n    countries", "zone: Etc/GNT\n    countries", "hours.yaml", "Etc/GNT", `regions.emea.zone: "Etc/GNT" does not fit: write an IANA time zone, such as Asia/Tokyo`},
		{"anchor", "  goal: 48h", "  goal: &g 48h", "requests.yaml", "&g 48h", `anchor is not read here: write the value itself (anchors, aliases, merges and tags make a pack depend on its order)`},
		{"kind", "    updates: true", "    updates: yes", "offerings.yaml", "updates: yes", `offerings.production.updates: this is a text: write true or false`},
		{"range", "warn_percent: 75", "warn_percent: 100", "pack.yaml", "warn_percent: 100", `clocks.warn_percent: 100 is out of range: write a whole number (1 to 99)`},
		{"list", "page_web: [1]", "page_web: 1", "pack.yaml", "page_web: 1", `severity_rules.page_web: this is a number: write a list of whole numbers (an id of severities)`},
		{"sample needs its fields", "    unverified: [support_admins]\n", "", "offerings.yaml", "  mission_critical:\n", `offerings.mission_critical: sample and "unverified" belong together: name the keys that are only samples`},
		{"zone of a site on the phone", "phone_calendar: fusion_phone", "phone_calendar: na", "products.yaml", "phone_calendar: na\n", `products.fusion.phone_calendar: calendar "na" has the zone of a site, and here there is none: name a calendar with a zone of its own`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := edited(t, "classic-2010", c.old, c.new)
			_, err := Load(files, ".")
			if err == nil {
				t.Fatal("it loads")
			}
			problem := otherMark.ReplaceAllStringFunc(c.problem, func(m string) string {
				return strconv.Itoa(lineOf(t, files, c.file, m[2:len(m)-2]))
			})
			want := fmt.Sprintf("%s:%d: %s", c.file, lineOf(t, files, c.file, c.mark), problem)
			if !slices.Contains(strings.Split(err.Error(), "\n"), want) {
				t.Errorf("got\n%v\nwant the line\n%s", err, want)
			}
		})
	}
}

func TestLoadSaysAllThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	files := edited(t, "classic-2010", "goal: 48h", "goal: 48", "default_region: emea", "default_region: emae", `["06:00", "18:00"]`, `["06:00", "1800"]`)
	_, err := Load(files, ".")
	var errs Errors
	if !errors.As(err, &errs) {
		t.Fatalf("%T %v", err, err)
	}
	for _, want := range []string{
		"requests.yaml:" + strconv.Itoa(lineOf(t, files, "requests.yaml", "goal: 48\n")),
		"pack.yaml:" + strconv.Itoa(lineOf(t, files, "pack.yaml", "default_region")),
		"hours.yaml:" + strconv.Itoa(lineOf(t, files, "hours.yaml", `"1800"`)),
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("nothing about %s in\n%v", want, err)
		}
	}
	for _, e := range errs {
		if e.File == "" || e.Line == 0 || e.Problem == "" {
			t.Errorf("incomplete: %+v", e)
		}
	}
}

// What follows from a file that cannot be read is not said: it would be all of
// the pack.
func TestLoadSaysSlipsOfYAMLAlone(t *testing.T) {
	t.Parallel()
	files := edited(t, "classic-2010", "goal: 48h", "goal: 48", "pack: classic-2010\n", "pack: classic-2010: 3\n")
	files["zzz.yaml"] = &fstest.MapFile{Data: []byte("- x\n")}
	_, err := Load(files, ".")
	var errs Errors
	if !errors.As(err, &errs) || len(errs) != 2 || errs[0].File != "pack.yaml" || errs[0].Line == 0 || errs[1].File != "zzz.yaml" {
		t.Errorf("got %d: %v", len(errs), err)
	}
}

func TestLoadOfFoldersThatHoldNoPack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		files fstest.MapFS
		dir   string
		want  string
	}{
		{fstest.MapFS{}, "nowhere", "name a folder with the pack's .yaml files"},
		{fstest.MapFS{"readme.txt": {}}, ".", "holds no .yaml file"},
		{fstest.MapFS{"a.yaml": {}}, ".", "the file is empty"},
		{fstest.MapFS{"a.yaml": {Data: []byte("- x\n")}}, ".", "the file holds a list"},
		{fstest.MapFS{"a.yaml": {Data: []byte("pack: x\n---\npack: y\n")}}, ".", "a second document begins"},
		{fstest.MapFS{"a.yaml": {Data: []byte("pack: x\n")}}, ".", `"version" is missing`},
		{fstest.MapFS{"a.yaml": {Data: []byte("pack: x\n")}, "b.yaml": {Data: []byte("pack: y\n")}}, ".", `b.yaml:1: pack: "pack" stands here twice (first a.yaml:1)`},
	} {
		_, err := Load(c.files, c.dir)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

func TestAmountsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"30s", "30m", "48h", "336h", "4bh", "90bm", "1bd", "2bd", "nbd"} {
		a, err := ParseAmount(s)
		if err != nil || a.String() != s {
			t.Errorf("%s: %s, %v", s, a, err)
		}
	}
	if a, _ := ParseAmount("60m"); a.String() != "1h" {
		t.Errorf("60m is written %s", a)
	}
	for _, s := range []string{"", "0m", "-1h", "4", "4 bh", "1d", "4BH", "1.5h", "9999999h", "bd"} {
		if a, err := ParseAmount(s); err == nil {
			t.Errorf("%q is read as %s", s, a)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("pack: x\nversion: 1\nofferings:\n  a: {name: {en: A}, targets: {1: {first: 4bh}}}\n"))
	f.Add([]byte("regions: {a: {calendar: [}}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := Load(fstest.MapFS{"a.yaml": {Data: src}}, ".")
		if (p == nil) == (err == nil) {
			t.Errorf("pack %v, error %v", p, err)
		}
	})
}
