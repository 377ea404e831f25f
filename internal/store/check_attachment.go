package store

import (
	"fmt"
	"maps"
	"slices"

	"madoguchi/internal/support"
)

// heldFile is the row of a file, and the sum that the text says which binds it.
type heldFile struct {
	Upload
	sum  int64
	said string
}

// saidFile is a file as a request's facts say it; the last one counts.
type saidFile struct {
	open bool
	support.AttachedFile
}

// says notes what a fact says of files.
func (c *checker) says(open bool, files ...support.AttachedFile) {
	for _, f := range files {
		if c.at.files == nil {
			c.at.files = map[int64]saidFile{}
		}
		c.at.files[f.File] = saidFile{open, f}
	}
}

// loadFiles reads the rows of the window's files.
func (c *checker) loadFiles() error {
	c.w.files = map[int64][]heldFile{}
	return c.q.all(func(r scanner) error {
		var f heldFile
		err := r.Scan(append(uploadFields(&f.Upload), optional{&f.sum}, &f.said)...)
		c.w.files[f.Request] = append(c.w.files[f.Request], f)
		return err
	}, "SELECT "+uploadColumns+`, a.sum_id, COALESCE(t.text, '') FROM attachment a LEFT JOIN content t ON t.id = a.sum_id
WHERE a.request_id BETWEEN $1 AND $2 ORDER BY a.id`, c.w.from, c.w.to)
}

// filesOf compares the rows of a request's files with what its facts say: a row that
// says more would show a file to a stranger, one that is missing loses it, and one
// that is left keeps what was erased.
func (c *checker) filesOf(of string) {
	at := &c.at
	for _, f := range c.w.files[at.id] {
		said, told := at.files[f.ID]
		if wrong := c.badFile(f, said, told); wrong != "" {
			c.wrong(fmt.Sprintf("%s file %d", of, f.ID), "%s", wrong)
		}
		delete(at.files, f.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(at.files)) {
		if !c.w.erased[at.files[id].Hash.ID] {
			c.wrong(fmt.Sprintf("%s file %d", of, id), "a fact names it, and it has no row")
		}
	}
}

// badFile says what is wrong with the row of a file.
func (c *checker) badFile(f heldFile, said saidFile, told bool) string {
	switch {
	case f.Account != c.at.account:
		return fmt.Sprintf("it belongs to account %d, its request to account %d", f.Account, c.at.account)
	case f.State == UploadAttached && !told:
		return "it stands with an entry, and no fact says so"
	case f.State != UploadAttached && told:
		return "a fact names it, and it is " + string(f.State)
	case !told:
		return ""
	case said.Hash.ID != f.sum || said.Size != f.Size || said.Type != f.Media:
		return "its row differs from the fact that names it"
	case said.open != f.Open:
		return fmt.Sprintf("customers see it: %v; by its facts: %v (R28)", f.Open, said.open)
	case c.w.erased[f.sum]:
		return "it is erased, and still there"
	case f.said != "" && (len(f.Key) < 2+len(f.said) || f.Key[2:2+len(f.said)] != f.said):
		return "its bytes are not those that the fact names"
	}
	return ""
}
