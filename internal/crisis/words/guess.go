package words

import (
	"slices"
	"strings"
)

// maxGlued bounds the length of a glued token that segment looks at.
const maxGlued = 40

// segment cuts a glued token ("wanttodie", a hashtag) into lexical words. All
// of it must be words, one of them guarded or at least four letters long.
func (n *Normaliser) segment(w string) []string {
	if len(w) < 5 || len(w) > maxGlued {
		return nil
	}
	// from[i] is where the last word of the best cut of w[:i] begins; the best
	// cut has the fewest words.
	var from, count [maxGlued + 1]int
	for i := 1; i <= len(w); i++ {
		count[i] = -1
		for j := max(0, i-n.longest); j < i; j++ {
			if count[j] < 0 || n.lexical(w[j:i]) == nil || i-j == 1 && w[j] != 'i' && w[j] != 'a' {
				continue
			}
			if count[i] < 0 || count[j]+1 < count[i] {
				count[i], from[i] = count[j]+1, j
			}
		}
	}
	if count[len(w)] < 2 || count[len(w)] > len(w)/2 {
		return nil
	}
	var parts []string
	guarded := false
	for i := len(w); i > 0; i = from[i] {
		fixed := n.lexical(w[from[i]:i])
		parts = append(append([]string(nil), fixed...), parts...)
		guarded = guarded || n.guarded[w[from[i]:i]] || len(fixed) > 1 && i-from[i] > 2
	}
	if !guarded {
		return nil
	}
	return parts
}

// typo finds a guarded word one slip away (a letter missing, added, wrong, or
// two swapped), a long one two slips away, or the one whose vowels were dropped.
func (n *Normaliser) typo(w string) []string {
	if len(w) < 3 || len(w) > 14 || !letters(w) {
		return nil
	}
	if g, ok := n.skeletons[w]; ok {
		return n.lexical(g)
	}
	if len(w) < 4 {
		return nil
	}
	best := ""
	try := func(key string) {
		for _, g := range n.deletions[key] {
			if slipped(w, g) && (best == "" || g < best) {
				best = g
			}
		}
	}
	try(w)
	for i := range len(w) {
		try(w[:i] + w[i+1:])
	}
	for _, g := range n.long {
		if best == "" && w[0] == g[0] && slips(w, g) <= 2 {
			best = g
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// slipped reports whether w is one slip from g. A word of four letters has too
// many neighbors, so for those only a swap or an added letter counts.
func slipped(w, g string) bool {
	if len(g) > 4 {
		return oneSlip(w, g)
	}
	return oneSlip(w, g) && w[0] == g[0] && (len(w) == 5 || swapped(w, g))
}

func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	var count [26]int
	for i := range len(a) {
		count[a[i]-'a']++
		count[b[i]-'a']--
	}
	return count == [26]int{}
}

// slips is the Levenshtein distance between two short words.
func slips(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func letters(w string) bool {
	for i := range len(w) {
		if w[i] < 'a' || w[i] > 'z' {
			return false
		}
	}
	return true
}

// oneSlip reports whether a and b differ by at most one insertion, deletion,
// substitution or swap of neighbors.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// index prepares typo's look-ups for the guarded words: each word under
// itself and under each of its one-letter deletions (after Garbe's symmetric
// delete), and each long enough word under its consonants.
func (n *Normaliser) index() {
	for g := range n.guarded {
		if len(g) < 4 || !letters(g) {
			continue
		}
		if skeleton := dropVowels(g); len(skeleton) >= 3 && !n.known(skeleton) {
			if old, ok := n.skeletons[skeleton]; !ok || g < old {
				n.skeletons[skeleton] = g
			}
		}
		if len(g) >= 7 {
			n.long = append(n.long, g)
		}
		n.deletions[g] = append(n.deletions[g], g)
		for i := range len(g) {
			key := g[:i] + g[i+1:]
			n.deletions[key] = append(n.deletions[key], g)
		}
	}
	slices.Sort(n.long)
}

// dropVowels keeps the first letter and the consonants.
func dropVowels(w string) string {
	return w[:1] + strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeiou", r) {
			return -1
		}
		return r
	}, w[1:])
}
