package search

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"kapbot/internal/search/intent"
)

// maxEncoded is how many words of a question the encoder reads. What is longer
// is a story: its beginning and its end say what is asked.
const maxEncoded = 40

//go:embed spoken.yaml
var spokenYAML []byte

// speech writes words the way the encoder knows them.
type speech map[string]string

func loadSpeech() (speech, error) {
	var tables struct {
		Capitals []string
		Slang    map[string]string
	}
	if err := yaml.Unmarshal(spokenYAML, &tables); err != nil {
		return nil, fmt.Errorf("read spoken.yaml: %w", err)
	}
	s := speech{}
	for _, word := range tables.Capitals {
		s[strings.ToLower(word)] = word
	}
	for word, plain := range tables.Slang {
		s[word] = plain
	}
	return s, nil
}

// reading is what is compared of a question or a wording.
type reading struct {
	words []string // spelled right, in lower case
	terms []string // the same with synonyms put together
	grams []intent.Gram
}

func (x *Index) read(text string) reading {
	words := intent.Words(text)
	for i, w := range words {
		words[i] = x.speller.correct(w)
	}
	return x.compose(words)
}

func (x *Index) compose(words []string) reading {
	terms := x.synonyms.replace(words)
	return reading{words: words, terms: terms, grams: intent.Grams(words, terms)}
}

// write joins words to a sentence for the encoder.
func (s speech) write(words []string) string {
	if len(words) > maxEncoded {
		words = slices.Concat(words[:maxEncoded/2], words[len(words)-maxEncoded/2:])
	}
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if plain, ok := s[w]; ok {
			out[i] = plain
		}
	}
	return strings.Join(out, " ")
}
