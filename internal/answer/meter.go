package answer

import (
	"time"

	"kapbot/internal/search"
)

// A Meter counts searches and drafts: kinds and times, and never a word or an id.
type Meter interface {
	// Searched counts a search by what it led to: answer, ask, unknown.
	Searched(outcome string)
	// Drafted times a draft, whether it came or not.
	Drafted(took time.Duration)
	// Checked counts the sentences of a draft.
	Checked(kept, dropped int)
}

// MeterWith counts from now on. It is called once, before the first answer.
func (a *Answers) MeterWith(m Meter) { a.meter = m }

// uncounted is the Meter where nobody counts.
type uncounted struct{}

func (uncounted) Searched(string)       {}
func (uncounted) Drafted(time.Duration) {}
func (uncounted) Checked(int, int)      {}

// led names what a search led to.
func led(o search.Outcome) string {
	switch o {
	case search.Sure:
		return "answer"
	case search.Close:
		return "ask"
	}
	return "unknown"
}
