package crisis

import (
	"math"
	"time"

	"kapbot/internal/chat"
)

// Risk is what of a state other replicas may know: its numbers, and no words.
func (s State) Risk() chat.Risk {
	return chat.Risk{
		Value: s.risk, At: s.riskAt, Card: s.shown, CardAt: s.cardAt, Grave: uint8(s.grave), HeldUntil: s.held,
		SafeAt: s.safe, Ended: s.ended,
	}
}

// With returns the state with what another replica knows of the same conversation.
// Where the two differ, the graver counts: a hold is never made shorter by it. What
// the person has ended at either, by saying that they are safe, is over at both; what
// came after that is not.
func (s State) With(r chat.Risk) State {
	other := State{risk: r.Value, riskAt: r.At, shown: r.Card, cardAt: r.CardAt, grave: Level(r.Grave), held: r.HeldUntil}
	s.safe, s.ended = later(s.safe, r.SafeAt), later(s.ended, r.Ended)
	other.safe, other.ended = s.safe, s.ended
	s, other = s.settled(), other.settled()
	at := later(s.riskAt, other.riskAt)
	if other.riskNow(at) > s.riskNow(at) {
		s.risk, s.riskAt = other.risk, other.riskAt
	}
	if other.cardAt.After(s.cardAt) {
		s.shown, s.cardAt, s.grave = other.shown, other.cardAt, other.grave
	}
	s.held = later(s.held, other.held)
	return s
}

// settled returns the state without what the person has ended.
func (s State) settled() State {
	if !s.held.After(s.ended) {
		s.held = time.Time{}
	}
	if !s.cardAt.Add(HoldFor).After(s.ended) {
		s.shown, s.cardAt, s.grave = "", time.Time{}, 0
	}
	if !s.riskAt.After(s.safe) {
		s.risk, s.riskAt = 0, time.Time{}
	}
	return s
}

// Until reports when the numbers of the state no longer matter.
func (s State) Until() time.Time {
	until := later(s.held, s.ended)
	if shown := s.cardAt.Add(CardEvery); !s.cardAt.IsZero() && shown.After(until) {
		until = shown
	}
	if s.risk > forgotten {
		faded := s.riskAt.Add(time.Duration(math.Log2(s.risk/forgotten) * float64(halfLife)))
		if faded.After(until) {
			until = faded
		}
	}
	return until
}
