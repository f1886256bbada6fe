package crisis_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// pleas are plain crisis sentences, each of which gets a card as it stands.
var pleas = []string{
	"I want to die",
	"I want to kill myself",
	"I am going to kill myself tonight",
	"I can't stop thinking about suicide",
	"I am suicidal",
	"I wish I was dead",
	"I don't want to live anymore",
	"I don't want to be alive",
	"I just want to go to sleep and never wake up",
	"I hope I don't wake up tomorrow",
	"everyone would be better off without me",
	"my family would be better off if I was dead",
	"nobody would care if I died",
	"there is no reason to live",
	"I am tired of living",
	"I am ready to end it all",
	"I keep thinking about ending my life",
	"I have a plan to kill myself",
	"I wrote a suicide note",
	"I tried to kill myself last night",
	"I cut myself again tonight",
	"I want to hurt myself",
	"I need to cut myself to feel anything",
	"I took all my pills",
	"I swallowed the whole bottle of pills",
	"I overdosed an hour ago",
	"I am sitting here with my gun in my hand",
	"the gun is loaded and in my lap",
	"I am standing on the bridge and I want to jump",
	"I have a rope around my neck",
	"I am about to eat my gun",
	"I am going to hang myself",
	"how many pills would it take to kill me",
	"I am going to shoot my lieutenant",
	"voices tell me to hurt my wife",
	"my buddy wants to kill himself",
	"my wife says she wants to die",
	"my friend is suicidal and won't answer the phone",
	"don't give me a hotline, I want to die",
	"ya no quiero vivir",
	"me quiero morir",
	"voy a matarme esta noche",
}

// chitchat is what people write around a plea.
var chitchat = []string{
	"Good morning everyone.", "How long is a session?", "Is it covered by the VA?", "Thanks for the add.",
	"We had chili at the station.", "The Sox won again.", "What time is the meeting on Tuesday?", "It rained all week.",
	"My dog learned a new trick.", "I work nights on an engine company.", "Does insurance pay for the lozenges?",
	"I drove up from Tulsa.", "Who runs this server?", "The new truck has a flat.", "I did two tours.",
}

// lexical is what the lexicon says alone. The properties hold for it without
// the learnt layer, which only raises a level and takes a hundred times longer.
func lexical(text string) crisis.Verdict { return triage().Lexical(text) }

func TestPleasGetACard(t *testing.T) {
	for _, plea := range pleas {
		t.Run(plea, func(t *testing.T) {
			alone, whole := lexical(plea), check(plea)
			if !alone.Level.ShowsCard() {
				t.Errorf("the lexicon alone: level %s by %v", alone.Level, alone.Signals)
			}
			if whole.Level > alone.Level {
				t.Errorf("level %s, lowered from %s", whole.Level, alone.Level)
			}
		})
	}
	for _, talk := range chitchat {
		t.Run(talk, func(t *testing.T) {
			if v := check(talk); v.Level != crisis.None {
				t.Errorf("level %s by %v", v.Level, v.Signals)
			}
		})
	}
}

// A disguise writes a sentence in another way that means the same.
type disguise struct {
	name string
	of   func(t *rapid.T, text string) string
}

