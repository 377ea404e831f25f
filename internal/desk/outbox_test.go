package desk

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"madoguchi/internal/notify"
)

func letter(id, text string) notify.Mail {
	return notify.Mail{
		Key: "r10000000.1.mail.c1", From: notify.Address{Email: "support@vendor.example"}, To: notify.Address{Email: "sato@aoba.example"},
		Subject: "Hello", Text: text, HTML: "<p>" + text + "</p>", Language: "en", MessageID: id,
		Date: time.Date(2026, 6, 3, 1, 0, 0, 0, time.UTC),
	}
}

func TestFilesKeepOneFileForEachMail(t *testing.T) {
	t.Parallel()
	out := Files{Dir: filepath.Join(t.TempDir(), "outbox")}
	m := letter("<r10000000.1.mail.c1@vendor.example>", "once")
	for range 2 {
		if err := out.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Send(t.Context(), letter("<../../etc/passwd@vendor.example>", "out of the folder")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(out.Dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 2 || names[1] != "r10000000.1.mail.c1@vendor.example.eml" {
		t.Fatalf("files %v", names)
	}
	got, err := os.ReadFile(filepath.Join(out.Dir, names[1]))
	if err != nil || !bytes.Equal(got, m.EML()) {
		t.Errorf("the file holds other bytes than the mail: %v", err)
	}
	if err := out.Send(t.Context(), letter("", "without an id")); err == nil {
		t.Error("a mail without an id was taken")
	}
}

// A folder that cannot be written leaves nothing behind, and says so.
func TestFilesFailWhole(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (Files{Dir: filepath.Join(blocked, "outbox")}).Send(t.Context(), letter("<a@b>", "x")); err == nil {
		t.Error("a mail was written below a file")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a@b.eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (Files{Dir: dir}).Send(t.Context(), letter("<a@b>", "x")); err == nil {
		t.Error("a mail replaced a folder")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}
