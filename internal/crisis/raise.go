package crisis

import (
	"slices"

	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/frames"
)

// The chances from which the classifier raises a level. They were chosen on
// texts that it was not trained on; docs/model-card.md has what follows from
// them.
const (
	raiseAt = 0.5
	graveAt = 0.95
	// heldAt holds where a curated frame says that grave words are harmless
	// here: the networks hear a negation, but not always.
	heldAt = 0.7
	// doubtAt holds where a frame is found by words that are as often harmless: two
	// weak signs make a card, and only a classifier that is sure of the contrary
	// keeps it back.
	doubtAt = 0.2
	// joinedAt holds for messages that are read as one, agreedAt where two such
	// readings reach it; see weighed. Below harmlessAt no further ones are read.
	joinedAt   = 0.65
	agreedAt   = 0.4
	harmlessAt = 0.05
	// riskAt is the least chance that counts toward the running risk of a
	// conversation; soonAt is the least risk of a message that brings a card back
	// where one was shown within half an hour.
	riskAt = 0.3
	soonAt = 0.6
)

// signalClassifier is the name under which the classifier speaks in a verdict.
const signalClassifier = "classifier"

// raise lets the classifier add to what the lexicon read. It never lowers a
// level.
func (r *reading) raise(chance, at float64) {
	if r.level.ShowsCard() {
		return
	}
	r.score = chance
	switch {
	case r.safe: // who says so plainly is asked again only where much speaks against it
		at = max(at, graveAt)
	case r.doubt != nil:
		at = min(at, doubtAt)
	case r.held:
		at = max(at, heldAt)
	}
	if chance >= riskAt && !r.safe {
		r.risk = max(r.risk, chance)
	}
	if chance < at {
		return
	}
	r.signals = append([]string{signalClassifier}, r.signals...)
	switch {
	case r.doubt != nil: // what it says is what the frame says
		r.level, r.card = fromFrame(r.doubt.Level), r.doubt.Card
		r.risk = max(r.risk, r.doubt.Risk)
	case chance >= graveAt:
		r.level = Crisis
	default:
		r.level = Concern
	}
}

// doubted notes a frame that was found by words that are as often harmless.
func (r *reading) doubted(f *frames.Frame) {
	if r.doubt == nil || f.Level > r.doubt.Level || f.Level == r.doubt.Level && opensWith911(f.Card) && !opensWith911(r.doubt.Card) {
		r.doubt = f
	}
}

// translated notes that a phrase of a language without a card speaks of suicide.
func (r *reading) translated(lang string) {
	r.signals = append([]string{"foreign." + lang}, r.signals...)
	r.both, r.risk = true, 1
	if !r.level.ShowsCard() {
		r.level, r.score = Concern, lexical[Concern]
	}
}

// chance asks the classifier about a message, in its turn or, if it may go first, in one
// that is kept for such.
func (t *Triage) chance(m classifier.Message, first bool) float64 {
	turns := t.turns
	if first {
		turns = t.first
	}
	defer turn(turns)()
	return t.classifier.Chance(t.encoder, m)
}

// turn waits for a turn and returns what ends it.
func turn(turns chan struct{}) (end func()) {
	turns <- struct{}{}
	return func() { <-turns }
}

// heldBack reports whether words of death or self-harm stand in the text and all of them are
// held by a brake or a negation.
func heldBack(hits []frames.Hit) bool {
	grave := func(h frames.Hit) bool { return h.Frame.Level >= frames.Mention }
	return slices.ContainsFunc(hits, grave) &&
		!slices.ContainsFunc(hits, func(h frames.Hit) bool { return grave(h) && h.Live() })
}
