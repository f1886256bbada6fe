package faq

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits on what stands in front matter.
const (
	minAlso     = 4
	maxQuestion = 120
	minTags     = 2
	maxTags     = 5

	// botTag marks an entry about the program itself, which may need no source.
	botTag = "bot"
)

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

	audiences = []string{"everyone", "veterans", "service-members", "first-responders", "families", "moderators"}

	// Words after which an entry speaks of suicide. The name of the 988 line is
	// not one: many entries end in it without being about it.
	crisisWords = regexp.MustCompile(`(?i)\b(?:suicid\w*|kill(?:ed|ing)? (?:my|your|him|her|them)\w+|self-harm\w*)\b`)
	lineName    = strings.NewReplacer("988 Suicide & Crisis Lifeline", "", "988 Suicide and Crisis Lifeline", "")

	// A question that names the line is about it.
	crisisQuestion = regexp.MustCompile(`(?i)\b(?:crisis line|988|lifeline)\b`)
)

func (c *check) identity() {
	if !slugPattern.MatchString(c.ID) {
		c.add("id", "id", fmt.Sprintf("the id %q must be lower-case words joined by hyphens, such as what-is-kap", c.ID))
	}
	if name := strings.TrimSuffix(path.Base(c.File), ".md"); c.File != "" && name != c.ID {
		c.add("id", "id", fmt.Sprintf("the id %q differs from the file name %q; rename the file and keep the id if the entry was published", c.ID, name))
	}
}

func (c *check) wordings() {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(c.Question, "¿¡\"“"))
	switch {
	case !strings.HasSuffix(c.Question, "?"):
		c.add("question", "question", "the question must end with a question mark")
	case unicode.IsLower(first):
		c.add("question", "question", "the question must begin with a capital letter")
	case utf8.RuneCountInString(c.Question) > maxQuestion:
		c.add("question", "question", fmt.Sprintf("the question is longer than %d letters; shorten it", maxQuestion))
	}
	if len(c.Also) < minAlso {
		c.add("also", "also", fmt.Sprintf("%d other wordings; write at least %d, as people type them", len(c.Also), minAlso))
	}
}

func (c *check) labels() {
	if len(c.Tags) < minTags || len(c.Tags) > maxTags {
		c.add("tags", "tags", fmt.Sprintf("%d tags; give %d to %d", len(c.Tags), minTags, maxTags))
	}
	for _, t := range c.Tags {
		if !slugPattern.MatchString(t) {
			c.add("tags", "tags", fmt.Sprintf("the tag %q must be lower-case words joined by hyphens", t))
		}
	}
	if len(c.Audience) == 0 {
		c.add("audience", "audience", "nobody is named; give one or more of "+strings.Join(audiences, ", "))
	}
	for _, a := range c.Audience {
		if !slices.Contains(audiences, a) {
			c.add("audience", "audience", fmt.Sprintf("the audience %q is not known; give one or more of %s", a, strings.Join(audiences, ", ")))
		}
	}
}

func (c *check) dates() {
	if c.Reviewed.After(c.today) {
		c.add("reviewed", "reviewed-in-future", "the review date lies in the future; give the day on which somebody read the entry against its sources")
	}
	switch {
	case c.ReviewBy.Before(c.Reviewed):
		c.add("review_by", "review-by", "review_by lies before reviewed; set the day of the next review")
	case c.today.After(c.ReviewBy.Add(24*time.Hour - time.Nanosecond)):
		c.add("review_by", ruleOverdue, "the entry was to be reviewed by "+c.ReviewBy.Format(day)+"; read it against its sources and set both dates")
	case c.ReviewBy.After(c.Reviewed.AddDate(1, 0, 0)):
		c.add("review_by", "review-by", "review_by is more than 12 months after reviewed; set an earlier day")
	}
}

// triage holds entries that speak of suicide to say so, because they are shown
// below the crisis resources.
func (c *check) triage() {
	if c.Triage == Mention {
		return
	}
	w := crisisWords.FindString(lineName.Replace(c.Question + "\n" + plain(c.Body)))
	if w == "" {
		w = crisisQuestion.FindString(c.Question)
	}
	if w != "" {
		c.add("triage", "triage", "the entry speaks of "+quoted(w)+"; set triage: mention")
	}
}

// sources holds the list of sources and the marks in the body to each other.
func (c *check) sources() {
	if len(c.Sources) == 0 && !slices.Contains(c.Tags, botTag) {
		c.add("sources", "sources", "no source is listed; only entries about the bot, with the tag "+botTag+", need none")
	}
	marked := map[string]bool{}
	for _, m := range marksIn(c.Body) {
		if !marked[m.id] && !slices.Contains(c.Sources, m.id) {
			at := c.Line("body") + strings.Count(c.Body[:m.start], "\n")
			c.inBody(at, "sources", fmt.Sprintf("the mark [%s] is not in the list of sources; add it there", m.id))
		}
		marked[m.id] = true
	}
	seen := map[string]bool{}
	for _, id := range c.Sources {
		_, known := c.record.sources[id]
		switch {
		case seen[id]:
			c.add("sources", "sources", fmt.Sprintf("the source %q is listed twice; keep one", id))
		case !known:
			c.add("sources", "sources", fmt.Sprintf("the source %q is not in %s; correct the id or add the source", id, SourcesFile))
		case !marked[id]:
			c.add("sources", "sources", fmt.Sprintf("no sentence has the mark [%s]; mark what it supports, or take it off the list", id))
		}
		seen[id] = true
	}
	for _, m := range badMark.FindAllStringIndex(c.Body, -1) {
		at := c.Line("body") + strings.Count(c.Body[:m[0]], "\n")
		c.inBody(at, "sources", "write each mark in brackets of its own, with the id of a source: [feder2014][feder2021]")
	}
}

// badMark finds marks that readers would see as typed: several ids in one pair
// of brackets, numbers, capitals.
var badMark = regexp.MustCompile(`\[(?:\d+|[A-Za-z]\w*(?:\s*[,;]\s*\w+)+|[A-Z]\w*\d{4}\w*)\]`)
