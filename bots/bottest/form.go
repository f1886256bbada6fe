package bottest

import (
	"context"
	"slices"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// formName is the command that opens the form of the conversations, and its name.
const formName = "faq note"

// FormFields are the fields of that form.
var FormFields = []chat.FormField{
	{Name: "title", Label: "What is it about?", Help: "One line", Value: "sleep", Required: true, Max: 100},
	{Name: "words", Label: "Your note", Long: true},
}

// What is wrong in the form, and what is said of it.
const (
	BadTitle = "untitled"
	Problem  = "Give it a title."
)

// routes lead to a form that every bot has: whoever sends it is shown its title again.
func routes() responder.Routes {
	return responder.Routes{formName: {
		Open: func(ev chat.Event) *chat.Form {
			form := chat.Form{Name: formName, State: "a state", Title: "A note", Submit: "Save", Fields: slices.Clone(FormFields)}
			sent, again := ev.Body.(chat.Filled)
			if again && sent.Value("title") != BadTitle {
				return nil
			}
			if again {
				form.Fields[0].Value, form.Fields[1].Value, form.Fields[0].Problem = BadTitle, sent.Value("words"), Problem
			}
			return &form
		},
		Reply: func(_ context.Context, q responder.Request) chat.Reply {
			f, _ := q.Body.(chat.Filled)
			return chat.Reply{Kind: chat.Notice, Lang: chat.English, Private: true, Text: "Kept " + f.Value("title") + " with " + f.State}
		},
	}}
}
