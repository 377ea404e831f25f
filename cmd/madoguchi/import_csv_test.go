package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"madoguchi/internal/sheet"
	"madoguchi/internal/store/pgtest"
	"madoguchi/internal/support"

	"madoguchi/internal/store"
)

// mover is a desk of a test's own that is moved into.
type mover struct {
	t    *testing.T
	at   []string // the arguments that name its database
	data string
}

func newMover(t *testing.T) *mover {
	t.Helper()
	m := &mover{t: t, data: filepath.Join(t.TempDir(), "desk")}
	m.at = []string{"--data", m.data}
	if pgtest.Chosen() {
		m.at = append(m.at, "--database", pgtest.Empty(t))
	}
	if code, out := m.run("migrate"); code != 0 {
		t.Fatalf("migrate ends with %d: %s", code, out)
	}
	return m
}

// run carries out a command on the database, in English, and gives what it said.
func (m *mover) run(args ...string) (int, string) {
	m.t.Helper()
	var out, wrong bytes.Buffer
	code := run(context.Background(), append(args, m.at...), strings.NewReader(""), &out, &wrong)
	return code, out.String() + wrong.String()
}

// enter imports a file of some text, and wants an exit code and words.
func (m *mover) enter(kind, text string, code int, says string, more ...string) string {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), kind+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
	got, out := m.run(append([]string{"import", "csv", kind, file, "--lang", "en"}, more...)...)
	if got != code || !regexp.MustCompile(says).MatchString(out) {
		m.t.Errorf("%s %q ends with %d, want %d and %q, and says:\n%s", kind, clip(text), got, code, says, out)
	}
	return out
}

func clip(text string) string {
	if len(text) > 200 {
		return text[:200] + "…"
	}
	return text
}

// accounts are the names of the organisations in the database.
func (m *mover) accounts() []string {
	m.t.Helper()
	p := place{Data: m.data}
	if len(m.at) > 2 {
		p.Database = m.at[3]
	}
	s, err := store.Open(m.t.Context(), p.where())
	if err != nil {
		m.t.Fatal(err)
	}
	defer s.Close()
	list, err := s.Accounts(m.t.Context(), store.Viewer{Actor: support.Actor{Kind: support.System}}, 0, 500)
	if err != nil {
		m.t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		out = append(out, a.Name)
	}
	return out
}

