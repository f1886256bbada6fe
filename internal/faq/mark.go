package faq

import (
	"strconv"
	"strings"
)

// A mark is a source id between square brackets in a body, as a place in it.
type mark struct {
	id         string
	start, end int // body[start:end] is "[id]"
}

// marksIn finds the source marks of a text. A Markdown link, [text](address),
// is not one.
func marksIn(text string) []mark {
	var found []mark
	for i := 0; i < len(text); i++ {
		if text[i] != '[' {
			continue
		}
		width := strings.IndexByte(text[i:], ']')
		if width < 0 {
			break
		}
		id, end := text[i+1:i+width], i+width+1
		if !idPattern.MatchString(id) || (end < len(text) && text[end] == '(') {
			continue
		}
		found = append(found, mark{id, i, end})
		i = end - 1
	}
	return found
}

// Render gives an entry's body with its source marks replaced by numbers in
// order of first use, [1], [2], and the sources in that order. Marks that stand
// side by side are joined to [1][2]. A mark whose source the lookup does not
// know stays as it is: nothing that was written is lost.
func Render(e Entry, source func(id string) (Source, bool)) (text string, refs []Source) {
	var b strings.Builder
	number := map[string]int{}
	last, afterMark := 0, false
	for _, m := range marksIn(e.Body) {
		between := e.Body[last:m.start]
		if afterMark && strings.Trim(between, " ") == "" {
			between = ""
		}
		b.WriteString(between)
		n, ok := number[m.id]
		if !ok {
			if s, known := source(m.id); known {
				refs = append(refs, s)
				n = len(refs)
				number[m.id] = n
			}
		}
		if n > 0 {
			b.WriteString("[" + strconv.Itoa(n) + "]")
		} else {
			b.WriteString(e.Body[m.start:m.end])
		}
		last, afterMark = m.end, true
	}
	b.WriteString(e.Body[last:])
	return b.String(), refs
}

// withoutMarks takes the source marks out of a text, and the space before each.
func withoutMarks(text string) string {
	var b strings.Builder
	last := 0
	for _, m := range marksIn(text) {
		b.WriteString(strings.TrimRight(text[last:m.start], " "))
		last = m.end
	}
	b.WriteString(text[last:])
	return b.String()
}
