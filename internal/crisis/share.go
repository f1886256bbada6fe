package crisis

import (
	"math"
	"time"

	"kapbot/internal/chat"
)

// Risk is what of a state other replicas may know: its numbers, and no words.
func (s State) Risk() chat.Risk {
	return chat.Risk{Value: s.risk, At: s.riskAt, Card: s.shown, CardAt: s.cardAt, Grave: uint8(s.grave), HeldUntil: s.held}
}

// With returns the state with what another replica knows of the same conversation.
// Where the two differ, the graver counts: a hold is never made shorter by it.
func (s State) With(r chat.Risk) State {
	other := State{risk: r.Value, riskAt: r.At, shown: r.Card, cardAt: r.CardAt, grave: Level(r.Grave), held: r.HeldUntil}
	at := s.riskAt
	if other.riskAt.After(at) {
		at = other.riskAt
	}
	if other.riskNow(at) > s.riskNow(at) {
		s.risk, s.riskAt = other.risk, other.riskAt
	}
	if other.cardAt.After(s.cardAt) {
		s.shown, s.cardAt, s.grave = other.shown, other.cardAt, other.grave
	}
	if other.held.After(s.held) {
		s.held = other.held
	}
	return s
}

// Until reports when the numbers of the state no longer matter.
func (s State) Until() time.Time {
	until := s.held
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
