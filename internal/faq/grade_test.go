package faq

import (
	"math"
	"slices"
	"testing"
)

// TestSyllables is inside the package because a wrong count shows in a grade
// only as a small difference.
func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{
		"the": 1, "asked": 1, "wanted": 2, "called": 1, "handled": 2, "table": 2, "tables": 2, "while": 1,
		"places": 2, "times": 1, "changes": 2, "studies": 2, "safely": 2, "movement": 2, "medical": 3,
		"being": 2, "trying": 2, "psychiatry": 4, "medication": 4, "evaluation": 5, "special": 2, "trial": 2,
		"serious": 3, "doesn't": 2, "don't": 1, "doctor’s": 2, "mechanism": 4, "opioid": 3, "immediate": 4,
		"low-dose": 2, "2026": 1, "838255": 1, "va.gov": 1, "PTSD": 2, "VA": 2, "a": 1, "I": 1,
		"ketamine": 2, "Esketamine": 2, "psychotherapy": 2, "veteran’s": 2, "(placebo)": 2,
	} {
		if got := syllablesOf(word); got != want {
			t.Errorf("%s: %d syllables, want %d", word, got, want)
		}
	}
}

func TestGrade(t *testing.T) {
	for _, test := range []struct {
		name, body string
		want       float64
	}{
		// 0.39 × words/sentences + 11.8 × syllables/words − 15.59
		{"short words", "The cat sat on the mat.", 0.39*6 + 11.8 - 15.59},
		{"marks and signs do not count", "**The cat** sat on the [mat](https://example.org). [feder2014]", 0.39*6 + 11.8 - 15.59},
		{"items are sentences", "- The cat sat\n- on the mat", 0.39*3 + 11.8 - 15.59},
		{"abbreviations end no sentence", "The U.S. cat sat, e.g. on a mat.", 0.39*8 + 11.8 - 15.59},
		{"nothing", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Grade(Entry{Body: test.body}); math.Abs(got-test.want) > 0.01 {
				t.Errorf("grade %.2f, want %.2f", got, test.want)
			}
		})
	}
}

func TestFigures(t *testing.T) {
	for text, want := range map[string][]string{
		"1,750 people, 63.0% and $90.50":            {"1750", "63", "90.5"},
		"p=.0363":                                   {"0.0363"},
		"from 2019-2020":                            {"2019", "2020"},
		"mid-2026, a 24-hour line":                  {"2026", "24"},
		"PHQ-9, PCL-5, CYP2B6, SF-86":               nil,
		"See 988lifeline.org or va.gov/x/2020/":     nil,
		"call 1-800-273-8255":                       {"8002738255"},
		"+1 844-702-5495 or (844) 702-5495":         {"8447025495", "8447025495"},
		"1-800-COPLINE, 1-800-FDA-1088":             {"8002675463", "8003321088"},
		"Dial 988 then Press 1":                     {"988", "1"},
		"two of five people had three- to fourfold": nil,
	} {
		var got []string
		for _, f := range figuresIn(text) {
			got = append(got, f.value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
