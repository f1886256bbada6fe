package faq

import (
	"fmt"
	"regexp"
	"strings"
	"time"
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

var (
	// plainYAML holds texts that mean themselves without quote signs. A text
	// that it does not hold may do so too; quote signs are never wrong.
	plainYAML   = regexp.MustCompile(`^[\p{L}\d/$(¿¡“][^\x00-\x1f\x7f\x{85}\x{2028}\x{2029}\x{feff}]*$`)
	unsafeYAML  = regexp.MustCompile(`: |:$| #|^(?i:null|true|false|yes|no|on|off)$|^\s|\s$`)
	unsafeInRow = regexp.MustCompile(`[,\[\]{}]`)
)

// yamlText gives a text as a YAML value; in a row between brackets more signs
// have a meaning.
func yamlText(s string, inRow bool) string {
	if plainYAML.MatchString(s) && !unsafeYAML.MatchString(s) && (!inRow || !unsafeInRow.MatchString(s)) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}
