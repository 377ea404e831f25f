package desk

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"madoguchi/internal/blob"
	"madoguchi/internal/policy"
	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// cabinet is a bench whose desk keeps files, up to 1000 bytes each.
func cabinet(t *testing.T, shape func(u *policy.UploadRules)) (*bench, int64) {
	t.Helper()
	b := newBench(t, jst(t, "2026-06-03 10:00:00"))
	var err error
	b.files, err = blob.New(filepath.Join(t.TempDir(), "files"))
	b.ok(err)
	p := *b.packs.Current()
	p.Upload.DirectMaxBytes = 1000
	if shape != nil {
		shape(&p.Upload)
	}
	b.inForce(&p)
	return b, b.file().ID
}

func (b *bench) send(by support.Actor, request int64, name, bytes string) (store.Upload, error) {
	return b.Upload(b.t.Context(), by, NewUpload{Request: request, Name: name, Size: int64(len(bytes)), Body: strings.NewReader(bytes)})
}

func (b *bench) mustSend(by support.Actor, request int64, name, bytes string) support.AttachedFile {
	b.t.Helper()
	u, err := b.send(by, request, name, bytes)
	b.ok(err)
	return support.AttachedFile{File: u.ID}
}

// lying is how many files lie in the folder.
func (b *bench) lying() int {
	b.t.Helper()
	n := 0
	b.ok(b.files.Walk(b.t.Context(), func(blob.Found) error { n++; return nil }))
	return n
}

// What is sent waits for its sender; an entry takes it, and its bytes are given to
// those who see the entry.
//
// guide: R28
func TestAFileGoesUpAndStandsWithAComment(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	f := b.mustSend(b.asTanaka, id, "../../.ssh/crash\u202e.log", "what happened")
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("the log"), Files: []support.AttachedFile{f}})
	r := &support.Request{ID: id}
	support.Fold(r, b.facts(id)...)
	if len(r.Files) != 1 || r.Files[0].Size != 13 || r.Files[0].Type != "text/plain" || r.Files[0].Internal {
		t.Fatalf("%+v", r.Files)
	}
	texts, err := b.store.Texts(t.Context(), []int64{r.Files[0].Name.ID, r.Files[0].Hash.ID})
	b.ok(err)
	u, err := b.store.Upload(t.Context(), store.Viewer{Actor: b.asTanaka}, id, f.File)
	b.ok(err)
	ref := blob.Ref{Key: u.Key, Size: u.Size}
	if texts[r.Files[0].Name.ID] != "crash.log" || texts[r.Files[0].Hash.ID] != ref.SHA256() {
		t.Errorf("%v", texts)
	}
	file, err := b.files.Open(t.Context(), ref)
	b.ok(err)
	got, err := io.ReadAll(file)
	b.ok(errors.Join(err, file.Close()))
	if string(got) != "what happened" {
		t.Errorf("%q came back", got)
	}
	b.check()
}

// Only what one has sent oneself, to this request, stands with one's entries, and
// once.
//
// guide: R28
func TestWhoseFilesStandWithAnEntry(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	other := b.file().ID
	theirs, elsewhere, used := b.mustSend(b.asIto, id, "a", "x"), b.mustSend(b.asTanaka, other, "b", "x"), b.mustSend(b.asTanaka, id, "c", "x")
	b.do(b.asTanaka, id, &support.Comment{Text: support.T("x"), Files: []support.AttachedFile{used}})
	for _, f := range []support.AttachedFile{theirs, elsewhere, used, {File: 999_999}, {}} {
		_, err := b.Do(t.Context(), b.asTanaka, id, &support.Comment{Text: support.T("x"), Files: []support.AttachedFile{f}})
		refused(t, err, support.Invalid, "attachment.unknown")
	}
	for by, key := range map[support.Actor]string{
		b.asSuzuki: "request.not_found", // of another account
		b.asAdmin:  "party.forbidden",   // writes no entries
	} {
		_, err := b.send(by, id, "d", "x")
		if !refusedWithKey(err, key) {
			t.Errorf("%v: %v, want %s", by, err, key)
		}
	}
	b.check()
}

func refusedWithKey(err error, key string) bool {
	var e *support.Error
	return errors.As(err, &e) && e.Key == key
}