// The files that the documentation shows are entered as they stand there, and
// again without a change.
func TestTheFilesOfTheDocumentationMoveIn(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	files := regexp.MustCompile("(?s)```csv (\\S+)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(files) != len(sheet.Kinds()) {
		t.Errorf("the page shows %d files, there are %d kinds", len(files), len(sheet.Kinds()))
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f[1]), []byte(f[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := newMover(t)
	for _, c := range []struct {
		flag, says string
		accounts   int
	}{
		{"--dry-run", "accounts.csv: 2 entered, 0 changed, 0 unchanged, 0 refused", 0},
		{"--keep-good", "accounts.csv: 2 entered, 0 changed, 0 unchanged, 0 refused", 2},
		{"--dry-run", "accounts.csv: 0 entered, 0 changed, 2 unchanged, 0 refused", 2},
		{"--keep-good", "registrations.csv: 0 entered, 0 changed, 1 unchanged, 0 refused", 2},
	} {
		code, out := m.run("import", "csv", folder, "--zone", "Asia/Tokyo", "--contact-language", "ja", "--lang", "en", c.flag)
		if code != exitOK || !strings.Contains(out, c.says) || len(m.accounts()) != c.accounts {
			t.Errorf("%s ends with %d, leaves %q and says:\n%s", c.flag, code, m.accounts(), out)
		}
	}
	if code, out := m.run("check"); code != exitOK {
		t.Errorf("check says %s", out)
	}
}

// What a file can be wrong in is told with its place and what to do; nothing of
// it is entered.
func TestMalformedCSVIsRefused(t *testing.T) {
	t.Parallel()
	m := newMover(t)
	long := strings.Repeat("x", 1<<20)
	sjis, err := japanese.ShiftJIS.NewEncoder().String("name,country\n青葉①髙,JP\n")
	if err != nil {
		t.Fatal(err)
	}
	const head = "name,country\n"
	for _, c := range []struct {
		text, says string
		flags      []string
	}{
		{"", `:1: The file is empty.*name, country`, nil},
		{"name,land\nA,JP\n", `land: "land" is no column.*there are: key, name, country.\n.*country: The column country is missing`, nil},
		{"name,name,country\n", `stands there twice`, nil},
		{"name;country\nA;JP\n", `--separator`, nil},
		{head + "A,JP\nB\n", `:3: The row has 1 cells and the header 2`, nil},
		{head + ",JP\nB,\n", `:2: name: The cell is empty(.|\n)*:3: country: The cell is empty`, nil},
		{head + "A,JP\nA,jp\n", `:3: country "jp": "jp" is no country|:3: Line 2 is about the same`, nil},
		{head + "A,JP\n\"B,JP\nC,JP\n", `:3: A quotation mark is not closed`, nil},
		{head + "A \"B\",JP\n", `:2: A quotation mark`, nil},
		{head + "A\x00B,JP\n", `:2: name .*no text`, nil},
		{head + "A,JP\n" + long + ",JP\n", `:3: name "x{80}…": The text has 1048576 bytes`, nil},
		{head + "\"" + strings.Repeat(long, 5) + "\n", `:2: A row is longer than 4 MB`, nil},
		{sjis, `:2: name .*not written in utf-8.*--encoding cp932`, nil},
		{head + "青葉,JP\n", `in UTF-8, not in cp932`, []string{"--encoding", "cp932"}},
		{head + "\x81,JP\n", `:2: name .*not written in cp932`, []string{"--encoding", "cp932"}},
		{"\ufeff" + head + "A,JP\n", `in UTF-8, not in cp932`, []string{"--encoding", "cp932"}},
		{"\xff\xfen\x00a\x00", `in UTF-16`, nil},
	} {
		m.enter("accounts", c.text, exitRefused, c.says, c.flags...)
	}
	if got := m.accounts(); len(got) != 0 {
		t.Errorf("entered are %q", got)
	}
	m.enter("accounts", sjis, exitOK, "1 entered", "--encoding", "cp932")
	m.enter("accounts", "\ufeffName,COUNTRY,key\r\n\"=cmd|' /C calc'!A0\",JP,1\r\n,,\r\n", exitOK, "1 entered")
	m.enter("accounts", "name\tcountry\nTab, Ltd.\tGB\n", exitOK, "1 entered", "--separator", "tab")
	if got := strings.Join(m.accounts(), "/"); got != "青葉①髙/=cmd|' /C calc'!A0/Tab, Ltd." {
		t.Errorf("entered are %q", got)
	}
}

// All refused rows are told, and programs read them; the good ones are kept
// when that is asked for, and no others.
func TestRefusedRowsAreAllTold(t *testing.T) {
	t.Parallel()
	m := newMover(t)
	var text strings.Builder
	text.WriteString("name,country\n")
	for i := range 300 {
		fmt.Fprintf(&text, "Firm %d,%s\n", i, []string{"JP", "XX"}[i%2])
	}
	out := m.enter("accounts", text.String(), exitRefused, "150 entered, 0 changed, 0 unchanged, 150 refused\nNothing was kept")
	if n := strings.Count(out, `country "XX": "XX" is no country`); n != 150 {
		t.Errorf("%d rows were told", n)
	}
	m.enter("accounts", text.String(), exitRefused, `"kept": false`, "--dry-run", "--json")
	if got := m.accounts(); len(got) != 0 {
		t.Errorf("%d were kept", len(got))
	}
	out = m.enter("accounts", text.String(), exitRefused, `"kept": true`, "--keep-good", "--json")
	var report sheet.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	if e := report.Errors; len(e) != 150 || e[149].Line != 301 || e[0].Column != "country" || e[0].Value != "XX" || e[0].Key != "country.form" {
		t.Errorf("%d errors, the last %+v", len(e), e[len(e)-1])
	}
	if got := m.accounts(); len(got) != 150 {
		t.Errorf("%d were kept", len(got))
	}
}
