package faq

import "strings"

// A Side says in which of two texts something stands.
type Side uint8

// What a change is: the same in both texts, only in the earlier, only in the later.
const (
	Same Side = iota
	Removed
	Added
)

// A Change is a stretch of words that two texts share or do not share.
type Change struct {
	Side Side
	Text string
}

// diffWords is above the words of any entry. Beyond it the differing middle of two
// texts is shown as one change.
const diffWords = 4000

// Diff compares two texts word by word. The changes that are not Added make up the
// earlier text, those that are not Removed the later one.
func Diff(before, after string) []Change {
	a, b := pieces(before), pieces(after)
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < min(len(a), len(b))-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var d changes
	d.add(Same, a[:start]...)
	d.middle(a[start:len(a)-end], b[start:len(b)-end])
	d.add(Same, a[len(a)-end:]...)
	return d
}

// pieces takes a text apart into words, each with the space after it.
func pieces(text string) []string {
	var all []string
	for text != "" {
		word := strings.IndexAny(text, " \n")
		if word < 0 {
			return append(all, text)
		}
		next := word + len(text[word:]) - len(strings.TrimLeft(text[word:], " \n"))
		all = append(all, text[:next])
		text = text[next:]
	}
	return all
}

type changes []Change

// add joins words to the change before them where they are of its kind.
func (d *changes) add(side Side, words ...string) {
	text := strings.Join(words, "")
	if text == "" {
		return
	}
	if n := len(*d); n > 0 && (*d)[n-1].Side == side {
		(*d)[n-1].Text += text
		return
	}
	*d = append(*d, Change{side, text})
}

// middle adds what stands between a common beginning and a common end, by the longest
// common subsequence.
func (d *changes) middle(a, b []string) {
	if len(a) > diffWords || len(b) > diffWords {
		d.add(Removed, a...)
		d.add(Added, b...)
		return
	}
	common := make([][]uint16, len(a)+1) // of the rests a[i:] and b[j:]
	for i := range common {
		common[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			d.add(Same, a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			d.add(Removed, a[i])
			i++
		default:
			d.add(Added, b[j])
			j++
		}
	}
}
