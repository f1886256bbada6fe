package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"kapbot/internal/search/intent"
)

//go:embed subjects.yaml
var subjectsYAML []byte

func loadSubjects() (map[string]bool, error) {
	var list []string
	if err := yaml.Unmarshal(subjectsYAML, &list); err != nil {
		return nil, fmt.Errorf("read subjects.yaml: %w", err)
	}
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out, nil
}

// A question that leans on the one before it is at most this long, in words.
const maxFollowing = 9

// openers begin a question that goes on, pointers stand for what was said.
var (
	openers  = []string{"and ", "what about ", "how about ", "but ", "also ", "y ", "que hay de ", "qué hay de ", "pero "}
	pointers = []string{"it", "its", "that", "thats", "they", "them", "those", "eso", "esto", "ese", "ahi", "ahí"}
)

// Follow returns the question to search with when the entry was the last that
// was shown: the same, or, if the question leans on what was said before, the
// question with the subject of that entry added.
func (x *Index) Follow(question, entry string) string {
	at, ok := x.at[entry]
	words := intent.Words(question)
	if !ok || len(words) == 0 || len(words) > maxFollowing || x.subjectsOf(words) != nil {
		return question
	}
	plain := strings.Join(words, " ") + " "
	leans := slices.ContainsFunc(openers, func(o string) bool { return strings.HasPrefix(plain, o) }) ||
		slices.ContainsFunc(words, func(w string) bool { return slices.Contains(pointers, w) })
	if !leans {
		return question
	}
	return strings.Join(append([]string{question}, x.entries[at].subjects...), " ")
}

// subjectsOf lists the subjects that words name.
func (x *Index) subjectsOf(words []string) []string {
	var out []string
	for _, t := range x.synonyms.replace(words) {
		if x.subjects[t] {
			out = append(out, t)
		}
	}
	return out
}
