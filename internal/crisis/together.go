package crisis

import (
	"slices"
	"strings"

	"kapbot/internal/crisis/frames"
)

// Together is how many messages the classifier reads as one, and has learned to.
const Together = 4

func gravest(alone, together reading) reading {
	if together.level < alone.level {
		alone.level, alone.score, alone.card = together.level, together.score, together.card
		alone.signals = append([]string{"conversation.fragments"}, together.signals...)
	}
	return alone
}

// readTogether reads the last messages as one, for a sentence that was sent in
// pieces. Only what reaches from an earlier message into this one counts: what
// an earlier message said alone was answered then.
func (t *Triage) readTogether(before []fragment, text string) reading {
	defer turn(t.reading)()
	earlier := joined(before)
	m := t.message(earlier + " " + text)
	// The seam is the token at which this message begins; where the two run
	// into one word ("sui" "cide"), the seam is that word.
	from := len(t.words.Tokens(earlier))
	to := from
	if len(m.Words.Tokens) < from+len(t.words.Tokens(text)) {
		from--
	}
	var said []string
	for _, h := range m.Hits {
		if h.Live() && h.End <= from {
			said = append(said, h.Frame.Name)
		}
	}
	return t.weigh(m, slices.DeleteFunc(slices.Clone(m.Hits), func(h frames.Hit) bool {
		return h.Frame.Level > frames.Risk && (h.End <= from || h.Start >= to)
	}), said)
}

// chancesTogether asks the classifier about the last two messages read as one, the last
// three and the last four, as long as the encoder reads them at once: what is longer is
// no sentence that was sent in pieces. Where the last two are harmless the rest is not
// read: of our conversations not one came out otherwise for that, and it is most of the
// time that they take.
func (t *Triage) chancesTogether(before []fragment, text string, first bool) []float64 {
	var chances []float64
	for n := 1; n <= min(len(before), Together-1); n++ {
		together := joined(before[len(before)-n:]) + " " + text
		if n > 1 && !t.encoder.Fits(together) {
			break
		}
		chances = append(chances, t.chance(t.message(together), first))
		if chances[0] < harmlessAt && !first {
			break
		}
	}
	return chances
}

// weighed returns the greatest of these chances and that from which it counts. Two
// harmless halves often sound graver together than they are, yet seldom when one more
// message is read with them: two readings that agree need less than one by itself.
func weighed(chances []float64) (chance, at float64) {
	var second float64
	for _, c := range chances {
		chance, second = max(chance, c), max(second, min(chance, c))
	}
	if second >= agreedAt {
		return chance, agreedAt
	}
	return chance, joinedAt
}

func joined(before []fragment) string {
	parts := make([]string, 0, len(before))
	for _, f := range before {
		parts = append(parts, f.text)
	}
	return strings.Join(parts, " ")
}
