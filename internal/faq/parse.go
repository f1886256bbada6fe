package faq

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	ruleFormat = "format"

	// An entry is a screen of text. These limits are far above that, and low
	// enough that no file can make the YAML reader work for long.
	maxEntryBytes = 32 << 10
	maxFrontBytes = 8 << 10

	fence = "---"
	day   = "2006-01-02"
)

// ParseEntry reads one entry. The file name is used for messages and for the
// language: a file in a folder "es" is Spanish, any other is English. The error
// holds one [Problem] for each thing wrong with the form of the file.
func ParseEntry(file string, data []byte) (Entry, error) {
	e := Entry{File: file, Lang: langOf(file)}
	front, body, err := split(file, data)
	if err != nil {
		return Entry{}, err
	}
	e.Body, e.bodyLine = body.text, body.line
	fields, err := parseFront(file, front)
	if err != nil {
		return Entry{}, err
	}
	if err := e.fill(fields); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// langOf gives the language of a file by its folder.
func langOf(file string) string {
	dir := path.Base(path.Dir(strings.ReplaceAll(file, `\`, "/")))
	if dir == "es" {
		return "es"
	}
	return "en"
}

// located is a piece of a file with the line it begins on.
type located struct {
	text string
	line int
}

// split takes a file apart at its two lines of three dashes.
func split(file string, data []byte) (front, body located, err error) {
	fail := func(line int, format string, args ...any) (located, located, error) {
		return located{}, located{}, Problem{File: file, Line: line, Rule: ruleFormat, Message: fmt.Sprintf(format, args...)}
	}
	if len(data) > maxEntryBytes {
		return fail(1, "the file is larger than %d kB; an entry fits on one screen, so split it", maxEntryBytes>>10)
	}
	if !utf8.Valid(data) {
		return fail(firstInvalidLine(data), "the file is not UTF-8 text; save it again with the encoding UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	if strings.TrimRight(lines[0], " ") != fence {
		return fail(1, "the first line must be %s, followed by the front matter", fence)
	}
	end := slices.IndexFunc(lines[1:], func(l string) bool { return strings.TrimRight(l, " ") == fence }) + 1
	if end == 0 {
		return fail(1, "the front matter is not closed; add a line %s after its last key", fence)
	}
	front = located{strings.Join(lines[1:end], "\n"), 2}
	if len(front.text) > maxFrontBytes {
		return fail(1, "the front matter is larger than %d kB; shorten it", maxFrontBytes>>10)
	}
	body = located{"", end + 2}
	for first := end + 1; first < len(lines); first++ {
		if strings.TrimSpace(lines[first]) != "" {
			body = located{strings.TrimSpace(strings.Join(lines[first:], "\n")), first + 1}
			break
		}
	}
	if body.text == "" {
		p := Problem{file, end + 1, "body", ruleFormat, "the answer is empty; write it below the front matter"}
		return located{}, located{}, p
	}
	return front, body, nil
}

func firstInvalidLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			return line
		}
		if r == '\n' {
			line++
		}
		data = data[n:]
	}
	return line
}

// fill sets the entry from its front matter and reports everything that does
// not fit, not only the first.
func (e *Entry) fill(fields map[string]field) error {
	r := reader{file: e.File, fields: fields}
	e.ID = r.text("id")
	e.Question = r.text("question")
	e.Also = r.list("also")
	e.Tags = r.list("tags")
	e.Sources = r.list("sources")
	e.Reviewed = r.date("reviewed")
	e.ReviewBy = r.date("review_by")
	e.Audience = r.list("audience")
	e.Triage = r.triage("triage")
	r.noOthers()
	e.lines = make(map[string]int, len(fields))
	for key, f := range fields {
		e.lines[key] = f.line
	}
	e.also = fields["also"].itemLines
	return errors.Join(r.errs...)
}

// A reader takes typed values out of front matter and collects what is wrong.
type reader struct {
	file   string
	fields map[string]field
	asked  []string
	errs   []error
}

func (r *reader) fail(key string, line int, format string, args ...any) {
	r.errs = append(r.errs, Problem{r.file, line, key, ruleFormat, fmt.Sprintf(format, args...)})
}

func (r *reader) get(key string) (field, bool) {
	r.asked = append(r.asked, key)
	f, ok := r.fields[key]
	if !ok {
		r.fail(key, 1, "the key %q is missing; add it to the front matter", key)
	}
	return f, ok
}

func (r *reader) text(key string) string {
	f, ok := r.get(key)
	if !ok {
		return ""
	}
	if f.isList || strings.TrimSpace(f.text) == "" {
		r.fail(key, f.line, "%q must be one line of text", key)
		return ""
	}
	return strings.TrimSpace(f.text)
}

func (r *reader) list(key string) []string {
	f, ok := r.get(key)
	if !ok {
		return nil
	}
	if !f.isList {
		r.fail(key, f.line, "%q must be a list, such as [one, two]", key)
		return nil
	}
	for i, item := range f.items {
		if item == "" {
			r.fail(key, f.itemLines[i], "%q has an empty item; remove it", key)
		}
	}
	return f.items
}

func (r *reader) date(key string) time.Time {
	text := r.text(key)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(day, text)
	if err != nil {
		r.fail(key, r.fields[key].line, "%q must be a date such as 2026-11-23", key)
	}
	return t
}

func (r *reader) triage(key string) Triage {
	switch text := r.text(key); text {
	case "none":
		return None
	case "mention", "":
	default:
		r.fail(key, r.fields[key].line, "%q must be none or mention", key)
	}
	return Mention
}

// noOthers reports keys that no part of an entry reads, which are most often
// spelling mistakes.
func (r *reader) noOthers() {
	var unknown []string
	for key := range r.fields {
		if !slices.Contains(r.asked, key) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		r.fail(key, r.fields[key].line, "unknown key %q; the keys are %s", key, strings.Join(r.asked, ", "))
	}
}
