package policy

import "io/fs"

// Load reads all YAML files of a folder as one pack.
func Load(fsys fs.FS, dir string) (*Pack, error) { return nil, errPending }

// Parse reads what [Pack.Source] wrote.
func Parse(source []byte) (*Pack, error) { return nil, errPending }

// Source is the whole pack as canonical JSON.
func (p *Pack) Source() []byte { return nil }

// Hash is the hexadecimal SHA-256 of [Pack.Source].
func (p *Pack) Hash() string { return "" }

// Shipped loads a pack that is part of the program.
func Shipped(id string) (*Pack, error) { return nil, errPending }

// ShippedIDs lists the packs that are part of the program.
func ShippedIDs() []string { return nil }

type positions map[string]Position

// Position is a place in a pack's files. The zero value: none is known.
type Position struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}
