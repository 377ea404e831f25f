package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"madoguchi/internal/policy"
)

// packFolder writes a shipped pack into a folder, with one text replaced.
func packFolder(t *testing.T, id, old, changed string) string {
	t.Helper()
	from := filepath.Join("..", "..", "internal", "policy", "packs", id)
	to := t.TempDir()
	names, err := filepath.Glob(filepath.Join(from, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files of %s, %v", len(names), id, err)
	}
	found := false
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !found && strings.Contains(string(src), old) {
			src, found = []byte(strings.Replace(string(src), old, changed, 1)), true
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)), src, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("no file of %s holds %q", id, old)
	}
	return to
}

func TestPolicyLint(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := lintPolicy(&out, "classic-2010", "en", false); err != nil || !strings.HasPrefix(out.String(), "classic-2010@1: nothing found") {
		t.Errorf("%v\n%s", err, out.String())
	}
	for name, c := range map[string]struct{ old, changed, want, rule string }{
		"cannot work":     {"goal: 48h", "goal: 72h", "requests.yaml:", "goal-after-limit"},
		"cannot be read":  {"goal: 48h", "goal: 48", "has no unit", ""},
		"is not even one": {"pack: classic-2010\n", "pack: classic-2010: 3\n", "this is not YAML", ""},
	} {
		dir := packFolder(t, "classic-2010", c.old, c.changed)
		out.Reset()
		if err := lintPolicy(&out, dir, "en", false); !errors.Is(err, errFindings) || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
		out.Reset()
		if err := lintPolicy(&out, dir, "en", true); !errors.Is(err, errFindings) {
			t.Errorf("%s: %v", name, err)
		}
		var report lintReport
		if err := json.Unmarshal([]byte(out.String()), &report); err != nil || len(report.Findings) == 0 || report.Findings[0].Rule != c.rule || report.Findings[0].File == "" {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
	}
	var wrong mistake
	if err := lintPolicy(&out, t.TempDir(), "en", false); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "pack.yaml") {
		t.Errorf("a folder without a pack: %v", err)
	}
	if err := lintPolicy(&out, "classic", "en", false); err == nil || errors.Is(err, errFindings) || !strings.Contains(err.Error(), "classic-2010") {
		t.Errorf("an unknown pack: %v", err)
	}
}

func TestPolicyDiff(t *testing.T) {
	t.Parallel()
	dir := packFolder(t, "classic-2010", "goal: 48h", "goal: 24h")
	var out strings.Builder
	if err := diffPolicies(&out, "classic-2010", dir, "en", false); err != nil {
		t.Fatal(err)
	}
	want := "customer service requests › goal: 48 hours → 24 hours\n" +
		"Both call themselves classic-2010@1 and are not the same: raise the version of the newer one before a desk uses it.\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	out.Reset()
	if err := diffPolicies(&out, "classic-2010", dir, "ja", true); err != nil {
		t.Fatal(err)
	}
	var changes policyChanges
	if err := json.Unmarshal([]byte(out.String()), &changes); err != nil || len(changes.Changes) != 1 || changes.Changes[0] != "カスタマーサービスリクエスト › 目標：48時間 → 24時間" {
		t.Errorf("%v %+v", err, changes)
	}
	out.Reset()
	if err := diffPolicies(&out, "style-a", "style-a", "en", false); err != nil || out.String() != "style-a@1 and style-a@1 have the same rules.\n" {
		t.Errorf("%v %q", err, out.String())
	}
	if err := diffPolicies(&out, "style-a", "style-b", "en", false); err == nil {
		t.Error("an unknown pack was compared")
	}
}

func TestPolicyShowExplainAndSchema(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := showPolicy(&out, "", "en", false); err != nil || strings.Count(out.String(), "\n") != len(policy.ShippedIDs()) {
		t.Errorf("%v\n%s", err, out.String())
	}
	out.Reset()
	if err := showPolicy(&out, "classic-2010", "en", true); err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse([]byte(strings.TrimSpace(out.String())))
	if err != nil || p.Ref() != "classic-2010@1" {
		t.Errorf("what show prints is not the pack: %v", err)
	}
	for lang, want := range map[string]string{"en": "# Classic support, 2010", "ja": "# クラシックサポート（2010年）"} {
		out.Reset()
		if err := explainPolicy(&out, "classic-2010", lang, false); err != nil || !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s: %v", lang, err)
		}
	}
	out.Reset()
	if err := explainPolicy(&out, "style-a", "en", true); err != nil || !json.Valid([]byte(out.String())) {
		t.Errorf("%v", err)
	}
	out.Reset()
	if err := (&policySchemaCmd{}).Run(&out); err != nil || !json.Valid([]byte(out.String())) {
		t.Errorf("schema: %v", err)
	}
}
