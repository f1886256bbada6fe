package search

import (
	_ "embed"
	"fmt"
	"strings"
)

// asked holds more ways in which people ask, for finding only: they are never
// shown. Entries have their own wordings besides.
//
//go:embed asked.tsv
var asked string

// Asked returns more ways to ask for each entry, in English, by the entry's id.
func Asked() (map[string][]string, error) {
	out := map[string][]string{}
	for i, line := range strings.Split(strings.TrimSpace(asked), "\n") {
		entry, question, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("read asked.tsv: line %d is not an entry, a tab and a question", i+1)
		}
		out[entry] = append(out[entry], question)
	}
	return out, nil
}
