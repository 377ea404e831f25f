package support_test

import (
	"slices"
	"testing"
	"time"

	"madoguchi/internal/support"
)

// upload is an upload as the desk hands it to the core.
func upload(n int64) support.AttachedFile {
	return support.AttachedFile{File: n, Name: support.T("crash.log"), Hash: support.T("abc"), Size: 12, Type: "text/plain"}
}

// attached are the files of a request by entry, as customers or staff see them.
func attached(m *room, id int64, customer bool) map[string]int {
	facts := m.file(id).facts
	out := map[string]int{}
	for _, f := range facts {
		if b, ok := f.Body.(support.FileAttached); ok && (!customer || support.Public(f)) {
			out[facts[b.Entry-1].Kind()]++
		}
	}
	return out
}

// A file is seen by whoever sees the comment, note or answer that it stands with.
//
// guide: R28
func TestFilesAreSeenAsTheirEntriesAre(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who   string
		cmd   support.Command
		entry string
		seen  bool
	}{
		{"tanaka", &support.Comment{Text: support.T("see there"), Files: []support.AttachedFile{upload(1), upload(2)}}, "commented", true},
		{"ito", &support.Comment{Text: support.T("try this"), Files: []support.AttachedFile{upload(1), upload(2)}}, "commented", true},
		{"ito", &support.AddNote{Text: support.T("for us"), Files: []support.AttachedFile{upload(1), upload(2)}}, "note_added", false},
		{"tanaka", &support.AnswerAsk{N: 1, Files: []support.AttachedFile{upload(1), upload(2)}}, "ask_answered", true},
		{"ito", &support.AnswerAsk{N: 2, Files: []support.AttachedFile{upload(1), upload(2)}}, "ask_answered", false},
	} {
		m, id, _ := spoken(t)
		ito := m.people["ito"]
		for _, a := range []support.NewAsk{
			{Kind: support.AskDebugData, Of: support.TurnCustomer, Text: support.T("the log, please")},
			{Kind: support.AskVerifyBug, Of: support.OfEngineering, Text: support.T("is it one?")},
		} {
			if _, err := m.do(ito, id, &support.Ask{NewAsk: a}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := m.do(m.people[c.who], id, c.cmd); err != nil {
			t.Fatalf("%s %s: %v", c.who, c.cmd.Name(), err)
		}
		customers := map[string]int{}
		if c.seen {
			customers[c.entry] = 2
		}
		if got := attached(m, id, true); got[c.entry] != customers[c.entry] || len(got) != len(customers) {
			t.Errorf("%s: customers see %v", c.entry, got)
		}
		if got := attached(m, id, false); got[c.entry] != 2 || len(got) != 1 {
			t.Errorf("%s: staff see %v", c.entry, got)
		}
	}
}

func TestFilesThatCannotStandThere(t *testing.T) {
	t.Parallel()
	many := make([]support.AttachedFile, support.MaxFiles+1)
	for i := range many {
		many[i] = upload(int64(i + 1))
	}
	for _, c := range []struct {
		files []support.AttachedFile
		key   string
	}{{many[1:], ""}, {many, "attachment.too_many"}, {[]support.AttachedFile{upload(1), upload(1)}, "attachment.twice"}} {
		m, id, _ := spoken(t)
		for _, cmd := range []support.Command{
			&support.Comment{Text: support.T("x"), Files: slices.Clone(c.files)}, &support.AddNote{Text: support.T("x"), Files: slices.Clone(c.files)},
		} {
			if _, err := m.do(m.people["ito"], id, cmd); refusedKey(err) != c.key {
				t.Errorf("%d files: %v, want %q", len(c.files), err, c.key)
			}
		}
	}
}

// While a comment is held nobody of the customer's side sees its files; they go
// out with it, or stay away when it is taken back or they were erased before.
//
// guide: R28
func TestFilesOfAHeldComment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"out": 2, "withdrawn": 0, "one erased": 1, "all erased": 0} {
		m := undoingRoom()
		m.now = at(t, "2026-06-03 10:00")
		tanaka, ito := m.people["tanaka"], m.people["ito"]
		id, err := m.do(tanaka, 0, &support.File{
			Kind: support.Technical, Channel: support.Portal, Contact: tanaka.ID, Product: "vsphere", Version: "4.0", Severity: 3, Title: support.T("title"), Body: support.T("body"),
		})
		if err != nil {
			t.Fatal(err)
		}
		do := func(cmd support.Command) {
			t.Helper()
			if _, err := m.do(ito, id, cmd); err != nil {
				t.Fatal(name, err)
			}
		}
		do(&support.Comment{Text: support.T("x"), Files: []support.AttachedFile{upload(1), upload(2)}})
		held := m.file(id).request.Held[0]
		if got := attached(m, id, false); len(got) != 0 {
			t.Errorf("%s: %v before its time", name, got)
		}
		switch name {
		case "withdrawn":
			do(&support.WithdrawComment{Seq: held.Seq})
		case "one erased":
			m.file(id).request.Erased = append(m.file(id).request.Erased, held.Files[0].Hash.ID)
		case "all erased":
			do(&support.RedactText{Seq: held.Seq, Ground: "mistake"})
		}
		m.now = m.now.Add(undo + time.Second)
		if _, err := m.do(m.people["system"], id, &support.Tick{}); err != nil {
			t.Fatal(name, err)
		}
		if got := attached(m, id, true); got["commented"] != want {
			t.Errorf("%s: customers see %v", name, got)
		}
	}
}

// One file can be erased alone, and its name alone; what a comment says is erased
// with its files.
//
// guide: R28
func TestFilesAreErased(t *testing.T) {
	t.Parallel()
	m, id, _ := spoken(t)
	tanaka := m.people["tanaka"]
	if _, err := m.do(tanaka, id, &support.Comment{Text: support.T("logs"), Files: []support.AttachedFile{upload(1), upload(2), upload(3)}}); err != nil {
		t.Fatal(err)
	}
	r := func() *support.Request { return m.file(id).request }
	gone := func() []bool {
		var out []bool
		for _, f := range r().Files {
			out = append(out, r().Gone(f.AttachedFile))
		}
		return out
	}
	first := r().Files[0]
	for _, c := range []struct {
		seq   int64
		field string
		want  []bool
	}{
		{first.Seq, "name", []bool{false, false, false}},
		{first.Seq, "hash", []bool{true, false, false}},
		{first.Entry, "text", []bool{true, false, false}},
		{first.Entry, "", []bool{true, true, true}},
	} {
		if _, err := m.do(tanaka, id, &support.RedactText{Seq: c.seq, Field: c.field, Ground: "secret"}); err != nil {
			t.Fatal(c, err)
		}
		if got := gone(); !slices.Equal(got, c.want) {
			t.Errorf("after %d %q: %v", c.seq, c.field, got)
		}
	}
	if _, err := m.do(tanaka, id, &support.RedactText{Seq: first.Entry, Ground: "secret"}); refusedKey(err) != "redaction.done" {
		t.Error(err)
	}
}
