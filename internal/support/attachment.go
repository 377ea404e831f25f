package support

import "time"

// Files stand with an entry: a filing, a comment, a note or the answer of an ask, and are
// seen by whoever sees it (R28). Their bytes lie elsewhere, under a key that a row
// holds; facts name the row. What is personal of a file, its name and the sum of
// its bytes, are texts: erasing the sum takes the bytes away.

// MaxFiles is how many files may stand with one entry.
const MaxFiles = 20

// AttachedFile is one file. Doors fill File alone; the rest is what the upload
// has found.
type AttachedFile struct {
	File int64 `json:"file"` // row of the upload
	// Name is how it is called where it comes from, for show alone.
	Name Text `json:"name"`
	// Hash is the SHA-256 of its bytes in hexadecimal. A sum without salt would
	// tell for ever what was erased, to whoever guesses it.
	Hash Text   `json:"hash"`
	Size int64  `json:"size"`  // bytes
	Type string `json:"media"` // as its bytes look, whatever its name says
}

// FileAttached: the file stands with an entry.
type FileAttached struct {
	AttachedFile
	Entry int64 `json:"entry"` // seq of the filing, comment, note or answer
	// Internal: customers do not see the entry, nor the file.
	Internal bool `json:"internal,omitempty"`
}

func (FileAttached) factKind() string { return "file_attached" }

// RequestFile is a file of the request.
type RequestFile struct {
	FileAttached
	Seq int64
	By  Actor
	At  time.Time
}

func (b FileAttached) apply(r *Request, f Fact) {
	r.Files = append(r.Files, RequestFile{FileAttached: b, Seq: f.Seq, By: f.By, At: f.At})
}

// Uploads are the files that a command attaches.
func Uploads(cmd Command) []AttachedFile {
	switch c := cmd.(type) {
	case *File:
		return c.Files
	case *Comment:
		return c.Files
	case *AddNote:
		return c.Files
	case *AnswerAsk:
		return c.Files
	}
	return nil
}

// fileTexts are the texts of files, to be stored with those of their command.
func fileTexts(files []AttachedFile) []*Text {
	var out []*Text
	for i := range files {
		out = append(out, &files[i].Name, &files[i].Hash)
	}
	return out
}

// checkFiles refuses files that cannot stand with an entry.
func checkFiles(files []AttachedFile) error {
	if len(files) > MaxFiles {
		return Wrong("files", "attachment.too_many", "most", itoa(MaxFiles))
	}
	seen := map[int64]bool{}
	for _, f := range files {
		if seen[f.File] {
			return Wrong("files", "attachment.twice")
		}
		seen[f.File] = true
	}
	return nil
}

// attach puts files beside the entry that was just recorded; those that are
// erased already stay away.
func (d *decision) attach(entry Fact, files []AttachedFile) {
	for _, f := range files {
		if !contains(d.r.Erased, f.Hash.ID) {
			d.record(FileAttached{AttachedFile: f, Entry: entry.Seq, Internal: !Public(entry)})
		}
	}
}

// last is the fact that was just recorded.
func (d *decision) last() Fact { return d.facts[len(d.facts)-1] }

// filesOf are the texts of the files that stand with an entry: they go with it.
func (r *Request) filesOf(seq int64) []TextRef {
	var out []TextRef
	for _, f := range r.Files {
		if f.Entry == seq {
			out = append(out, TextRefs(f.FileAttached)...)
		}
	}
	return out
}

// Gone tells whether the bytes of a file are erased.
func (r *Request) Gone(f AttachedFile) bool { return contains(r.Erased, f.Hash.ID) }
