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
	zr, err := gzip.NewReader(bytes.NewReader(englishGZ))
	if err != nil {
		return nil, fmt.Errorf("open the English word list: %w", err)
	}
	known := make(map[string]struct{}, 52_000)
	lines := bufio.NewScanner(zr)
	for lines.Scan() {
		// Possessives and contractions are taken apart; names are words too.
		if w := lines.Text(); !strings.Contains(w, "'") {
			known[strings.ToLower(w)] = struct{}{}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the English word list: %w", err)
	}
	return known, nil
}
