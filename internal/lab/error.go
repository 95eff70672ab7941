package lab

import "errors"

// The exit statuses of the program.
const (
	ExitPassed      = 0
	ExitFailed      = 1 // a rule was broken
	ExitUsage       = 2 // the command, a file or a flag cannot be meant
	ExitUnreachable = 3 // the server could not be reached or started, or gave no answer at all
	ExitFault       = 4 // the lab's own fault, which never costs a mark

	ExitInterrupted = 130 // a person pressed Ctrl-C
)

// Error is an error that a person reads: what is wrong, what to do about it, and the exit status that it leads to.
type Error struct {
	Status  int
	Message string // one sentence without a full stop; "" where all has been said already
	Hint    string // what to type or to look at; "" for none

	cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the error that FaultFrom was given, nil for other errors.
func (e *Error) Unwrap() error { return e.cause }

// Usage returns an *Error about what a person typed or wrote.
func Usage(message, hint string) error {
	return &Error{Status: ExitUsage, Message: message, Hint: hint}
}

// Unreachable returns an *Error about a server that does not answer, or a program that does not serve.
func Unreachable(message, hint string) error {
	return &Error{Status: ExitUnreachable, Message: message, Hint: hint}
}

// Fault returns an *Error about the lab itself.
func Fault(message, hint string) error {
	return &Error{Status: ExitFault, Message: message, Hint: hint}
}

// FaultFrom returns an *Error about the lab itself that says what err says and wraps it.
func FaultFrom(err error, hint string) error {
	return &Error{Status: ExitFault, Message: err.Error(), Hint: hint, cause: err}
}

// IsUsage reports whether err is an *Error about what a person typed or wrote.
func IsUsage(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == ExitUsage
}

// Hint returns the hint of an *Error, "" for any other error.
func Hint(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}
