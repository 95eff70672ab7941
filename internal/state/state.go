// Package state keeps what a learner has done: one file of JSON, with a part for each command. A part is written
// without touching the others.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Home is the environment variable that names the folder of the file. The default is restlab in the folder of the
// user's settings, as os.UserConfigDir knows it.
const Home = "RESTLAB_HOME"

// Damaged is a file that is no progress. It was moved out of the way, and nothing of it is lost.
type Damaged struct {
	Path string // where the file was
	Kept string // where it is now
	Why  error
}

func (d *Damaged) Error() string {
	return fmt.Sprintf("the progress in %s is damaged (%s); the file is kept as %s", d.Path, d.Why, d.Kept)
}

func (d *Damaged) Unwrap() error { return d.Why }

// Store is the file. It need not exist yet.
type Store struct{ path string }

// Open finds the file. The error says that there is no folder for it.
func Open(getenv func(string) string) (*Store, error) {
	folder := getenv(Home)
	if folder == "" {
		settings, err := os.UserConfigDir()
		if err != nil {
			return nil, fmt.Errorf("there is no folder to keep progress in: %w", err)
		}
		folder = filepath.Join(settings, "restlab")
	}
	return &Store{filepath.Join(folder, "progress.json")}, nil
}

// Path is where the file is.
func (s *Store) Path() string { return s.path }

// Load reads one part into a value, which stays as it is where there is no such part. The error is *Damaged where the
// file cannot be understood.
func (s *Store) Load(part string, into any) error {
	parts, err := s.read()
	if err != nil || parts[part] == nil {
		return err
	}
	if err := json.Unmarshal(parts[part], into); err != nil {
		return s.putAside(err)
	}
	return nil
}

// Save writes one part and keeps all others. Whoever reads meanwhile sees the old file or the new one.
func (s *Store) Save(part string, value any) error {
	parts, err := s.read()
	if err != nil {
		return err
	}
	if parts[part], err = json.Marshal(value); err != nil {
		return err
	}
	text, err := json.MarshalIndent(parts, "", "  ")
	if err != nil {
		return err
	}
	return s.write(append(text, '\n'))
}

// Update changes one part, and returns it. It is read anew for that: another terminal may have got further meanwhile.
func Update[T any](s *Store, part string, change func(*T)) (T, error) {
	var now T
	if err := s.Load(part, &now); err != nil {
		return now, err
	}
	change(&now)
	return now, s.Save(part, now)
}

func (s *Store) read() (map[string]json.RawMessage, error) {
	parts := map[string]json.RawMessage{}
	text, err := os.ReadFile(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return parts, nil
	case err != nil:
		return nil, err
	}
	if err := json.Unmarshal(text, &parts); err != nil {
		return nil, s.putAside(err)
	}
	if parts == nil {
		return nil, s.putAside(errors.New("null is no object"))
	}
	return parts, nil
}

// putAside gives a damaged file a name that no file has yet, so that the next one begins anew.
func (s *Store) putAside(why error) error {
	kept := ""
	for n := 1; ; n++ {
		kept = fmt.Sprintf("%s.damaged-%d", s.path, n)
		if _, err := os.Lstat(kept); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err := os.Rename(s.path, kept); err != nil {
		return errors.Join(why, err)
	}
	return &Damaged{s.path, kept, why}
}

func (s *Store) write(text []byte) error {
	folder := filepath.Dir(s.path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, ".progress-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already where all went well
	_, err = temp.Write(text)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), s.path)
}