// guide: R28
func TestUploadsUpToTheLimit(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	thousand := strings.Repeat("x", 1000)
	_, err := b.send(b.asTanaka, id, "a", thousand)
	b.ok(err)
	for _, size := range []int64{1001, -1} {
		_, err = b.Upload(t.Context(), b.asTanaka, NewUpload{Request: id, Name: "a", Size: size, Body: strings.NewReader(thousand + "x")})
		var e *support.Error
		if !errors.As(err, &e) || e.Code != support.TooLarge || len(e.Routes) != 3 || e.Args["name"] != support.Number(id)+"_…" {
			t.Errorf("a byte too many: %+v", e)
		}
	}
	_, err = b.Upload(t.Context(), b.asTanaka, NewUpload{Request: id, Name: "a", Size: -1, Body: strings.NewReader(thousand)})
	b.ok(err)
	for _, c := range []struct {
		size int64
		body io.Reader
		key  string
	}{
		{0, strings.NewReader(""), "attachment.empty"}, {-1, strings.NewReader(""), "attachment.empty"}, {5, strings.NewReader("1234"), "attachment.cut"},
		{5, io.MultiReader(strings.NewReader("123"), iotest.ErrReader(io.ErrUnexpectedEOF)), "attachment.cut"},
	} {
		if _, err := b.Upload(t.Context(), b.asTanaka, NewUpload{Request: id, Name: "a", Size: c.size, Body: c.body}); !refusedWithKey(err, c.key) {
			t.Errorf("%v: want %s", err, c.key)
		}
	}
	room, err := b.Room(t.Context(), b.asTanaka, id)
	if err != nil || room.Used.Request != 2000 || b.lying() != 2 {
		t.Errorf("what was refused counts or lies there: %+v, %d files, %v", room.Used, b.lying(), err)
	}
}

