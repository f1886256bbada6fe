package prompts_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kapbot/internal/faq"
	"kapbot/prompts"
)

// What every surface must say, and how.
const (
	line    = "Dial 988 then Press 1"
	byText  = "838255"
	byChat  = "https://www.veteranscrisisline.net/get-help-now/chat/"
	program = "I'm a program, not a person."
)

// full are the cards that fill a reply by themselves.
var full = []string{prompts.Crisis, prompts.Concern, prompts.Other, prompts.Danger, prompts.Overdose, prompts.Doors}

// first911 are the cards that open with 911; the line follows directly.
var first911 = []string{prompts.Danger, prompts.Overdose}

// eachCard runs a test for every card in every language.
func eachCard(t *testing.T, names []string, test func(t *testing.T, name, lang, text string)) {
	t.Helper()
	for _, name := range names {
		for _, lang := range prompts.Languages() {
			t.Run(name+" "+lang, func(t *testing.T) {
				test(t, name, lang, prompts.Card(name, lang))
			})
		}
	}
}

// unsigned is text without the signs of Markdown.
func unsigned(text string) string { return strings.ReplaceAll(text, "*", "") }

func TestCardsBeginWithTheLine(t *testing.T) {
	eachCard(t, prompts.Cards(), func(t *testing.T, name, _, text string) {
		lines := strings.Split(unsigned(text), "\n")
		if slices.Contains(first911, name) {
			if !strings.Contains(lines[0][:min(len(lines[0]), 20)], "911") {
				t.Errorf("it does not open with 911: %q", lines[0])
			}
			lines = lines[1:]
		}
		if len(lines) == 0 || !strings.HasPrefix(lines[0], line) {
			t.Errorf("%q does not stand where it must: %q", line, lines)
		}
	})
}

func TestTheLineIsWrittenAsTheVADoes(t *testing.T) {
	eachCard(t, prompts.Cards(), func(t *testing.T, _, _, text string) {
		if !strings.Contains(text, "**"+line+"**") {
			t.Errorf("no bold %q", line)
		}
		if n := strings.Count(strings.ToLower(text), "dial 988"); n != strings.Count(text, line) {
			t.Errorf("the line is written in another way too: %s", text)
		}
	})
}

func TestCardsNameTheOtherDoors(t *testing.T) {
	eachCard(t, prompts.Cards(), func(t *testing.T, _, _, text string) {
		if !strings.Contains(text, byText) {
			t.Errorf("no number to text")
		}
	})
	eachCard(t, full, func(t *testing.T, _, lang, text string) {
		for _, want := range []string{byChat, "Veterans Crisis Line", "911", "**988**"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q", want)
			}
		}
		if lang == "es" && !strings.Contains(text, "oprime 2") {
			t.Error("no way to Spanish on the line for all")
		}
	})
}

func TestFullCardsKeepTheOrderOfTheResources(t *testing.T) {
	eachCard(t, full, func(t *testing.T, name, _, text string) {
		order := []string{line, byText, byChat, "911", "**988**"}
		if slices.Contains(first911, name) {
			order = []string{"911", line, byText, byChat, "**988**"}
		}
		at := 0
		for _, part := range order {
			next := strings.Index(text[at:], part)
			if next < 0 {
				t.Fatalf("%q does not come after what it should: %s", part, text)
			}
			at += next + len(part)
		}
	})
}

func TestOverdoseCardNamesPoisonHelpAndNoPhoneBeforeIt(t *testing.T) {
	eachCard(t, []string{prompts.Overdose}, func(t *testing.T, _, _, text string) {
		help, vcl := strings.Index(text, "1-800-222-1222"), strings.Index(text, line)
		if help < 0 || help > vcl || strings.Index(text, "911") > help {
			t.Errorf("the order is not 911, Poison Help, the line: %s", text)
		}
	})
}

// numbers finds what a reader could dial or text.
var numbers = regexp.MustCompile(`\b[\d-]{3,}\b`)

func TestCardsHoldNoOtherNumber(t *testing.T) {
	known := []string{"988", "838255", "911", "1-800-222-1222", "1-800-267-5463"}
	eachCard(t, prompts.Cards(), func(t *testing.T, _, _, text string) {
		for _, n := range numbers.FindAllString(text, -1) {
			if !slices.Contains(known, n) {
				t.Errorf("the number %s is not one of the confirmed ones", n)
			}
		}
	})
}

func TestFullCardsSayWhatTheyAre(t *testing.T) {
	eachCard(t, full, func(t *testing.T, _, lang, text string) {
		want := map[string]string{"en": program, "es": "Soy un programa, no una persona"}[lang]
		if !strings.Contains(text, strings.TrimSuffix(want, ".")) {
			t.Errorf("it does not say %q", want)
		}
	})
}

