package words

import (
	"regexp"
	"strings"
)

// What chat clients put around and inside words. Each keeps the words that a
// reader sees and drops the rest.
var (
	markdownLink = regexp.MustCompile(`\[([^\]\n]{1,300})\]\([^)\s]+\)`)
	slackLink    = regexp.MustCompile(`<(?:https?://|mailto:)[^>|\s]+\|([^>\n]{1,300})>`)
	mention      = regexp.MustCompile(`<(?:@[!&]?|#|!|a?:[\w~]{1,64}:|/[\w -]{1,64}:|t:)[\w|:.^-]{0,100}>`)
	bareURL      = regexp.MustCompile(`<?(?:https?://|www\.)[^\s>]+>?`)
	codeFence    = regexp.MustCompile("```[a-z]{0,12}\n")
)

// unmark takes a chat client's markup off, so that "kill my||self||" reads as
// it is seen. Marks that also stand for letters inside a word ("k*ll") stay for
// repair to judge.
func unmark(text string) string {
	if strings.ContainsAny(text, "<[") {
		text = markdownLink.ReplaceAllString(text, "$1")
		text = slackLink.ReplaceAllString(text, "$1")
		text = mention.ReplaceAllString(text, "")
	}
	if strings.Contains(text, "://") || strings.Contains(text, "www.") {
		text = bareURL.ReplaceAllString(text, " ")
	}
	if strings.ContainsAny(text, "|*_~`") {
		text = codeFence.ReplaceAllString(text, " ")
		text = doubled.Replace(text)
	}
	return text
}

// doubled drops the paired marks; a single one may be a letter or a space.
var doubled = strings.NewReplacer("||", "", "**", "", "__", "", "~~", "", "```", " ", "`", "")
