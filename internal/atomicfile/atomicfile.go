// Package atomicfile writes files that have their names only when they are complete. A reader sees the old file or the
// new one, and so does everybody after a crash or a full disk.
package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/robustio"
)

// File is a file that does not have its name yet. Its text goes to a temporary file in the same folder.
type File struct {
	path string
	temp *os.File
}

// Create begins a file, and fails if the folder cannot be written to. Commit or Discard has to follow.
func Create(path string) (*File, error) {
	temp, err := os.CreateTemp(filepath.Dir(path), ".restlab-*")
	if err != nil {
		return nil, err
	}
	return &File{path, temp}, nil
}

// Commit lets write fill the file, and gives it these permissions and its name. After an error the old file is still
// there, and the temporary file is gone.
func (f *File) Commit(mode fs.FileMode, write func(io.Writer) error) error {
	err := write(f.temp)
	if err == nil {
		// Without Sync a file can have its name and no text after a power cut.
		err = errors.Join(f.temp.Chmod(mode), f.temp.Sync(), f.temp.Close())
	}
	if err == nil {
		// Windows refuses to rename over a file that somebody reads at that moment: robustio tries again for two seconds.
		err = robustio.Rename(f.temp.Name(), f.path)
	}
	if err != nil {
		f.Discard()
	}
	return err
}

// Discard removes the temporary file.
func (f *File) Discard() {
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name())
}

// Write writes a whole file.
func Write(path string, text []byte, mode fs.FileMode) error {
	file, err := Create(path)
	if err != nil {
		return err
	}
	return file.Commit(mode, func(out io.Writer) error {
		_, err := out.Write(text)
		return err
	})
}

// Read reads a file that others may replace meanwhile.
func Read(path string) ([]byte, error) { return robustio.ReadFile(path) }
