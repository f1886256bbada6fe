package crisis

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/foreign"
	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
	"kapbot/internal/encoder"
	"kapbot/prompts"
)

// Triage holds the compiled lexicon and the classifier. It is safe for concurrent use,
// and keeps nothing of what it reads.
type Triage struct {
	// reading are turns at the lexicon: in a rush, whoever wrote first is read first, and
	// what a card needs on its way does not wait behind a thousand readers.
	reading chan struct{}
	// turns are those at the classifier, one for each processor. A message in which the
	// lexicon finds a crisis needs none: while a thousand others wait to be classified,
	// its card does not. One in which it may have found one has turns of its own.
	turns      chan struct{}
	first      chan struct{}
	words      *words.Normaliser
	frames     *frames.Lexicon
	foreign    *foreign.Phrases
	encoder    *encoder.Encoder
	classifier *classifier.Model
}

// New compiles the embedded lexicon and unpacks the classifier, which reads
// through e.
func New(e *encoder.Encoder) (*Triage, error) {
	lexicon, err := frames.Load()
	if err != nil {
		return nil, fmt.Errorf("load the crisis lexicon: %w", err)
	}
	normaliser, err := words.New(lexicon.Vocabulary(), lexicon.Guarded())
	if err != nil {
		return nil, fmt.Errorf("load the word tables: %w", err)
	}
	model, err := classifier.Load()
	if err != nil {
		return nil, fmt.Errorf("load the crisis classifier: %w", err)
	}
	phrases, err := foreign.Load()
	if err != nil {
		return nil, fmt.Errorf("load the crisis phrases: %w", err)
	}
	return &Triage{
		reading: make(chan struct{}, runtime.GOMAXPROCS(0)), turns: make(chan struct{}, runtime.GOMAXPROCS(0)), first: make(chan struct{}, runtime.GOMAXPROCS(0)),
		words: normaliser, frames: lexicon, foreign: phrases, encoder: e, classifier: model,
	}, nil
}

// Check triages what happened at now in a conversation with the given state.
// It returns the verdict and the state that goes with the next message. It
// always returns a verdict; one that a bug kept it from finishing is a crisis.
func (t *Triage) Check(body chat.Body, s State, now time.Time) (v Verdict, next State) {
	defer func() {
		if recover() != nil {
			v, next = Verdict{Lang: chat.English, Signals: []string{"triage.unfinished"}}, s
		}
	}()
	text := strings.Join(body.Words(), "\n")
	if strings.TrimSpace(text) == "" {
		return Verdict{Level: None, Lang: chat.English, text: text}, s
	}
	r := t.read(text)
	if before := s.fresh(now); len(before) > 0 {
		together := t.readTogether(before, text)
		// What was said before a card has been answered by it.
		if !r.level.ShowsCard() && !together.level.ShowsCard() && !s.Held(now) {
			together.raise(weighed(t.chancesTogether(before, text, together.doubt != nil)))
		}
		r = gravest(r, together)
	}
	risk := s.riskNow(now) + r.risk
	v = Verdict{Level: r.level, Signals: r.signals, Score: r.score, Lang: r.lang, card: r.card, both: r.both, text: text}
	if v.Level > Concern && risk >= 1 && r.risk > 0 && s.riskNow(now) > 0 && (!s.Held(now) || r.risk >= soonAt) {
		v.Level, v.Score = Concern, max(v.Score, 0.6)
		v.Signals = append([]string{"conversation.risk"}, v.Signals...)
	}
	v.Safe = s.Held(now) && v.Level == None && r.safe
	next = s.push(text, now)
	next.risk, next.riskAt = min(risk, 2), now
	next = next.note(&v, v.Card().Name, now)
	return v, next
}

// reading is what one text says by itself.
type reading struct {
	message classifier.Message // what was read
	level   Level
	signals []string
	score   float64
	risk    float64
	card    string
	lang    chat.Lang
	safe    bool
	held    bool          // grave words are all held by a brake or a negation
	doubt   *frames.Frame // the gravest frame that shows no card unless the classifier thinks so too
	both    bool          // in a language without a card: show the English and the Spanish one
}

// most is the gravest that the lexicon may mean, should the classifier agree.
func (r *reading) most() Level {
	if r.doubt == nil {
		return r.level
	}
	return min(r.level, fromFrame(r.doubt.Level))
}

