package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf16"
	"unicode/utf8"

	"restlab/internal/grade"
	"restlab/internal/wire"
)

// File is a report that appears under its name only when it is complete.
type File struct {
	path string
	temp *os.File
}

// Create prepares a report beside its final place, so that a folder that cannot be written to is known before
// the grading and not after it.
func Create(path string) (*File, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".restlab-*")
	if err != nil {
		return nil, fmt.Errorf("the report cannot be written to %s: %w", path, cause(err))
	}
	return &File{path, temp}, nil
}

func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// JSON writes the result as the document that docs/result.schema.json describes. All that a terminal would act on is
// escaped, as JSON lets any character be, so the document can be printed too and has lost nothing.
func JSON(out io.Writer, r *grade.Result) error {
	e := json.NewEncoder(&escaping{out})
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
}

// escaping passes JSON on and writes what wire.Untrusted would not show as it is in escapes of JSON.
type escaping struct{ out io.Writer }

func (e *escaping) Write(document []byte) (int, error) {
	rest := document
	for len(rest) > 0 {
		plain := bytes.IndexFunc(rest, func(r rune) bool { return !wire.Shown(r) })
		if plain < 0 {
			plain = len(rest)
		}
		if _, err := e.out.Write(rest[:plain]); err != nil {
			return 0, err
		}
		if rest = rest[plain:]; len(rest) == 0 {
			break
		}
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		for _, unit := range utf16.Encode([]rune{r}) {
			if _, err := fmt.Fprintf(e.out, `\u%04x`, unit); err != nil {
				return 0, err
			}
		}
	}
	return len(document), nil
}

// Commit lets write fill the report and gives it its name.
func (f *File) Commit(write func(io.Writer) error) error {
	if err := write(f.temp); err != nil {
		f.Discard()
		return err
	}
	if err := f.temp.Chmod(0o644); err != nil {
		f.Discard()
		return err
	}
	if err := f.temp.Close(); err != nil {
		return err
	}
	return os.Rename(f.temp.Name(), f.path)
}

// Discard leaves nothing behind.
func (f *File) Discard() {
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name())
}
