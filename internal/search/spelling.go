package search

// speller reads a word that stands in no entry as the one it was likely meant
// to be.
type speller struct {
	counts map[string]int
	near   map[string][]string // a known word with one letter left out → the words
}

// The shortest words of which one letter, and two letters, may be wrong. Shorter
// ones have too many neighbors that mean something else.
const (
	oneWrong = 5
	twoWrong = 8
)

func newSpeller(texts [][]string) *speller {
	s := &speller{counts: map[string]int{}, near: map[string][]string{}}
	for _, words := range texts {
		for _, w := range words {
			s.counts[w]++
		}
	}
	for w := range s.counts {
		if len(w) < oneWrong-1 {
			continue
		}
		s.near[w] = append(s.near[w], w)
		for _, d := range without(w) {
			s.near[d] = append(s.near[d], w)
		}
	}
	return s
}

// without lists a word with each one of its letters left out.
func without(w string) []string {
	out := make([]string, 0, len(w))
	for i := range len(w) {
		out = append(out, w[:i]+w[i+1:])
	}
	return out
}

// correct returns the word itself if some entry has it or none is near.
func (s *speller) correct(w string) string {
	if len(w) < oneWrong || s.counts[w] > 0 {
		return w
	}
	limit := 1
	if len(w) >= twoWrong {
		limit = 2
	}
	best, distance := w, limit+1
	for _, key := range append(without(w), w) {
		for _, c := range s.near[key] {
			if c[0] != w[0] {
				continue
			}
			d := edits(w, c)
			if d < distance || d == distance && d <= limit && s.better(c, best) {
				best, distance = c, d
			}
		}
	}
	return best
}

// better prefers the more common word, then the alphabet.
func (s *speller) better(a, b string) bool {
	if s.counts[a] != s.counts[b] {
		return s.counts[a] > s.counts[b]
	}
	return a < b
}

// edits counts the letters to insert, delete, change or swap with their
// neighbor to get from a to b.
func edits(a, b string) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row := rows[(i-1)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(above[j]+1, row[j-1]+1, change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(a)+1)%3][len(b)]
}
