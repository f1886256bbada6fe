package crisis

// Lexical is what the lexicon alone says of a text: the floor below which the
// learnt layer cannot go.
func (t *Triage) Lexical(text string) Verdict {
	plain := t.words.Read(text)
	r := t.weigh(plain.Tokens, t.frames.Match(plain.Tokens))
	return Verdict{Level: r.level, Signals: r.signals, Score: r.score, Lang: r.lang, card: r.card, text: text}
}
