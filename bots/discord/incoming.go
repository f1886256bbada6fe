package discord

import (
	"context"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// prefix is how a command is named in texts.
const prefix = "/kap "

// listen hands what happens on a gateway connection to h. discordgo calls these one
// after the other, in the order of the gateway; each only finds the lane of its
// event.
func (p *Platform) listen(ctx context.Context, s *discordgo.Session, h bots.Handler) {
	p.listenRooms(ctx, s, h)
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageCreate) {
		p.caught(func() {
			if ev, ok := p.message(e.Message); ok {
				p.hand(ctx, h, ev)
				if ev.Direct {
					p.sawDirect(ctx, ev.At.Channel)
				}
			}
		})
	})
	s.AddHandler(func(_ *discordgo.Session, _ *discordgo.Ready) {
		// A shard may have come from another replica at any time.
		if began := time.Now(); s.ShardID == 0 || p.Leases != nil {
			p.in(ctx, "", "catch up", func() { p.catchUp(ctx, h, began) })
			if p.Directs != nil {
				p.in(ctx, "", "catch up with direct messages", func() { p.catchUpDirects(ctx, h, began) })
			}
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageUpdate) {
		p.caught(func() { p.edited(ctx, h, e.Message) })
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageDelete) {
		p.deleted(ctx, h, e.GuildID, e.ChannelID, e.ID)
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.MessageDeleteBulk) {
		for _, id := range e.Messages {
			p.deleted(ctx, h, e.GuildID, e.ChannelID, id)
		}
	})
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.InteractionCreate) {
		p.caught(func() { p.interaction(ctx, h, e.Interaction) })
	})
}

func (p *Platform) caught(do func()) { bots.Caught(p.Log, "Discord", do) }

// hand puts an event into its lane.
func (p *Platform) hand(ctx context.Context, h bots.Handler, ev chat.Event) {
	p.in(ctx, ev.At.Channel, ev.From.ID, func() { h.Handle(ctx, ev) })
}

// in runs a job in the lane of a person in a channel.
func (p *Platform) in(ctx context.Context, channel, person string, do func()) {
	err := p.lanes.Go(ctx, lane{channel, person}, func() { p.caught(do) })
	if err != nil {
		p.Log.Warn("an event was left out while stopping", "err", err)
	}
}

// message reads a new message. It reports false for what is none of the bot's
// business: other bots, webhooks, system messages, and rooms it is not to read.
func (p *Platform) message(m *discordgo.Message) (chat.Event, bool) {
	if m.Author == nil || m.Author.Bot || m.Author.System || m.WebhookID != "" || m.Author.ID == p.self() {
		return chat.Event{}, false
	}
	switch m.Type {
	case discordgo.MessageTypeDefault, discordgo.MessageTypeReply:
	default:
		return chat.Event{}, false
	}
	direct := m.GuildID == ""
	mode := p.mode(m.GuildID, m.ChannelID)
	called := direct || p.mentions(m)
	if !called && mode == chat.Mentions {
		return chat.Event{}, false
	}
	said := p.words(m, mode == chat.Mentions && !direct)
	if !called && len(strings.TrimSpace(strings.Join(said.Words(), ""))) == 0 {
		return chat.Event{}, false // a picture, or words that may not be read here
	}
	return chat.Event{
		Key:       m.ID,
		At:        chat.Ref{Network: Network, Space: m.GuildID, Channel: m.ChannelID, Message: m.ID},
		From:      chat.Person{ID: m.Author.ID, Name: m.Author.Username},
		Addressed: called || mode == chat.Support,
		Direct:    direct,
		Sent:      m.Timestamp,
		Prefix:    prefix,
		Body:      said,
	}, true
}

// mode is how a channel is read. A thread is read as its channel, and whole where
// the bot was asked into it.
func (p *Platform) mode(guild, channel string) chat.Mode {
	parent, joined := p.rooms.of(channel)
	if joined {
		return chat.Support
	}
	return max(p.Rooms.Mode(chat.Ref{Space: guild, Channel: channel}), p.Rooms.Mode(chat.Ref{Space: guild, Channel: parent}))
}

