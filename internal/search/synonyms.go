package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"kapbot/internal/search/intent"
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
			words := intent.Words(p)
			s.to[strings.Join(words, " ")] = word
			s.longest = max(s.longest, len(words))
		}
	}
	return s, nil
}

// replace reads every known phrase as its word, longest phrase first.
func (s synonyms) replace(words []string) []string {
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
	return slices.Clip(out)
}
