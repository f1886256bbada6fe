package discord

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/bwmarrin/discordgo"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Limits of Discord on one message.
const (
	maxText    = 2000 // counted as UTF-16, the stricter way
	maxRows    = 5
	maxInRow   = 5
	maxLabel   = 80
	maxCustom  = 100
	maxLink    = 512
	maxSources = 10 // link buttons; the list above them is whole
)

// addressLabel is a link whose label looks like an address itself. Discord shows
// such a link as it is written.
var addressLabel = regexp.MustCompile(`\[([^\]\s]+\.[^\]\s]+)\]\((https?://[^)\s]+)\)`)

// A part is one message of a reply.
type part struct {
	text string
	rows []discordgo.MessageComponent
}

// flags keep link previews away: they push a card off a small screen.
func (part) flags() discordgo.MessageFlags { return discordgo.MessageFlagsSuppressEmbeds }

// render returns a reply as messages within Discord's limits, in the order that they
// are to be read. The buttons are under the last. Replies are plain text and no
// embeds: those can be switched off by whoever reads and by whoever runs the server.
func render(r chat.Reply, t prompts.Texts) []part {
	var blocks []string
	add := func(text string) {
		if text != "" {
			blocks = append(blocks, text)
		}
	}
	add(r.Banner)
	if r.Card != nil {
		add(r.Card.Text)
	}
	if r.Title != "" {
		add("**" + r.Title + "**")
	}
	add(r.Text)
	if r.Card != nil && r.Kind == chat.Concern && hasAction(r.Buttons, chat.ActionShow) {
		add(t.ConcernPages)
	}
	if len(r.Sources) > 0 {
		lines := []string{"-# **" + t.Sources + "**"}
		for i, s := range r.Sources {
			lines = append(lines, fmt.Sprintf("-# [%d] %s", i+1, s.Title))
		}
		add(strings.Join(lines, "\n"))
	}
	if r.Footer != "" {
		add("-# " + strings.ReplaceAll(r.Footer, "\n", "\n-# "))
	}
	var parts []part
	text := addressLabel.ReplaceAllString(strings.Join(blocks, "\n\n"), "$1 (<$2>)")
	for _, text := range split(text, maxText) {
		parts = append(parts, part{text: text})
	}
	if len(parts) == 0 {
		parts = []part{{text: "…"}}
	}
	parts[len(parts)-1].rows = rows(r)
	return parts
}

func hasAction(buttons []chat.Button, action string) bool {
	for _, b := range buttons {
		if b.Action == action {
			return true
		}
	}
	return false
}

// rows puts the buttons of a reply and the links of its sources into rows.
func rows(r chat.Reply) []discordgo.MessageComponent {
	var buttons []discordgo.MessageComponent
	for _, b := range r.Buttons {
		button := discordgo.Button{Label: cut(b.Label, maxLabel), Style: discordgo.SecondaryButton, CustomID: customID(b, r.Lang)}
		if b.URL != "" {
			button = discordgo.Button{Label: cut(b.Label, maxLabel), Style: discordgo.LinkButton, URL: b.URL}
		}
		if len(button.URL) <= maxLink && len(button.CustomID) <= maxCustom {
			buttons = append(buttons, button)
		}
	}
	links := 0
	for i, s := range r.Sources {
		if s.URL == "" || len(s.URL) > maxLink || links == maxSources {
			continue
		}
		links++
		buttons = append(buttons, discordgo.Button{Label: cut(fmt.Sprintf("[%d] %s", i+1, s.Title), 30), Style: discordgo.LinkButton, URL: s.URL})
	}
	var out []discordgo.MessageComponent
	for len(buttons) > 0 && len(out) < maxRows {
		n := min(maxInRow, len(buttons))
		out = append(out, discordgo.ActionsRow{Components: buttons[:n]})
		buttons = buttons[n:]
	}
	return out
}

// customID is how a button comes back. It holds nothing of a person's.
func customID(b chat.Button, lang chat.Lang) string {
	if b.Action == "" {
		return ""
	}
	return strings.Join([]string{b.Action, string(lang), b.Value}, ":")
}

func parseButton(id string) (chat.Pressed, bool) {
	fields := strings.SplitN(id, ":", 3)
	if len(fields) != 3 {
		return chat.Pressed{}, false
	}
	return chat.Pressed{Action: fields[0], Lang: chat.Lang(fields[1]), Value: fields[2]}, true
}

// split cuts a text into pieces of at most limit, between paragraphs where it can,
// else between lines, else between words.
func split(text string, limit int) []string {
	var pieces []string
	text = strings.TrimSpace(text)
	for size(text) > limit {
		at := 0
		for _, between := range []string{"\n\n", "\n", " "} {
			if at = lastWithin(text, between, limit); at > 0 {
				break
			}
		}
		if at == 0 {
			at = prefixWithin(text, limit)
		}
		pieces = append(pieces, strings.TrimSpace(text[:at]))
		text = strings.TrimSpace(text[at:])
	}
	if text != "" {
		pieces = append(pieces, text)
	}
	return pieces
}

// lastWithin is where the last separator begins before which a piece fits; 0 if
// there is none.
func lastWithin(text, between string, limit int) int {
	head := text[:prefixWithin(text, limit)]
	if strings.HasPrefix(text[len(head):], between) {
		return len(head)
	}
	return max(0, strings.LastIndex(head, between))
}

// prefixWithin is the length in bytes of the longest beginning of at most limit.
func prefixWithin(text string, limit int) int {
	used := 0
	for i, r := range text {
		if used += utf16.RuneLen(r); used > limit {
			return i
		}
	}
	return len(text)
}

func size(text string) int {
	n := 0
	for _, r := range text {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cut shortens a text to at most limit, with an ellipsis.
func cut(text string, limit int) string {
	if size(text) <= limit {
		return text
	}
	return strings.TrimSpace(text[:prefixWithin(text, limit-1)]) + "…"
}
