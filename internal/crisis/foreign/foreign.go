// Package foreign knows how people say that they want to die in some thirty
// languages that the lexicon does not read. It is a short list of phrases, no
// more: nobody who speaks one of them should be answered with a page about
// ketamine. What it finds is a reason to show the card, never a reason not to.
package foreign

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"
)

//go:embed phrases.yaml
var source []byte

// Phrases is the list. It is immutable and safe for concurrent use.
type Phrases struct{ list []phrase }

type phrase struct {
	lang, text string
	anywhere   bool // the script has no spaces between words
	open       bool // any ending may follow
}

// Load reads the list that is compiled in. It fails only if the list is damaged.
func Load() (*Phrases, error) {
	var byLang map[string][]string
	if err := yaml.Unmarshal(source, &byLang); err != nil {
		return nil, fmt.Errorf("read the phrases of other languages: %w", err)
	}
	p := &Phrases{}
	for lang, list := range byLang {
		for _, text := range list {
			stem, open := strings.CutSuffix(text, "*")
			p.list = append(p.list, phrase{lang, plain(stem), unspaced(text), open})
		}
	}
	return p, nil
}

// Find returns the language (ISO 639-1) of a phrase that stands in the text, or
// "". Where phrases of several languages fit, the first in the alphabet counts.
func (p *Phrases) Find(text string) string {
	text = plain(text)
	found := ""
	for _, ph := range p.list {
		if (found == "" || ph.lang < found) && ph.in(text) {
			found = ph.lang
		}
	}
	return found
}

// plain is composed, in small letters, without invisible signs, with straight
// apostrophes and single spaces.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '’':
			return '\''
		case r == '\u200c': // joins the parts of a Persian word
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToLower(norm.NFC.String(strings.ToValidUTF8(text, " "))))
	return strings.Join(strings.Fields(text), " ")
}

// unspaced reports whether a text is in a script that sets no spaces between
// words, or, as Korean does, hangs endings on them.
func unspaced(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai) {
			return true
		}
	}
	return false
}

func (ph phrase) in(text string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], ph.text)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(ph.text)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if ph.anywhere || !wordy(before) && (ph.open || !wordy(after)) {
			return true
		}
		from = end
	}
}

func wordy(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.Is(unicode.M, r))
}
