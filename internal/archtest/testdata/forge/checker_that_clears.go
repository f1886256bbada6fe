package forge

import (
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/responder"
)

// A triage of one's own may say None, but the words it clears are not its to
// choose.
type lenient struct{}

func (lenient) Check(b chat.Body, s crisis.State, _ time.Time) (crisis.Verdict, crisis.State) {
	return crisis.Verdict{Level: crisis.None, text: b.Words()[0]}, s // want: cannot refer to unexported field text
}

var _ responder.Checker = lenient{}
