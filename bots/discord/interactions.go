package discord

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

const (
	// deferAfter is when an interaction is told that its response takes longer.
	// Discord waits three seconds.
	deferAfter = 1500 * time.Millisecond
	// tokenFor is how long Discord takes responses to an interaction.
	tokenFor = 15 * time.Minute
	// interactionMark stands before the id of an interaction in a Ref.
	interactionMark = "interaction:"
)

func isInteraction(at chat.Ref) bool { return strings.HasPrefix(at.Message, interactionMark) }

// An interaction is a command, button or form that wants a response. Its token is
// kept in memory only.
type interaction struct {
	*discordgo.Interaction
	alone bool // the response is for the asker alone
	until time.Time

	mu       sync.Mutex
	began    bool // a response has been sent: the callback is used up
	deferred bool // that response was "thinking"
}

// interactions are those that may still be responded to, by the Message of their Ref.
type interactions struct {
	mu  sync.Mutex
	all map[string]*interaction
}

func newInteractions() *interactions { return &interactions{all: map[string]*interaction{}} }

func (a *interactions) add(i *discordgo.Interaction, alone bool) (*interaction, string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	for id, old := range a.all {
		if now.After(old.until) {
			delete(a.all, id)
		}
	}
	id := interactionMark + i.ID
	if known := a.all[id]; known != nil { // delivered twice
		return known, id
	}
	a.all[id] = &interaction{Interaction: i, alone: alone, until: now.Add(tokenFor)}
	return a.all[id], id
}

// find returns an interaction that may still be responded to, or nil.
func (a *interactions) find(at chat.Ref) *interaction {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := a.all[at.Message]
	if i == nil || time.Now().After(i.until) {
		return nil
	}
	return i
}

// interaction reads a command, button or form. Its response comes through Send; if
// that takes long, Discord is told to wait.
func (p *Platform) interaction(ctx context.Context, h bots.Handler, i *discordgo.Interaction) {
	if i.Type == discordgo.InteractionApplicationCommandAutocomplete {
		p.in(ctx, i.ChannelID, "autocomplete", func() { p.suggest(ctx, i) })
		return
	}
	person, roles := i.User, []string(nil)
	if i.Member != nil {
		person, roles = i.Member.User, i.Member.Roles
	}
	if person == nil || person.Bot || p.reopen(ctx, i, person.ID) {
		return
	}
	body, alone, ok := p.asks(i)
	if !ok {
		return
	}
	asked, id := p.asked.add(i, alone)
	ev := chat.Event{
		Key:       i.ID,
		At:        chat.Ref{Network: Network, Space: i.GuildID, Channel: i.ChannelID, Message: id},
		From:      chat.Person{ID: person.ID, Name: person.Username, Roles: roles},
		Addressed: true,
		Direct:    i.GuildID == "" || alone,
		Prefix:    prefix,
		Body:      body,
	}
	late := time.AfterFunc(deferAfter, func() { p.later(ctx, asked) })
	p.in(ctx, i.ChannelID, person.ID, func() {
		ack := h.Handle(ctx, ev)
		if ack.Form != nil {
			late.Stop()
			p.openForm(ctx, asked, person.ID, *ack.Form)
		}
	})
}

// asks says what an interaction means. In a room, what one person asked for by a
// command or button is shown to them alone; the answer to somebody's message, asked
// for from its menu, is for the room.
func (p *Platform) asks(i *discordgo.Interaction) (body chat.Body, alone, ok bool) {
	room := i.GuildID != ""
	switch i.Type {
	case discordgo.InteractionApplicationCommand:
		if data := i.ApplicationCommandData(); data.CommandType == discordgo.MessageApplicationCommand {
			body, ok = p.asksOf(data)
			return body, false, ok
		} else if body, ok = typed(data); ok {
			return body, room, true
		}
	case discordgo.InteractionMessageComponent:
		pressed, ok := parseButton(i.MessageComponentData().CustomID)
		return pressed, room, ok
	case discordgo.InteractionModalSubmit:
		return filled(i.ModalSubmitData()), room, true
	}
	return nil, false, false
}

