package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"madoguchi/internal/store/pgtest"
)

// manual carries out what docs/operating.md tells people to type, line by line as it
// stands there, in a folder of its own.
type manual struct {
	t    *testing.T
	dir  string
	env  []string
	page string
	url  string
	said string // what the last line said
	// instead are names of the page's and what they are here.
	instead []string
}

func newManual(t *testing.T, instead ...string) *manual {
	t.Helper()
	page, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	m := &manual{t: t, dir: t.TempDir(), page: string(page), instead: instead}
	m.env = append(os.Environ(), "LANG=en_US.UTF-8")
	return m
}

// block is the fenced text in a section that has a word in it.
func (m *manual) block(section, word string) []string {
	m.t.Helper()
	_, rest, found := strings.Cut(m.page, "\n## "+section+"\n")
	body, _, _ := strings.Cut(rest, "\n## ")
	for _, b := range regexp.MustCompile("(?s)\n```\n(.*?)\n```").FindAllStringSubmatch(body, -1) {
		if found && strings.Contains(b[1], word) {
			return strings.Split(b[1], "\n")
		}
	}
	m.t.Fatalf("the page has no block with %q in %q", word, section)
	return nil
}

// follow carries out a block. Databases are made by whoever calls, and its own
// variables and functions stand in env.
func (m *manual) follow(lines []string) {
	m.t.Helper()
	for _, line := range lines {
		line = strings.NewReplacer(m.instead...).Replace(line)
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case word == "export" || word == "post()" || word == "createdb":
		case word == "post":
			m.post(rest)
		case strings.HasPrefix(line, "madoguchi serve "):
			m.serve(line)
		default:
			m.shell(line)
		}
	}
}

func (m *manual) shell(line string) {
	m.t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Env = m.dir, m.env
	out, err := cmd.CombinedOutput()
	if m.said = string(out); err != nil {
		m.t.Fatalf("%s\n%v: %s", line, err, out)
	}
	if token := regexp.MustCompile(`mdg_\S+`).FindString(m.said); strings.Contains(line, "bootstrap") {
		m.env = append(m.env, "MADOGUCHI_TOKEN="+token)
	}
	if n := regexp.MustCompile(`Customer number +(\d{10})`).FindStringSubmatch(m.said); n != nil {
		m.instead = append(m.instead, "CUSTOMER-NUMBER", n[1])
	}
}

// post is the page's own function of that name.
func (m *manual) post(rest string) {
	m.t.Helper()
	path, body, _ := strings.Cut(rest, " ")
	req, err := http.NewRequest("POST", m.url+"/v1/"+path, strings.NewReader(strings.Trim(body, "'")))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, v := range m.env {
		if token, ok := strings.CutPrefix(v, "MADOGUCHI_TOKEN="); ok {
			req.Header.Set("Authorization", "Bearer "+token)
		}
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(res.Body); err != nil || res.StatusCode >= 300 {
		m.t.Fatalf("post %s: %d %s, %v", rest, res.StatusCode, said.String(), err)
	}
}

// serve runs the line on a port of its own until the test ends.
func (m *manual) serve(line string) {
	m.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "sh", "-c", "exec "+line+" --addr 127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Dir, cmd.Env = m.dir, m.env
	log, err := cmd.StderrPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		for s := bufio.NewScanner(log); s.Scan(); {
			var said struct{ Msg, Address string }
			if json.Unmarshal(s.Bytes(), &said) == nil && said.Msg == "serving" {
				address <- said.Address
			}
		}
		ended <- cmd.Wait()
	}()
	m.t.Cleanup(func() { stop(); <-ended })
	select {
	case a := <-address:
		m.url = "http://" + a
		m.env = append(m.env, "MADOGUCHI_URL="+m.url)
	case err := <-ended:
		ended <- err
		m.t.Fatalf("%s: %v", line, err)
	}
}

// What the manual says about starting, people, duty, figures, backups and moving is
// typed as it stands there.
func TestOperatingManual(t *testing.T) {
	t.Parallel()
	m := newManual(t, "postgres://desk@db.example.com/madoguchi", pgtest.Empty(t), "--account ACCOUNT", "--account acc_1")
	m.follow(m.block("Start", "user bootstrap"))
	m.follow(m.block("Start", "post products"))
	m.follow(m.block("Who is on duty", "rota add"))
	m.follow(m.block("Figures", "report attainment"))
	m.follow(m.block("Export and import", "madoguchi import"))
	if !strings.Contains(m.said, ": 0 findings") {
		t.Errorf("the move says %s", m.said)
	}
	m.follow(m.block("Backup and restore", "madoguchi backup"))
	m.follow(m.block("Backup and restore", "madoguchi restore"))
	m.shell("madoguchi user accounts")
	if !strings.Contains(m.said, "Example Works") {
		t.Errorf("the restored desk says %s", m.said)
	}
}

// The same about PostgreSQL, with its own tools.
func TestOperatingManualOnPostgreSQL(t *testing.T) {
	t.Parallel()
	where, restored := pgtest.Empty(t), pgtest.Empty(t)
	m := newManual(t, "-d restored", "-d '"+restored+"'", "postgres:///restored?host=/var/run/postgresql", restored)
	m.env = append(m.env, "MADOGUCHI_DATABASE="+where, "PATH="+os.Getenv("PATH")+":"+filepath.Dir(pgtest.Tool("pg_dump").Path))
	m.follow(m.block("PostgreSQL", "madoguchi serve"))
	m.follow(m.block("Start", "post products")[2:])
	m.follow(m.block("Backup and restore", "pg_dump"))
	if !strings.Contains(m.said, ": 0 findings") {
		t.Errorf("check says %s", m.said)
	}
}

// The service that the manual shows starts what there is, and goes on trying.
func TestOperatingManualUnit(t *testing.T) {
	t.Parallel()
	m := newManual(t)
	unit := strings.Join(m.block("Run as a service", "[Unit]"), "\n")
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/(madoguchi serve .*)$`).FindStringSubmatch(unit)
	if start == nil {
		t.Fatalf("no ExecStart in %s", unit)
	}
	m.serve(strings.Replace(start[1], "/var/lib/madoguchi", "state", 1))
	verifier, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // the line is what there is to try
	}
	file := filepath.Join(m.dir, "madoguchi.service")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(unit, "/usr/local/bin/madoguchi", "/bin/sh")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(verifier, "verify", file).CombinedOutput(); err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("systemd-analyze: %v %s", err, out)
	}
}
