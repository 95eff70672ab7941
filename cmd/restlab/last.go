package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"restlab/internal/atomicfile"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/session"
)

// lastVersion is the version of what is kept of a grading. Another one is as good as none.
const lastVersion = 1

// last is what is kept of the last grading: enough to ask the same server the same again, and nothing that it said.
type last struct {
	Version   int           `json:"version"`
	When      time.Time     `json:"when"`
	Arguments []string      `json:"arguments"` // of restlab grade: where the servers are and how they are asked
	Level     string        `json:"level"`
	Seed      uint64        `json:"seed"`
	Scenarios []lastVerdict `json:"scenarios"`
}

type lastVerdict struct {
	ID      string        `json:"id"`
	Verdict grade.Verdict `json:"verdict"`
	Seed    uint64        `json:"seed"`
	Flaky   bool          `json:"flaky,omitempty"`
}

// missed says whether the scenario cost a mark.
func (v lastVerdict) missed() bool { return v.Verdict == grade.Failed || v.Verdict == grade.NotReached }

// find returns what is known of a scenario, or nil.
func (l *last) find(id string) *lastVerdict {
	i := slices.IndexFunc(l.Scenarios, func(v lastVerdict) bool { return v.ID == id })
	if i < 0 {
		return nil
	}
	return &l.Scenarios[i]
}

// home is where the lab keeps things between commands: $RESTLAB_HOME, or restlab in the user's folder for caches.
func (p *program) home() (string, error) {
	if home := p.Getenv("RESTLAB_HOME"); home != "" {
		return home, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "restlab"), nil
}

func (p *program) lastPath() (string, error) {
	home, err := p.home()
	return filepath.Join(home, "last.json"), err
}

// keep writes down what restlab replay needs of a grading.
func (p *program) keep(request *session.Request, r *grade.Result) error {
	path, err := p.lastPath()
	if err != nil {
		return err
	}
	l := last{Version: lastVersion, When: r.Started, Arguments: request.Arguments(), Level: r.Level, Seed: r.Seed}
	for _, s := range r.Scenarios {
		l.Scenarios = append(l.Scenarios, lastVerdict{s.ID, s.Verdict, r.SeedOf(s), r.IsFlaky(s.ID)})
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := atomicfile.Create(path)
	if err != nil {
		return err
	}
	return file.Commit(0o600, func(out io.Writer) error { return json.NewEncoder(out).Encode(l) })
}

// lastGrading reads what keep wrote.
func (p *program) lastGrading() (*last, error) {
	path, err := p.lastPath()
	if err != nil {
		return nil, lab.Usage("there is no folder to keep a grading in: "+err.Error(), "name one in the variable RESTLAB_HOME")
	}
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, lab.Usage("there is no grading to replay yet", "first grade your server: "+p.Name+" grade http://localhost:8080")
	case err != nil:
		return nil, lab.Usage(fmt.Sprintf("the last grading cannot be read: %s", err), "grade your server once more")
	}
	l := new(last)
	if err := json.Unmarshal(text, l); err != nil || l.Version != lastVersion {
		return nil, lab.Usage(fmt.Sprintf("%s is not a grading that this restlab can read", path), "grade your server once more: that writes it anew")
	}
	return l, nil
}
