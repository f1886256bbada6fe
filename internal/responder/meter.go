package responder

import (
	"time"

	"kapbot/internal/chat"
)

// A Meter counts what is done: kinds and times, and never a word or an id.
type Meter interface {
	// Triaged counts a verdict by its level.
	Triaged(network, level string, took time.Duration)
	// Answered counts an answer by its kind: verbatim, shaped, unknown, notice, failed,
	// limited. Of the last two there is no time.
	Answered(network, kind string, took time.Duration)
	// Recovered counts a panic, in triage or in an answer.
	Recovered(step string)
}

// MeterWith times and counts what is done from now on. It is called once, before the first
// event.
func (r *Responder) MeterWith(m Meter) { r.meter = m }

// uncounted is the Meter where nobody counts.
type uncounted struct{}

func (uncounted) Triaged(string, string, time.Duration)  {}
func (uncounted) Answered(string, string, time.Duration) {}
func (uncounted) Recovered(string)                       {}

// kindOf names an answer for the count.
func kindOf(r chat.Reply) string {
	switch {
	case r.Kind == chat.Unknown:
		return "unknown"
	case r.Kind == chat.Notice:
		return "notice"
	case r.Shaped:
		return "shaped"
	}
	return "verbatim"
}
