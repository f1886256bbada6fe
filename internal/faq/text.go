package faq

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A block is a paragraph, a list item or a heading of a body.
type block struct {
	text string // Markdown, with its line breaks
	line int
	item bool
}

// A sentence is the unit in which a figure and its source must stand.
type sentence struct {
	text  string // Markdown without source marks
	marks []string
	line  int
}

var (
	itemStart    = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,2}[.)])\s+`)
	headingStart = regexp.MustCompile(`^#{1,6}\s+`)

	// A sentence ends with a full stop, closing quote signs, and the marks
	// that follow it.
	sentenceEnd = regexp.MustCompile(`[.!?]["'”’)*_]*((?:\s*\[[a-z][a-z0-9_]*\])*)(?:\s+|$)`)

	markdownLink   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	markdownSigns  = strings.NewReplacer("**", "", "__", "", "`", "", "*", "")
	abbreviationAt = regexp.MustCompile(`(?i)(?:\b(?:e\.g|i\.e|u\.s|a\.m|p\.m|vs|dr|mr|mrs|ms|st|no|etc|approx|al))\.$`)
)

// blocksOf takes a body apart. The first line of the body stands on firstLine
// of its file.
func blocksOf(body string, firstLine int) []block {
	var blocks []block
	open := false
	for i, line := range strings.Split(body, "\n") {
		start := itemStart.FindString(line)
		heading := headingStart.FindString(line)
		switch {
		case strings.TrimSpace(line) == "":
			open = false
		case start != "":
			blocks = append(blocks, block{line[len(start):], firstLine + i, true})
			open = true
		case heading != "":
			blocks = append(blocks, block{line[len(heading):], firstLine + i, false})
			open = false
		case open:
			blocks[len(blocks)-1].text += "\n" + line
		default:
			blocks = append(blocks, block{line, firstLine + i, false})
			open = true
		}
	}
	return blocks
}

// sentences takes a block apart. The marks after a full stop belong to the
// sentence before them. A list item counts as one unit for its marks: each of
// its sentences has all marks of the item.
func (b block) sentences() []sentence {
	var all []sentence
	last := 0
	add := func(end int) {
		text := b.text[last:end]
		if strings.TrimSpace(text) == "" {
			return
		}
		lead := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		s := sentence{
			text: strings.TrimSpace(withoutMarks(text)),
			line: b.line + strings.Count(b.text[:last+lead], "\n"),
		}
		for _, m := range marksIn(text) {
			s.marks = append(s.marks, m.id)
		}
		all = append(all, s)
		last = end
	}
	for _, at := range sentenceEnd.FindAllStringSubmatchIndex(b.text, -1) {
		hasMarks := at[2] < at[3]
		if hasMarks || endsSentence(b.text[:at[0]+1], b.text[at[1]:]) {
			add(at[1])
		}
	}
	add(len(b.text))
	if b.item {
		shareMarks(all)
	}
	return all
}

func shareMarks(all []sentence) {
	var marks []string
	for _, s := range all {
		marks = append(marks, s.marks...)
	}
	for i := range all {
		all[i].marks = marks
	}
}

// endsSentence tells the full stop of a sentence from that of an abbreviation:
// a new sentence begins with a capital, a figure or a sign.
func endsSentence(before, after string) bool {
	if after == "" {
		return true
	}
	r, _ := utf8.DecodeRuneInString(after)
	return !unicode.IsLower(r) && !abbreviationAt.MatchString(before)
}

// plain takes Markdown and source marks out of a text and leaves its words.
func plain(text string) string {
	text = markdownLink.ReplaceAllString(text, "$1")
	text = markdownSigns.Replace(withoutMarks(text))
	return strings.Join(strings.Fields(text), " ")
}

// wordsOf gives the words of a plain text. Signs that stand alone, such as a
// dash, are not words.
func wordsOf(text string) []string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || r == '/' || r == '—' || r == '–'
	})
	kept := words[:0]
	for _, w := range words {
		if strings.IndexFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0 {
			kept = append(kept, w)
		}
	}
	return kept
}
