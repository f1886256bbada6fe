package bottest

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed conversations/*.txtar
var files embed.FS

// A script is one conversation.
type script struct {
	name  string
	needs []Ability
	steps []step
}

// A step is what somebody does and what has to come of it.
type step struct {
	line   int
	do     string // say, edit, delete, press, command, fill, again
	place  Place
	person string
	text   string
	wants  []want
}

// A want is one line of what has to come: an operation and parts of its text, in
// order; a part that begins with "!" must be absent, one with "^" at the beginning.
type want struct {
	op    Op
	parts []string
}

func scripts() ([]script, error) {
	names, err := fs.Glob(files, "conversations/*.txtar")
	if err != nil {
		return nil, fmt.Errorf("list the conversations: %w", err)
	}
	var all []script
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a conversation: %w", err)
		}
		for _, f := range txtar.Parse(data).Files {
			s, err := parse(f.Name, string(f.Data))
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, f.Name, err)
			}
			all = append(all, s)
		}
	}
	return all, nil
}

func parse(name, text string) (script, error) {
	s := script{name: name}
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		case strings.HasPrefix(line, "needs "):
			for _, n := range strings.Fields(line)[1:] {
				s.needs = append(s.needs, Ability(n))
			}
		case line != strings.TrimLeft(line, " \t"):
			if len(s.steps) == 0 {
				return s, fmt.Errorf("line %d wants something before anything was done", i+1)
			}
			op, rest, _ := strings.Cut(trimmed, ":")
			w := want{op: Op(op)}
			if w.op != New && w.op != Edited && w.op != Removed && w.op != Alone && w.op != Form {
				return s, fmt.Errorf("line %d: %q is nothing that can be shown", i+1, op)
			}
			for _, part := range strings.Split(rest, "|") {
				if part = strings.TrimSpace(part); part != "" {
					w.parts = append(w.parts, part)
				}
			}
			last := &s.steps[len(s.steps)-1]
			last.wants = append(last.wants, w)
		default:
			st, err := parseStep(line)
			if err != nil {
				return s, fmt.Errorf("line %d: %w", i+1, err)
			}
			st.line = i + 1
			s.steps = append(s.steps, st)
		}
	}
	return s, nil
}

// parseStep reads "ann in direct: text", "edit: text", "delete", "press: label",
// "ann in room commands ask: text", "fill: name = value | name = value" or "again". A
// command of two words has an underscore between them.
func parseStep(line string) (step, error) {
	head, text, _ := strings.Cut(line, ":")
	words := strings.Fields(head)
	st := step{text: strings.TrimSpace(text)}
	switch {
	case len(words) == 1:
		st.do = words[0]
	case len(words) == 3 && words[1] == "in":
		st.do, st.person, st.place = "say", words[0], Place(words[2])
	case len(words) == 5 && words[1] == "in" && words[3] == "commands":
		st.do, st.person, st.place = "command "+strings.ReplaceAll(words[4], "_", " "), words[0], Place(words[2])
	default:
		return st, fmt.Errorf("%q is no step", head)
	}
	return st, nil
}