// Whoever sends a lot is stopped where the pack says, many at once too, and
// nobody else is.
//
// guide: R28
func TestNobodyTakesTheRoomOfOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shape func(u *policy.UploadRules)
		key   string
		// who else may still send: the same person elsewhere, a colleague, somebody of another account
		elsewhere, colleague, stranger bool
	}{
		"request": {func(u *policy.UploadRules) { u.RequestMaxBytes = 300 }, "attachment.full_request", true, false, true},
		"person":  {func(u *policy.UploadRules) { u.PersonMaxBytes = 300 }, "attachment.full_person", false, true, true},
		"account": {func(u *policy.UploadRules) { u.AccountMaxBytes = 300 }, "attachment.full_account", false, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, id := cabinet(t, c.shape)
			hundred := strings.Repeat("x", 100)
			var mu sync.Mutex
			var all sync.WaitGroup
			kept := 0
			for range 8 {
				all.Go(func() {
					_, err := b.send(b.asTanaka, id, "a", hundred)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						kept++
					} else if !refusedWithKey(err, c.key) {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if kept != 3 {
				t.Errorf("%d of eight were kept, want 3", kept)
			}
			room, err := b.Room(t.Context(), b.asTanaka, id)
			if err != nil || room.Left() != 0 {
				t.Errorf("%d bytes are said to be left, %v", room.Left(), err)
			}
			try := func(what string, by support.Actor, request int64, want bool) {
				t.Helper()
				if _, err := b.send(by, request, "a", hundred); (err == nil) != want {
					t.Errorf("%s: %v", what, err)
				}
			}
			try("elsewhere", b.asTanaka, b.file().ID, c.elsewhere)
			try("a colleague", b.asIto, id, c.colleague)
			theirs := b.filing()
			theirs.Contact, theirs.Product, theirs.Severity = b.sato.ID, "esx", 4
			try("a stranger", b.asSato, b.do(b.asSato, 0, theirs).ID, c.stranger)
			if name == "person" {
				b.wall.add(PersonTime)
				try("a day later", b.asTanaka, id, true)
			}
		})
	}
}

// An erased file is gone: its row at once, its bytes with the next pass, also when
// the process ended in between. What no entry takes goes after a day.
//
// guide: R28
func TestErasedFilesAreRemoved(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	var files []support.AttachedFile
	for _, name := range []string{"a", "b", "c"} {
		files = append(files, b.mustSend(b.asTanaka, id, name, name))
	}
	said := b.do(b.asTanaka, id, &support.Comment{Text: support.T("x"), Files: files})
	waits := b.mustSend(b.asTanaka, id, "d", "d")
	pass := func(lying int) {
		t.Helper()
		for {
			n, err := b.filePass(t.Context())
			b.ok(err)
			if n == 0 {
				break
			}
		}
		if got := b.lying(); got != lying {
			t.Errorf("%d files lie there, want %d", got, lying)
		}
		b.check()
	}
	pass(4)
	b.do(b.asTanaka, id, &support.RedactText{Seq: said.Facts[1].Seq, Ground: "secret"})
	_, err := b.store.Upload(t.Context(), everything, id, files[0].File)
	refused(t, err, support.NotFound, "attachment.not_found")
	pass(3)
	b.do(b.asTanaka, id, &support.RedactText{Seq: said.Facts[0].Seq, Ground: "secret"})
	pass(1)
	b.wall.add(UploadKept)
	pass(1)
	b.wall.add(filesEvery)
	pass(0)
	refused(t, b.DropUpload(t.Context(), b.asTanaka, id, waits.File), support.NotFound, "attachment.not_found")
	last := b.mustSend(b.asTanaka, id, "e", "e")
	refused(t, b.DropUpload(t.Context(), b.asIto, id, last.File), support.NotFound, "attachment.not_found")
	b.ok(b.DropUpload(t.Context(), b.asTanaka, id, last.File))
	pass(0)
}

// A key of a call is spent by the file, not by its reservation: a call that failed
// may be made again.
func TestAnUploadCountsOnce(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	once := &store.Once{Name: [32]byte{1}, At: b.real()}
	ctx := store.WithOnce(t.Context(), once)
	cut := io.MultiReader(strings.NewReader("12"), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := b.Upload(ctx, b.asTanaka, NewUpload{Request: id, Name: "a", Size: 4, Body: cut}); err == nil || once.Spent() {
		t.Fatal(err, once.Spent())
	}
	if _, err := b.Upload(ctx, b.asTanaka, NewUpload{Request: id, Name: "a", Size: 4, Body: strings.NewReader("1234")}); err != nil || !once.Spent() {
		t.Fatal(err, once.Spent())
	}
	ctx = store.WithOnce(t.Context(), &store.Once{Name: [32]byte{1}, At: b.real()})
	if _, err := b.Upload(ctx, b.asTanaka, NewUpload{Request: id, Name: "a", Size: 4, Body: strings.NewReader("1234")}); !errors.Is(err, store.ErrSpent) {
		t.Error(err)
	}
	if n := b.lying(); n != 1 {
		t.Errorf("%d files lie there", n)
	}
}

// What the end of a process has cut off is removed when nobody can be writing it
// any more.
func TestPartsAreRemoved(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	b.mustSend(b.asTanaka, id, "a", "a")
	reader, writer := io.Pipe()
	ended := make(chan error)
	go func() {
		_, err := b.Upload(t.Context(), b.asTanaka, NewUpload{Request: id, Name: "b", Size: -1, Body: reader})
		ended <- err
	}()
	_, err := writer.Write([]byte("x"))
	b.ok(err)
	b.wall.set(time.Now())
	b.ok(b.removeParts(t.Context()))
	if n := b.lying(); n != 2 {
		t.Errorf("%d lie there while one arrives", n)
	}
	b.wall.set(time.Now().Add(2*UploadTime + time.Minute))
	b.ok(b.removeParts(t.Context()))
	if n := b.lying(); n != 1 {
		t.Errorf("%d lie there afterwards", n)
	}
	b.ok(writer.Close())
	if err := <-ended; err == nil {
		t.Error("an upload whose bytes were removed is there")
	}
}

// A note's file never leaves by the comment's way, whatever becomes of both.
//
// guide: R28
func TestANotesFileStaysInTheHouse(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	f := b.mustSend(b.asIto, id, "core.dmp", "internal")
	b.do(b.asIto, id, &support.AddNote{Text: support.T("x"), Files: []support.AttachedFile{f}})
	_, err := b.store.Upload(t.Context(), store.Viewer{Actor: b.asTanaka}, id, f.File)
	refused(t, err, support.NotFound, "attachment.not_found")
	facts, err := b.store.Timeline(t.Context(), store.Viewer{Actor: b.asTanaka}, id, store.Page{Limit: 100})
	b.ok(err)
	var seen bytes.Buffer
	for _, x := range facts {
		seen.WriteString(x.Kind() + " ")
	}
	if strings.Contains(seen.String(), "file_attached") {
		t.Error("the customer's timeline has", seen.String())
	}
	b.settle()
	for _, m := range b.post.mails() {
		if strings.Contains(m.Text+m.HTML, "core.dmp") {
			t.Error(m.Key)
		}
	}
	b.check()
}

// T10: a bit that turned in a file is found by whoever reads all of them, and by who
// asks for it; it is told, and given to nobody. Once it is copied back from a backup
// all is well again. What was erased meanwhile is no damage.
func TestABitThatTurnedIsFound(t *testing.T) {
	t.Parallel()
	b, id := cabinet(t, nil)
	var files []store.Upload
	for _, name := range []string{"a", "b", "c"} {
		u, err := b.send(b.asTanaka, id, name, "the bytes of "+name)
		b.ok(err)
		files = append(files, u)
	}
	round := func() {
		t.Helper()
		for after := int64(0); ; {
			next, err := b.scrubNext(t.Context(), after)
			b.ok(err)
			if after = next; next == 0 {
				return
			}
		}
	}
	round()
	if n := b.DamagedFiles(); n != 0 {
		t.Fatalf("%d of sound files are damaged", n)
	}
	path := filepath.Join(b.files.Dir(), files[1].Key)
	sound, err := os.ReadFile(path)
	b.ok(err)
	hurt := bytes.Clone(sound)
	hurt[3] ^= 1
	b.ok(os.WriteFile(path, hurt, 0o600))
	b.ok(os.Remove(filepath.Join(b.files.Dir(), files[2].Key)))
	if _, err := b.OpenFile(t.Context(), b.asIto, files[1]); err == nil {
		t.Error("a damaged file is given out")
	}
	if n := b.DamagedFiles(); n != 1 {
		t.Errorf("%d files are known to be damaged after one was asked for", n)
	}
	round()
	if n := b.DamagedFiles(); n != 2 {
		t.Errorf("%d files are known to be damaged, want the one that turned and the one that is gone", n)
	}
	b.ok(os.WriteFile(path, sound, 0o600))
	b.ok(b.DropUpload(t.Context(), b.asTanaka, id, files[2].ID))
	round()
	if n := b.DamagedFiles(); n != 0 {
		t.Errorf("%d files still count as damaged", n)
	}
}
