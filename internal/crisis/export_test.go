package crisis

import "time"

// Lexical is what the lexicon alone says of a text: the floor below which the
// learnt layer cannot go.
func (t *Triage) Lexical(text string) Verdict {
	r := t.lexicon(text)
	return Verdict{Level: r.level, Signals: r.signals, Score: r.score, Lang: r.lang, card: r.card, text: text}
}

// Occupy takes all turns at the classifier, but for those of messages that may go first,
// until release is called.
func (t *Triage) Occupy() (release func()) {
	for range cap(t.turns) {
		t.turns <- struct{}{}
	}
	return func() {
		for range cap(t.turns) {
			<-t.turns
		}
	}
}

// Weighed is the greatest chance of messages that were read together, and whether it
// asks for the card.
func Weighed(chances ...float64) (chance float64, card bool) {
	chance, at := weighed(chances)
	return chance, chance >= at
}

// Noted is the state after a message that asks for a card, or after one that says "I'm
// safe", which counts under a hold.
func Noted(s State, grave bool, now time.Time) State {
	v := Verdict{Level: None, Safe: s.Held(now)}
	if grave {
		v = Verdict{Level: Crisis}
	}
	s.risk, s.riskAt = 1, now
	return s.note(&v, "crisis", now)
}