// asksOf reads "Answer from the FAQ" in the menu of a message.
func (p *Platform) asksOf(data discordgo.ApplicationCommandInteractionData) (chat.Body, bool) {
	if data.Resolved == nil || data.Resolved.Messages[data.TargetID] == nil {
		return nil, false
	}
	said := p.words(data.Resolved.Messages[data.TargetID], true)
	args := []chat.Field{{Name: "question", Value: said.Text}}
	for _, w := range said.Words()[1:] {
		args = append(args, chat.Field{Name: "more", Value: w})
	}
	return chat.Command{Name: "ask", Args: args}, true
}

// typed reads a slash command.
func typed(data discordgo.ApplicationCommandInteractionData) (chat.Body, bool) {
	if len(data.Options) == 0 || data.Options[0] == nil {
		return nil, false
	}
	command := chat.Command{Name: data.Options[0].Name}
	if data.Name != commandKap {
		command.Name = data.Name + " " + command.Name
	}
	for _, o := range data.Options[0].Options {
		if text, ok := typedText(o); ok {
			command.Args = append(command.Args, chat.Field{Name: o.Name, Value: text})
		}
	}
	return command, true
}

// typedText is what stands in an option of a command; false for what is no text.
func typedText(o *discordgo.ApplicationCommandInteractionDataOption) (string, bool) {
	if o == nil || o.Type != discordgo.ApplicationCommandOptionString {
		return "", false
	}
	text, ok := o.Value.(string)
	return text, ok
}

// later tells Discord that a response is coming, unless it has come.
func (p *Platform) later(ctx context.Context, i *interaction) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.began {
		return
	}
	i.began, i.deferred = true, true
	if err := p.callback(ctx, p.api, i, discordgo.InteractionResponseDeferredChannelMessageWithSource, &responseData{Flags: i.flags()}); err != nil {
		p.Log.Warn("Discord could not be told that a response is coming", "err", err)
	}
}

func (i *interaction) flags() discordgo.MessageFlags {
	if i.alone {
		return discordgo.MessageFlagsEphemeral
	}
	return 0
}

// responseData is the data of an interaction response.
type responseData struct {
	Content         string                                       `json:"content,omitempty"`
	Components      []discordgo.MessageComponent                 `json:"components,omitempty"`
	AllowedMentions *discordgo.MessageAllowedMentions            `json:"allowed_mentions,omitempty"`
	Flags           discordgo.MessageFlags                       `json:"flags,omitempty"`
	Choices         *[]*discordgo.ApplicationCommandOptionChoice `json:"choices,omitempty"`
	CustomID        string                                       `json:"custom_id,omitempty"`
	Title           string                                       `json:"title,omitempty"`
}

// callback sends the first response to an interaction.
func (p *Platform) callback(ctx context.Context, via *discordgo.Session, i *interaction, kind discordgo.InteractionResponseType, data *responseData) error {
	_, err := p.request(ctx, via, "POST", discordgo.EndpointInteractionResponse(i.ID, i.Token), struct {
		Type discordgo.InteractionResponseType `json:"type"`
		Data *responseData                     `json:"data"`
	}{kind, data})
	return err
}

// respond shows parts of a post as the response to an interaction: the first as its
// response, or in the place of "thinking", the others after it.
func (p *Platform) respond(ctx context.Context, via *discordgo.Session, i *interaction, parts []part) ([]chat.Ref, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	followups := discordgo.EndpointWebhookToken(i.AppID, i.Token)
	for n, part := range parts {
		data := &responseData{Content: part.text, Components: part.rows, AllowedMentions: nobody(), Flags: i.flags() | part.flags()}
		var err error
		switch {
		case !i.began:
			err = p.callback(ctx, via, i, discordgo.InteractionResponseChannelMessageWithSource, data)
			i.began = err == nil || code(err) == codeAcknowledged
		case i.deferred && n == 0:
			_, err = p.request(ctx, via, "PATCH", followups+"/messages/@original", data)
			i.deferred = err != nil
		default:
			_, err = p.request(ctx, via, "POST", followups, data)
		}
		if err != nil && code(err) != codeAcknowledged {
			return nil, err
		}
	}
	return []chat.Ref{{Network: Network, Space: i.GuildID, Channel: i.ChannelID, Message: interactionMark + i.ID}}, nil
}
