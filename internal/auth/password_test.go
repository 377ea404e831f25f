package auth

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

const phrase = "sieben Boote auf dem See"

// gate is one over a store of its own, with the engineer of [people].
func gate(t *testing.T, now time.Time) (*Gate, support.Staff) {
	t.Helper()
	s, engineer, _ := people(t, now)
	g, err := NewGate(GateConfig{Store: s, Key: Key{7}, Now: func() time.Time { return now }, Name: "Kitagawa Systems", URL: home})
	if err != nil {
		t.Fatal(err)
	}
	return g, engineer
}

// keyed gives somebody a password.
func keyed(t *testing.T, g *Gate, a support.Actor, password string) {
	t.Helper()
	hash, err := g.hashPassword(t.Context(), normal(password))
	if err == nil {
		err = g.Store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.SetPassword(store.Password{Actor: a, Hash: hash, SetAt: g.Now()})
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func refusedAs(t *testing.T, what string, err error, key string) {
	t.Helper()
	var e *support.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("%s: %v, want %s", what, err, key)
	}
}

func TestPasswordsThatMayBeChosen(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, time.Unix(0, 0))
	for password, key := range map[string]string{
		"elf Zeichen":               "password.short",
		"zwölf Zeich.":              "",
		"見知らぬ窓辺の青い猫と鯨":              "", // twelve characters, 36 bytes
		"見知らぬ窓辺の青い猫と":               "password.short",
		strings.Repeat("aé", 64):    "password.guessable",
		"\xff" + phrase:             "password.not_text",
		phrase + "\x00":             "password.not_text",
		"aaaaaaaaaaaaaaaa":          "password.guessable",
		"abcabcabcabcabc":           "password.guessable",
		"1234567890123456":          "password.guessable",
		"zyxwvutsrqponm":            "password.guessable",
		"ito@vendor.example":        "password.guessable",
		"Kitagawa Systems1":         "password.guessable",
		"1qaz2wsx3edc":              "password.leaked",
		"１ｑａｚ２ｗｓｘ３ｅｄｃ":              "password.leaked", // full width is the same password
		"ito likes " + phrase:       "",
		strings.Repeat("xyz!2", 26): "password.long",
	} {
		err := g.checkPassword(normal(password), "ito@vendor.example", "Ito", "")
		if key == "" && err != nil {
			t.Errorf("%q: %v", password, err)
		} else if key != "" {
			refusedAs(t, password, err, key)
		}
	}
	for n, key := range map[int]string{11: "password.short", 129: "password.long"} {
		var b strings.Builder
		for i := range n {
			b.WriteRune([]rune("水火木金土日月")[i*i%7])
		}
		refusedAs(t, fmt.Sprint(n), g.checkPassword(normal(b.String())), key)
	}
	if normal("Cafe\u0301 am Bahnhof") != normal("Caf\u00e9 am Bahnhof") {
		t.Error("the same password, composed otherwise, is another one")
	}
}

// A list is searched where it lies: every sum in it is found, and no other, of
// whatever length its lines are.
func TestLeakedPasswords(t *testing.T) {
	t.Parallel()
	const n = 3000
	for name, cut := range map[string]int{"whole sums": 40, "their beginning": 20} {
		var lines []string
		for i := range n {
			lines = append(lines, fmt.Sprintf("%X", sha1.Sum([]byte(fmt.Sprint("leaked ", i))))[:cut]+fmt.Sprintf(":%d\r\n", i*i*i))
		}
		slices.Sort(lines)
		path := filepath.Join(t.TempDir(), "list")
		if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckLeaked(path); err != nil {
			t.Error(err)
		}
		for i := range n {
			for word, want := range map[string]bool{"leaked ": true, "safe ": false} {
				if found, err := listedIn(path, sha1.Sum([]byte(fmt.Sprint(word, i)))); err != nil || found != want {
					t.Fatalf("%s: %s%d: %v, %v", name, word, i, found, err)
				}
			}
		}
		g, _ := gate(t, time.Unix(0, 0))
		g.Leaked = path
		refusedAs(t, "a leaked one", g.checkPassword("leaked 1234"+""), "password.short")
		if err := os.WriteFile(path, fmt.Appendf(nil, "%X:3\n", sha1.Sum([]byte(phrase))), 0o600); err != nil {
			t.Fatal(err)
		}
		refusedAs(t, "a leaked one", g.checkPassword(phrase), "password.leaked")
		slices.Reverse(lines)
		for what, text := range map[string]string{"nothing": "", "words": "password\nletmein\n", "another order": strings.Join(lines, "")} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if CheckLeaked(path) == nil {
				t.Errorf("%s is taken for a list", what)
			}
		}
	}
}

// What is kept says how it was made, in OWASP's parameters; one that was made
// otherwise still opens, and is made anew then.
func TestPasswordIsRehashed(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC)
	g, engineer := gate(t, now)
	self := support.Actor{Kind: support.Vendor, ID: engineer.ID}
	keyed(t, g, self, phrase)
	kept := func() string {
		e, err := g.Store.Entrant(t.Context(), self)
		if err != nil {
			t.Fatal(err)
		}
		return e.Password
	}
	if !strings.HasPrefix(kept(), "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(kept(), phrase) {
		t.Errorf("kept as %s", kept())
	}
	was := kept()
	if _, err := g.SignIn(t.Context(), engineer.Email, phrase, Browser{}, now); err != nil || kept() != was {
		t.Errorf("kept as %s, was %s: %v", kept(), was, err)
	}
	old := argon{memory: 64, passes: 1, threads: 2}
	salt := []byte("0123456789abcdef")
	if err := g.Store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SetPassword(store.Password{Actor: self, Hash: old.encode(salt, old.sum(phrase, salt)), SetAt: now})
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := g.SignIn(t.Context(), engineer.Email, phrase, Browser{}, now); err != nil || !strings.HasPrefix(kept(), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("kept as %s: %v", kept(), err)
	}
	if _, err := g.SignIn(t.Context(), engineer.Email, phrase, Browser{}, now); err != nil {
		t.Errorf("with the new hash: %v", err)
	}
}

// No more passwords are hashed at once than there is room for.
func TestHashingWaitsForRoom(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, time.Unix(0, 0))
	for range atOnce {
		g.hashing <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.hashPassword(ctx, phrase); !errors.Is(err, context.Canceled) {
		t.Errorf("one more is hashed: %v", err)
	}
	<-g.hashing
	if _, err := g.hashPassword(t.Context(), phrase); err != nil || len(g.hashing) != atOnce-1 {
		t.Errorf("%v; %d are hashed", err, len(g.hashing))
	}
}
