package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"restlab/internal/atomicfile"
)

// Damaged is a file, or a part of one, that cannot be decoded.
type Damaged struct {
	Path  string
	Holds string
	Part  string // "" for the whole file
	Kept  string // the file with a copy of it, "" if it was only read
	Why   error

	text []byte // what cannot be decoded
}

func (d *Damaged) Error() string {
	what, which := d.Holds+" in "+d.Path, "the file"
	if d.Part != "" {
		what, which = fmt.Sprintf("part %q of the %s", d.Part, what), "this part"
	}
	text := fmt.Sprintf("the %s is damaged (%s)", what, d.Why)
	if d.Kept != "" {
		text += fmt.Sprintf("; %s is kept as %s", which, d.Kept)
	}
	return text
}

func (d *Damaged) Unwrap() error { return d.Why }

// setAside copies what is damaged to a file of its own, and returns the document without it.
func (s *Store) setAside(d *document, damaged *Damaged) (*document, error) {
	stem := s.Path
	if damaged.Part != "" {
		stem += "." + damaged.Part
	}
	kept := unused(stem + ".damaged-")
	if err := atomicfile.Write(kept, damaged.text, 0o600); err != nil {
		return nil, err
	}
	damaged.Kept = kept
	if damaged.Part == "" {
		return &document{s.Version, map[string]json.RawMessage{}}, nil
	}
	delete(d.parts, damaged.Part)
	return d, nil
}

// unused returns the first name that no file has: the stem and a number.
func unused(stem string) string {
	for n := 1; ; n++ {
		name := fmt.Sprint(stem, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
}
