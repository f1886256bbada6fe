package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"kapbot/internal/crisis/frames"
)

// invisibles are characters that a reader does not see.
var invisibles = []rune{
	'\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\u061c', '\u115f', '\u1160', '\u17b4',
	'\u180e', '\u202a', '\u202e', '\u2066', '\u2800', '\u3164', '\ufe0f', '\uffa0', '\U000e0001', '\U000e0041',
}

// typed draws a message made of the things that people and clients put in one.
func typed() *rapid.Generator[string] {
	parts := append(strings.Fields(sample), "k1ll", "s-u-i", "||", "**", "`", "```go\n", "<@12>", "[a](b)", "https://x.y/z",
		"\n", "  ", "😭", "🔫", "сука", "wаnt", "don’t", "#wanttodie", "$40", "…", "'", "\"", "k i l l", "morír", "\xff", "\x00")
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(parts), rapid.String()), 0, 12).Draw(t, "parts"),
			rapid.SampledFrom([]string{" ", "", "\n", ". "}).Draw(t, "between"))
	})
}

const sample = `I want to die tonight and nobody would even notice. How much does it cost? My buddy's dog
is at the station, don't ask me why; we ran 5 miles (in the rain) before the shift was done`

func TestTokensNeverPanicsAndIsPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain(t, typed().Draw(t, "text"))
	})
}

// plain fails unless every token of text is one lower-case word.
func plain(t interface{ Errorf(string, ...any) }, text string) {
	for _, token := range real().Tokens(text) {
		switch {
		case token.Text == "":
			t.Errorf("%q has an empty word", text)
		case strings.ContainsFunc(token.Text, unicode.IsSpace):
			t.Errorf("%q: the word %q holds a space", text, token.Text)
		case token.Text != strings.ToLower(token.Text):
			t.Errorf("%q: the word %q holds a capital", text, token.Text)
		}
	}
}

func TestPlainWordsAreReadAsThemselves(t *testing.T) {
	lexicon, err := frames.Load()
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := lexicon.Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		once := read(strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 12).Draw(t, "words"), " "))
		if twice := read(once); twice != once {
			t.Errorf("%q is read as %q", once, twice)
		}
	})
}

func TestInvisibleCharactersChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.SampledFrom(sentences).Draw(t, "sentence"))
		hidden := slices.Clone(text)
		for range rapid.IntRange(1, 8).Draw(t, "how many") {
			at := rapid.IntRange(0, len(hidden)).Draw(t, "at")
			hidden = slices.Insert(hidden, at, rapid.SampledFrom(invisibles).Draw(t, "which"))
		}
		if got, want := real().Tokens(string(hidden)), real().Tokens(string(text)); !slices.Equal(got, want) {
			t.Errorf("%q is read as %v, want %v", string(hidden), got, want)
		}
	})
}

func TestCapitalsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(sentences).Draw(t, "sentence")
		shouted := []rune(text)
		for i, upper := range rapid.SliceOfN(rapid.Bool(), len(shouted), len(shouted)).Draw(t, "upper") {
			if upper {
				shouted[i] = unicode.ToUpper(shouted[i])
			}
		}
		for _, s := range []string{string(shouted), strings.ToUpper(text)} {
			if got, want := real().Tokens(s), real().Tokens(text); !slices.Equal(got, want) {
				t.Errorf("%q is read as %v, want %v", s, got, want)
			}
		}
	})
}

// sentences are of every kind that the readings above name.
var sentences = []string{
	"i want to die", "gonna kms tn", "k1ll mys3lf", "k i l l  m y s e l f", "su*cide", "i can't do this anymore",
	"everyone's better off without me", "how much does a session cost?", "is it covered by the va, or not",
	"#wanttodie", "kill my||self||", "s-u-i-c-i-d-e", "diiiie", "looking at my 🔫", "ya no quiero vivir más",
	"see https://example.org/x ok", "the dispatcher toned out a structure fire", "10-56 tonight. bye",
}

func FuzzTokens(f *testing.F) {
	for _, s := range sentences {
		f.Add(s)
	}
	f.Add("\xff\xfe[<||**``<@")
	f.Add(`s-'"0`)
	f.Fuzz(func(t *testing.T, text string) {
		plain(t, text)
	})
}

// hostile are messages made to be slow to read, each as long as any network
// lets a message be. They are read like any other.
var hostile = map[string]string{
	"one word":          strings.Repeat("a", 40_000),
	"stars":             strings.Repeat("s*k**de ", 5_000),
	"digits":            strings.Repeat("0123 5$@!12 ", 3_300),
	"glued":             strings.Repeat("iatodwniatodwniatodwn ", 1_800),
	"single letters":    strings.Repeat("i a k l ", 5_000),
	"opening brackets":  strings.Repeat("[", 40_000),
	"opening angles":    strings.Repeat("<@", 20_000),
	"unfinished links":  strings.Repeat("[a](", 10_000),
	"hyphens":           strings.Repeat("a-", 20_000),
	"apostrophes":       strings.Repeat("o'", 20_000),
	"addresses":         strings.Repeat("https://", 5_000),
	"accents and faces": strings.Repeat("é🔫", 10_000),
}

func TestHostileMessagesAreRead(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			plain(t, text+" ")
			if got := read(text + "\nI want to d1e"); !strings.HasSuffix(got, "i want to die") {
				t.Errorf("the plea at the end is read as …%q", got[max(0, len(got)-40):])
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	n := real()
	for name, text := range hostile {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				n.Tokens(text)
			}
		})
	}
}

func BenchmarkTokens300(b *testing.B) {
	text := strings.Repeat("My buddy's wife said he can't sleep, and I don't know what to do about it. ", 4)[:300]
	n := real()
	b.ReportAllocs()
	for b.Loop() {
		n.Tokens(text)
	}
}
