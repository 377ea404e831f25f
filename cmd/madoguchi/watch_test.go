package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/desk"
)

// watchedHouse is a new desk over a file.
func watchedHouse(t *testing.T) *house {
	t.Helper()
	h, err := openHouse(context.Background(), place{Data: t.TempDir()}, "classic-2010", face{name: "Support", sender: "support@desk.example", baseURL: ""}, time.Now,
		desk.Files{Dir: t.TempDir()}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.close() })
	return h
}

func (h *house) scraped(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.watched().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("metrics: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// Each expression of the alerts names figures that there are.
func TestAlertsNameFigures(t *testing.T) {
	t.Parallel()
	alerts, err := os.ReadFile("../../docs/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	told := watchedHouse(t).scraped(t)
	names := regexp.MustCompile(`madoguchi_\w+`).FindAllString(string(alerts), -1)
	if len(names) < 7 {
		t.Fatalf("the alerts name %v", names)
	}
	for _, name := range names {
		family := strings.TrimSuffix(name, "_bucket")
		if !strings.Contains(told, "# TYPE "+family+" ") {
			t.Errorf("there is no %s", name)
		}
	}
	for _, m := range regexp.MustCompile(`(madoguchi_\w+)(\{\w+="\w+"\})`).FindAllStringSubmatch(string(alerts), -1) {
		if !strings.Contains(told, "\n"+m[0]+" ") {
			t.Errorf("there is no %s", m[0])
		}
	}
}

// A database that is away is told, and keeps nobody from the rest.
func TestFiguresWithoutDatabase(t *testing.T) {
	t.Parallel()
	h := watchedHouse(t)
	if told := h.scraped(t); !strings.Contains(told, "\nmadoguchi_database_up 1\n") || strings.Contains(told, "\nmadoguchi_commit_seconds_count 0\n") {
		t.Errorf("a database that is there:\n%s", told)
	}
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	if told := h.scraped(t); !strings.Contains(told, "\nmadoguchi_database_up 0\n") || !strings.Contains(told, "madoguchi_process_goroutines ") {
		t.Errorf("a database that is away:\n%s", told)
	}
}

// A node that stops, or whose database is away, says so to the proxy; it lives
// all the same.
func TestReadiness(t *testing.T) {
	t.Parallel()
	h := watchedHouse(t)
	routes := h.routes(nil, nil)
	want := func(when, path string, code int) {
		t.Helper()
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != code {
			t.Errorf("%s: %s is %d, want %d", when, path, w.Code, code)
		}
	}
	want("serving", "/readyz", 200)
	h.stopping.Store(true)
	want("stopping", "/readyz", 503)
	want("stopping", "/livez", 200)
	h.stopping.Store(false)
	if err := h.close(); err != nil {
		t.Fatal(err)
	}
	want("without database", "/readyz", 503)
	want("without database", "/livez", 200)
}

// Words of libraries lose mail addresses and tokens on their way into the log.
func TestDiscreetLog(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"550 <jo.doe+x@example.jp>: unknown", "to=jo@desk.example", "Bearer mdg_abc-DEF_123", "by whsec_ab+c/DEF="} {
		for _, a := range []slog.Attr{slog.String("cause", text), slog.Any("error", errors.New(text)), slog.Any("all", []string{text}), slog.Any("row", struct{ Email string }{text})} {
			if got := discreet(nil, a).Value.String(); !strings.Contains(got, "[private]") || strings.ContainsAny(got, "@") || strings.Contains(got, "mdg_") || strings.Contains(got, "whsec_") {
				t.Errorf("%q is logged as %q", text, got)
			}
		}
	}
}
