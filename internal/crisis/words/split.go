package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Pause says how a token is set apart from the one before it.
type Pause uint8

// The pauses, from none to the end of a sentence.
const (
	Space Pause = iota
	Gap         // two spaces or more: a word gap where letters are spaced out
	Comma       // , : ( ) and a dash: the thought goes on
	Stop        // . ! ? ; or a new line: the sentence ends
)

// A Token is one plain word. Before says how it is set apart from the word to
// its left.
type Token struct {
	Text   string
	Before Pause
}

// split cuts text into chunks between white space and each chunk into words.
func (n *Normaliser) split(text string) []Token {
	tokens := make([]Token, 0, len(text)/4+1)
	pause := Stop
	for len(text) > 0 {
		space := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		if space > 0 {
			pause = max(pause, spacePause(text[:space]))
			text = text[space:]
			continue
		}
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end < 0 {
			end = len(text)
		}
		tokens, pause = n.chunk(tokens, text[:end], pause)
		text = text[end:]
	}
	return tokens
}

func spacePause(space string) Pause {
	switch {
	case strings.ContainsAny(space, "\n\r\v\f"):
		return Stop
	case len(space) > 1:
		return Gap
	}
	return Space
}

// chunk appends the words of one run without white space, and returns the
// pause that follows it.
func (n *Normaliser) chunk(tokens []Token, chunk string, pause Pause) ([]Token, Pause) {
	body := strings.TrimLeftFunc(chunk, outside)
	for _, r := range chunk[:len(chunk)-len(body)] {
		pause = max(pause, pauseOf(r))
	}
	chunk = body
	body = strings.TrimRightFunc(chunk, outside)
	after := Space
	for _, r := range chunk[len(body):] {
		after = max(after, pauseOf(r))
	}
	if body == "" {
		if strings.Trim(chunk, "-") == "" { // a dash by itself
			after = max(after, Comma)
		}
		return tokens, max(pause, after)
	}
	// "sui-ci.de": signs inside a word that mean nothing once taken out.
	if strings.ContainsAny(body, inner) && !n.exact(body) {
		if joined := strings.Map(dropInner, body); n.hidden(joined) {
			return append(tokens, Token{Text: joined, Before: pause}), after
		}
		for len(body) > 0 {
			rest := strings.TrimLeftFunc(body, isInner)
			if signs := body[:len(body)-len(rest)]; signs != "" {
				pause = innerPause(signs)
			}
			end := strings.IndexFunc(rest, isInner)
			if end < 0 {
				end = len(rest)
			}
			if part := strings.TrimFunc(rest[:end], outside); part != "" {
				tokens = append(tokens, Token{Text: part, Before: pause})
			}
			body = rest[end:]
		}
		return tokens, after
	}
	return append(tokens, Token{Text: body, Before: pause}), after
}

// inner lists the signs that may stand inside a chunk between two words.
const inner = "-_./|~+:,;?&\"()[]{}<>=\\"

func isInner(r rune) bool { return strings.ContainsRune(inner, r) }

func dropInner(r rune) rune {
	if isInner(r) {
		return -1
	}
	return r
}

// innerPause is the pause of the signs between two words of a chunk.
func innerPause(signs string) Pause {
	if strings.Contains(signs, "--") {
		return Comma
	}
	pause := Space
	for _, r := range signs {
		pause = max(pause, pauseOf(r))
	}
	return pause
}

// outside reports what cannot begin or end a word. Signs that leet writes
// letters with stay.
func outside(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("@$", r)
}

func pauseOf(r rune) Pause {
	switch r {
	case '.', '!', '?', ';', '\n', '¿', '¡':
		return Stop
	case ',', ':', '(', ')', '"', '/', '=', '&', '>', '<':
		return Comma
	}
	return Space
}

// gather joins letters that were spaced out: "k i l l  m y s e l f". Only runs
// of three letters or more that spell words of the lexicon, or of four or more that
// spell a usual word, are joined.
func (n *Normaliser) gather(tokens []Token) []Token {
	out := tokens[:0]
	for i := 0; i < len(tokens); {
		end := i
		for end < len(tokens) && utf8.RuneCountInString(tokens[end].Text) == 1 {
			end++
		}
		if end-i < 3 {
			out = append(out, tokens[i:max(end, i+1)]...)
			i = max(end, i+1)
			continue
		}
		if spelled := n.spell(tokens[i:end]); spelled != nil {
			out = append(out, spelled...)
		} else {
			out = append(out, n.spellEach(tokens[i:end])...)
		}
		i = end
	}
	return out
}

// spellEach reads letters of different clauses apart: those of a list or a
// line before may stand beside the ones that spell a word.
func (n *Normaliser) spellEach(letters []Token) []Token {
	out := make([]Token, 0, len(letters))
	for len(letters) > 0 {
		end := 1
		for end < len(letters) && letters[end].Before < Comma {
			end++
		}
		clause := letters[:end]
		if end > 2 {
			if spelled := n.spell(clause); spelled != nil {
				clause = spelled
			}
		}
		out, letters = append(out, clause...), letters[end:]
	}
	return out
}

// spell reads single letters as words, first by the wider gaps between them,
// then by the words of the lexicon. Nil means that they spell nothing.
func (n *Normaliser) spell(letters []Token) []Token {
	var b strings.Builder
	var starts []int // of the groups between wide gaps
	for i, l := range letters {
		if i == 0 || l.Before == Gap {
			starts = append(starts, b.Len())
		}
		b.WriteString(l.Text)
	}
	all := b.String()
	groups := make([]string, len(starts))
	for i, end := range append(starts[1:], len(all)) {
		groups[i] = all[starts[i]:end]
	}
	parts := groups
	if len(groups) == 1 || !n.everyKnown(groups) {
		parts = n.segment(all)
	}
	if parts == nil && (n.hidden(all) || len(all) > 3 && n.usual(all)) { // one word, which repair reads
		parts = []string{all}
	}
	if parts == nil {
		return n.spellAfter(letters)
	}
	out := make([]Token, len(parts))
	for i, p := range parts {
		out[i] = Token{Text: p}
	}
	out[0].Before = letters[0].Before
	return out
}

// spellAfter reads "i d i e": the first letter is a word of its own.
func (n *Normaliser) spellAfter(letters []Token) []Token {
	if first := letters[0].Text; len(letters) < 4 || len(letters) > maxGlued || first != "i" && first != "a" {
		return nil
	}
	rest := n.spell(letters[1:])
	if rest == nil {
		return nil
	}
	return append([]Token{letters[0]}, rest...)
}
