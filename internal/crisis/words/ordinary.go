package words

import "strings"

// ordinary reads a word that nobody knows as the most frequent word of everyday
// messages that it may be a slip for (Norvig 2007): with digits for letters, with its
// vowels dropped, or one letter away. Words that the lexicon guards are typo's, which
// takes more for a slip. It returns "" if there is none.
//
// The lexicon asks for few of these words. The classifier reads the whole sentence, and
// a sentence with holes in it tells it less.
func (n *Normaliser) ordinary(w string) string {
	if len(w) < 3 || len(w) > 14 {
		return ""
	}
	if strings.Trim(w, "0123456789") == "" {
		return "" // a number
	}
	if !letters(w) {
		return n.best(n.spellings(w))
	}
	if full, ok := n.consonants[w]; ok {
		return full
	}
	if len(w) < 5 {
		return ""
	}
	return n.best(oneLetterAway(w))
}

// best is the most frequent of some spellings, "" if none is a word.
func (n *Normaliser) best(spellings []string) string {
	found, rank := "", len(n.common)
	for _, s := range spellings {
		if r, ok := n.common[s]; ok && r < rank && len(s) > 2 && !n.guarded[s] && n.usual(s) {
			found, rank = s, r
		}
	}
	return found
}

// oneLetterAway lists what a word becomes by one letter added, taken away, changed or
// swapped with its neighbor. The first letter stays: few people slip there.
func oneLetterAway(w string) []string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz"
	out := make([]string, 0, 54*len(w))
	for i := 1; i <= len(w); i++ {
		head, tail := w[:i], w[i:]
		for _, l := range alphabet {
			out = append(out, head+string(l)+tail)
		}
		if tail == "" {
			continue
		}
		out = append(out, head+tail[1:])
		if len(tail) > 1 {
			out = append(out, head+tail[1:2]+tail[:1]+tail[2:])
		}
		for _, l := range alphabet {
			out = append(out, head+string(l)+tail[1:])
		}
	}
	return out
}

// mend reads the words of a text that are left unknown. The text shows them as they
// were meant, so that a slip of the pen is no reason to read it by its bare words. In
// Spanish it reads only digits for letters, and what may be in another language it
// leaves alone.
func (n *Normaliser) mend(r *Reading) {
	spanish := n.Spanish(r.Tokens)
	var unknown []int
	for i, t := range r.Tokens {
		if !n.seen(t.Text) {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) > (len(r.Tokens)+1)/2 {
		return
	}
	for _, i := range unknown {
		typed := r.Tokens[i].Text
		if spanish && letters(typed) {
			continue
		}
		if meant := n.ordinary(typed); meant != "" {
			r.read(i, meant)
			if !letters(typed) {
				r.leet++
			}
		}
	}
	if r.leet >= leetLeast {
		n.mendShort(r, spanish, r.leet >= leetNumbers)
	}
}

// read puts what a token means in its place.
func (r *Reading) read(i int, meant string) {
	typed := r.Tokens[i].Text
	r.Tokens[i].Text = meant
	r.show(typed, r.Tokens[i:i+1])
}

// How many words with digits for letters make it likely that a short one is one too,
// and that a number is: "m4" alone is a rifle, and "15" a number.
const (
	leetLeast   = 2
	leetNumbers = 3
)

// mendShort reads what is left of words of one and two letters in a text that writes
// digits for letters.
func (n *Normaliser) mendShort(r *Reading, spanish, numbers bool) {
	for i, t := range r.Tokens {
		if len(t.Text) > 2 || letters(t.Text) || !numbers && strings.Trim(t.Text, "0123456789") == "" {
			continue
		}
		for _, s := range n.spellings(t.Text) {
			if n.englishMost[s] || spanish && n.spanish[s] {
				r.read(i, s)
				break
			}
		}
	}
}

// seen reports words that are read as they stand.
func (n *Normaliser) seen(w string) bool {
	return len(w) < 3 || n.usual(w) || n.slang[w] != nil
}

// manyLines is the rank from which a common word that is in no dictionary may be a
// slip that several people share.
const manyLines = 5000

// usual reports words of the dictionary and words that very many people write.
func (n *Normaliser) usual(w string) bool {
	rank, ok := n.common[w]
	return n.known(w) || ok && rank < manyLines
}

// replaceWord puts with in the place of the first old that stands as a word, if any.
func replaceWord(text, old, with string) (string, bool) {
	for from := 0; ; {
		at := strings.Index(text[from:], old)
		if at < 0 {
			return text, false
		}
		at += from
		end := at + len(old)
		if (at == 0 || !wordByte(text[at-1])) && (end == len(text) || !wordByte(text[end])) {
			return text[:at] + with + text[end:], true
		}
		from = end
	}
}

func wordByte(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 0x80 }