// lexical is the score of each level where only the lexicon speaks.
var lexical = [...]float64{Crisis: 0.97, Concern: 0.75, Mention: 0.1, None: 0.01}

// read triages one text by itself: the lexicon, then the classifier.
func (t *Triage) read(text string) reading {
	r := t.lexicon(text)
	if lang := t.foreign.Find(text); lang != "" {
		r.translated(lang)
	}
	if !r.level.ShowsCard() { // else there is nothing to raise, and the card waits for nothing
		r.raise(t.chance(r.message, r.doubt != nil), raiseAt)
	}
	return r
}

// lexicon is the floor. A line mostly ends a thought, but some people break
// lines inside one, so the text is read without them too and the graver reading
// counts.
func (t *Triage) lexicon(text string) reading {
	defer turn(t.reading)()
	r := t.readLines(text)
	if strings.ContainsAny(text, "\n\r\v\f\u0085\u2028\u2029") {
		if whole := t.readLines(strings.Join(strings.Fields(text), " ")); whole.level < r.level || whole.level == r.level && whole.most() < r.most() {
			whole.message = r.message // the classifier reads what was typed
			return whole
		}
	}
	return r
}

func (t *Triage) readLines(text string) reading {
	m := t.message(text)
	return t.weigh(m, m.Hits, nil)
}

// message reads a text as the lexicon and the classifier do.
func (t *Triage) message(text string) classifier.Message {
	read := t.words.Read(text)
	return classifier.Message{Words: read, Hits: t.frames.Match(read.Tokens)}
}

// weigh joins those frames of a message that count into a reading. A joint of
// frames that were all said before has had its card.
func (t *Triage) weigh(m classifier.Message, hits []frames.Hit, said []string) reading {
	r := reading{message: m, level: None, lang: chat.English, held: heldBack(hits)}
	if t.words.Spanish(m.Words.Tokens) {
		r.lang = chat.Spanish
	}
	type signal struct {
		name  string
		level Level
	}
	var signals []signal
	var live []string
	for _, h := range hits {
		level := levelOf(h)
		if h.Frame.Name == "safe" && h.Live() {
			r.safe = true
			continue
		}
		if h.Live() {
			live = append(live, h.Frame.Name)
			if h.Doubtful {
				r.doubted(h.Frame)
			} else {
				r.risk = max(r.risk, h.Frame.Risk)
			}
		}
		name := h.Frame.Name
		switch {
		case h.Brake != nil:
			name += "/" + h.Brake.Name
		case h.Negated:
			name += "/negated"
		case h.Doubtful:
			name += "/doubtful"
		}
		signals = append(signals, signal{name, level})
		if level < r.level || level == r.level && opensWith911(h.Frame.Card) {
			r.card = h.Frame.Card
		}
		r.level = min(r.level, level)
	}
	for _, j := range t.frames.Joints {
		if all(j.All, live) && !all(j.All, said) {
			signals = append(signals, signal{j.Name, fromFrame(j.Level)})
			if fromFrame(j.Level) < r.level {
				r.level, r.card, r.risk = fromFrame(j.Level), j.Card, 1
			}
		}
	}
	slices.SortStableFunc(signals, func(a, b signal) int { return int(a.level) - int(b.level) })
	for _, s := range signals {
		if !slices.Contains(r.signals, s.name) {
			r.signals = append(r.signals, s.name)
		}
	}
	r.score = lexical[r.level]
	return r
}

// levelOf is what one hit says after its brake, negation or doubt.
func levelOf(h frames.Hit) Level {
	switch {
	case h.Brake != nil && h.Brake.Lowers == "none":
		return None
	case h.Brake != nil:
		return max(fromFrame(h.Frame.Level), Mention)
	case h.Negated && h.Frame.Negated != nil:
		return fromFrame(*h.Frame.Negated)
	case h.Negated, h.Doubtful:
		return max(fromFrame(h.Frame.Level), Mention)
	}
	return fromFrame(h.Frame.Level)
}

func fromFrame(l frames.Level) Level {
	return [...]Level{frames.Risk: None, frames.Mention: Mention, frames.Concern: Concern, frames.Crisis: Crisis}[l]
}

func all(want, live []string) bool {
	for _, w := range want {
		if !slices.ContainsFunc(live, func(name string) bool { return frames.Fits(w, name) }) {
			return false
		}
	}
	return true
}

func opensWith911(card string) bool {
	return card == prompts.Danger || card == prompts.Overdose
}
