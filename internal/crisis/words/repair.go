package words

import (
	"strings"
)

// repair appends the plain words that one token stands for.
func (n *Normaliser) repair(out []Token, t Token) []Token {
	w := t.Text
	if fixed, ok := n.slang[w]; ok {
		return add(out, t.Before, fixed...)
	}
	if n.known(w) {
		return append(out, t)
	}
	if i := strings.IndexByte(w, '\''); i >= 0 && len(w) <= maxGlued {
		return n.apostrophe(out, t, i)
	}
	for _, guess := range []func(string) []string{n.stretched, n.leet, n.masked, n.segment, n.typo} {
		if fixed := guess(w); fixed != nil {
			return add(out, t.Before, fixed...)
		}
	}
	return append(out, t)
}

func add(out []Token, before Pause, texts ...string) []Token {
	for _, text := range texts {
		out = append(out, Token{Text: text, Before: before})
		before = Space
	}
	return out
}

// apostrophe undoes contractions that the slang table does not list whole.
func (n *Normaliser) apostrophe(out []Token, t Token, i int) []Token {
	stem, tail := t.Text[:i], strings.NewReplacer("7", "t", "5", "s", "3", "e", "1", "l").Replace(strings.Trim(t.Text[i+1:], "'"))
	rest := map[string]string{"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "t": "not"}[tail]
	switch {
	case tail == "t" && strings.HasSuffix(stem, "n") && len(stem) > 1:
		stem = strings.TrimSuffix(stem, "n")
	case tail == "s" && n.subject[stem]:
		rest = "is"
	case tail == "s" || tail == "":
		rest = "" // a possessive says nothing that a rule asks for
	case rest == "":
		stem += tail // d'you, o'clock
	}
	out = n.repair(out, Token{Text: stem, Before: t.Before})
	if rest != "" {
		out = append(out, Token{Text: rest})
	}
	return out
}

// known reports words that need no repair.
func (n *Normaliser) known(w string) bool {
	if _, ok := n.vocabulary[w]; ok {
		return true
	}
	_, ok := n.english[w]
	return ok
}

// exact reports tokens that are written with signs inside on purpose.
func (n *Normaliser) exact(w string) bool {
	_, slang := n.slang[w]
	_, word := n.vocabulary[w]
	return slang || word
}

// lexical returns what w means to the lexicon: itself, its slang, or nil.
func (n *Normaliser) lexical(w string) []string {
	if fixed, ok := n.slang[w]; ok {
		return fixed
	}
	if _, ok := n.vocabulary[w]; ok {
		return []string{w}
	}
	return nil
}

func (n *Normaliser) everyKnown(words []string) bool {
	for _, w := range words {
		if !n.known(w) && n.slang[w] == nil && !n.hidden(w) {
			return false
		}
	}
	return true
}

// hidden reports whether w, an odd spelling with its signs taken out, is one
// of the words somebody would hide.
func (n *Normaliser) hidden(w string) bool {
	if n.guarded[w] || n.slang[w] != nil && len(w) > 2 {
		return true
	}
	if fixed := n.leet(w); len(fixed) == 1 && n.guarded[fixed[0]] {
		return true
	}
	parts := n.segment(w)
	for _, p := range parts {
		if n.guarded[p] {
			return true
		}
	}
	return false
}

// stretched reads "diiiie" and "killl". Runs of three or more become two or
// one; English has no longer ones.
func (n *Normaliser) stretched(w string) []string {
	twos, ones, run := make([]byte, 0, len(w)), make([]byte, 0, len(w)), 0
	changed := false
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] {
			run++
		} else {
			run = 1
		}
		if run == 1 {
			ones = append(ones, w[i])
		} else {
			changed = true
		}
		if run <= 2 {
			twos = append(twos, w[i])
		}
	}
	if !changed || len(twos) == len(w) && !strings.ContainsAny(w, "aeiouy") { // "plls" has lost its vowels
		return nil
	}
	for _, try := range []string{string(twos), string(ones), mixed(string(twos))} {
		if fixed := n.lexical(try); fixed != nil {
			return fixed
		}
	}
	if len(twos) < len(w) { // three in a row: some word was stretched
		for _, try := range []string{string(ones), string(twos)} {
			if n.known(try) {
				return []string{try}
			}
		}
		return n.typo(string(ones))
	}
	return nil
}

// mixed keeps the last double of a word and makes the others single, for
// "kkiill": one reading of several stretched letters at once.
func mixed(w string) string {
	keep := -1
	for i := 1; i < len(w); i++ {
		if w[i] == w[i-1] {
			keep = i
		}
	}
	b := make([]byte, 0, len(w))
	for i := range len(w) {
		if i > 0 && w[i] == w[i-1] && i != keep {
			continue
		}
		b = append(b, w[i])
	}
	return string(b)
}

// leet reads digits and signs as letters where that makes a lexical word.
func (n *Normaliser) leet(w string) []string {
	if len(w) > maxGlued || !strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz@$!|") {
		return nil
	}
	readings := n.spellings(w)
	for _, try := range readings {
		if fixed := n.lexical(try); fixed != nil {
			return fixed
		}
	}
	for _, try := range readings {
		if fixed := n.stretched(try); fixed != nil {
			return fixed
		}
		if fixed := n.segment(try); fixed != nil {
			return fixed
		}
		if fixed := n.typo(try); fixed != nil {
			return fixed
		}
	}
	return nil
}

// spellings are the readings of a word with digits or signs for letters.
func (n *Normaliser) spellings(w string) []string {
	if !strings.ContainsAny(w, n.leetSigns) {
		return nil
	}
	readings := []string{""}
	for _, r := range w {
		as, ok := n.leetLetters[r]
		if !ok {
			as = string(r)
		}
		next := make([]string, 0, len(readings)*len(as))
		for _, head := range readings {
			for _, l := range as {
				next = append(next, head+string(l))
			}
		}
		readings = next[:min(len(next), 16)] // four doubtful signs are enough for any word
	}
	return readings
}

// masked reads "k*ll" and "su*cide": a star for one letter of a guarded word,
// or a mark inside one.
func (n *Normaliser) masked(w string) []string {
	if !strings.ContainsAny(w, "*#") {
		return nil
	}
	if plain := strings.NewReplacer("*", "", "#", "").Replace(w); n.known(plain) || n.slang[plain] != nil {
		if fixed := n.lexical(plain); fixed != nil {
			return fixed
		}
		return []string{plain}
	}
	for g := range n.guarded {
		if len(g) == len(w) && g[0] == w[0] && matchesMask(w, g) {
			return []string{g}
		}
	}
	return n.typo(strings.NewReplacer("*", "", "#", "").Replace(w))
}

func matchesMask(mask, word string) bool {
	for i := range len(mask) {
		if mask[i] != '*' && mask[i] != '#' && mask[i] != word[i] {
			return false
		}
	}
	return true
}
