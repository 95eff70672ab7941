// Package state keeps what has to last from one command to the next: files of JSON with named parts, and a learner's
// progress as the first of them.
//
// Writers take turns: each holds a lock while it reads, changes and writes the file, so that no change is lost. Readers
// take no lock and change nothing: the file is replaced as a whole. What this version does not know is written back as it
// was read.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"restlab/internal/atomicfile"
)

// Home is the environment variable that names the folder of all files. The default is restlab in the folder of the user's
// settings or caches, as os.UserConfigDir and os.UserCacheDir know them.
const Home = "RESTLAB_HOME"

// progressVersion is the version of progress.json. Raise it when a member gets another meaning, not when one is added.
const progressVersion = 1

// Store is a file of parts. It need not exist yet, nor its folder.
type Store struct {
	Path    string
	Holds   string        // what is in it, for messages: progress
	Version int           // of the format. A file without a version has version 1
	Indent  bool          // written for people too
	Wait    time.Duration // longest time that a writer waits for others, 0 for DefaultWait
}

// ErrNoFolder is the error of a Store without a path.
var ErrNoFolder = errors.New("no folder for it is known")

// Open finds the file with a learner's progress. If no folder is known the store has no path: then each use of it returns
// ErrNoFolder.
func Open(getenv func(string) string) *Store {
	return &Store{Path: path(getenv, os.UserConfigDir, "progress.json"), Holds: "progress", Version: progressVersion, Indent: true}
}

// OpenCache finds a file that can be lost: in the same folder if Home names one, or else in that of the user's caches.
func OpenCache(getenv func(string) string, name, holds string, version int) *Store {
	return &Store{Path: path(getenv, os.UserCacheDir, name), Holds: holds, Version: version}
}

func path(getenv func(string) string, folderOfUser func() (string, error), name string) string {
	if folder := getenv(Home); folder != "" {
		return filepath.Join(folder, name)
	}
	folder, err := folderOfUser()
	if err != nil {
		return ""
	}
	return filepath.Join(folder, "restlab", name)
}

// Load reads one part: the zero value if there is none. The error is *Damaged if the file or the part cannot be decoded.
// Load changes nothing.
func Load[T any](s *Store, part string) (T, error) {
	d, err := s.read()
	if err != nil {
		var none T
		return none, err
	}
	return decode[T](s, d, part)
}

// Update changes one part, and returns it as it is in the file then. It reads the part again: another process may have
// changed it since. All other parts stay, and so do members that this version does not know.
//
// What cannot be decoded is set aside first, and a new part or file begins. The error is then *Damaged, and the change was
// made. After any other error the file is as it was. A *Busy error says that other writers took too long.
func Update[T any](s *Store, part string, change func(*T)) (T, error) {
	var none T
	unlock, err := s.lock()
	if err != nil {
		return none, err
	}
	defer unlock()
	d, err := s.read()
	now := none
	if err == nil {
		now, err = decode[T](s, d, part)
	}
	var damaged *Damaged
	if errors.As(err, &damaged) {
		d, err = s.setAside(d, damaged)
	}
	if err != nil {
		return none, err
	}
	if err := encode(d, part, &now, change); err != nil {
		return none, err
	}
	if err := s.write(d); err != nil {
		return none, err
	}
	if damaged != nil {
		return now, damaged
	}
	return now, nil
}

// document is the file as it was read.
type document struct {
	version int
	parts   map[string]json.RawMessage
}

// versionMember is the member beside the parts.
const versionMember = "version"

// read reads the file. The error is *Damaged if it is not a document of this version or a newer one.
func (s *Store) read() (*document, error) {
	if s.Path == "" {
		return nil, ErrNoFolder
	}
	d := &document{1, map[string]json.RawMessage{}}
	text, err := atomicfile.Read(s.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.version = s.Version
		return d, nil
	case err != nil:
		return nil, err
	}
	err = json.Unmarshal(text, &d.parts)
	if err == nil && d.parts == nil {
		err = errors.New("null is no object")
	}
	if version, has := d.parts[versionMember]; err == nil && has {
		err = json.Unmarshal(version, &d.version)
	}
	if err == nil && d.version < s.Version {
		err = fmt.Errorf("its version is %d, and this restlab reads version %d", d.version, s.Version)
	}
	if err != nil {
		return nil, &Damaged{Path: s.Path, Holds: s.Holds, Why: err, text: text}
	}
	return d, nil
}

// decode decodes a part. A part of a newer version is not damaged if this version cannot decode it.
func decode[T any](s *Store, d *document, part string) (T, error) {
	var value, none T
	text, has := d.parts[part]
	if !has {
		return none, nil
	}
	err := json.Unmarshal(text, &value)
	switch {
	case err == nil:
		return value, nil
	case d.version > s.Version:
		return none, fmt.Errorf("a newer restlab has written it (version %d, this one knows %d), and the part %q cannot be read: %w", d.version, s.Version, part, err)
	}
	return none, &Damaged{Path: s.Path, Holds: s.Holds, Part: part, Why: err, text: text}
}

// encode changes the value and puts it into the document.
func encode[T any](d *document, part string, value *T, change func(*T)) error {
	before, err := json.Marshal(value)
	if err != nil {
		return err
	}
	change(value)
	after, err := json.Marshal(value)
	if err != nil {
		return err
	}
	d.parts[part] = carry(d.parts[part], before, after)
	return nil
}

// write replaces the file. A newer version of it stays the newer one.
func (s *Store) write(d *document) error {
	d.parts[versionMember] = fmt.Append(nil, max(d.version, s.Version))
	text, err := json.Marshal(d.parts)
	if s.Indent {
		text, err = json.MarshalIndent(d.parts, "", "  ")
	}
	if err != nil {
		return err
	}
	return atomicfile.Write(s.Path, append(text, '\n'), 0o600)
}
