package bots

import "context"

// A Check looks at one thing that can be wrong with an adapter's settings.
type Check struct {
	Name string
	// Run returns what is well, or an error that says in a sentence how to mend
	// it. An Advice is no fault.
	Run func(ctx context.Context) (string, error)
}

// A Checker is a Platform that can look at its own settings.
type Checker interface {
	Checks() []Check
}

// Advice is what could be better and need not be.
type Advice string

// Error returns the advice.
func (a Advice) Error() string { return string(a) }
