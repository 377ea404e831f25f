package desk

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madoguchi/internal/message"
	"madoguchi/internal/notify"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

var passOf = regexp.MustCompile(MailedPath + `([\w-]+)`)

// answered has Ito answer with files, and gives the mail that Tanaka gets.
func (b *bench) answered(id int64, files ...support.AttachedFile) notify.Mail {
	b.t.Helper()
	b.do(b.asIto, id, &support.Comment{Text: support.T("here they are"), Files: files})
	b.settle()
	mails := to(b.post.mails(), b.tanaka.Email)
	return mails[len(mails)-1]
}

// taken is what a pass leads to just now: the bytes, or why not.
func (b *bench) taken(pass string) (string, error) {
	b.t.Helper()
	f, err := b.MailedFile(b.t.Context(), pass)
	if err != nil || f.Late != "" {
		return f.Late, err
	}
	if f.By != b.asTanaka {
		b.t.Errorf("taken by %v", f.By)
	}
	content, err := b.OpenFile(b.t.Context(), f.By, f.Upload)
	b.ok(err)
	defer content.Close()
	all, err := io.ReadAll(content)
	b.ok(err)
	return f.Name + ": " + string(all), nil
}

// A small file of a kind that filters let through goes with the customer's mail; the
// others are behind a link that works for two weeks and afterwards leads to where one
// signs in. The real mail holds them as what they are.
//
// guide: R28
func TestFilesGoWithMailsOrBehindALink(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, func(u *policy.UploadRules) { u.DirectMaxBytes = 4 << 20 })
	b.takesMail()
	log, program := "no route to host\n", "#!/bin/sh\nreboot\n"
	large := strings.Repeat("a line of a log\n", enclosedMost/16+1)
	m := b.answered(id, b.mustSend(b.asIto, id, "ルート.log", log), b.mustSend(b.asIto, id, "fix.sh", program), b.mustSend(b.asIto, id, "all.log", large))
	if len(m.Files) != 1 || m.Files[0].Name != "ルート.log" || m.Files[0].Type != "text/plain" || string(m.Files[0].Content) != log {
		t.Errorf("in the mail are %d files: %.200q", len(m.Files), m.Files)
	}
	in := message.Parse(m.EML())
	if len(in.Files) != 1 || in.Files[0].Name != "ルート.log" || string(in.Files[0].Content) != log {
		t.Errorf("whoever reads it finds %d files: %+v", len(in.Files), in.Files)
	}
	links := passOf.FindAllStringSubmatch(m.Text, -1)
	if len(links) != 2 || strings.Count(m.HTML, b.baseURL+MailedPath) != 2 || !strings.Contains(m.HTML, ">fix.sh (17 bytes)</a>") {
		t.Fatalf("%d links in\n%s\n%s", len(links), m.Text, m.HTML)
	}
	for i, want := range []string{"fix.sh: " + program, "all.log: " + large} {
		if got, err := b.taken(links[i][1]); err != nil || got != want {
			t.Errorf("link %d leads to %.60q, %v, want %.60q", i, got, err, want)
		}
	}
	if !strings.Contains(m.Text, "17 Jun 2026, 10:00") {
		t.Errorf("until when is not told:\n%s", m.Text)
	}
	b.clock.add(passTime - time.Second)
	if _, err := b.taken(links[0][1]); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	b.clock.add(time.Second)
	if got, err := b.taken(links[0][1]); err != nil || !strings.HasPrefix(got, "/requests/"+support.Number(id)+"/files/") {
		t.Errorf("when its time is over it leads to %q, %v", got, err)
	}
}

// A link is of one person and one file: not when it was forged, not once the file was
// erased, its reader has left, or sees the request no more.
//
// guide: R28, A24
func TestALinkEndsWithItsReadersRights(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(b *bench, id int64, pass *string){
		"forged": func(_ *bench, _ int64, pass *string) { *pass = "B" + (*pass)[1:] },
		"erased": func(b *bench, id int64, _ *string) {
			for _, f := range b.facts(id) {
				if f.Kind() == "file_attached" {
					b.do(b.asIto, id, &support.RedactText{Seq: f.Seq, Ground: "secret"})
				}
			}
		},
		"left": func(b *bench, _ int64, _ *string) {
			left := b.tanaka
			left.Active = false
			b.ok(b.ChangeContact(b.t.Context(), b.asAdmin, left))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, id := cabinet(t, nil)
			b.takesMail()
			pass := passOf.FindStringSubmatch(b.answered(id, b.mustSend(b.asIto, id, "fix.bin", "\x7fELF\x00")).Text)[1]
			if got, err := b.taken(pass); err != nil || got != "fix.bin: \x7fELF\x00" {
				t.Fatalf("before: %q, %v", got, err)
			}
			end(b, id, &pass)
			got, err := b.taken(pass)
			refused(t, err, support.NotFound, "")
			if got != "" {
				t.Errorf("it still gives %q", got)
			}
		})
	}
}

// A file whose bytes are damaged keeps no mail from leaving, and without keys or pages
// the mail says where the file is all the same.
func TestAMailLeavesWithoutItsFile(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	m := b.answered(id, b.mustSend(b.asIto, id, "fix.bin", "\x7fELF\x00"))
	if !strings.Contains(m.Text, b.baseURL+"/requests/"+support.Number(id)+"/files/") || strings.Contains(m.Text, MailedPath) {
		t.Errorf("without keys:\n%s", m.Text)
	}
	b.takesMail()
	f := b.mustSend(b.asIto, id, "a.log", "text")
	u, err := b.store.Upload(t.Context(), store.Viewer{Actor: b.asIto}, id, f.File)
	b.ok(err)
	b.ok(os.WriteFile(filepath.Join(b.files.Dir(), u.Key), []byte("tixt"), 0o600))
	if m = b.answered(id, f); len(m.Files) != 0 || !passOf.MatchString(m.Text) {
		t.Errorf("of a damaged file:\n%s", m.Text)
	}
	b.baseURL = ""
	if m = b.answered(id, b.mustSend(b.asIto, id, "b.bin", "\x7fELF\x00")); !strings.Contains(m.Text, "b.bin (5 bytes)") || strings.Contains(m.Text, "/files/") {
		t.Errorf("without pages:\n%s", m.Text)
	}
}
