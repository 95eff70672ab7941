package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"restlab/internal/grade"
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

// JSON writes the result as the document that docs/result.schema.json describes.
func JSON(out io.Writer, r *grade.Result) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(r)
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
