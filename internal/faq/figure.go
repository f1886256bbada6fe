package faq

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// A figure is a number that a reader could look up: a count, a year, a share, a
// price, a phone number. Numbers in words are not figures.
type figure struct {
	text  string // as printed
	value string // normalised: 1,750 and 1750 are the same, so are 63% and 63.0
	phone bool
}

var (
	phonePattern  = regexp.MustCompile(`(?:\+?1[-. ])?\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b`)
	vanityPattern = regexp.MustCompile(`\b1?-?8\d\d-(?:\d{3}-[A-Z]{4}|[A-Z]{3}-\d{4}|[A-Z]{7})\b`)
	numberPattern = regexp.MustCompile(`\d+(?:,\d{3})*(?:\.\d+)?|\.\d+`)

	// Text, call or dial and a short number: a phone number that does not look
	// like one.
	shortPattern = regexp.MustCompile(`(?i)\b(?:call|dial|text|text [A-Z]+ to)\s+(\d{3,6})\b`)

	addressPattern = regexp.MustCompile(`\b(?:https?://)?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|org|net|gov|mil|edu)\b\S*`)
)

// figuresIn finds the figures of a text without Markdown. Digits inside a name,
// such as PCL-5 or CYP2B6, and inside a web address are not figures.
func figuresIn(text string) []figure {
	var found []figure
	text = addressPattern.ReplaceAllString(text, " ")
	short := map[string]bool{}
	for _, m := range shortPattern.FindAllStringSubmatch(text, -1) {
		short[m[1]] = true
	}
	for _, pattern := range []*regexp.Regexp{phonePattern, vanityPattern} {
		text = pattern.ReplaceAllStringFunc(text, func(m string) string {
			found = append(found, figure{strings.TrimSpace(m), phoneDigits(m), true})
			return " "
		})
	}
	for _, at := range numberPattern.FindAllStringIndex(text, -1) {
		if isPartOfName(text[:at[0]]) {
			continue
		}
		m := text[at[0]:at[1]]
		found = append(found, figure{m, numberValue(m), short[m]})
	}
	return found
}

// isPartOfName reports whether digits that follow the text belong to a name: a
// letter stands right before them, or capitals and a hyphen do.
func isPartOfName(before string) bool {
	rest, hyphen := strings.CutSuffix(before, "-")
	start := strings.LastIndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) }) + 1
	letters := rest[start:]
	if letters == "" {
		return false
	}
	return !hyphen || strings.ContainsFunc(letters, unicode.IsUpper) && len(letters) > 1
}

func numberValue(text string) string {
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// phoneDigits gives the digits of a phone number, letters read off the keypad,
// without the country code.
func phoneDigits(text string) string {
	const keypad = "22233344455566677778889999"
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			b.WriteByte(keypad[r-'A'])
		}
	}
	digits := b.String()
	if len(digits) == 11 {
		digits = strings.TrimPrefix(digits, "1")
	}
	return digits
}
