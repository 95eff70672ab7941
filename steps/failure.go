package steps

import (
	"errors"
	"fmt"

	"github.com/gavv/httpexpect/v2"

	"restlab/internal/wire"
)

// Failure says that a server broke what a sentence checks.
type Failure struct {
	Asked    string         // what was asked of the server
	Exchange *wire.Exchange // the one at fault, nil if there is no single one
	At       string         // where in the answer: "status", "content", "field Allow", "answer"
	Expected string
	Received string // harmless to print
	Note     string // what helps to understand it, if anything
	Picture  string // lines to be shown as they are, if anything
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s: expected %s, received %s", f.At, f.Expected, f.Received)
}

// NotReached says that a scenario could not be checked. Cause is the failure that prevented it, if there is one.
type NotReached struct {
	Why   string
	Cause *Failure
	Met   *Failure // of another scenario, which met what stands in the way
	Moot  bool     // nothing stood in the way, and there was nothing to judge

	Excused *Failure // of this scenario, put down to a request that was seen not to work; nil for none
	Owners  []string // the rules about that request: one of them has to fail, or the scenario does

	OutOfTime bool // there was no time to ask
}

func (n *NotReached) Error() string { return n.Why }

// Broken is a fault of the lab or of a feature file, never of the server.
type Broken struct{ Why string }

func (b *Broken) Error() string { return b.Why }

func broken(format string, args ...any) error { return &Broken{fmt.Sprintf(format, args...)} }

// Where in a response something is wrong.
const (
	atStatus  = "status"
	atContent = "content"
	atAnswer  = "answer"
)

func atField(name string) string { return "field " + name }

func failure(x *wire.Exchange, at, expected, received string) *Failure {
	return &Failure{Asked: x.Ask(), Exchange: x, At: at, Expected: expected, Received: wire.Untrusted(received).String()}
}

// notReached turns the failure of a Given into an obstacle for this scenario.
func notReached(err error, what string) error {
	var f *Failure
	if !errors.As(err, &f) {
		return err
	}
	return &NotReached{Why: fmt.Sprintf("%s could not be set up: %s: %s: expected %s, received %s", what, f.Asked, f.At, f.Expected, wire.Untrusted(f.Received).Line(120)), Cause: f}
}

// verdict collects the failures of httpexpect. A chain that has failed is silent afterwards, so each check has its own.
type verdict struct{ failed []string }

func (v *verdict) Success(*httpexpect.AssertionContext) {}

func (v *verdict) Failure(_ *httpexpect.AssertionContext, f *httpexpect.AssertionFailure) {
	if f.Severity != httpexpect.SeverityError {
		return
	}
	for _, err := range f.Errors {
		v.failed = append(v.failed, err.Error())
	}
}

// holds runs an httpexpect check on a response.
func holds(a *wire.Answer, check func(*httpexpect.Response)) bool {
	var v verdict
	check(httpexpect.NewResponseC(httpexpect.Config{AssertionHandler: &v}, a.Response()))
	return len(v.failed) == 0
}

// isEqual reports whether two JSON values are equal for httpexpect: numbers as numbers, members in any order.
func isEqual(got, want any) bool {
	var v verdict
	httpexpect.NewValueC(httpexpect.Config{AssertionHandler: &v}, got).IsEqual(want)
	return len(v.failed) == 0
}

// includes reports whether a value is an object with these members, by httpexpect.
func includes(got any, want map[string]any) bool {
	var v verdict
	object := httpexpect.NewValueC(httpexpect.Config{AssertionHandler: &v}, got).Object()
	for name, value := range want {
		object.HasValue(name, value)
	}
	return len(v.failed) == 0
}
