package encoder

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kapbot/internal/encoder/weightfile"
)

const (
	// unknown is the token for whatever the vocabulary lacks.
	unknown = 0
	// reserved is how many pieces at the vocabulary's start are control symbols,
	// which no text may spell.
	reserved = 6
	// separator stands for a space, and before the first word.
	separator = '▁'
	// maxSymbols is how many code points of a text are read: as many as
	// MaxTokens of the longest pieces have, and four times as many again for runs
	// of unknown letters, which shrink to one token.
	maxSymbols = 8192
)

// A tokenizer splits text into pieces of the vocabulary, the way SentencePiece's
// unigram model does: of all ways to spell the text in pieces it takes the one
// whose scores add up highest.
//
// It follows the original JavaScript to the letter, oddities included, because
// the vectors depend on it: an unknown code point costs nothing; a best score of
// exactly 0 counts as "none yet" and is replaced by whatever comes next; of
// equal scores the shorter last piece wins; seven pieces of punctuation
// have a score of 0 and ":30" has one of 30, for so the vocabulary was published.
type tokenizer struct {
	ids     map[string]int32
	scores  []float64
	lengths []int32 // of each piece, in code points
	longest int
}

// A reading is the working memory of one encode.
type reading struct {
	normal []byte    // the text after NFKC
	text   []byte    // the same with separators
	starts []int32   // where in text each code point begins, and its end
	best   []float64 // the score of the best spelling up to each code point
	last   []int32   // the last piece of that spelling
	ids    []int32
	cut    bool // the text was longer than maxSymbols
}

func newTokenizer(pieces []weightfile.Piece) tokenizer {
	t := tokenizer{
		ids:     make(map[string]int32, len(pieces)),
		scores:  make([]float64, len(pieces)),
		lengths: make([]int32, len(pieces)),
	}
	// Three pieces have the same text; as in the original, the last one counts.
	for i, p := range pieces {
		n := utf8.RuneCountInString(p.Text)
		t.scores[i], t.lengths[i] = p.Score, int32(n)
		if i >= reserved {
			t.ids[p.Text] = int32(i)
			t.longest = max(t.longest, n)
		}
	}
	return t
}

// encode returns the tokens of a text. They stay valid until r is used again.
func (t *tokenizer) encode(r *reading, text string) []int32 {
	r.read(text)
	n := len(r.starts) - 1
	r.best = grown(r.best, n+1)
	r.last = grown(r.last, n+1)
	for start := range n {
		if !t.match(r, start, n) {
			r.offer(start, start+1, unknown, 0)
		}
	}
	r.ids = r.ids[:0]
	for at := n; at > 0; at -= int(t.lengths[r.last[at]]) {
		id := r.last[at]
		if id == unknown && len(r.ids) > 0 && r.ids[len(r.ids)-1] == unknown {
			continue
		}
		r.ids = append(r.ids, id)
	}
	slices.Reverse(r.ids)
	return r.ids
}

// match offers every piece that the text has at start, and reports whether
// there was one.
func (t *tokenizer) match(r *reading, start, end int) bool {
	found := false
	for to := start + 1; to <= min(end, start+t.longest); to++ {
		// Looking a byte slice up as a string copies nothing.
		id, ok := t.ids[string(r.text[r.starts[start]:r.starts[to]])]
		if ok {
			r.offer(start, to, id, t.scores[id])
			found = true
		}
	}
	return found
}

// offer takes the piece from start to end as the last one of the best spelling
// up to end if that scores at least as high as what is known.
func (r *reading) offer(start, end int, id int32, score float64) {
	score += r.best[start]
	if r.best[end] == 0 || score >= r.best[end] {
		r.best[end] = score
		r.last[end] = id
	}
}

// read normalises the text and finds its code points.
func (r *reading) read(text string) {
	short := prefix(text, maxSymbols)
	r.cut = len(short) < len(text)
	r.normal = norm.NFKC.AppendString(r.normal[:0], short)
	r.text = r.text[:0]
	r.starts = append(r.starts[:0], 0)
	if len(r.normal) == 0 {
		return
	}
	r.add(separator)
	for rest := r.normal; len(rest) > 0; {
		if len(r.starts) > maxSymbols {
			r.cut = true
			return
		}
		c, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if c == ' ' {
			c = separator
		}
		r.add(c)
	}
}

func (r *reading) add(c rune) {
	r.text = utf8.AppendRune(r.text, c)
	r.starts = append(r.starts, int32(len(r.text)))
}

// prefix returns the first n code points of a text.
func prefix(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// grown returns a slice of n zeros, in the old one's memory if that suffices.
func grown[T any](old []T, n int) []T {
	s := slices.Grow(old[:0], n)[:n]
	clear(s)
	return s
}
