package crisis

// Lexical is what the lexicon alone says of a text: the floor below which the
// learnt layer cannot go.
func (t *Triage) Lexical(text string) Verdict {
	r := t.lexicon(text)
	return Verdict{Level: r.level, Signals: r.signals, Score: r.score, Lang: r.lang, card: r.card, text: text}
}