// each changes some of the letters of a text.
func each(t *rapid.T, text string, change func(r rune) string) string {
	letters := []rune(text)
	pick := rapid.SliceOfN(rapid.Bool(), len(letters), len(letters)).Draw(t, "which letters")
	var b strings.Builder
	for i, r := range letters {
		if pick[i] {
			b.WriteString(change(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

var twins = map[rune]string{
	'a': "а", 'c': "с", 'e': "е", 'i': "і", 'j': "ј", 'o': "о", 'p': "р", 's': "ѕ", 'x': "х", 'y': "у", // Cyrillic
	'k': "κ", 'n': "η", 't': "τ", 'v': "ν", 'u': "υ", // Greek
	'd': "ԁ", 'h': "һ", 'l': "ӏ", 'm': "м", 'w': "ԝ", 'g': "ɡ", 'r': "ʀ",
}

var disguises = []disguise{
	{"capitals", func(t *rapid.T, s string) string {
		return each(t, s, func(r rune) string { return string(unicode.ToUpper(r)) })
	}},
	{"shouting", func(_ *rapid.T, s string) string { return strings.ToUpper(s) }},
	{"wider gaps", func(t *rapid.T, s string) string {
		gap := rapid.SampledFrom([]string{"  ", "   ", "\t", "\u00a0", "\u2003", " \u200b "}).Draw(t, "gap")
		return " " + strings.ReplaceAll(s, " ", gap) + " "
	}},
	{"line breaks", func(t *rapid.T, s string) string {
		list := strings.Fields(s)
		at := rapid.IntRange(1, len(list)-1).Draw(t, "at")
		return strings.Join(list[:at], " ") + "\n" + strings.Join(list[at:], " ")
	}},
	{"a word a line", func(_ *rapid.T, s string) string { return strings.ReplaceAll(s, " ", "\n") }},
	{"letters spaced out", func(_ *rapid.T, s string) string {
		var wide []string
		for _, w := range strings.Fields(s) {
			wide = append(wide, strings.Join(strings.Split(w, ""), " "))
		}
		return strings.Join(wide, "  ")
	}},
	{"invisible characters", func(t *rapid.T, s string) string {
		hidden := rapid.SampledFrom([]string{"\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f"}).Draw(t, "hidden")
		return each(t, s, func(r rune) string { return string(r) + hidden })
	}},
	{"look-alikes", func(t *rapid.T, s string) string {
		left := len([]rune(s)) / 2
		return each(t, s, func(r rune) string {
			if like, ok := twins[r]; ok && left > 0 {
				left--
				return like
			}
			return string(r)
		})
	}},
	{"full-width letters", func(t *rapid.T, s string) string {
		return each(t, s, func(r rune) string {
			if r > ' ' && r < 0x7f {
				return string(r + 0xfee0)
			}
			return string(r)
		})
	}},
	{"combining marks", func(t *rapid.T, s string) string {
		return each(t, s, func(r rune) string {
			if unicode.IsLetter(r) {
				return string(r) + "\u0336"
			}
			return string(r)
		})
	}},
	{"curly apostrophes", func(_ *rapid.T, s string) string { return strings.ReplaceAll(s, "'", "’") }},
	{"no apostrophes", func(_ *rapid.T, s string) string { return strings.ReplaceAll(s, "'", "") }},
	{"marks around it", func(t *rapid.T, s string) string {
		mark := rapid.SampledFrom([]string{"||", "**", "*", "_", "~~", "`", "```", "\"", "“", "("}).Draw(t, "mark")
		closing := map[string]string{"“": "”", "(": ")"}[mark]
		if closing == "" {
			closing = mark
		}
		return mark + s + closing
	}},
	{"signs at the end", func(t *rapid.T, s string) string {
		return s + rapid.SampledFrom([]string{".", "...", "…", "!!!", "?", " 😭", " :(", " lol", " jk", " /s"}).Draw(t, "sign")
	}},
}

func TestDisguisesDoNotLowerALevel(t *testing.T) {
	for _, d := range disguises {
		t.Run(d.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				plea := rapid.SampledFrom(pleas).Draw(t, "plea")
				hidden := d.of(t, plea)
				want, got := lexical(plea), lexical(hidden)
				if got.Level > want.Level {
					t.Errorf("%q is %s by %v, want %s as for %q", hidden, got.Level, got.Signals, want.Level, plea)
				}
			})
		})
	}
}

func TestHarmlessWordsAroundAPleaDoNotHideIt(t *testing.T) {
	for _, between := range []struct{ name, sign string }{{"sentences", " "}, {"lines", "\n"}, {"paragraphs", "\n\n"}} {
		t.Run(between.name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				plea := rapid.SampledFrom(pleas).Draw(t, "plea")
				around := rapid.SliceOfN(rapid.SampledFrom(chitchat), 0, 6)
				before, after := around.Draw(t, "before"), around.Draw(t, "after")
				text := strings.Join(slices.Concat(before, []string{plea + "."}, after), between.sign)
				if v := lexical(text); !v.Level.ShowsCard() {
					t.Errorf("%q is %s by %v", text, v.Level, v.Signals)
				}
			})
		})
	}
}

