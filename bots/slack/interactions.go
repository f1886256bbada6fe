package slack

import (
	"strings"

	"github.com/slack-go/slack"

	"kapbot/internal/chat"
)

const (
	// command is the slash command, prefix what stands before the name of one of
	// its parts.
	command = "/kap"
	// commandFAQ is the one for moderators.
	commandFAQ = "/faq"
	prefix     = command + " "
	// shortcutAnswer is the callback of the message shortcut.
	shortcutAnswer = "kap_answer"
	// How the Message of a Ref begins that is no message in a room.
	used    = "command "
	pressed = "press "
)

// bare are the parts of the command that stand alone. Everything else that follows
// the command is a question.
var bare = map[string]bool{"help": true, "resources": true, "topics": true, "console": true}

// roomParts are the parts that say how the room is read, or ask.
var roomParts = map[string]bool{"watch on": true, "watch off": true, "watch show": true, "support on": true, "support off": true, "support show": true}

// readCommand reads the slash command. Only its person sees it and its answer.
func (p *Platform) readCommand(c slack.SlashCommand) chat.Event {
	text := readable(c.Text, "")
	name, question := "ask", text
	switch first, rest, _ := strings.Cut(text, " "); {
	case c.Command == commandFAQ:
		name, question = strings.TrimSpace("faq "+strings.ToLower(first)), strings.TrimSpace(rest)
	case text == "":
		name = "help"
	case bare[strings.ToLower(text)]:
		name, question = strings.ToLower(text), ""
	case strings.EqualFold(first, "ask"):
		question = strings.TrimSpace(rest)
	case strings.EqualFold(first, "alerts") && len(strings.Fields(rest)) <= 2:
		name, question = "alerts", rest
	case roomParts[strings.ToLower(text)]:
		name, question = strings.ToLower(first), strings.ToLower(rest)
	}
	at := chat.Ref{Network: Network, Space: c.TeamID, Channel: c.ChannelID, Message: used + c.TriggerID}
	p.hooks.put(at, hook{url: c.ResponseURL})
	return chat.Event{
		Key: at.Message, At: at, From: chat.Person{ID: c.UserID}, Addressed: true, Direct: true, Prefix: prefix,
		// The whole line is among the words, so that no way of writing slips past.
		Body: chat.Command{Name: name, Args: []chat.Field{{Name: "question", Value: question}, {Name: "line", Value: text}}},
	}
}

func (p *Platform) readInteraction(c slack.InteractionCallback) (chat.Event, bool) {
	switch c.Type {
	case slack.InteractionTypeMessageAction:
		if c.CallbackID == shortcutAnswer {
			return p.readShortcut(c)
		}
	case slack.InteractionTypeViewSubmission:
		return p.readForm(c)
	case slack.InteractionTypeBlockActions:
		if len(c.ActionCallback.BlockActions) > 0 {
			return p.readPress(c, c.ActionCallback.BlockActions[0])
		}
	}
	return chat.Event{}, false
}

// readShortcut reads "Answer from the FAQ" on a message. The words are its
// author's, and so are the answer and, should it come to that, the card: it is
// shown at the message, where they see it. Where the bot is no member, whoever used
// the shortcut sees it instead.
func (p *Platform) readShortcut(c slack.InteractionCallback) (chat.Event, bool) {
	m := c.Message
	from := m.User
	if m.BotID != "" || from == "" {
		from = c.User.ID
	}
	at := chat.Ref{Network: Network, Space: c.Team.ID, Channel: c.Channel.ID, Thread: m.ThreadTimestamp, Message: m.Timestamp}
	if at.Thread == at.Message {
		at.Thread = ""
	}
	p.hooks.put(at, hook{url: c.ResponseURL, spare: true})
	said := chat.Said{Text: readable(m.Text, ""), Files: files(m.Files), Quoted: quoted(m.Attachments)}
	words := []chat.Field{{Name: "question", Value: said.Text}}
	for _, w := range said.Words()[1:] {
		words = append(words, chat.Field{Name: "more", Value: w})
	}
	return chat.Event{
		Key: "shortcut " + c.TriggerID, At: at, From: chat.Person{ID: from}, Addressed: true, Direct: isDirect(at.Channel), Prefix: prefix,
		Body: chat.Command{Name: "ask", Args: words},
	}, true
}

func isDirect(channel string) bool { return strings.HasPrefix(channel, "D") }

// readPress reads a pressed button. In a room its answer is for whoever pressed;
// a press on the app's Home is answered by direct message.
func (p *Platform) readPress(c slack.InteractionCallback, a *slack.BlockAction) (chat.Event, bool) {
	action, lang, ok := parseAction(a.ActionID)
	if !ok || action == linkAction {
		return chat.Event{}, false
	}
	at := chat.Ref{Network: Network, Space: c.Team.ID, Channel: c.Channel.ID, Thread: c.Container.ThreadTs}
	direct := at.Channel == "" || isDirect(at.Channel)
	switch {
	case at.Channel == "":
		at.Channel = c.User.ID // Slack takes a person for the direct messages with them
	case !direct:
		at.Message = pressed + c.TriggerID
		p.hooks.put(at, hook{url: c.ResponseURL})
	}
	return chat.Event{
		Key: pressed + c.TriggerID, At: at, From: chat.Person{ID: c.User.ID}, Addressed: true, Direct: direct, Prefix: prefix,
		Body: chat.Pressed{Action: action, Value: a.Value, Lang: lang},
	}, true
}
