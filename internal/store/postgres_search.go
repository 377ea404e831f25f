package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"madoguchi/internal/text"
)

// postgresWords is the index of words as vectors that are made here: the
// server's own parser would cut words otherwise.
type postgresWords struct{}

// mostPlaces is how many places of a word in one entry the server keeps.
const mostPlaces = 255

// vector writes words as the server reads them. Words hold neither quotes nor
// backslashes.
func vector(words []string) string {
	places := map[string][]int{}
	for i, w := range words {
		if len(places[w]) < mostPlaces {
			places[w] = append(places[w], i+1)
		}
	}
	var b strings.Builder
	for w, at := range places {
		b.WriteString("'" + w + "':")
		for i, n := range at {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Itoa(n))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func (postgresWords) beside(list []searchEntry, n int) (with string, args []any) {
	if len(list) == 0 {
		return "", nil
	}
	return "WITH words AS (" + enterWords(list, n) + ") ", wordArgs(list)
}

func enterWords(list []searchEntry, n int) string {
	var values []string
	for i := range list {
		values = append(values, fmt.Sprintf("($%d, $%d, $%d, CAST(CAST($%d AS TEXT) AS TSVECTOR))", n+4*i, n+4*i+1, n+4*i+2, n+4*i+3))
	}
	return "INSERT INTO search (request_id, seq, internal, words) VALUES " + strings.Join(values, ", ") + " ON CONFLICT DO NOTHING"
}

func wordArgs(list []searchEntry) []any {
	var args []any
	for _, e := range list {
		args = append(args, e.request, e.seq, e.internal, vector(e.words))
	}
	return args
}

func (postgresWords) enter(tx *Tx, list []searchEntry) error {
	for part := range slices.Chunk(list, 100) {
		if _, err := tx.exec(enterWords(part, 1), wordArgs(part)...); err != nil {
			return fmt.Errorf("enter words: %w", err)
		}
	}
	return nil
}

func (postgresWords) leave(tx *Tx, list []searchEntry) error {
	for _, e := range list {
		if _, err := tx.exec("DELETE FROM search WHERE request_id = $1 AND seq = $2 AND internal = $3", e.request, e.seq, e.internal); err != nil {
			return fmt.Errorf("take out words: %w", err)
		}
	}
	return nil
}

func (postgresWords) entered(q rows, from, to int64) (map[entryID]bool, error) {
	out := map[entryID]bool{}
	err := q.all(func(r scanner) error {
		var id entryID
		err := r.Scan(&id.request, &id.seq, &id.internal)
		out[id] = true
		return err
	}, "SELECT request_id, seq, internal FROM search WHERE request_id BETWEEN $1 AND $2", from, to)
	return out, err
}

func (postgresWords) empty(tx *Tx) error {
	_, err := tx.exec("DELETE FROM search")
	return err
}

func (postgresWords) fresh(rows) error { return nil }

func (postgresWords) walk(q rows, found func(id entryID, word string, place int)) error {
	return q.all(func(r scanner) error {
		var id entryID
		var words string
		if err := r.Scan(&id.request, &id.seq, &id.internal, &words); err != nil {
			return err
		}
		for word := range strings.FieldsSeq(words) {
			name, places, _ := strings.Cut(word, ":")
			for n := range strings.SplitSeq(places, ",") {
				place, err := strconv.Atoi(n)
				if err != nil {
					return fmt.Errorf("words of %s: %w", id, err)
				}
				found(id, strings.Trim(name, "'"), place-1)
			}
		}
		return nil
	}, "SELECT request_id, seq, internal, CAST(words AS TEXT) FROM search")
}

// kept leaves out places that the server does not keep.
func (postgresWords) kept(words []string) []string {
	out, count := slices.Clone(words), map[string]int{}
	for i, w := range words {
		if count[w]++; count[w] > mostPlaces {
			out[i] = ""
		}
	}
	return out
}

func (postgresWords) expression(all [][]text.Phrase) string {
	var and []string
	for _, one := range all {
		var or []string
		for _, p := range one {
			s := "'" + strings.Join(p.Words, "' <-> '") + "'"
			if p.Begins {
				s += ":*"
			}
			or = append(or, "("+s+")")
		}
		and = append(and, "("+strings.Join(or, " | ")+")")
	}
	return strings.Join(and, " & ")
}

func (postgresWords) hits(expression, lo, hi string, public bool) string {
	own := ""
	if public {
		own = " AND NOT internal"
	}
	return fmt.Sprintf(`SELECT request_id, MAX(seq * 2 + CASE WHEN internal THEN 1 ELSE 0 END) AS entry, COUNT(*) AS n FROM search
WHERE words @@ CAST(CAST(%s AS TEXT) AS TSQUERY) AND request_id BETWEEN %s AND %s%s GROUP BY request_id`, expression, lo, hi, own)
}
