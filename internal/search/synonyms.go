package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
)

//go:embed synonyms.yaml
var synonymsYAML []byte

// synonyms maps the words of a phrase to the word it is read as.
type synonyms struct {
	to      map[string]string
	longest int // words in the longest phrase
}

func loadSynonyms() (synonyms, error) {
	var groups map[string][]string
	if err := yaml.Unmarshal(synonymsYAML, &groups); err != nil {
		return synonyms{}, fmt.Errorf("read synonyms.yaml: %w", err)
	}
	s := synonyms{to: map[string]string{}}
	for word, phrases := range groups {
		for _, p := range phrases {
			fields := fields(p)
			s.to[strings.Join(fields, " ")] = word
			s.longest = max(s.longest, len(fields))
		}
	}
	return s, nil
}

// fields cuts text into lower-case words; "s-ketamine" is two.
func fields(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	})
}

// replace reads every known phrase as its word, longest phrase first.
func (s synonyms) replace(text string) string {
	words := fields(text)
	out := make([]string, 0, len(words))
	for i := 0; i < len(words); {
		n := min(s.longest, len(words)-i)
		for ; n > 0; n-- {
			if to, ok := s.to[strings.Join(words[i:i+n], " ")]; ok {
				out = append(out, to)
				break
			}
		}
		if n == 0 {
			out = append(out, words[i])
			n = 1
		}
		i += n
	}
	return strings.Join(slices.Clip(out), " ")
}
