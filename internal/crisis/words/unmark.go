package words

import (
	"regexp"
	"strings"
	"unicode"
)

// What chat clients put around and inside words. Each keeps the words that a
// reader sees and drops the rest.
var (
	mention = regexp.MustCompile(`^(?:@[!&]?|#|!|a?:[\w~]{1,64}:|/[\w -]{1,64}:|t:)[\w|:.^-]{0,100}$`)
	bareURL = regexp.MustCompile(`<?(?:https?://|www\.)[^\s>]+>?`)
	// Single marks where a word begins or ends.
	opening   = regexp.MustCompile(`(^|\s)(?:[*_~#]+|>+ ?)(\S)`)
	closing   = regexp.MustCompile(`(\S)[*_~]+(\s|$)`)
	codeFence = regexp.MustCompile("```[a-z]{0,12}\n")
)

// How far the end of a piece of markup is looked for, in bytes: a message of
// opening signs alone must not cost more than one pass.
const (
	maxLabel   = 1200
	maxAddress = 2000
)

// unmark takes a chat client's markup off, so that "kill my||self||" reads as
// it is seen. Marks that also stand for letters inside a word ("k*ll") stay for
// repair to judge.
func unmark(text string) string {
	if strings.ContainsAny(text, "<[") {
		text = labels(text)
	}
	if strings.Contains(text, "://") || strings.Contains(text, "www.") {
		text = bareURL.ReplaceAllString(text, " ")
	}
	if strings.ContainsAny(text, "|*_~`") {
		text = codeFence.ReplaceAllString(text, " ")
		text = doubled.Replace(text)
	}
	if strings.ContainsAny(text, "*_~#>") {
		text = closing.ReplaceAllString(opening.ReplaceAllString(text, "$1$2"), "$1$2")
	}
	return text
}

// labels puts the label of a link in its place and drops mentions.
func labels(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		at := strings.IndexAny(text, "<[")
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		text = text[at:]
		read := bracketed
		if text[0] == '<' {
			read = angled
		}
		label, size := read(text)
		if size == 0 { // no markup: the sign is a sign
			b.WriteByte(text[0])
			text = text[1:]
			continue
		}
		b.WriteString(labels(label))
		text = text[size:]
	}
}

// bracketed reads "[label](address)" at the head of text. A size of zero means
// that there is none.
func bracketed(text string) (label string, size int) {
	end := strings.IndexByte(head(text, maxLabel), ']')
	if end < 2 || end+1 >= len(text) || text[end+1] != '(' || strings.ContainsRune(text[:end], '\n') {
		return "", 0
	}
	closing := strings.IndexByte(head(text[end:], maxAddress), ')')
	if closing < 3 || strings.ContainsFunc(text[end:end+closing], unicode.IsSpace) {
		return "", 0
	}
	return text[1:end], end + closing + 1
}

// angled reads Slack's "<address|label>" or a mention at the head of text. An
// address without a label is left for bareURL.
func angled(text string) (label string, size int) {
	end := strings.IndexByte(head(text, maxAddress+maxLabel), '>')
	if end < 0 {
		return "", 0
	}
	inside := text[1:end]
	if strings.HasPrefix(inside, "http://") || strings.HasPrefix(inside, "https://") || strings.HasPrefix(inside, "mailto:") {
		address, label, _ := strings.Cut(inside, "|")
		if label == "" || strings.ContainsRune(label, '\n') || strings.ContainsFunc(address, unicode.IsSpace) {
			return "", 0
		}
		return label, end + 1
	}
	if mention.MatchString(inside) {
		return "", end + 1
	}
	return "", 0
}

func head(text string, limit int) string { return text[:min(limit, len(text))] }

// doubled drops the paired marks; a single one may be a letter or a space.
var doubled = strings.NewReplacer("||", "", "**", "", "__", "", "~~", "", "```", " ", "`", "")