// promises are what no line and no program can keep, and words that blame.
var promises = []string{
	"promise", "guarantee", "always ", "never tell", "no one will know", "nobody will know", "anonymous", "100%",
	"no police", "won't send", "will not send", "will fix", "will help you", "will save", "will keep you safe",
	"will be okay", "will be ok", "it gets better", "a veteran will", "veterans answer", "on the way", "is coming",
	"i will call", "i'll call", "we will call", "i am here for you", "i care", "someone will call", "right away",
	"committed suicide", "commit suicide", "hotline", "vcl", "attention", "selfish", "successful attempt", "failed attempt",
	"prometo", "prometemos", "garantiz", "siempre ", "nadie lo sabrá", "anónim", "sin policía", "va a salir bien",
	"todo estará bien", "te van a salvar", "ya viene", "en camino", "un veterano te", "cometió", "línea directa",
	"ketamine", "ketamina", "kap ",
}

func TestCardsPromiseNothing(t *testing.T) {
	eachCard(t, prompts.Cards(), func(t *testing.T, _, _, text string) {
		lower := strings.ToLower(text)
		for _, p := range promises {
			if strings.Contains(lower, p) {
				t.Errorf("it says %q", p)
			}
		}
	})
}

func TestCardsAskAtMostOneThing(t *testing.T) {
	eachCard(t, full, func(t *testing.T, _, _, text string) {
		last := text[strings.LastIndex(text, "\n\n"):]
		if n := strings.Count(last, "?"); n > 1 {
			t.Errorf("%d questions at the end: %s", n, last)
		}
	})
}

func TestEnglishCardsAreGradeSixOrBelow(t *testing.T) {
	for _, name := range prompts.Cards() {
		t.Run(name, func(t *testing.T) {
			if grade := faq.Grade(faq.Entry{Body: prompts.Card(name, "en")}); grade > 6 {
				t.Errorf("grade %.1f, want at most 6", grade)
			}
		})
	}
}

func TestCardThatIsNotThereIsTheFullCard(t *testing.T) {
	want := prompts.Card(prompts.Crisis, "en")
	if !strings.Contains(want, line) {
		t.Fatal("there is no full card")
	}
	for _, test := range []struct{ name, card, lang string }{
		{"unknown card", "no-such-card", "en"},
		{"unknown language", prompts.Crisis, "fr"},
		{"no language", prompts.Crisis, ""},
		{"a path", "../texts", "en"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := prompts.Card(test.card, test.lang); got != want {
				t.Errorf("card %q", got)
			}
		})
	}
}

// whole fails if a text of one language lacks what the English one has.
func whole[T any](t *testing.T, load func() (map[string]T, error)) {
	t.Helper()
	all, err := load()
	if err != nil {
		t.Fatal(err)
	}
	english := reflect.ValueOf(all["en"])
	placeholder := regexp.MustCompile(`\{\w+\}`)
	for _, lang := range prompts.Languages() {
		t.Run(lang, func(t *testing.T) {
			texts := reflect.ValueOf(all[lang])
			for i := range texts.NumField() {
				name, text := texts.Type().Field(i).Name, texts.Field(i).String()
				if text == "" {
					t.Errorf("%s is empty", name)
				}
				want := placeholder.FindAllString(english.Field(i).String(), -1)
				if got := placeholder.FindAllString(text, -1); !slices.Equal(got, want) {
					t.Errorf("%s has the placeholders %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestTextsAreWholeInEveryLanguage(t *testing.T) {
	whole(t, prompts.Load)
	all, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the texts that greet and part name the line", func(t *testing.T) {
		for lang, texts := range all {
			for _, text := range []string{texts.Welcome, texts.Help, texts.Safe, texts.Goodbye} {
				if !strings.Contains(text, line) {
					t.Errorf("%s: no line in %q", lang, text)
				}
			}
		}
	})
}

func TestFill(t *testing.T) {
	for _, test := range []struct {
		name, text string
		pairs      []string
		want       string
	}{
		{"one", "due {date}.", []string{"date", "today"}, "due today."},
		{"twice", "{a} and {a}", []string{"a", "x"}, "x and x"},
		{"several", "{size} of {limit}", []string{"size", "2", "limit", "1"}, "2 of 1"},
		{"none of that name", "{a}", []string{"b", "x"}, "{a}"},
		{"a value that looks like a place", "{a} {b}", []string{"b", "y", "a", "{b}"}, "{b} y"},
		{"a key without a value", "{a}", []string{"a"}, "{a}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := prompts.Fill(test.text, test.pairs...); got != test.want {
				t.Errorf("filled %q, want %q", got, test.want)
			}
		})
	}
}
