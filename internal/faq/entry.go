package faq

import (
	"slices"
	"time"
)

// Triage says whether an entry speaks of suicide or of a crisis. The zero value
// is the careful one: an entry that does not say counts as one that does.
type Triage uint8

// Mention entries are shown below the crisis resources; None entries are shown
// alone.
const (
	Mention Triage = iota
	None
)

// String gives the word used in front matter.
func (t Triage) String() string {
	if t == None {
		return "none"
	}
	return "mention"
}

// An Entry is one answer of the FAQ as its authors wrote it.
type Entry struct {
	ID       string
	Lang     string // "en", or the name of the folder the file lies in
	Question string
	Also     []string // other ways in which people ask the question
	Tags     []string
	Sources  []string // ids of the sources marked in Body
	Reviewed time.Time
	ReviewBy time.Time
	Audience []string
	Triage   Triage
	Body     string // Markdown with source marks such as [feder2014]
	File     string // where it was read, for messages

	lines    map[string]int // front matter key to line
	also     []int          // line of each of Also
	bodyLine int
}

// Line gives the line of File on which a front matter key stands, or 1. The
// key "body" stands for the first line of the answer.
func (e Entry) Line(key string) int {
	if key == "body" && e.bodyLine > 0 {
		return e.bodyLine
	}
	if n, ok := e.lines[key]; ok {
		return n
	}
	return 1
}

// alsoLine gives the line of the i-th of Also.
func (e Entry) alsoLine(i int) int {
	if i < len(e.also) {
		return e.also[i]
	}
	return e.Line("also")
}

// HasTag reports whether the entry carries the tag.
func (e Entry) HasTag(tag string) bool { return slices.Contains(e.Tags, tag) }

// Wordings gives the question followed by the other ways to ask it.
func (e Entry) Wordings() []string {
	return append([]string{e.Question}, e.Also...)
}

// clone makes a copy that shares no memory that a caller could write to.
func (e Entry) clone() Entry {
	e.Also = slices.Clone(e.Also)
	e.Tags = slices.Clone(e.Tags)
	e.Sources = slices.Clone(e.Sources)
	e.Audience = slices.Clone(e.Audience)
	return e
}
