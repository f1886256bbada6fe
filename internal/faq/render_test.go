package faq_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/faq"
)

// known is a lookup that knows the ids that begin with k.
func known(id string) (faq.Source, bool) {
	return faq.Source{ID: id}, strings.HasPrefix(id, "k")
}

func TestRender(t *testing.T) {
	for _, test := range []struct{ name, body, want, refs string }{
		{"numbers in order of first use", "A. [kb] B. [ka] C. [kb]", "A. [1] B. [2] C. [1]", "kb ka"},
		{"side by side", "A. [ka][kb]", "A. [1][2]", "ka kb"},
		{"side by side with a space", "A. [ka] [kb] B", "A. [1][2] B", "ka kb"},
		{"on two lines", "A. [ka]\n[kb]", "A. [1]\n[2]", "ka kb"},
		{"unknown mark stays", "A. [ka] [xx] [kb]", "A. [1][xx][2]", "ka kb"},
		{"link is no mark", "See [ka](https://example.org) [ka]", "See [ka](https://example.org) [1]", "ka"},
		{"brackets that are no marks", "A [not one] [1] [] [ka", "A [not one] [1] [] [ka", ""},
		{"bracket before a mark", "A [b [ka]", "A [b [1]", "ka"},
		{"no marks", "A.", "A.", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, refs := faq.Render(faq.Entry{Body: test.body}, known)
			if text != test.want || ids(refs) != test.refs {
				t.Errorf("got %q with %q, want %q with %q", text, ids(refs), test.want, test.refs)
			}
		})
	}
}

func ids(refs []faq.Source) string {
	var all []string
	for _, r := range refs {
		all = append(all, r.ID)
	}
	return strings.Join(all, " ")
}

// TestRenderLosesNothing puts the marks back in place of their numbers and
// finds the body again, but for spaces.
func TestRenderLosesNothing(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"[ka]", "[kb]", "[kc]", "[unknown]", "[ka](https://example.org)", "[", "]", "[not one]", "word", "é", ".", "- ", " ", "\n", "**", "[K]",
	})
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOf(piece).Draw(t, "body"), "")
		text, refs := faq.Render(faq.Entry{Body: body}, known)
		back := text
		for i, r := range refs {
			number := fmt.Sprintf("[%d]", i+1)
			if !strings.Contains(text, number) {
				t.Fatalf("%s is listed and not used in %q", number, text)
			}
			back = strings.ReplaceAll(back, number, "["+r.ID+"]")
		}
		if squeeze(back) != squeeze(body) {
			t.Fatalf("%q became %q", body, text)
		}
	})
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }
