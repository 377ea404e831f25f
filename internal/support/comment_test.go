package support_test

import (
	"strconv"
	"testing"

	"madoguchi/internal/support"
)

// TestOneCorrectsOnesOwnComments: neither somebody else's, nor a fact that is
// no comment, nor one that does not exist.
func TestOneCorrectsOnesOwnComments(t *testing.T) {
	t.Parallel()
	const said = `
2026-06-03 10:10 JST tanaka comment text=x
2026-06-03 10:20 JST ito add_note text=x
2026-06-03 10:30 JST ito comment text=x on_behalf=yes
2026-06-03 11:00 JST `
	seqs := map[string]string{}
	for _, e := range tells(t, production, said[:len(said)-len("2026-06-03 11:00 JST ")]).room.requests[support.FirstID].facts {
		seqs[e.Kind()+" of "+string(e.By.Kind)] = strconv.FormatInt(e.Seq, 10)
	}
	for _, c := range []struct{ who, entry, want string }{
		{"tanaka", "commented of customer", "event commented by tanaka corrects=" + seqs["commented of customer"]},
		{"ito", "commented of staff", "event commented by ito corrects=" + seqs["commented of staff"]},
		{"tanaka", "commented of staff", "refused invalid comment.corrects_own field corrects"},
		{"ito", "commented of customer", "refused invalid comment.corrects_own field corrects"},
		{"takahashi", "commented of customer", "refused invalid comment.corrects_own field corrects"},
		{"tanaka", "note_added of staff", "refused invalid comment.corrects_unknown field corrects"},
		{"ito", "note_added of staff", "refused invalid comment.corrects_unknown field corrects"},
	} {
		t.Run(c.who+" "+c.entry, func(t *testing.T) {
			t.Parallel()
			tells(t, production, said, c.who, " comment text=y corrects=", seqs[c.entry], "\nwant ", c.want, "\n")
		})
	}
	tells(t, production, said, "tanaka comment text=y corrects=999\nwant refused invalid comment.corrects_unknown field corrects\n")
}
