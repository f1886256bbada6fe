package faq

import (
	"fmt"
	"regexp"
	"strings"
)

const (
	maxWords = 180
	maxGrade = 8.0

	// dialPhrase is how the Veterans Crisis Line is written everywhere.
	dialPhrase = "Dial 988 then Press 1"
)

// bannedWords stand with what to write instead. People may type them, so they
// are allowed in the other wordings of a question.
var bannedWords = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)\bcommit(?:s|ted|ting)? suicide\b`), "died by suicide"},
	{regexp.MustCompile(`(?i)\b(?:successful|completed|failed|unsuccessful) (?:suicide )?attempts?\b`), "attempt, or died by suicide"},
	{regexp.MustCompile(`(?i)\b(?:successful|completed|failed|unsuccessful) suicides?\b`), "died by suicide, or attempt"},
	{regexp.MustCompile(`(?i)\battention[- ]seek\w*`), "what the person needs"},
	{regexp.MustCompile(`(?i)\brewir\w*`), "what was seen in which study, and that it is an idea"},
	{regexp.MustCompile(`(?i)\bhot ?lines?\b`), "line, or the name of the service"},
}

func (c *check) length() {
	words := 0
	for _, b := range blocksOf(c.Body, 1) {
		words += len(wordsOf(plain(b.text)))
	}
	if words > maxWords {
		c.add("body", "length", fmt.Sprintf("the answer has %d words; at most %d are allowed, so shorten or split it", words, maxWords))
	}
}

// grade holds English answers to a reading level; the formula is not meant for
// other languages.
func (c *check) grade() {
	if c.Lang != "en" {
		return
	}
	if g := Grade(c.Entry); g > maxGrade {
		c.add("body", "reading-grade", fmt.Sprintf("the answer reads at grade %.2f; at most %.1f is allowed, so use shorter sentences and words", g, maxGrade))
	}
}

func (c *check) banned() {
	for _, w := range bannedWords {
		rewrite := func(at []int, text string) string {
			return "do not write " + quoted(text[at[0]:at[1]]) + "; write " + w.instead
		}
		if at := w.pattern.FindStringIndex(c.Question); at != nil {
			c.add("question", "banned-word", rewrite(at, c.Question))
		}
		if at := w.pattern.FindStringIndex(c.Body); at != nil {
			c.inBody(c.Line("body")+strings.Count(c.Body[:at[0]], "\n"), "banned-word", rewrite(at, c.Body))
		}
	}
}

var (
	pressOne = regexp.MustCompile(`(?i)\bpress\s+(?:1|one)\b`)

	// Ways in for people who cannot dial 988 directly are worded differently.
	otherWay = regexp.MustCompile(`\b(?:711|DSN)\b`)
)

// crisisLine holds the Veterans Crisis Line to its one wording.
func (c *check) crisisLine() {
	for _, b := range blocksOf(c.Body, c.Line("body")) {
		text := plain(b.text)
		if !strings.Contains(text, "988") || !pressOne.MatchString(text) || otherWay.MatchString(text) {
			continue
		}
		if !strings.Contains(text, dialPhrase) {
			c.inBody(b.line, "crisis-line", "write the Veterans Crisis Line exactly as "+quoted(dialPhrase))
		}
	}
}

// figures holds every figure to a source of its sentence that records it.
func (c *check) figures(s sentence) {
	for _, f := range figuresIn(plain(s.text)) {
		if len(s.marks) == 0 {
			c.inBody(s.line, "figure-without-source", "the figure "+f.text+" has no source; end its sentence with a mark, or take the figure out")
			continue
		}
		if !c.record.supports(f.value, s.marks) {
			c.inBody(s.line, "figure-not-recorded", "the figure "+f.text+" is not in "+FactsFile+" under "+strings.Join(s.marks, ", ")+
				"; check it with the source, then add a fact there or take the figure out")
		}
	}
}

// phones holds phone and text numbers to the list of checked ones.
func (c *check) phones(s sentence) {
	text := plain(s.text)
	for _, f := range figuresIn(text) {
		if !f.phone {
			continue
		}
		switch r, known := c.record.resourceWith(f.value); {
		case !known:
			c.inBody(s.line, "phone", "the number "+f.text+" is not in "+ResourcesFile+"; use a number from there")
		case r.Verify:
			c.inBody(s.line, "phone", "nobody has checked the number "+f.text+" of "+r.Name+"; leave it out until "+ResourcesFile+" says verify: false")
		}
	}
	for _, keyword := range c.record.unchecked() {
		if strings.Contains(strings.ToLower(text), strings.ToLower(keyword)) {
			c.inBody(s.line, "phone", "nobody has checked "+quoted(keyword)+"; leave it out until "+ResourcesFile+" says verify: false")
		}
	}
}
