package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain lower-cases text and folds away what Unicode adds without changing the
// words: compatibility forms, accents, invisible characters, curly quotes,
// letters of other scripts that look like ours, and pictures that stand for
// words. Invalid UTF-8 becomes a space.
func (n *Normaliser) plain(text string) string {
	if ascii(text) {
		return strings.ToLower(text)
	}
	text = strings.ToValidUTF8(text, " ")
	text = n.emoji.Replace(text)
	text = strings.ReplaceAll(text, "´", "'") // which NFKD would take for a space
	// Folding to NFKD and dropping marks is NFKC without accents: a rule need
	// not know whether someone typed "morír" or "morir".
	text = strings.ToLower(norm.NFKD.String(text))
	latin := mostlyLatin(text)
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Me, r), unicode.Is(unicode.Cf, r), invisible(r):
		case strings.ContainsRune("‘’‛′`´ʼ＇", r):
			b.WriteByte('\'')
		case strings.ContainsRune("“”„«»″", r):
			b.WriteByte('"')
		case strings.ContainsRune("—―", r):
			b.WriteString(" - ")
		case strings.ContainsRune("–‐‑−", r):
			b.WriteByte('-')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r >= '🅐' && r <= '🅩': // in black circles, which NFKD leaves alone
			b.WriteByte('a' + byte(r-'🅐'))
		case r >= '🅰' && r <= '🆉': // in black squares
			b.WriteByte('a' + byte(r-'🅰'))
		case unicode.Is(unicode.So, r): // pictures that stand for no word
			b.WriteByte(' ')
		default:
			if like, ok := n.lookalikes[r]; ok && latin {
				b.WriteString(like)
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// invisible lists fillers that Unicode does not class as format characters.
func invisible(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u034f', '\u17b4', '\u17b5', '\ufffd':
		return true
	}
	return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0000 && r <= 0xe0fff
}

// mostlyLatin tells English with planted look-alikes from real Cyrillic or
// Greek: a message with any Latin letter per four others counts as ours. Small
// capitals and the like are Latin letters.
func mostlyLatin(text string) bool {
	latin, other := 0, 0
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	return latin > 0 && latin*4 >= other
}
