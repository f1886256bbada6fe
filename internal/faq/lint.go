package faq

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode"
)

// A Linter holds entries to the editorial rules. It does not change and may be
// used from several goroutines.
type Linter struct {
	record record
}

// NewLinter reads what entries are checked against: sources.yaml, facts.yaml
// and resources.yaml.
func NewLinter(fsys fs.FS) (*Linter, error) {
	r, err := readRecord(fsys)
	if err != nil {
		return nil, err
	}
	return &Linter{r}, nil
}

// Lint checks all entries of a folder as on the given day. The error says that
// the folder itself could not be read; everything that an author can put right
// is a problem.
func Lint(fsys fs.FS, today time.Time) ([]Problem, error) {
	l, err := NewLinter(fsys)
	if err != nil {
		return nil, err
	}
	files, err := EntryFiles(fsys)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	var problems []Problem
	for _, file := range files {
		e, err := readEntry(fsys, file)
		if err != nil {
			problems = append(problems, Problems(file, err)...)
			continue
		}
		entries = append(entries, e)
	}
	problems = append(problems, l.Entries(entries, today)...)
	sortProblems(problems)
	return problems, nil
}

// Entries checks entries that are to stand side by side, which includes that
// no two of them answer the same wording.
func (l *Linter) Entries(entries []Entry, today time.Time) []Problem {
	var problems []Problem
	for _, e := range entries {
		problems = append(problems, l.Entry(e, today)...)
	}
	problems = append(problems, duplicates(entries)...)
	sortProblems(problems)
	return problems
}

// Beside checks one entry that is to stand beside others, or in the place of the one
// with its id and language.
func (l *Linter) Beside(e Entry, others []Entry, today time.Time) []Problem {
	all := slices.DeleteFunc(slices.Clone(others), func(o Entry) bool { return o.ID == e.ID || o.Lang != e.Lang })
	problems := append(l.Entry(e, today), duplicates(append(all, e))...)
	problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.File != e.File })
	sortProblems(problems)
	return problems
}

// Entry checks one entry by itself.
func (l *Linter) Entry(e Entry, today time.Time) []Problem {
	c := &check{Entry: e, record: l.record, today: today}
	c.identity()
	c.wordings()
	c.labels()
	c.dates()
	c.triage()
	c.sources()
	c.length()
	c.grade()
	c.banned()
	c.crisisLine()
	c.balance()
	for _, b := range blocksOf(e.Body, e.Line("body")) {
		for _, s := range b.sentences() {
			c.figures(s)
			c.phones(s)
			c.doses(s)
			c.advice(s)
		}
	}
	sortProblems(c.problems)
	return c.problems
}

// ruleOverdue is the one rule that an entry can come to break without a change.
const ruleOverdue = "review-overdue"

// A check is one entry under the rules.
type check struct {
	Entry
	record   record
	today    time.Time
	problems []Problem
}

// add notes a problem of a field, which is a key of the front matter.
func (c *check) add(field, rule, message string) {
	c.problems = append(c.problems, Problem{c.File, c.Line(field), field, rule, message})
}

// inBody notes a problem on a line of the answer.
func (c *check) inBody(line int, rule, message string) {
	c.problems = append(c.problems, Problem{c.File, line, "body", rule, message})
}

func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Rule, b.Rule))
	})
}

// duplicates finds wordings that stand twice: a person who types one of them
// could get either answer.
func duplicates(entries []Entry) []Problem {
	type place struct {
		file string
		line int
	}
	first := map[string]place{}
	var problems []Problem
	for _, e := range entries {
		for i, w := range e.Wordings() {
			field, line := "question", e.Line("question")
			if i > 0 {
				field, line = "also", e.alsoLine(i-1)
			}
			key := e.Lang + " " + normalWording(w)
			if before, twice := first[key]; twice {
				problems = append(problems, Problem{e.File, line, field, "duplicate", "the wording " + quoted(w) +
					" stands in " + before.file + " too; keep it where it is answered best, or word one differently"})
				continue
			}
			first[key] = place{e.File, line}
		}
	}
	return problems
}

// normalWording takes case, punctuation and spacing out of a wording.
func normalWording(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func quoted(s string) string { return "“" + s + "”" }
