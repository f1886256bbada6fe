package discord

import (
	"kapbot/internal/chat"
	"kapbot/prompts"
)

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