// Without a full stop between, a brake of the sentence may reach the plea.
func TestHarmlessWordsInTheSameSentenceDoNotMakeItNothing(t *testing.T) {
	for _, plea := range pleas {
		t.Run(plea, func(t *testing.T) {
			for _, talk := range chitchat {
				talk = strings.ToLower(strings.TrimRight(talk, ".?"))
				for _, sign := range []string{" ", ", ", " and ", " but "} {
					for _, text := range []string{plea + sign + talk, talk + sign + plea} {
						if v := lexical(text); v.Level == crisis.None {
							t.Errorf("%q is none by %v", text, v.Signals)
						}
					}
				}
			}
		})
	}
}

func TestChitchatStaysNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(chitchat), 1, 8).Draw(t, "talk"), " ")
		if v := lexical(text); v.Level != crisis.None {
			t.Errorf("%q is %s by %v", text, v.Level, v.Signals)
		}
	})
}

// sound fails unless a verdict holds together.
func sound(t interface{ Errorf(string, ...any) }, text string, v crisis.Verdict) {
	if v.Level > crisis.None || v.Score < 0 || v.Score > 1 || v.Lang != chat.English && v.Lang != chat.Spanish {
		t.Errorf("%q: verdict %+v", text, v)
	}
	if v.Card().Text == "" {
		t.Errorf("%q: no card", text)
	}
	if c, ok := v.Cleared(crisis.Free); ok && c.Text() != text {
		t.Errorf("%q: cleared as %q", text, c.Text())
	}
}

func TestAnyConversationHoldsTogether(t *testing.T) {
	talks := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pleas), rapid.SampledFrom(chitchat), rapid.String()), 4, 10)
	for seed := range 12 {
		var s crisis.State
		var v crisis.Verdict
		now := noon
		for i, text := range talks.Example(seed) {
			v, s = triage().Check(chat.Said{Text: text}, s, now)
			sound(t, text, v)
			if v.Level > lexical(text).Level {
				t.Errorf("%q is %s, lowered from %s", text, v.Level, lexical(text).Level)
			}
			if v.Level.ShowsCard() && !s.Held(now) {
				t.Errorf("%q: a card without a hold", text)
			}
			if s.Words().Sub(now) > crisis.FragmentFor {
				t.Errorf("words are kept until %v", s.Words())
			}
			now = now.Add(time.Duration(i*i*(seed+1)) * 7 * time.Second)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{pleas[0], pleas[1], chitchat[0], "ya no quiero vivir", "k i l l  m y s e l f", "\xff\xfe||<@1>**"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, s := triage().Check(chat.Said{Text: text}, crisis.State{}, noon)
		sound(t, text, v)
		if v.Level > lexical(text).Level {
			t.Errorf("%q is %s, lowered from %s", text, v.Level, lexical(text).Level)
		}
		next, _ := triage().Check(chat.Said{Text: text}, s, noon.Add(time.Second))
		sound(t, text, next)
	})
}

// BenchmarkTriage300: what the lexicon takes for 300 letters must stay under
// 200 microseconds; with the classifier a message may take 20 milliseconds.
func BenchmarkTriage300(b *testing.B) {
	t := triage()
	for name, text := range map[string]string{
		"ordinary": "My buddy's wife said he can't sleep, and I don't know what to do about it. ",
		"dense":    "I don't want to be here, I want to know how much I would have to take to get some sleep and not feel like this. ",
	} {
		text = strings.Repeat(text, 5)[:300]
		b.Run("lexicon, "+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				t.Lexical(text)
			}
		})
		b.Run("whole, "+name, func(b *testing.B) {
			b.ReportAllocs()
			var times []time.Duration
			for b.Loop() {
				start := time.Now()
				t.Check(chat.Said{Text: text}, crisis.State{}, noon)
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
