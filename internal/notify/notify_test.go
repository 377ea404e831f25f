package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"html"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"encoding/base64"

	"madoguchi/internal/lang"
	"madoguchi/internal/support"
)

var update = flag.Bool("update", false, "write the golden files anew")

// stories are all mails of the desk in a language: three requests in English
// and Japanese, that of customer service in German and French too.
func stories(t *testing.T, code string) []*story {
	t.Helper()
	if code == lang.German || code == lang.French {
		return []*story{service(t, code), watched(t, code), kept(t, code)}
	}
	return []*story{technical(t, code), service(t, code), severe(t, code), defective(t, code), analysed(t, code), foreign(t, code), reached(t, code), watched(t, code), followed(t, code), kept(t, code)}
}

var languages = []string{lang.English, lang.Japanese, lang.German, lang.French}

func eachMail(t *testing.T, code string, do func(*story, told)) {
	t.Helper()
	for _, s := range stories(t, code) {
		for _, x := range s.told {
			do(s, x)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: run go test ./internal/notify -update and read what it writes", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s reads otherwise now:\n%s", path, got)
	}
}

func TestMailsReadAsWeHaveReadThem(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		seen := map[string]bool{}
		eachMail(t, code, func(s *story, x told) {
			name := x.effect.Kind + "-" + x.effect.Template
			if x.effect.Recipient.Kind == support.ToContact && x.effect.Recipient.ID == suzuki {
				name += "-primary"
			}
			if x.effect.Recipient.Kind == support.ToContact && x.effect.Recipient.ID == weber {
				name += "-watcher"
			}
			if s.r.Completed != nil && s.r.Completed.Duplicate != 0 && x.effect.Template == "completed" {
				name += "-duplicate"
			}
			if seen[name] {
				return
			}
			seen[name] = true
			var b bytes.Buffer
			m := x.mail
			fmt.Fprintf(&b, "Subject: %s\nTo: %s\nMessage-ID: %s\n", m.Subject, m.To.Name, m.MessageID)
			for _, h := range m.Headers {
				fmt.Fprintf(&b, "%s: %s\n", h.Name, h.Value)
			}
			b.WriteString("\n" + m.Text)
			golden(t, code+"/"+name+".txt", b.Bytes())
			if name == "mail-comment" {
				golden(t, code+"/"+name+".html", []byte(m.HTML))
				golden(t, code+"/"+name+".eml", m.EML())
			}
		})
		if code != lang.English && code != lang.Japanese {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(templates)) {
			if !seen["mail-"+name] && !seen["mail-"+name+"-primary"] && !seen["mail-"+name+"-watcher"] && !seen["page-"+name] {
				t.Errorf("%s: no story tells %s", code, name)
			}
		}
	}
}

var (
	tags    = regexp.MustCompile(`(?s)<style>.*?</style>|<title>.*?</title>|<[^>]*>`)
	joints  = regexp.MustCompile(`(?m)^> ?|^\d+\. |^-- $`)
	anyGaps = regexp.MustCompile(`[\s:：]+`)
)

func squeezed(s string) string { return anyGaps.ReplaceAllString(s, "") }

func TestHTMLAndTextSayTheSame(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			text := squeezed(joints.ReplaceAllString(x.mail.Text, ""))
			page := squeezed(html.UnescapeString(tags.ReplaceAllString(x.mail.HTML, " ")))
			if text != page {
				t.Errorf("%s %s:\ntext %s\nhtml %s", code, x.effect.Template, text, page)
			}
		})
	}
}

// TestNoMailCountsBeyondWhatIsNeeded: three attempts are needed, and a fourth
// is told as the third.
//
// guide: R49
func TestNoMailCountsBeyondWhatIsNeeded(t *testing.T) {
	t.Parallel()
	for code, third := range map[string]string{lang.English: "attempt 3 of 3", lang.Japanese: "3回のうち3回"} {
		s := silent(t, code)
		last := ""
		for _, x := range s.told {
			if strings.Contains(x.mail.Text, "4 of 3") || strings.Contains(x.mail.Text, "3回のうち4回") {
				t.Errorf("%s %s:\n%s", code, x.effect.Template, x.mail.Text)
			}
			if x.effect.Template == "attempt" {
				last = x.mail.Text
			}
		}
		if n := s.r.AttemptCount; n != 4 || !strings.Contains(last, third) {
			t.Errorf("%s: after %d attempts the last mail does not say %q:\n%s", code, n, third, last)
		}
	}
}

