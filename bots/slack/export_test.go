package slack

import "kapbot/internal/chat"

// ActionID makes the id of a button.
func ActionID(b chat.Button, lang chat.Lang, i int) string { return actionID(b, lang, i) }

// ParseAction reads it again.
func ParseAction(id string) (action string, lang chat.Lang, ok bool) { return parseAction(id) }
