package slack

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestMarkdownAsSlackShowsIt(t *testing.T) {
	tests := []struct {
		name, md, want string
	}{
		{"bold and italic", "**Dial 988 then Press 1** or *text*.", "*Dial 988 then Press 1* or _text_."},
		{"a card's two lines stay two", "**Dial 988 then Press 1** now.\nI'm glad.", "*Dial 988 then Press 1* now.\nI'm glad."},
		{"a list", "- **Text** 838255\n- Call", "• *Text* 838255\n• Call"},
		{"a numbered list", "3. a\n4. b", "3. a\n4. b"},
		{"a list in a list", "- a\n  - b", "• a\n    • b"},
		{"a link", "[VA](https://va.gov/a?b=1&c=2)", "<https://va.gov/a?b=1&amp;c=2|VA>"},
		{"a bare link", "see https://va.gov/x", "see <https://va.gov/x>"},
		{"a link that is none", "[x](javascript:alert)", "x"},
		{"a heading", "# Costs", "*Costs*"},
		{"a quotation", "> a\n> b", "> a\n> b"},
		{"struck", "~~no~~", "~no~"},
		{"signs of Slack's", "a < b & c > d", "a &lt; b &amp; c &gt; d"},
		{"an entity", "a &amp; b", "a &amp; b"},
		{"a ping", "<!channel> @here <@U123>", "&lt;!channel&gt; @here &lt;@U123&gt;"},
		{"marks that are letters", "2 * 3 * 4 and snake_case_x", "2 " + gap + "*" + gap + " 3 " + gap + "*" + gap + " 4 and snake" + gap + "_" + gap + "case" + gap + "_" + gap + "x"},
		{"bold inside a word", "un**bel**ievable", "un" + gap + "*bel*" + gap + "ievable"},
		{"bold over two lines", "**a\nb**", "*a*\n*b*"},
		{"paragraphs", "a\n\nb", "a\n\nb"},
		{"HTML", "<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"},
		{"code", "`a*b`", "a" + gap + "*" + gap + "b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := mrkdwn(test.md); got != test.want {
				t.Errorf("%q became %q, want %q", test.md, got, test.want)
			}
		})
	}
}

// typed is what people and writers type, with all that means something to Slack.
func typed() *rapid.Generator[string] {
	return rapid.StringOf(rapid.OneOf(
		rapid.RuneFrom([]rune("ab *_~`<>&|!@#[](){}\n-.1/:;\\")), rapid.Rune(),
	))
}

func TestNothingTypedCanPing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		md := typed().Draw(t, "md") + rapid.SampledFrom([]string{"<!channel>", "<@U1>", "<!subteam^S1>", "&lt;!here&gt;", "[<!here>](https://a.b)", "[a](https://a.b|<!here>)"}).Draw(t, "ping")
		out := mrkdwn(md)
		for _, ping := range []string{"<!", "<@", "<#"} {
			if strings.Contains(out, ping) {
				t.Fatalf("%q became %q", md, out)
			}
		}
	})
}

func TestSplittingKeepsEveryLetter(t *testing.T) {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		md := strings.Repeat(typed().Draw(t, "md")+rapid.SampledFrom([]string{" ", "", "\n", "\n\n", " [a b](https://va.gov/) "}).Draw(t, "between"), rapid.IntRange(1, 200).Draw(t, "times"))
		const limit = 500
		list := paragraphs(md)
		pieces := pack(list, limit)
		if letters(strings.Join(pieces, "")) != letters(strings.Join(list, "")) {
			t.Fatal("a letter was lost")
		}
		for _, p := range pieces {
			if length(p) > limit {
				t.Fatalf("a piece of %d", length(p))
			}
			if strings.LastIndex(p, "<") > strings.LastIndex(p, ">") {
				t.Fatalf("a link was cut: %q", p)
			}
		}
	})
}

func FuzzMrkdwn(f *testing.F) {
	f.Add("**a** [b](https://c.d) <!here>")
	f.Fuzz(func(t *testing.T, md string) {
		for _, p := range pack(paragraphs(md), maxSection) {
			if p == "" || length(p) > maxSection || strings.Contains(p, "<!") || strings.Contains(p, "<@") {
				t.Errorf("%q became %q", md, p)
			}
		}
	})
}