// Number, customer number, link and next step stand in the text of every mail (UX-13).
// guide: R16, R23
func TestEveryMailToACustomerSaysWhereTheRequestStands(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(s *story, x told) {
			if x.effect.Recipient.Kind != support.ToContact {
				return
			}
			own := "1234567897"
			if x.effect.Recipient.ID == suzuki {
				own = "9876543210"
			}
			for _, want := range []string{
				support.SpokenNumber(s.r.ID), own, words["title"][code], "https://support.example.net/requests/100000006",
				lang.Message(code, "mail.label.turn", nil), lang.Message(code, "mail.label.next", nil),
			} {
				if !strings.Contains(x.mail.Text, want) {
					t.Errorf("%s %s does not say %q", code, x.effect.Template, want)
				}
			}
			if !strings.Contains(x.mail.Subject, "[SR 100-000-006]") {
				t.Errorf("%s %s: subject %q lacks the number", code, x.effect.Template, x.mail.Subject)
			}
			if strings.Contains(x.mail.Text, "{") || strings.Contains(x.mail.Text, "mail.") || strings.Contains(x.mail.Text, "word.") {
				t.Errorf("%s %s holds a key or an argument without value:\n%s", code, x.effect.Template, x.mail.Text)
			}
		})
	}
}

// guide: R23, R24
func TestReceiptTellsTheExpectedFirstResponse(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{lang.English: "Mon 8 Jun 2026,\n13:30 JST", lang.Japanese: "2026年6月8日（月）13:30"} {
		x, _ := technical(t, code).first(acknowledgement)
		if !strings.Contains(squeezed(x.mail.Text), squeezed(want)) {
			t.Errorf("%s: the receipt lacks %s:\n%s", code, want, x.mail.Text)
		}
	}
}

// guide: R26
func TestHandOverIsToldBeforeItTakesEffect(t *testing.T) {
	t.Parallel()
	s := technical(t, lang.English)
	for _, x := range s.told {
		if x.effect.Template != "hand_over_announced" {
			continue
		}
		for _, f := range s.facts {
			b, ok := f.Body.(support.HandOverAnnounced)
			if !ok || f.Seq != x.effect.Seq {
				continue
			}
			said := "Nishida takes over your request from Makoto Ito on " + lang.Date(lang.English, b.EffectiveAt, "Asia/Tokyo")
			if !x.mail.Date.Before(b.EffectiveAt) || !strings.Contains(squeezed(x.mail.Text), squeezed(said)) {
				t.Errorf("told at %s that it happens at %s:\n%s", x.mail.Date, b.EffectiveAt, x.mail.Text)
			}
			return
		}
	}
	t.Fatal("no hand-over was told")
}

// guide: R27
func TestEveryKindOfAskIsToldInWords(t *testing.T) {
	t.Parallel()
	for _, code := range []string{lang.English, lang.Japanese} {
		for _, kind := range support.AskKinds() {
			s := newStory(t, code)
			s.customer(sato, &support.File{Kind: support.Technical, Channel: support.Portal, Contact: sato, Product: "esx", Severity: 3,
				Title: w("title"), Body: w("body")})
			s.at(8, 10, 0).staff(ito, &support.Take{})
			s.staff(ito, &support.Ask{NewAsk: support.NewAsk{Kind: kind, Text: w("logs"), DueAt: s.now.AddDate(0, 0, 2)}})
			x, ok := s.first("ask")
			if !ok {
				t.Fatalf("%s: nobody was told of %s", code, kind)
			}
			for _, want := range []string{lang.Word(code, "ask_kind", string(kind)), words["logs"][code], lang.Date(code, s.now.AddDate(0, 0, 2), "Asia/Tokyo")} {
				if !strings.Contains(strings.ToLower(squeezed(x.mail.Text)), strings.ToLower(squeezed(want))) {
					t.Errorf("%s %s: the mail lacks %q:\n%s", code, kind, want, x.mail.Text)
				}
			}
		}
	}
}

// guide: R25, R48
func TestCustomerServiceIsTakenUpInGermanAndFrench(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][]string{
		lang.German: {"Mo.–Fr. 09:00–21:00, das nächste Mal ab Mo, 8. Juni 2026, 09:00 Uhr CEST", "Auf Englisch",
			"bis Mo, 8. Juni 2026, 10:00 Uhr CEST", "bis Di, 9. Juni 2026, 10:00 Uhr CEST"},
		lang.French: {"lun.–ven. 09:00–21:00, de nouveau à partir du lun. 8 juin 2026 à 09:00 CEST", "En anglais",
			"avant : lun. 8 juin 2026 à 10:00 CEST", "avant : mar. 9 juin 2026 à 10:00 CEST"},
	} {
		x, _ := service(t, code).first(acknowledgement)
		for _, part := range want {
			if !strings.Contains(squeezed(x.mail.Text), squeezed(part)) {
				t.Errorf("%s: the receipt lacks %q:\n%s", code, part, x.mail.Text)
			}
		}
	}
}

// guide: R50
func TestSurveyAsksThePacksQuestionAndHasNoLinkThatAnswers(t *testing.T) {
	t.Parallel()
	for _, code := range []string{lang.English, lang.Japanese} {
		s := technical(t, code)
		x, ok := s.first("survey")
		if !ok {
			t.Fatal("no survey was sent: " + s.templates())
		}
		if q := s.pack.Survey.Question.In(code); !strings.Contains(squeezed(x.mail.Text), squeezed(q)) {
			t.Errorf("%s: the survey lacks %q", code, q)
		}
		if n := strings.Count(x.mail.HTML, "href="); n != 1 {
			t.Errorf("%s: %d links; only the page of the request may be one", code, n)
		}
	}
}

// guide: R04, R07
func TestOnlyThoseWhomTheCoreNamesReadLicenceKeys(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			told := x.effect.Template == "licence_split" && x.effect.Recipient.ID == suzuki
			if has := strings.Contains(x.mail.Text, "AAAAA-11111"); has != told {
				t.Errorf("%s %s to %s: keys shown: %v", code, x.effect.Template, x.effect.Recipient, has)
			}
		})
	}
}

func TestLanguagesDoNotMix(t *testing.T) {
	t.Parallel()
	sentence := regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}`)
	japanese := regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)
	english := regexp.MustCompile(`(?i)\b(the|your|request|until|answer|of)\b`)
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			said := strings.ReplaceAll(x.mail.Subject+"\n"+x.mail.Text, "https://support.example.net/requests/", "")
			mixed := ""
			switch {
			case code == lang.Japanese:
				mixed = sentence.FindString(said)
			case x.mail.Language == lang.English:
				mixed = japanese.FindString(said)
			default:
				mixed = english.FindString(strings.ReplaceAll(said, "support@", ""))
			}
			if mixed != "" {
				t.Errorf("%s %s says %q:\n%s", code, x.effect.Template, mixed, said)
			}
			if want := `<html lang="` + x.mail.Language + `">`; !strings.Contains(x.mail.HTML, want) {
				t.Errorf("%s %s: the HTML does not say its language", code, x.effect.Template)
			}
		})
	}
}

func TestLinesOfTextAreShort(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			for _, line := range strings.Split(x.mail.Text, "\n") {
				if lang.Columns(line) > 78 && !strings.Contains(line, "https://") {
					t.Errorf("%s %s: %d columns: %s", code, x.effect.Template, lang.Columns(line), line)
				}
			}
		})
	}
}

func TestHTMLAsksForNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	foreign := regexp.MustCompile(`(?i)<(img|script|link|iframe|object|form|input)|url\(|@import|\son[a-z]+=|\sstyle=`)
	eachMail(t, lang.English, func(_ *story, x told) {
		if m := foreign.FindString(x.mail.HTML); m != "" {
			t.Errorf("%s holds %q", x.effect.Template, m)
		}
		if x.effect.Template == "comment" && !strings.Contains(x.mail.HTML, "&lt;known&gt; problem &amp; the old") {
			t.Errorf("a comment is not escaped:\n%s", x.mail.HTML)
		}
	})
}

func TestMachinesAreToldThatAMachineWrites(t *testing.T) {
	t.Parallel()
	human := map[string]bool{
		"comment": true, "ask": true, "attempt": true, "action_plan": true, "after_hours_offered": true, "after_hours_end_proposed": true,
		"severity_declined": true, "severity_lowering_proposed": true, "severity_lowering_declined": true, "after_hours_end_declined": true, "hand_over_cancelled": true, "deescalated": true,
		"root_cause": true, "reproduced": true, "completion_proposed": true, "completion_declined": true, "completed": true, "content_erased": true, "reclassified": true,
		"grounds_stated": true, "vendor_case_suggested": true, "vendor_answered": true, "collaboration_opened": true, "collaboration_moved": true,
		"promise_made": true, "promise_renewed": true, "promise_withdrawn": true, "promise_kept": true,
	}
	seen := map[string]bool{}
	eachMail(t, lang.English, func(_ *story, x told) {
		if seen[x.effect.Template] {
			return
		}
		seen[x.effect.Template] = true
		var auto, suppress string
		for _, h := range x.mail.Headers {
			switch h.Name {
			case "Auto-Submitted":
				auto = h.Value
			case "X-Auto-Response-Suppress":
				suppress = h.Value
			}
		}
		want, silence := "auto-generated", "OOF, AutoReply"
		if human[x.effect.Template] {
			want, silence = "no", ""
		}
		if auto != want || suppress != silence {
			t.Errorf("%s: Auto-Submitted %q, X-Auto-Response-Suppress %q", x.effect.Template, auto, suppress)
		}
	})
}

// guide: R49
func TestSilenceIsAnnouncedAndItsCompletionSaysHowToReopen(t *testing.T) {
	t.Parallel()
	for code, want := range map[string][]string{
		lang.English:  {"attempt 3 of 3", "on Thu 11 Jun 2026, 11:00 JST at the earliest", "tried 3 times", "until Thu 25 Jun 2026, 11:00 JST"},
		lang.Japanese: {"3回のうち3回目", "早ければ2026年6月11日（木）11:00に", "3回ご連絡いたしましたが", "2026年6月25日（木）11:00までに"},
	} {
		s := silent(t, code)
		var attempt, done string
		for _, x := range s.told {
			switch x.effect.Template {
			case "attempt":
				attempt = squeezed(x.mail.Text)
			case "completed":
				done = squeezed(x.mail.Text)
			}
		}
		for i, part := range want {
			in := attempt
			if i > 1 {
				in = done
			}
			if !strings.Contains(in, squeezed(part)) {
				t.Errorf("%s: lacks %q:\n%s", code, part, in)
			}
		}
	}
}

func TestThreadsHoldOnTheAcknowledgement(t *testing.T) {
	t.Parallel()
	s := technical(t, lang.English)
	root := ""
	for _, x := range s.told {
		m, err := mail.ReadMessage(bytes.NewReader(x.mail.EML()))
		if err != nil {
			t.Fatal(err)
		}
		if x.effect.Template == acknowledgement {
			root = m.Header.Get("Message-ID")
			if root != "<r10000000.1.mail.c31@example.net>" || m.Header.Get("References") != "" {
				t.Errorf("the acknowledgement is %s and refers to %q", root, m.Header.Get("References"))
			}
			continue
		}
		if m.Header.Get("References") != root || m.Header.Get("In-Reply-To") != root {
			t.Errorf("%s refers to %q, not to %q", x.effect.Template, m.Header.Get("References"), root)
		}
	}
}

func TestBytesAreTheMail(t *testing.T) {
	t.Parallel()
	for _, code := range languages {
		eachMail(t, code, func(_ *story, x told) {
			b := x.mail.EML()
			if again := x.mail.EML(); sha256.Sum256(b) != sha256.Sum256(again) {
				t.Fatalf("the same mail gave other bytes: %s", hex.EncodeToString(b[:8]))
			}
			for _, line := range strings.Split(string(b), "\r\n") {
				if len(line) > 78 && !strings.Contains(line, "<") || strings.ContainsAny(line, "\r\n") || strings.IndexFunc(line, func(r rune) bool { return r > 0x7e }) >= 0 {
					t.Fatalf("%s %s: a line is too long, not ASCII or ends otherwise: %q", code, x.effect.Template, line)
				}
			}
			subject, text, page := parsed(t, b)
			if subject != x.mail.Subject || text != x.mail.Text || page != x.mail.HTML {
				t.Fatalf("%s %s does not read back:\n%s\n%s", code, x.effect.Template, subject, text)
			}
		})
	}
}

func parsed(t *testing.T, b []byte) (subject, text, page string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"From", "To"} {
		if _, err := mail.ParseAddress(m.Header.Get(h)); err != nil {
			t.Fatalf("%s: %v", h, err)
		}
	}
	if _, err := m.Header.Date(); err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, body := range []*string{&text, &page} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		var r io.Reader = quotedprintable.NewReader(p)
		if p.Header.Get("Content-Transfer-Encoding") == "base64" {
			r = base64.NewDecoder(base64.StdEncoding, p)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		*body = strings.ReplaceAll(string(raw), "\r\n", "\n")
	}
	return subject, text, page
}

// TestADeskWithoutPagesLinksNowhere: what cannot be opened is not named.
func TestADeskWithoutPagesLinksNowhere(t *testing.T) {
	t.Parallel()
	s := silent(t, lang.English)
	n := Notice{
		Effect: s.told[0].effect, Request: s.r, Facts: s.facts, Texts: s.texts, People: people(lang.English), Pack: s.pack, At: s.now,
		Recipient: Recipient{Email: "hanako@example.com", Language: lang.English, Zone: "Asia/Tokyo", Number: "1234567897"},
		Desk:      Desk{Name: "Madoguchi", Sender: "support@example.net"},
	}
	m, err := Render(n)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(m.Text+m.HTML, "/requests/") || strings.Contains(m.Text, "on the page of the request") {
		t.Errorf("a desk without pages sends people to one:\n%s", m.Text)
	}
}
