package faq

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Format writes an entry as a file that [ParseEntry] reads back to the same
// entry, in the form in which the files of this repository are written, so that
// an edit made in a chat and one made in a pull request compare line by line.
func Format(e Entry) []byte {
	var b strings.Builder
	b.WriteString(fence + "\n")
	line := func(key, value string) { fmt.Fprintf(&b, "%s: %s\n", key, value) }
	line("id", yamlText(e.ID, false))
	line("question", yamlText(e.Question, false))
	if len(e.Also) == 0 {
		line("also", "[]")
	} else {
		b.WriteString("also:\n")
		for _, w := range e.Also {
			b.WriteString("  - " + yamlText(w, false) + "\n")
		}
	}
	line("tags", yamlList(e.Tags))
	line("sources", yamlList(e.Sources))
	line("reviewed", formatDay(e.Reviewed))
	line("review_by", formatDay(e.ReviewBy))
	line("audience", yamlList(e.Audience))
	line("triage", e.Triage.String())
	b.WriteString(fence + "\n" + strings.TrimSpace(e.Body) + "\n")
	return []byte(b.String())
}

func formatDay(t time.Time) string { return t.Format(day) }

func yamlList(items []string) string {
	quoted := make([]string, len(items))
	for i, s := range items {
		quoted[i] = yamlText(s, true)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// meaningful are words that YAML reads as something else than text.
var meaningful = []string{"null", "true", "false", "yes", "no", "on", "off"}

// plainYAML reports that a text means itself without quote signs. A text of which it
// says no may do so too; quote signs are never wrong.
func plainYAML(s string, inRow bool) bool {
	first, _ := utf8.DecodeRuneInString(s)
	digit := '0' <= first && first <= '9'
	if !unicode.IsLetter(first) && !digit && !strings.ContainsRune("/$(¿¡“", first) {
		return false
	}
	if strings.Contains(s, ": ") || strings.HasSuffix(s, ":") || strings.Contains(s, " #") || strings.HasSuffix(s, " ") {
		return false
	}
	if slices.ContainsFunc(meaningful, func(word string) bool { return strings.EqualFold(word, s) }) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' || strings.ContainsRune("\x7f\u0085\u2028\u2029\ufeff", r) || inRow && strings.ContainsRune(",[]{}", r)
	})
}

// yamlText gives a text as a YAML value; in a row between brackets more signs
// have a meaning.
func yamlText(s string, inRow bool) string {
	if plainYAML(s, inRow) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}
