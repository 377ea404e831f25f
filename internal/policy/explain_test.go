package policy

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func explained(t *testing.T, p *Pack, lang string) string {
	t.Helper()
	var b strings.Builder
	if err := Explain(&b, p, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// guide: R23, R49, R52
func TestExplainPrintsTheGuide(t *testing.T) {
	t.Parallel()
	p := shippedPack(t, "classic-2010")
	for lang, want := range map[string][]string{
		"en": {
			"# Classic support, 2010", "`classic-2010@1`",
			"| Production | 30 minutes (sample) | 4 business hours (sample) | 8 business hours (sample) | 12 business hours (sample) |",
			"- Incidents: packs of 1, 3, 5, valid for 1 year [R52 A20]",
			"- exactly 1 per contract",
			"- Whoever leaves a message is called back within 1 hour. [R16 R19 R20 R21 R22 R55]",
			"- The receipt with the request number comes within 1 hour. [R23]",
			"- Most are answered within 48 hours, at most within 72 hours. [R25 R51 A9]",
			"- After 3 unanswered attempts on 3 different days over 10 days (240 hours) a request may be completed. [R49 A5 A26]",
			"- Have ready: Order number; Contract number; Licence key; The e-mail address of the PLA",
			"- At most one survey per person every 14 days (336 hours). [R50 A6 A15]",
			"- Japan: 0120-000-000 (sample) [R55]",
			"- Up to 10 MB directly; larger ones by resumable upload, SFTP, FTPS. [R28]",
			"- Acknowledged within 1 minute, without a promised time. [R35 R36 R37 R38]",
			"- Fujitsu: Bundled with SupportDesk. → Licensed software. [R41]",
		},
		"ja": {
			"# クラシックサポート（2010年）",
			"| Basic | 対応時間で4時間（サンプル） | 対応時間で8時間（サンプル） | 対応時間で12時間（サンプル） | 対応時間で12時間（サンプル） |",
			"- 通常48時間以内、遅くとも72時間以内に回答します。 [R25 R51 A9]",
			"- 契約ごとに必ず1名",
			"- 10日間（240時間）の間に、異なる3日にわたって3回ご連絡しても応答がない場合、リクエストを完了することがあります。 [R49 A5 A26]",
			"- 日本：0120-000-000（サンプル） [R55]",
		},
	} {
		got := strings.Split(explained(t, p, lang), "\n")
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("%s: no line %q", lang, line)
			}
		}
	}
}

// The guide is complete when no placeholder is left, and when every text of
// the lists that people read is in it.
func TestExplainLeavesNothingOpen(t *testing.T) {
	t.Parallel()
	open := regexp.MustCompile(`\{[a-z]+\}|@[a-z_]+ |%!|\[\]|: $|：$`)
	for _, id := range ShippedIDs() {
		p := shippedPack(t, id)
		for _, lang := range []string{"en", "ja"} {
			got := explained(t, p, lang)
			for line := range strings.Lines(got) {
				if open.MatchString(strings.TrimSuffix(line, "\n")) {
					t.Errorf("%s %s: %q", id, lang, line)
				}
			}
			for _, items := range [][]Item{p.Intake.Asks, p.Intake.Gather, p.Gathering.Changes, p.Gathering.Symptoms, p.Resources(""), p.Escalation.Checklist, p.AfterHours.Grounds, p.ThirdParty.Steps, p.ThirdParty.GuestSoftware} {
				for _, i := range items {
					if !strings.Contains(got, i.Text.In(lang)) {
						t.Errorf("%s %s: %s is missing", id, lang, i.ID)
					}
				}
			}
		}
	}
}

func TestExplainInAnotherLanguageIsRefused(t *testing.T) {
	t.Parallel()
	if err := Explain(&strings.Builder{}, shippedPack(t, "style-a"), "fr"); err == nil {
		t.Error("accepted")
	}
	if err := Explain(brokenWriter{}, shippedPack(t, "style-a"), "en"); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

var errBroken = errors.New("broken")

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

// ruled by the desk itself rather than by numbers and texts of a pack.
var notInPack = []string{"A11", "A13", "A24", "A25"}

// Every rule of the guide that a pack can express is named somewhere in
// classic-2010.
func TestClassicNamesEveryRule(t *testing.T) {
	t.Parallel()
	source := string(shippedPack(t, "classic-2010").Source())
	var ids []string
	for i := 1; i <= 56; i++ {
		ids = append(ids, fmt.Sprintf("R%02d", i))
	}
	for i := 1; i <= 26; i++ {
		ids = append(ids, fmt.Sprintf("A%d", i))
	}
	for _, id := range ids {
		if named := strings.Contains(source, `"`+id+`"`); named == slices.Contains(notInPack, id) {
			t.Errorf("%s: named in the pack is %v", id, named)
		}
	}
}

// The checklist of style-a shows each of 19 dimensions and where it stands;
// the paths must exist in the pack.
func TestChecklistOfStyleA(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("packs/style-a/CHECKLIST.md")
	if err != nil {
		t.Fatal(err)
	}
	p := shippedPack(t, "style-a")
	row := regexp.MustCompile(`(?m)^\| ([0-9]+) \| ([^|]+) \| (.+) \|$`)
	path := regexp.MustCompile(`\x60([a-z0-9_.\[\]-]+)(?: = ([^\x60]+))?\x60`)
	rows := row.FindAllStringSubmatch(string(src), -1)
	if len(rows) != 19 {
		t.Fatalf("%d rows, want 19", len(rows))
	}
	for i, r := range rows {
		if r[1] != fmt.Sprint(i+1) {
			t.Errorf("row %d is numbered %s", i+1, r[1])
		}
		named := path.FindAllStringSubmatch(r[3], -1)
		if len(named) == 0 {
			t.Errorf("%s names no place in the pack", r[2])
		}
		for _, n := range named {
			got, ok := valueAt(p, n[1])
			if !ok {
				t.Errorf("%s: the pack has no %s", r[2], n[1])
			} else if n[2] != "" && got != n[2] {
				t.Errorf("%s: %s is %s, the checklist says %s", r[2], n[1], got, n[2])
			}
		}
	}
}
