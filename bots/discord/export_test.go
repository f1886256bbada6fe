package discord

import (
	"encoding/json"

	"github.com/bwmarrin/discordgo"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// DeferAfter is when Discord is told that a response takes longer.
const DeferAfter = deferAfter

// Render returns the texts of the messages of a reply.
func Render(r chat.Reply, t prompts.Texts) []string {
	var texts []string
	for _, p := range render(r, t) {
		texts = append(texts, p.text)
	}
	return texts
}

// Split cuts a text.
func Split(text string, limit int) []string { return split(text, limit) }

// RoundTrip makes the id of a button and reads it again.
func RoundTrip(b chat.Button, lang chat.Lang) (chat.Pressed, bool) {
	return parseButton(customID(b, lang))
}

// Parse reads the id of a button.
func Parse(id string) (chat.Pressed, bool) { return parseButton(id) }

// Message reads what the gateway tells of a message; false for what is none or is not
// for the bot.
func (p *Platform) Message(raw []byte) (ev chat.Event, ok bool) {
	var m *discordgo.Message
	if json.Unmarshal(raw, &m) != nil || m == nil {
		return ev, false
	}
	if ev, ok = p.edit(m); ok {
		return ev, ok
	}
	return p.message(m)
}

// Asks reads what the gateway tells of an interaction.
func (p *Platform) Asks(raw []byte) (chat.Body, bool) {
	var i discordgo.Interaction
	if json.Unmarshal(raw, &i) != nil {
		return nil, false
	}
	body, _, ok := p.asks(&i)
	return body, ok
}
