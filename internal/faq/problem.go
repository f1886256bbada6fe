package faq

import (
	"errors"
	"fmt"
)

// A Problem is one thing to change in one file before it can be published. It
// is an error, so that a file that cannot be read and a file that reads badly
// are reported in the same form.
type Problem struct {
	File    string
	Line    int
	Field   string // the key of the front matter, or "body"; "" where it is the whole file
	Rule    string
	Message string
}

// String gives the form that editors and terminals make into a link:
// file:line: message (rule).
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d: %s (%s)", p.File, p.Line, p.Message, p.Rule)
}

// Error is the same as String.
func (p Problem) Error() string { return p.String() }

// Problems takes an error of [ParseEntry] apart into the problems it holds. An error that is
// not a Problem is kept as one, on the first line of the file.
func Problems(file string, err error) []Problem {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []Problem
		for _, e := range joined.Unwrap() {
			all = append(all, Problems(file, e)...)
		}
		return all
	}
	var p Problem
	if errors.As(err, &p) {
		return []Problem{p}
	}
	return []Problem{{File: file, Line: 1, Rule: ruleFormat, Message: err.Error()}}
}
