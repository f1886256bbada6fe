package slack

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/slack-go/slack"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Slack's limits, each a little below what Slack takes. Lengths are counted in
// UTF-16.
const (
	maxSection  = 2900
	maxHeader   = 150
	maxLabel    = 75
	maxValue    = 2000
	maxURL      = 3000
	maxFallback = 3900   // Slack advises 4,000
	maxBlocks   = 45     // of 50 in a message
	maxMessage  = 11_000 // letters of all blocks of a message, of some 13,000
	maxButtons  = 5      // in a row; Slack takes 25, a phone shows them as a wall
)

// A message is one that Slack takes: blocks, and the text that a notification,
// a screen reader and an old client show instead.
type message struct {
	Blocks []slack.Block
	Text   string
}

// render returns a reply as the messages that it needs, in the order in which it
// is to be read.
func render(r chat.Reply, t prompts.Texts) []message {
	var p page
	p.sections(r.Banner)
	if r.Card != nil {
		p.sections(r.Card.Text)
	}
	p.title(r.Title)
	p.sections(r.Text)
	p.sources(r.Sources, t)
	p.small(r.Footer)
	p.buttons(r, t)
	return p.messages()
}

// A page gathers blocks, each with what it says in plain mrkdwn.
type page struct {
	blocks []slack.Block
	texts  []string
}

func (p *page) add(b slack.Block, text string) {
	p.blocks = append(p.blocks, b)
	p.texts = append(p.texts, text)
}

// sections adds Markdown.
func (p *page) sections(md string) {
	for _, s := range pack(paragraphs(md), maxSection) {
		p.add(section(s), s)
	}
}

func section(text string) slack.Block {
	return slack.NewSectionBlock(words(text), nil, nil)
}

// words is a text in which Slack looks for nothing but the marks that are there.
func words(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}

// title adds a headline: as a header where it fits, else in bold.
func (p *page) title(text string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
	case length(text) <= maxHeader:
		p.add(slack.NewHeaderBlock(plain(text)), "*"+literal(text)+"*")
	default:
		p.sections("**" + text + "**")
	}
}

func (p *page) sources(list []chat.Source, t prompts.Texts) {
	if len(list) == 0 {
		return
	}
	lines := []string{mark("*", literal(t.Sources+":"))}
	for i, s := range list {
		lines = append(lines, fmt.Sprintf("[%d] %s", i+1, link(s.URL, literal(s.Title))))
	}
	for _, s := range pack([]string{strings.Join(lines, "\n")}, maxSection) {
		p.add(slack.NewContextBlock("", words(s)), s)
	}
}

// small adds Markdown in small letters.
func (p *page) small(md string) {
	for _, s := range pack(paragraphs(md), maxSection) {
		p.add(slack.NewContextBlock("", words(s)), s)
	}
}

func (p *page) buttons(r chat.Reply, t prompts.Texts) {
	var row []slack.BlockElement
	var labels []string
	pages := false
	for i, b := range r.Buttons {
		element, ok := button(b, r.Lang, i)
		if !ok {
			continue
		}
		row, labels = append(row, element), append(labels, literal(b.Label))
		pages = pages || b.Action == chat.ActionShow
	}
	if pages && r.Kind == chat.Concern {
		p.sections(t.ConcernPages)
	}
	for len(row) > 0 {
		n := min(len(row), maxButtons)
		p.add(slack.NewActionBlock("", row[:n]...), strings.Join(labels[:n], " · "))
		row, labels = row[n:], labels[n:]
	}
}

// button renders an offer. One that Slack would refuse is left out, so that it
// does not take the rest of the message with it.
func button(b chat.Button, lang chat.Lang, i int) (slack.BlockElement, bool) {
	label := shorten(strings.TrimSpace(b.Label), maxLabel)
	if label == "" || len(b.Value) > maxValue || len(b.URL) > maxURL || b.URL == "" && b.Action == "" {
		return nil, false
	}
	e := slack.NewButtonBlockElement(actionID(b, lang, i), b.Value, plain(label))
	if b.URL != "" {
		e.URL = b.URL
	}
	return e, true
}

// actionID carries what a pressed button needs to be read without memory: its
// action, the language of the reply and a number that makes it unique.
func actionID(b chat.Button, lang chat.Lang, i int) string {
	action := b.Action
	if b.URL != "" {
		action = linkAction
	}
	return fmt.Sprintf("%s.%s.%d", action, lang, i)
}

// linkAction is the action of a button that Slack opens by itself. Its press is
// told to the app all the same.
const linkAction = "link"

// parseAction reads what actionID wrote.
func parseAction(id string) (action string, lang chat.Lang, ok bool) {
	parts := strings.Split(id, ".")
	if len(parts) != 3 {
		return "", "", false
	}
	return parts[0], chat.Lang(parts[1]), true
}

// messages cuts a page where a message is full.
func (p *page) messages() []message {
	var out []message
	size := 0
	for i, b := range p.blocks {
		n := length(p.texts[i])
		if len(out) == 0 || len(out[len(out)-1].Blocks) == maxBlocks || size+n > maxMessage {
			out = append(out, message{})
			size = 0
		}
		m := &out[len(out)-1]
		m.Blocks = append(m.Blocks, b)
		m.Text = strings.TrimSpace(m.Text + "\n\n" + p.texts[i])
		size += n
	}
	for i := range out {
		if pieces := split(out[i].Text, maxFallback); len(pieces) > 1 {
			out[i].Text = pieces[0] + " …"
		}
	}
	return out
}

// shorten cuts a text to a length, with a sign that it was cut.
func shorten(s string, limit int) string {
	if length(s) <= limit {
		return s
	}
	size := 0
	for i, r := range s {
		size += max(1, utf16.RuneLen(r))
		if size > limit-1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}
