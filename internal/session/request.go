// Package session runs one grading from the command to the exit status: it checks the request, finds the servers, grades
// them, shows the result and writes the reports. Every command that grades makes a request to it.
package session

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/report"
	"restlab/internal/wire"
)

// DefaultClientTimeout is the time limit for one run of a client.
const DefaultClientTimeout = 20 * time.Second

// Request says what to grade and how to show it.
type Request struct {
	locate.Request
	Level     string // the highest level; "" for all
	Rules     []string
	Features  string // a folder with feature files of one's own; "" for the lab's
	Seed      uint64
	Repeat    int           // gradings in a row
	Jobs      int           // scenarios at once; 0 for as many as suit the server
	Within    time.Duration // for all requests of a grading; 0 for grade.DefaultWithin
	Sequences int           // random sequences of requests; 0 for a short run
	Timeout   time.Duration
	Keep      bool // leave on the servers what was made there

	Reports []string // json=FILE and so on
	Hints   string   // on each card: a number, or all
	Cards   string   // that are shown: a number, or all
	Quiet   bool     // the score alone

	Own    []string // rules that come first and are always shown; Rules alone are judged then. nil for a whole grading
	Family string   // of a client, where it is known; "" to find out
	Built  []string // how Words are started where they have been built; nil for as they are
}

// Check looks for options that contradict each other, before anything is started. The error is a *lab.Error.
func (r *Request) Check() error {
	if err := r.show(new(report.Text)); err != nil {
		return err
	}
	switch {
	case r.Jobs < 0 || r.Jobs > 64:
		return lab.Usage(fmt.Sprintf("--jobs %d is not between 1 and 64", r.Jobs), "leave it out for as many as suit the server")
	case r.Within != 0 && (r.Within < time.Second || r.Within > 24*time.Hour):
		return lab.Usage(fmt.Sprintf("--within %s is not between 1s and 24h", r.Within), "write it like 3m or 90s: so long may the requests of a grading take")
	case r.Repeat < 1 || r.Repeat > 100:
		return lab.Usage(fmt.Sprintf("--repeat %d is not between 1 and 100", r.Repeat), "")
	case r.Sequences < 0 || r.Sequences > 100_000:
		return lab.Usage(fmt.Sprintf("--sequences %d is not between 1 and 100000", r.Sequences), "leave it out for a short run")
	case r.Timeout < 10*time.Millisecond || r.Timeout > time.Hour:
		return lab.Usage(fmt.Sprintf("--timeout %s is not between 10ms and 1h", r.Timeout), "write it like 5s or 500ms")
	}
	return r.Request.Check()
}

// CheckClient is Check for a client. The program is in Words.
func (r *Request) CheckClient() error {
	if err := r.show(new(report.Text)); err != nil {
		return err
	}
	switch {
	case len(r.Words) == 0:
		return lab.Usage("which program?", "write restlab grade-client -- python3 client.py")
	case r.Timeout < 100*time.Millisecond || r.Timeout > time.Hour:
		return lab.Usage(fmt.Sprintf("--timeout %s is not between 100ms and 1h", r.Timeout), "write it like 20s: so long may one run of the program take")
	}
	return r.Programs.Check()
}

// show sets how many hints and cards a text has.
func (r *Request) show(text *report.Text) (err error) {
	if text.Hints, err = count("hints", r.Hints); err != nil {
		return err
	}
	text.Cards, err = count("cards", r.Cards)
	return err
}

// count reads the value of a flag that is a number or all.
func count(flag, value string) (int, error) {
	if value == "all" {
		return report.All, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return 0, lab.Usage(fmt.Sprintf("--%s %q is neither a number nor all", flag, value), fmt.Sprintf("--%[1]s 0 shows none, --%[1]s all shows every one", flag))
	}
	return n, nil
}

// ShownHints returns how many hints a card shows, report.All for all.
func (r *Request) ShownHints() int {
	if r.Quiet || r.Cards == "0" {
		return 0
	}
	var text report.Text
	_ = r.show(&text) // checked before
	return text.Hints
}

// Contract reads the feature files that the request names, or the lab's own. The error is a *lab.Error.
func (r *Request) Contract() (*contract.Contract, error) {
	if r.Features == "" {
		return ServerContract()
	}
	return contractIn(r.Features)
}

// Options returns what to grade and how, without the servers and the contract.
func (r *Request) Options() grade.Options {
	return grade.Options{
		Seed:      r.Seed,
		Keep:      r.Keep,
		Selection: grade.Selection{Level: r.Level, Rules: r.Rules, First: r.Own, Partly: r.Own != nil},
		Pace:      grade.Pace{Jobs: r.Jobs, Within: r.Within, Timeout: r.Timeout, Sequences: r.Sequences},
	}
}

// highest returns the level that is graded.
func (r *Request) highest() string { return cmp.Or(r.Level, contract.Levels[len(contract.Levels)-1]) }

// within returns the time limit for the requests of a grading.
func (r *Request) within() time.Duration { return cmp.Or(r.Within, grade.DefaultWithin) }

// Again returns the command that grades the same servers.
func (r *Request) Again(program string) string {
	flags, command := r.Described()
	words := append([]string{program, "grade"}, flags...)
	words = appendFlag(words, "--level", r.Level)
	words = appendFlag(words, "--features", r.Features)
	return strings.Join(append(append(words, r.Started()...), command...), " ")
}

// AgainClient returns the command that grades the same client.
func (r *Request) AgainClient(program string) string {
	_, command := r.Described()
	words := appendFlag([]string{program, "grade-client"}, "--level", r.Level)
	if r.Timeout != DefaultClientTimeout {
		words = append(words, "--timeout", r.Timeout.String())
	}
	return strings.Join(append(append(words, r.Started()...), command...), " ")
}

func appendFlag(words []string, flag, value string) []string {
	if value == "" {
		return words
	}
	return append(words, flag, value)
}

// Arguments returns the words of restlab grade with which a replay finds the same servers and uses the same options.
func (r *Request) Arguments() []string {
	flags, rest := r.Request.Arguments()
	add := func(name, value, usual string) {
		if value != usual {
			flags = append(flags, "--"+name+"="+value)
		}
	}
	add("level", r.Level, "")
	add("features", absolute(r.Features), "")
	add("jobs", strconv.Itoa(r.Jobs), "0")
	add("within", r.within().String(), grade.DefaultWithin.String())
	add("sequences", strconv.Itoa(r.Sequences), "0")
	add("timeout", r.Timeout.String(), wire.DefaultTimeout.String())
	add("hints", r.Hints, "1")
	add("keep", strconv.FormatBool(r.Keep), "false")
	return append(flags, rest...)
}
