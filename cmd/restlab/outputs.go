package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"restlab/internal/atomicfile"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/report"
)

// outputs are the reports to write.
type outputs struct {
	files    []output
	toStdout bool
	program  *program
}

// output is one report under its name.
type output struct {
	*atomicfile.File
	kind, path string
}

// kinds are how each kind of report is written.
var kinds = map[string]func(io.Writer, *grade.Result) error{
	"json":    report.JSON,
	"history": func(out io.Writer, r *grade.Result) error { return r.History.WriteHTML(out) },
}

func (p *program) openReports(wanted []string) (*outputs, error) {
	out := &outputs{program: p}
	for _, wish := range wanted {
		kind, path, ok := strings.Cut(wish, "=")
		if !ok || path == "" || kinds[kind] == nil {
			out.discard()
			return nil, lab.Usage(fmt.Sprintf("--report %q is not a kind and a file", wish), "write --report json=result.json or --report history=history.html")
		}
		if path == "-" && kind == "json" {
			out.toStdout = true
			continue
		}
		file, err := createReport(path)
		if err != nil {
			out.discard()
			return nil, err
		}
		out.files = append(out.files, output{file, kind, path})
	}
	return out, nil
}

// createReport begins a report beside its final place. A folder that cannot be written to is then known before the
// grading, not after it.
func createReport(path string) (*atomicfile.File, error) {
	file, err := atomicfile.Create(path)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err // which does not name the temporary file
		}
		return nil, lab.Usage(fmt.Sprintf("the report cannot be written to %s: %s", path, err), "choose a folder that exists and that you may write to")
	}
	return file, nil
}

func (o *outputs) commit(result *grade.Result) error {
	if o.toStdout {
		if err := report.JSON(o.program.Out, result); err != nil {
			return err
		}
	}
	for len(o.files) > 0 {
		file := o.files[0]
		if file.kind == "history" && len(result.History) == 0 {
			fmt.Fprintf(o.program.Err, "restlab: note: %s was not written: no clients acted at once, since the rule linearizable did not run\n", file.path)
			file.Discard()
		} else if err := file.Commit(0o644, func(w io.Writer) error { return kinds[file.kind](w, result) }); err != nil {
			return err
		}
		o.files = o.files[1:]
	}
	return nil
}

func (o *outputs) discard() {
	for _, file := range o.files {
		file.Discard()
	}
}
