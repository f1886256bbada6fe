package classifier

import (
	"math/rand/v2"
	"strings"
)

// A Text is one labeled text before it is read.
type Text struct {
	Text string
	Lang string
	Card bool
}

// How texts are composed.
const (
	composeMost  = 8  // texts in one
	composeWords = 90 // words of the whole, about what is read at once
)

// Compose makes n texts of several: ordinary ones strung together, and in every
// second one of them a text that needs the card, at any place. People bury what
// matters in a story, and leave out the full stops. The same texts and seed give
// the same result.
func Compose(texts []Text, n int, seed uint64) []Text {
	rng := dice(seed)
	byLang := map[string][2][]Text{} // safe, grave
	var langs []string
	for _, t := range texts {
		group, known := byLang[t.Lang]
		if !known {
			langs = append(langs, t.Lang)
		}
		at := 0
		if t.Card {
			at = 1
		}
		group[at] = append(group[at], t)
		byLang[t.Lang] = group
	}
	var out []Text
	for tries := 0; len(out) < n && tries < 20*n; tries++ {
		lang := langs[rng.IntN(len(langs))]
		// Languages count by their texts.
		if rng.IntN(len(texts)) > len(byLang[lang][0])+len(byLang[lang][1]) {
			continue
		}
		if t, ok := composed(byLang[lang], lang, len(out)%2 == 1, rng); ok {
			out = append(out, t)
		}
	}
	return out
}

func composed(from [2][]Text, lang string, card bool, rng *rand.Rand) (Text, bool) {
	if len(from[0]) == 0 || card && len(from[1]) == 0 {
		return Text{}, false
	}
	var parts []string
	for range 1 + rng.IntN(composeMost-1) {
		parts = append(parts, from[0][rng.IntN(len(from[0]))].Text)
	}
	if card {
		grave := from[1][rng.IntN(len(from[1]))].Text
		at := rng.IntN(len(parts) + 1)
		parts = append(parts[:at], append([]string{grave}, parts[at:]...)...)
	} else {
		parts = append(parts, from[0][rng.IntN(len(from[0]))].Text)
	}
	joint := [...]string{" ", "\n", ". ", ", "}[rng.IntN(4)]
	text := strings.Join(parts, joint)
	if len(strings.Fields(text)) > composeWords {
		return Text{}, false
	}
	if rng.IntN(3) == 0 {
		text = strings.Map(func(r rune) rune {
			if strings.ContainsRune(".,;:!?", r) {
				return -1
			}
			return r
		}, strings.ToLower(text))
	}
	return Text{Text: text, Lang: lang, Card: card}, true
}
