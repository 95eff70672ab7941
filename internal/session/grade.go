package session

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/locate"
	"restlab/internal/report"
	"restlab/internal/terminal"
)

// ErrFailed says that a rule was broken. The result has been printed.
var ErrFailed error = &lab.Error{Status: lab.ExitFailed}

// Session is one grading at a terminal.
type Session struct {
	*terminal.Terminal
	Request *Request
	Keep    func(*Request, *grade.Result) (kept bool, note string) // keeps what a replay needs, and says what went wrong; nil for nobody
}

// softMemory is the soft memory limit of a grading. The variable GOMEMLIMIT overrides it.
const softMemory = 120 << 20

// Grade grades the servers of a request that Check has accepted, and shows the result. The error is a *lab.Error about the
// request, the servers or the lab, or the context's. Mistakes of a server are only in the Result: see Outcome.
func (s *Session) Grade(ctx context.Context) (*grade.Result, error) {
	if s.Getenv("GOMEMLIMIT") == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(softMemory))
	}
	r := s.Request
	options := r.Options()
	var err error
	if options.Contract, err = r.Contract(); err != nil {
		return nil, err
	}
	text, files, err := s.readers()
	if err != nil {
		return nil, err
	}
	defer files.Discard()
	options.Progress = text

	found, err := s.Locate(ctx)
	if err != nil {
		return nil, err
	}
	defer found.Stop()
	options = OptionsAt(options, found.Servers)
	text.Head = fmt.Sprintf("Grading %s%s · level %s · seed %d · within %s", describe(found, options), times(r.Repeat), r.highest(), r.Seed, grade.ShortDuration(r.within()))
	text.Again = r.Again(s.Name)
	result, err := grade.Repeat(ctx, options, r.Repeat, text.Round)
	if err != nil {
		text.Interrupt()
		return nil, err
	}
	found.Stop() // before anything is written that the program could write over
	note := ""
	if s.Keep != nil {
		var kept bool
		if kept, note = s.Keep(r, result); kept {
			text.Replay = s.Name + " replay"
		}
	}
	if err := s.finish(text, files, result); err != nil {
		return nil, err
	}
	showByHand(text, found, result)
	if note != "" {
		s.Note("%s", note)
	}
	return result, nil
}

// Locate finds the servers of the request. A program gets a second port if the level has rules about replicas.
func (s *Session) Locate(ctx context.Context) (*locate.Found, error) {
	wanted := s.Request.Request
	wanted.TellReplica = s.Request.highest() == (&Request{}).highest()
	return locate.Find(ctx, s.Terminal, &wanted)
}

// OptionsAt returns the options for a grading of these servers.
func OptionsAt(o grade.Options, at lab.Servers) grade.Options {
	o.Servers = at
	return o
}

// describe returns words for the graded servers.
func describe(found *locate.Found, o grade.Options) string {
	what := report.Describe(o.Target())
	switch {
	case len(found.Commands) > 0:
		return strings.Join(found.Commands, " and ") + " at " + what
	case found.IsReference:
		return "the reference server at " + what
	}
	return what
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" %d times", n)
}

// readers returns the printer for the terminal and the files of the reports.
func (s *Session) readers() (*report.Text, *report.Files[*grade.Result], error) {
	files, err := report.Open(s.Request.Reports, report.Formats, "write --report json=result.json or --report history=history.html")
	if err != nil {
		return nil, nil, err
	}
	text := s.Text()
	if files.UsesStdout() {
		text.Out, text.Style = s.Err, s.ErrStyle()
	}
	return text, files, nil
}

// Text returns the printer for the terminal, as the request wants it. The request has been checked.
func (s *Session) Text() *report.Text {
	r := s.Request
	text := &report.Text{Out: s.Out, Style: s.Style(), Name: s.Name, Times: r.Repeat, Amount: report.Amount{Quiet: r.Quiet, Own: r.Own}}
	_ = r.show(text)
	return text
}

// finish shows the result of a grading, and writes the reports.
func (s *Session) finish(text *report.Text, files *report.Files[*grade.Result], result *grade.Result) error {
	if err := text.Finish(result); err != nil {
		return Unwritten(err, "")
	}
	if err := files.Commit(result, s.Out, s.Note); err != nil {
		return Unwritten(err, "is there room on the disk?")
	}
	return nil
}

// Unwritten returns the error for output that could not be written: a fault of the lab. It wraps err.
func Unwritten(err error, hint string) error { return lab.FaultFrom(err, hint) }

// showByHand prints how to start the programs again that the lab has stopped, if there is something to try.
func showByHand(text *report.Text, found *locate.Found, result *grade.Result) {
	if len(found.ByHand) == 0 || result.Passed() || text.Quiet {
		return
	}
	fmt.Fprintln(text.Out, "To try what a card says, start your program yourself, in another terminal:")
	for _, command := range found.ByHand {
		fmt.Fprintf(text.Out, "  %s\n", command)
	}
}

// Outcome returns nil if everything passed, ErrFailed if a rule was broken, and a *lab.Error if nothing, or not everything,
// could be judged.
func Outcome(result *grade.Result) error {
	switch {
	case result.Silent:
		return lab.Unreachable("the server accepts connections and never answers", "see above; is it stuck in its first request, or is this the port of another program?")
	case result.Summary.LabFaults > 0:
		return lab.Fault(fmt.Sprintf("this grading is not complete, %d of its scenarios could not be judged", result.Summary.LabFaults), "see above; in a feature file of your own, correct it")
	case result.TooLittle():
		return lab.Unreachable(fmt.Sprintf("too little was checked for a mark: %d of %d rules", result.Summary.Of-result.Summary.Unchecked, result.Summary.Of), "the server is slow: give the grading more time, for example --within 15m")
	case !result.Passed() || result.Deaths > 0:
		return ErrFailed
	}
	return nil
}