// mentions reports whether a message mentions the bot or replies to it.
func (p *Platform) mentions(m *discordgo.Message) bool {
	for _, u := range m.Mentions {
		if u != nil && u.ID == p.self() {
			return true
		}
	}
	r := m.ReferencedMessage
	return r != nil && r.Author != nil && r.Author.ID == p.self()
}

// words collects every word of a message: its text without the mention of the bot,
// what it forwards, the questions of a poll, and the names of files. What it replies
// to counts where that was not read before.
func (p *Platform) words(m *discordgo.Message, unread bool) chat.Said {
	text := strings.NewReplacer("<@"+p.self()+">", "", "<@!"+p.self()+">", "").Replace(m.Content)
	said := chat.Said{Text: strings.TrimSpace(text), Files: filesOf(m)}
	if poll := m.Poll; poll != nil {
		said.Quoted = append(said.Quoted, poll.Question.Text)
		for _, a := range poll.Answers {
			if a.Media != nil {
				said.Quoted = append(said.Quoted, a.Media.Text)
			}
		}
	}
	for _, s := range m.MessageSnapshots {
		if s.Message != nil {
			said.Quoted = append(said.Quoted, s.Message.Content)
			said.Files = append(said.Files, filesOf(s.Message)...)
		}
	}
	if r := m.ReferencedMessage; unread && r != nil && r.Author != nil && !r.Author.Bot {
		said.Quoted = append(said.Quoted, r.Content)
	}
	return said
}

// filesOf are the names of what is attached to a message.
func filesOf(m *discordgo.Message) (names []string) {
	for _, a := range m.Attachments {
		if a != nil {
			names = append(names, a.Filename)
		}
	}
	return names
}

// edited reads a changed message. Discord also says that a message has changed when
// only a link preview was added; then there is no time of an edit, or an old one.
func (p *Platform) edited(ctx context.Context, h bots.Handler, m *discordgo.Message) {
	if m.EditedTimestamp == nil || m.Author != nil && (m.Author.Bot || m.Author.ID == p.self()) {
		return
	}
	if m.Author == nil || m.Timestamp.IsZero() { // it is told in part only
		if m.GuildID != "" && p.mode(m.GuildID, m.ChannelID) == chat.Mentions && !p.mentions(m) && m.Mentions != nil {
			return
		}
		p.in(ctx, m.ChannelID, "", func() { p.fetchEdited(ctx, h, m) })
		return
	}
	if ev, ok := p.edit(m); ok {
		p.hand(ctx, h, ev)
	}
}

func (p *Platform) edit(m *discordgo.Message) (chat.Event, bool) {
	ev, ok := p.message(m)
	if !ok || m.EditedTimestamp == nil {
		return ev, false
	}
	ev.Key += "@" + m.EditedTimestamp.UTC().Format(time.RFC3339Nano)
	ev.Body = chat.Edited{Said: ev.Body.(chat.Said)}
	return ev, true
}

// fetchEdited asks for the whole of a message.
func (p *Platform) fetchEdited(ctx context.Context, h bots.Handler, m *discordgo.Message) {
	if p.budget.Wait(ctx) != nil {
		return
	}
	whole, err := p.api.ChannelMessage(m.ChannelID, m.ID, discordgo.WithContext(ctx))
	if err != nil {
		p.Log.Warn("an edited message could not be fetched", "err", clean(err))
		return
	}
	whole.GuildID = m.GuildID // which only the event knows
	if ev, ok := p.edit(whole); ok {
		h.Handle(ctx, ev)
	}
}

func (p *Platform) deleted(ctx context.Context, h bots.Handler, guild, channel, id string) {
	p.hand(ctx, h, chat.Event{
		Key: id + "@deleted", At: chat.Ref{Network: Network, Space: guild, Channel: channel, Message: id}, Direct: guild == "", Body: chat.Deleted{},
	})
}
