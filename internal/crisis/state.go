package crisis

import (
	"math"
	"slices"
	"time"
)

// How a conversation is remembered. Times are from triage-policy: a full card
// is not shown again within CardEvery, and for HoldFor after a card nothing is
// generated. Words are kept for FragmentFor, at most fragments of them.
const (
	CardEvery   = 10 * time.Minute
	HoldFor     = 30 * time.Minute
	FragmentFor = time.Minute

	fragments = 5
	// halfLife is how fast running risk fades.
	halfLife = 20 * time.Minute
	// forgotten is the risk below which none is remembered.
	forgotten = 0.05
)

// State is what is remembered of one person in one conversation: numbers, and
// for a minute the words of the last few messages, so that a sentence sent in
// pieces is read whole. The zero State is a conversation that has just begun.
type State struct {
	risk   float64
	riskAt time.Time
	cardAt time.Time
	shown  string // name of the last full card
	grave  Level  // its level
	held   time.Time
	// The person said at safe that they are safe, which ended all holds up to ended: a
	// hold is known by when it would be over, by the clock of whoever began it, so that
	// one that began meanwhile elsewhere stays.
	safe, ended time.Time
	recent      []fragment
}

type fragment struct {
	text string
	at   time.Time
}

// Held reports whether a crisis card was shown so lately that every other
// reply begins with the crisis line and nothing is generated.
func (s State) Held(now time.Time) bool { return now.Before(s.held) }

// Forget returns the state without the words whose minute is over.
func (s State) Forget(now time.Time) State {
	s.recent = slices.Clone(s.fresh(now))
	return s
}

// Words reports when the oldest words it holds are to be forgotten; zero if it
// holds none.
func (s State) Words() time.Time {
	if len(s.recent) == 0 {
		return time.Time{}
	}
	return s.recent[0].at.Add(FragmentFor)
}

// Expired reports whether nothing in the state matters any more.
func (s State) Expired(now time.Time) bool {
	return !s.Held(now) && !now.Before(s.ended) && s.riskNow(now) < forgotten && len(s.fresh(now)) == 0
}

func (s State) riskNow(now time.Time) float64 {
	if s.risk == 0 {
		return 0
	}
	age := max(0, now.Sub(s.riskAt))
	return s.risk * math.Exp2(-age.Minutes()/halfLife.Minutes())
}

// fresh returns the fragments that may still be read.
func (s State) fresh(now time.Time) []fragment {
	for i, f := range s.recent {
		if now.Sub(f.at) < FragmentFor {
			return s.recent[i:]
		}
	}
	return nil
}

// push returns the state with one more fragment. The old slice is not shared:
// a State is a value.
func (s State) push(text string, now time.Time) State {
	fresh := s.fresh(now)
	if len(fresh) >= fragments {
		fresh = fresh[len(fresh)-fragments+1:]
	}
	s.recent = append(append(make([]fragment, 0, len(fresh)+1), fresh...), fragment{text, now})
	return s
}

// Raise returns a verdict at the graver level that somebody beside triage asks for, and
// the state after it: both are as if triage had said so itself.
func (v Verdict) Raise(level Level, signal string, s State, now time.Time) (Verdict, State) {
	if level >= v.Level {
		return v, s
	}
	v.Level, v.Signals, v.Safe = level, append([]string{signal}, v.Signals...), false
	s = s.note(&v, v.Card().Name, now)
	return v, s
}

// note records what a verdict means for the replies to come.
func (s State) note(v *Verdict, card string, now time.Time) State {
	if v.Safe {
		return State{safe: now, ended: later(s.held, s.ended)}
	}
	if !v.Level.ShowsCard() {
		return s
	}
	// The same full card again within minutes would only be noise; a graver
	// one, or one that says to call 911, has not been seen yet.
	v.Repeat = now.Sub(s.cardAt) < CardEvery && v.Level >= s.grave && (card == s.shown || !opensWith911(card))
	if !v.Repeat {
		s.cardAt, s.shown, s.grave = now, card, v.Level
	}
	// It is over after all that were before it, whatever the clocks of replicas say.
	s.held = later(now.Add(HoldFor), later(s.held, s.ended).Add(1))
	return s
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
