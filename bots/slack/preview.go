package slack

import (
	"html"
	"html/template"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Preview shows a reply as Slack would, as HTML without anything that runs: what is
// bold, small, a list or a button, and where one message ends.
func Preview(r chat.Reply, t prompts.Texts) template.HTML {
	var out strings.Builder
	div := func(class, inner string) { out.WriteString(`<div class="` + class + `">` + inner + "</div>\n") }
	for i, m := range render(r, t) {
		if i > 0 {
			out.WriteString("<hr>\n")
		}
		for _, block := range m.Blocks {
			switch b := block.(type) {
			case *slack.HeaderBlock:
				div("title", template.HTMLEscapeString(b.Text.Text))
			case *slack.SectionBlock:
				div("lines", shown(b.Text.Text))
			case *slack.ContextBlock:
				for _, e := range b.ContextElements.Elements {
					if text, ok := e.(*slack.TextBlockObject); ok {
						div("lines small", shown(text.Text))
					}
				}
			case *slack.ActionBlock:
				div("buttons", pushes(b))
			}
		}
	}
	return template.HTML(out.String()) //nolint:gosec // every text in it is escaped
}

func pushes(b *slack.ActionBlock) string {
	var out strings.Builder
	for _, e := range b.Elements.ElementSet {
		if button, ok := e.(*slack.ButtonBlockElement); ok {
			out.WriteString(`<span class="push">` + template.HTMLEscapeString(button.Text.Text) + "</span>")
		}
	}
	return out.String()
}

var (
	shownLink = regexp.MustCompile(`<(https?://[^|>\s]+)(?:\|([^>]*))?>`)
	shownMark = regexp.MustCompile("(^|[^\\pL\\d])([*_~])([^\\s*_~](?:[^*_~\n]*[^\\s*_~])?)([*_~])")
	tagOf     = map[string]string{"*": "strong", "_": "em", "~": "s"}
)

// shown turns mrkdwn into HTML.
func shown(mrkdwn string) string {
	var out strings.Builder
	at := 0
	for _, m := range shownLink.FindAllStringSubmatchIndex(mrkdwn, -1) {
		out.WriteString(marked(mrkdwn[at:m[0]]))
		address, label := mrkdwn[m[2]:m[3]], mrkdwn[m[2]:m[3]]
		if m[4] >= 0 {
			label = mrkdwn[m[4]:m[5]]
		}
		out.WriteString(`<a href="` + escaped(address) + `" rel="noreferrer">` + marked(label) + `</a>`)
		at = m[1]
	}
	return out.String() + marked(mrkdwn[at:])
}

// marked turns marks into tags, in a text without links.
func marked(mrkdwn string) string {
	return shownMark.ReplaceAllStringFunc(escaped(mrkdwn), func(found string) string {
		m := shownMark.FindStringSubmatch(found)
		if m[2] != m[4] {
			return found
		}
		tag := tagOf[m[2]]
		return m[1] + "<" + tag + ">" + m[3] + "</" + tag + ">"
	})
}

// escaped escapes a text once, whether or not it was escaped for Slack.
func escaped(text string) string { return template.HTMLEscapeString(html.UnescapeString(text)) }
