package frames_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
)

// tokens cuts plain words; "." ends a sentence and "," a clause.
func tokens(text string) []words.Token {
	var out []words.Token
	pause := words.Stop
	for _, w := range strings.Fields(text) {
		bare := strings.TrimRight(w, ".,")
		if bare != "" {
			out = append(out, words.Token{Text: bare, Before: pause})
			pause = words.Space
		}
		switch {
		case strings.HasSuffix(w, "."):
			pause = words.Stop
		case strings.HasSuffix(w, ","):
			pause = max(pause, words.Comma)
		}
	}
	return out
}

// found lists the hits of a text: name, the words of it, and what holds it.
func found(t *testing.T, lexicon *frames.Lexicon, text string) string {
	t.Helper()
	in := tokens(text)
	var out []string
	for _, h := range lexicon.Match(in) {
		var said []string
		for _, w := range in[h.Start:h.End] {
			said = append(said, w.Text)
		}
		s := fmt.Sprintf("%s(%s)", h.Frame.Name, strings.Join(said, " "))
		if h.Doubtful {
			s += " doubtful"
		}
		if h.Negated {
			s += " negated"
		}
		if h.Brake != nil {
			s += " held by " + h.Brake.Name
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func compile(t *testing.T, source string) *frames.Lexicon {
	t.Helper()
	lexicon, err := frames.Compile(source)
	if err != nil {
		t.Fatal(err)
	}
	return lexicon
}

func TestPatterns(t *testing.T) {
	const head = "classes: {want: [want, 'would like']}\nfillers: [really, just, so, fucking]\nframes: [{name: f, level: crisis, say: ['%s']}]"
	for _, test := range []struct{ name, pattern, text, want string }{
		{"a word", "die", "i die now", "f(die)"},
		{"another word", "die", "i live now", ""},
		{"words in order", "want die", "want die", "f(want die)"},
		{"words out of order", "want die", "die want", ""},
		{"a word between", "want die", "want to die", ""},
		{"a part that is there", "want [to] die", "want to die", "f(want to die)"},
		{"a part that is missing", "want [to] die", "want die", "f(want die)"},
		{"a choice", "want (die | end it)", "want end it", "f(want end it)"},
		{"no choice of it", "want (die | end it)", "want end", ""},
		{"the longest choice", "want (end | end it)", "want end it", "f(want end it)"},
		{"a class", "<want> die", "would like die", "f(would like die)"},
		{"nested parts", "want [to [really bad]] (die | (end | stop) it)", "want to stop it", "f(want to stop it)"},
		{"a gap that is not used", "want ..2 die", "want die", "f(want die)"},
		{"a gap", "want ..2 die", "want to maybe die", "f(want to maybe die)"},
		{"a gap too wide", "want ..2 die", "want to maybe soon die", ""},
		{"a gap past the end of a sentence", "want ..2 die", "want to. die", ""},
		{"a gap past a comma", "want ..2 die", "want to, die", "f(want to die)"},
		{"words past the end of a sentence", "want die", "want. die", ""},
		{"the beginning of a sentence", "^ die", "now. die", "f(die)"},
		{"not the beginning", "^ die", "now die", ""},
		{"the end of a sentence", "die $", "i die. now", "f(die)"},
		{"the end of a message", "die $", "i die", "f(die)"},
		{"not the end", "die $", "i die now", ""},
		{"a filler between", "want die", "want really die", "f(want really die)"},
		{"three fillers between", "want die", "want just really so die", "f(want just really so die)"},
		{"four fillers between", "want die", "want just really so fucking die", ""},
		{"a filler before the first word", "die want", "really die want", "f(die want)"},
		{"a filler past the end of a sentence", "want die", "want. really die", ""},
		{"twice", "die", "die. die", "f(die); f(die)"},
		{"overlapping readings are one hit", "die ..2 (now | soon)", "die now soon", "f(die now soon)"},
		{"nothing to read", "die", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			lexicon := compile(t, fmt.Sprintf(head, test.pattern))
			if got := found(t, lexicon, test.text); got != test.want {
				t.Errorf("%q finds %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestDoubt(t *testing.T) {
	lexicon := compile(t, `
negators: [not]
frames:
  - {name: f, level: crisis, say: [want die], doubt: [die soon, die]}
  - {name: g, level: crisis, doubt: [soon]}
brakes: [{name: b, holds: [f], scope: overlap, lowers: none, say: [die laughing]}]
`)
	for _, test := range []struct{ name, text, want string }{
		{"plain words", "want die", "f(want die)"},
		{"doubtful ones", "die now", "f(die) doubtful"},
		{"both at one place", "want die soon", "f(want die soon); g(soon) doubtful"},
		{"both at two places", "die. want die", "f(die) doubtful; f(want die)"},
		{"two doubtful ones at one place", "die soon", "f(die soon) doubtful; g(soon) doubtful"},
		{"negated", "not die", "f(die) doubtful negated"},
		{"held by a brake", "die laughing", "f(die) doubtful held by b"},
		{"a frame with nothing else", "soon", "g(soon) doubtful"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(t, lexicon, test.text); got != test.want {
				t.Errorf("%q finds %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestHitsComeInOrderOfPlace(t *testing.T) {
	lexicon := compile(t, "frames: [{name: a, level: crisis, say: [one]}, {name: b, level: risk, say: [two]}, {name: c, level: mention, say: ['one two']}]")
	if got, want := found(t, lexicon, "two one two"), "b(two); a(one); c(one two); b(two)"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestNegation(t *testing.T) {
	lexicon := compile(t, "negators: [not, never, without]\ntransparent: [i, am, do, to, of, have, any, plans]\nfillers: [really, just]\nframes: [{name: f, level: crisis, say: [die, 'not wake']}]")
	for _, test := range []struct{ name, text, want string }{
		{"just before", "not die", "f(die) negated"},
		{"through words that change nothing", "i do not have any plans to die", "f(die) negated"},
		{"through a filler", "never really just die", "f(die) negated"},
		{"not through a word with a meaning", "i do not care die", "f(die)"},
		{"not across a comma", "not, die", "f(die)"},
		{"not across the end of a sentence", "not. die", "f(die)"},
		{"six words back", "not have any plans of i die", "f(die) negated"},
		{"seven words back", "not have any plans of i am die", "f(die)"},
		{"after the frame", "die not", "f(die)"},
		{"inside the frame it is the frame", "not wake", "f(not wake)"},
		{"before one of two", "not die. die", "f(die) negated; f(die)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(t, lexicon, test.text); got != test.want {
				t.Errorf("%q finds %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestBrakes(t *testing.T) {
	lexicon := compile(t, `
frames:
  - {name: wish.die, level: crisis, say: [want die]}
  - {name: plan, level: crisis, say: [plan die]}
  - {name: note, level: crisis, unbraked: true, say: [note]}
brakes:
  - {name: idiom, holds: [wish.*], scope: overlap, lowers: none, say: [die laughing]}
  - {name: song, holds: [wish.*, note], scope: sentence, lowers: mention, say: [song]}
  - {name: past, holds: [wish.*, plan], scope: message, lowers: mention, say: [years ago]}
  - {name: game, holds: [wish.*], scope: message, lowers: none, say: [game]}
`)
	for _, test := range []struct{ name, text, want string }{
		{"overlap: shares a word", "want die laughing", "wish.die(want die) held by idiom"},
		{"overlap: in the same sentence only", "want die and die laughing", "wish.die(want die)"},
		{"overlap: of another frame", "plan die laughing", "plan(plan die)"},
		{"sentence: in it", "song says want die", "wish.die(want die) held by song"},
		{"sentence: after a comma", "song, want die", "wish.die(want die) held by song"},
		{"sentence: in another", "song. want die", "wish.die(want die)"},
		{"message: anywhere", "plan die. so. years ago", "plan(plan die) held by past"},
		{"holds only the frames it names", "game. plan die", "plan(plan die)"},
		{"the stronger of two", "years ago. want die. game", "wish.die(want die) held by game"},
		{"the stronger of two, the other way round", "game. want die. years ago", "wish.die(want die) held by game"},
		{"an unbraked frame is never held", "song note. years ago", "note(note)"},
		{"holds one hit and not the next", "want die laughing. want die", "wish.die(want die) held by idiom; wish.die(want die)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := found(t, lexicon, test.text); got != test.want {
				t.Errorf("%q finds %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestBothEndsOfALongMessageAreRead(t *testing.T) {
	lexicon := compile(t, "frames: [{name: f, level: crisis, say: [want die]}]")
	padding := strings.Repeat("word ", 10_000)
	for name, text := range map[string]string{"first": "want die. " + padding, "last": padding + ". want die"} {
		t.Run(name, func(t *testing.T) {
			if hits := lexicon.Match(tokens(text)); len(hits) != 1 {
				t.Errorf("%d hits, want 1", len(hits))
			}
		})
	}
	t.Run("the words of the caller are left as they are", func(t *testing.T) {
		in := tokens(padding + ". want die")
		before := slices.Clone(in)
		lexicon.Match(in)
		if !slices.Equal(in, before) {
			t.Error("Match changed them")
		}
	})
}

func TestMatchHoldsTogether(t *testing.T) {
	lexicon, err := frames.Load()
	if err != nil {
		t.Fatal(err)
	}
	vocabulary := lexicon.Vocabulary()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) words.Token {
			return words.Token{
				Text:   rapid.OneOf(rapid.SampledFrom(vocabulary), rapid.SampledFrom(common), rapid.String()).Draw(t, "word"),
				Before: rapid.SampledFrom([]words.Pause{words.Space, words.Space, words.Space, words.Comma, words.Stop}).Draw(t, "pause"),
			}
		}), 0, 60).Draw(t, "tokens")
		last := 0
		for _, h := range lexicon.Match(in) {
			switch {
			case h.Frame == nil:
				t.Fatal("a hit without a frame")
			case h.Start < last:
				t.Fatalf("%s at %d comes after a hit at %d", h.Frame.Name, h.Start, last)
			case h.Start < 0 || h.Start >= h.End || h.End > len(in):
				t.Fatalf("%s takes the words [%d, %d) of %d", h.Frame.Name, h.Start, h.End, len(in))
			}
			for _, between := range in[h.Start+1 : h.End] {
				if between.Before == words.Stop {
					t.Fatalf("%s goes past the end of a sentence", h.Frame.Name)
				}
			}
			last = h.Start
		}
	})
}

// common are words that many patterns begin with.
var common = strings.Fields("i want to die my myself kill not do the gun tonight he she is and if was")
