package course

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"restlab/exercises"
	"restlab/solutions"
)

// Other is the language of a learner who begins with the text alone.
const Other = "other"

// Languages are those in which an exercise can begin, the first one where nothing else is said.
func Languages(e exercises.Exercise) []string {
	return append(e.Languages(solutions.Files), Other)
}

// python are what begins a program in Python: a server is in Flask.
var python = []string{"flask", "python"}

// LanguageFor is the language in which an exercise begins for somebody who has written in that one, and whether there is any.
func LanguageFor(e exercises.Exercise, written string) (string, bool) {
	all := Languages(e)
	if written == "" || e.Kind == exercises.Hunt || e.Kind == exercises.Quiz {
		return all[0], true
	}
	alike := []string{written}
	if slices.Contains(python, written) {
		alike = python
	}
	i := slices.IndexFunc(all, func(language string) bool { return slices.Contains(alike, language) })
	if i < 0 {
		return "", false
	}
	return all[i], true
}

// File is what is copied into a learner's folder.
type File struct {
	Path    string // with slashes
	Content []byte
}

// Taken is a folder that has files already. Nothing was copied.
type Taken struct{ Folder string }

func (t *Taken) Error() string { return t.Folder + " has files already" }

// Starter is what an exercise begins with in a language, and whether there is anything. It needs nothing that is not installed
// with the language.
func Starter(e exercises.Exercise, language string) ([]File, bool, error) {
	if language == Other {
		return complete(e, nil), true, nil
	}
	starter, ok := e.Starter(language, solutions.Files)
	if !ok {
		return nil, false, nil
	}
	files, err := read(starter)
	return complete(e, files), true, err
}

// Continued is what an exercise begins with that goes on with the files in a folder.
func Continued(e exercises.Exercise, folder string) ([]File, error) {
	files, err := read(os.DirFS(folder))
	return complete(e, files), err
}

// complete adds the text of the exercise, and makes a module of what is written in Go.
func complete(e exercises.Exercise, files []File) []File {
	all := []File{{"README.md", []byte(e.Readme())}}
	isGo, isModule := false, false
	for _, f := range files {
		if f.Path == "README.md" { // of the exercise before
			continue
		}
		all = append(all, f)
		isGo = isGo || strings.HasSuffix(f.Path, ".go")
		isModule = isModule || f.Path == "go.mod"
	}
	if isGo && !isModule {
		all = append(all, File{"go.mod", fmt.Appendf(nil, "module %s\n\ngo 1.26\n", e.Name)})
	}
	return all
}

// Bounds of what is read from a folder.
const (
	mostFiles  = 1000
	mostOctets = 10 << 20
)

// read reads all files but those that somebody makes of them.
func read(folder fs.FS) ([]File, error) {
	var files []File
	total := 0
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != "." && isMade(entry.Name()) && entry.IsDir():
			return fs.SkipDir
		case isMade(entry.Name()) || !entry.Type().IsRegular():
			return nil
		}
		content, err := fs.ReadFile(folder, path)
		if err != nil || bytes.HasPrefix(content, []byte("\x7fELF")) { // a program that was built
			return err
		}
		files = append(files, File{path, content})
		if total += len(content); total > mostOctets || len(files) > mostFiles {
			return errors.New("that is too much to be an exercise")
		}
		return nil
	})
	return files, err
}

// isMade reports whether files of that name are made by tools, and nobody's work.
func isMade(name string) bool {
	switch name {
	case "__pycache__", "node_modules", "venv", "target", "build", "dist":
		return true
	}
	return name != "." && strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") || strings.HasSuffix(name, ".pyc") || strings.HasSuffix(name, ".exe")
}

// Copy writes files into a folder, which need not be there. A file is never written over; the error is a *Taken where there are any,
// hidden ones aside.
func Copy(folder string, files []File) error {
	there, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range there {
		if !strings.HasPrefix(entry.Name(), ".") {
			return &Taken{folder}
		}
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(folder, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return err
		}
	}
	return nil
}

// Free is that folder if nothing is there yet, or else one whose name goes on with a number.
func Free(folder string) string {
	free := folder
	for n := 2; n < mostFiles; n++ {
		if _, err := os.Stat(free); errors.Is(err, fs.ErrNotExist) {
			break
		}
		free = fmt.Sprintf("%s-%d", folder, n)
	}
	return free
}

func writeNew(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
