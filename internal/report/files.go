package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"restlab/internal/atomicfile"
	"restlab/internal/grade"
	"restlab/internal/lab"
)

// Format is one kind of document about a T: a grading, or a proof.
type Format[T any] struct {
	Write    func(io.Writer, T) error
	ToStdout bool           // the document can go to standard output
	Lacks    func(T) string // why there is nothing to write, "" where there is; nil where there always is
}

// Formats are the kinds of document about a grading, by the name that a person writes.
var Formats = map[string]Format[*grade.Result]{
	"json": {Write: JSON, ToStdout: true},
	"history": {
		Write: func(out io.Writer, r *grade.Result) error { return r.History.WriteHTML(out) },
		Lacks: func(r *grade.Result) string {
			if len(r.History) > 0 {
				return ""
			}
			return "no clients acted at once, since the rule linearizable did not run"
		},
	},
}

// Files are the reports that a command writes, open beside their final places.
type Files[T any] struct {
	open   []openFile[T]
	stdout *Format[T] // of the document that goes to standard output; nil for none
}

type openFile[T any] struct {
	*atomicfile.File
	Format[T]
	path string
}

// Open reads options such as json=result.json and opens a file for each, so that an unwritable folder is noticed before the
// work begins. hint says how to write the option. The error is a *lab.Error.
func Open[T any](wishes []string, formats map[string]Format[T], hint string) (*Files[T], error) {
	f := &Files[T]{}
	for _, wish := range wishes {
		kind, path, ok := strings.Cut(wish, "=")
		format, known := formats[kind]
		if !ok || path == "" || !known {
			f.Discard()
			return nil, lab.Usage(fmt.Sprintf("--report %q is not a kind and a file", wish), hint)
		}
		if path == "-" && format.ToStdout {
			f.stdout = &format
			continue
		}
		file, err := atomicfile.Create(path)
		if err != nil {
			f.Discard()
			var at *fs.PathError
			if errors.As(err, &at) {
				err = at.Err // which does not name the temporary file
			}
			return nil, lab.Usage(fmt.Sprintf("the report cannot be written to %s: %s", path, err), "choose a folder that exists and that you may write to")
		}
		f.open = append(f.open, openFile[T]{file, format, path})
	}
	return f, nil
}

// UsesStdout reports whether a document goes to standard output.
func (f *Files[T]) UsesStdout() bool { return f.stdout != nil }

// Commit writes all reports, and gives the files their names. note gets the reason for each report that was not written.
func (f *Files[T]) Commit(of T, stdout io.Writer, note func(format string, args ...any)) error {
	if f.stdout != nil {
		if err := f.stdout.Write(stdout, of); err != nil {
			return err
		}
	}
	for len(f.open) > 0 {
		file := f.open[0]
		if why := file.lacks(of); why != "" {
			note("%s was not written: %s", file.path, why)
			file.Discard()
		} else if err := file.Commit(0o644, func(w io.Writer) error { return file.Write(w, of) }); err != nil {
			return err
		}
		f.open = f.open[1:]
	}
	return nil
}

func (f *Format[T]) lacks(of T) string {
	if f.Lacks == nil {
		return ""
	}
	return f.Lacks(of)
}

// Discard removes the files that were not committed.
func (f *Files[T]) Discard() {
	for _, file := range f.open {
		file.Discard()
	}
}
