package words

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed tables.yaml
var tablesYAML []byte

//go:embed english.txt.gz
var englishGZ []byte

// commonGZ lists the words of everyday messages, the most frequent first; see count.
//
//go:embed common.txt.gz
var commonGZ []byte

// tables is tables.yaml as written.
type tables struct {
	Lookalikes map[string]string   `yaml:"lookalikes"`
	Leet       map[string]string   `yaml:"leet"`
	Emoji      map[string]string   `yaml:"emoji"`
	Slang      map[string]string   `yaml:"slang"`
	Joined     map[string]string   `yaml:"joined"`
	Prefaces   []string            `yaml:"prefaces"`
	Language   map[string][]string `yaml:"language"`
}

func readTables() (tables, error) {
	var t tables
	if err := yaml.UnmarshalWithOptions(tablesYAML, &t, yaml.DisallowUnknownField()); err != nil {
		return tables{}, fmt.Errorf("read tables.yaml: %w", err)
	}
	return t, nil
}

func readEnglish() (map[string]struct{}, error) {
	known := make(map[string]struct{}, 52_000)
	err := eachWord(englishGZ, func(w string) {
		// Possessives and contractions are taken apart; names are words too.
		if !strings.Contains(w, "'") {
			known[strings.ToLower(w)] = struct{}{}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("read the English word list: %w", err)
	}
	return known, nil
}

// readCommon also notes what is left of a longer word without its vowels, unless that
// is a word itself.
func (n *Normaliser) readCommon() error {
	n.common = make(map[string]int, 11_000)
	err := eachWord(commonGZ, func(w string) { n.common[w] = len(n.common) })
	if err != nil {
		return fmt.Errorf("read the list of common words: %w", err)
	}
	for w, rank := range n.common {
		bare := dropVowels(w)
		if len(bare) < 3 || n.usual(bare) || !n.usual(w) {
			continue
		}
		if before, ok := n.consonants[bare]; !ok || rank < n.common[before] {
			n.consonants[bare] = w
		}
	}
	return nil
}

// eachWord gives the lines of a packed list to add.
func eachWord(packed []byte, add func(w string)) error {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return fmt.Errorf("unpack it: %w", err)
	}
	lines := bufio.NewScanner(zr)
	for lines.Scan() {
		add(lines.Text())
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read its lines: %w", err)
	}
	return nil
}
