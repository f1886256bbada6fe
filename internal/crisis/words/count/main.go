// Command count lists the words of labeled lines that stand in at least three of them,
// the most frequent first: what package words repairs slips of the pen to.
//
//	cat FILES… | count | gzip -9n > common.txt.gz
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// enough is in how many lines a word has to stand: fewer may share a slip.
const enough = 3

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := map[string]int{}
	for d := json.NewDecoder(in); ; {
		var line struct{ Text string }
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("read a line: %w", err)
		}
		for w := range words(line.Text) {
			lines[w]++
		}
	}
	list := slices.SortedFunc(maps.Keys(lines), func(a, b string) int {
		return cmp.Or(cmp.Compare(lines[b], lines[a]), strings.Compare(a, b))
	})
	for _, w := range list {
		if lines[w] < enough {
			break
		}
		if _, err := fmt.Fprintln(out, w); err != nil {
			return fmt.Errorf("write the words: %w", err)
		}
	}
	return nil
}

// words are the words of a line, each once, in small letters from a to z without
// accents.
func words(text string) map[string]bool {
	found := map[string]bool{}
	text = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(text)))
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) > 2 && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" {
			found[w] = true
		}
	}
	return found
}
