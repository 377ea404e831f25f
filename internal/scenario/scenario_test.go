package scenario

import (
	"strings"
	"testing"
	"time"
)

const story = `A call at night.
# guide: R24

-- script --
# a remark
2026-06-06 02:06 JST hayashi file severity=1
    title="host down"
want severity 1
later: phone: the number is read out
mark filed
2026-06-06 02:07:08.000009 JST clock
-- variant a --
from filed
2026-06-06 02:10 JST ito take
want@edge mail sato acknowledgement holds number
-- transcript --
old
`

func TestReadingAStory(t *testing.T) {
	t.Parallel()
	f, err := Read("SC-00", []byte(story))
	if err != nil {
		t.Fatal(err)
	}
	if f.Title != "A call at night." || len(f.Cases) != 2 || len(f.Later) != 1 || f.Cases[0].Transcript != "old\n" {
		t.Fatalf("%+v", f)
	}
	main, a := f.Cases[0], f.Cases[1]
	first := main.Lines[0]
	if first.Number != 6 || first.Step.Args["title"] != "host down" || !first.Step.At.Equal(time.Date(2026, 6, 5, 17, 6, 0, 0, time.UTC)) {
		t.Errorf("line %d: %+v", first.Number, first.Step)
	}
	if at := main.Lines[2].Step.At; at.Nanosecond() != 9000 {
		t.Errorf("microseconds are lost: %s", at)
	}
	if a.Name != "a" || len(a.Lines) != 4 || a.Lines[0].Step != first.Step || !a.Lines[3].Want.Edge {
		t.Errorf("the variant: %+v", a.Lines)
	}
	if f.Later[0].Line != 9 || f.Later[0].Case != "main" {
		t.Errorf("later: %+v", f.Later[0])
	}
}

// TestTranscriptsAreReplacedAlone: nothing that a person typed changes.
func TestTranscriptsAreReplacedAlone(t *testing.T) {
	t.Parallel()
	got := string(WithTranscripts([]byte(story), map[string]string{"main": "new\n", "a": "branch\n"}))
	want := strings.Replace(story, "-- transcript --\nold\n", "-- transcript --\nnew\n-- transcript a --\nbranch\n", 1)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "no steps",
		"-- prose --\nx\n":         "write script",
		"-- script --\nhello\n":    "SC-00:2: \"hello\": a step is",
		"-- script --\nfrom x\n":   "from start",
		"-- script --\nmark\n":     "a name of its own",
		"-- script --\nlater: x\n": "a colon",
		"-- script --\nwant\n":     "say what must be seen",
		"-- script --\n2026-06-06 02:06 MESZ ito take\n":             "end an instant with a zone",
		"-- script --\n2026-06-06 2 JST ito take\n":                  "like 2026-06-06 02:06 JST",
		"-- script --\n2026-06-06 02:06 JST ito\n":                   "say what ito does",
		"-- script --\n2026-06-06 02:06 JST ito file severity\n":     "name=value",
		"-- script --\n2026-06-06 02:06 JST ito file a=1 a=2\n":      "given twice",
		"-- script --\n2026-06-06 02:06 JST ito comment text=\"x\n":  "not closed",
		"-- script --\nmark m\nmark m\n":                             "a name of its own",
		"-- script --\n2026-06-06 02:06 JST clock\n-- variant --\n":  "write script",
		"-- script --\n2026-06-06 02:06 JST clock\nfrom start\n":     "begin a variant",
		"-- script --\n# only remarks\n\n-- variant b --\nfrom m\n":  "from m",
		"-- script --\n2026-06-06 02:06 JST clock\n2026-06-07 x\n":   "SC-00:3",
		"-- script --\n2026-13-06 02:06 JST ito take\n":              "like 2026-06-06 02:06 JST",
		"-- script --\n2026-06-06 02:06:00.5 JST ito comment text=x": "",
	} {
		_, err := Read("SC-00", []byte(text))
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	step := func(args string) *Args {
		s, err := readStep("2026-06-06 02:06 JST ito act " + args)
		if err != nil {
			t.Fatal(err)
		}
		return s.Read()
	}
	a := step(`n=3 list=a,b parts=12,8 yes=yes at="2026-06-06 02:06 JST" both="2026-06-06 02:06 JST,2026-06-06 02:07 JST"`)
	if a.Number("n") != 3 || len(a.Words("list")) != 2 || a.Numbers("parts")[1] != 8 || !a.Yes("yes") || a.Instant("at").IsZero() || len(a.Instants("both")) != 2 {
		t.Error("an argument is read wrong")
	}
	if a.Err() != nil || a.Number("absent") != 0 || !a.Instant("absent").IsZero() || a.Words("absent") != nil {
		t.Errorf("%v", a.Err())
	}
	for args, read := range map[string]func(*Args){
		"n=three":  func(a *Args) { a.Number("n") },
		"l=1,x":    func(a *Args) { a.Numbers("l") },
		"at=noon":  func(a *Args) { a.Instant("at") },
		"yes=oui":  func(a *Args) { a.Yes("yes") },
		"unread=1": func(*Args) {},
	} {
		a := step(args)
		read(a)
		if a.Err() == nil {
			t.Errorf("%s passes", args)
		}
	}
}
