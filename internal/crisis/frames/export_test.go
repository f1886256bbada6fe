package frames

import (
	"fmt"
	"testing/fstest"
)

// Compile compiles a lexicon that a test wrote, one YAML file for each source.
func Compile(sources ...string) (*Lexicon, error) {
	fsys := fstest.MapFS{}
	for i, s := range sources {
		fsys[fmt.Sprintf("lexicon/%d.yaml", i)] = &fstest.MapFile{Data: []byte(s)}
	}
	all, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	return compile(all)
}
