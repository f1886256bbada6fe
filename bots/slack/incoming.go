package slack

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/yuin/goldmark-emoji/definition"

	"kapbot/internal/chat"
)

// read returns what a delivery means; false if it is nothing to answer.
func (p *Platform) read(ctx context.Context, delivery any) (chat.Event, bool) {
	switch d := delivery.(type) {
	case slackevents.EventsAPIEvent:
		return p.readEvent(ctx, d)
	case slack.SlashCommand:
		return p.readCommand(d), true
	case slack.InteractionCallback:
		return p.readInteraction(d)
	}
	return chat.Event{}, false
}

// A home is the installation that an event was delivered for. In a channel that
// several workspaces share, that is not always the author's workspace.
type home struct{ team, bot string }

func (p *Platform) homeOf(ctx context.Context, e slackevents.EventsAPIEvent) home {
	h := home{team: e.TeamID}
	if outer, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok && len(outer.Authorizations) > 0 {
		h = home{team: outer.Authorizations[0].TeamID, bot: outer.Authorizations[0].UserID}
	}
	if h.bot == "" {
		if i, err := p.clients.installation(ctx, h.team); err == nil {
			h.bot = i.BotUser
		}
	}
	return h
}

func (p *Platform) readEvent(ctx context.Context, e slackevents.EventsAPIEvent) (chat.Event, bool) {
	at := p.homeOf(ctx, e)
	switch inner := e.InnerEvent.Data.(type) {
	case *slackevents.MessageEvent:
		return p.readMessage(at, inner)
	case *slackevents.AppMentionEvent:
		return p.readMention(at, inner)
	case *slackevents.AppHomeOpenedEvent:
		if inner.Tab == "home" {
			p.aside(ctx, inner.User, func(ctx context.Context) error { return p.showHome(ctx, at.team, inner.User) })
		}
	case *slackevents.AssistantThreadStartedEvent:
		p.aside(ctx, inner.AssistantThread.UserID, func(ctx context.Context) error { return p.greet(ctx, at.team, inner.AssistantThread) })
	case *slackevents.AppUninstalledEvent:
		p.aside(ctx, at.team, func(ctx context.Context) error { return p.leave(ctx, at.team) })
	}
	return chat.Event{}, false
}

// aside runs a call that answers nobody's words, in order with others for the same
// person.
func (p *Platform) aside(ctx context.Context, person string, do func(ctx context.Context) error) {
	_ = p.in(ctx, lane{from: person}, func() {
		ctx, cancel := context.WithTimeout(ctx, callFor)
		defer cancel()
		if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
			p.o.Log.Warn("a call beside the answers failed; kapbot doctor may tell why", "network", Network, "err", withoutURL(err))
		}
	})
}

// A written is a message, whichever event told of it.
type written struct {
	channel, kind, ts, thread, user, bot string
	body                                 chat.Said
	mentions                             bool // names the bot, now or before an edit
	edit                                 string
}

// readMention reads a mention in a room. Where the bot may read the room, the same
// message comes as a message too, with the same key.
func (p *Platform) readMention(at home, e *slackevents.AppMentionEvent) (chat.Event, bool) {
	w := written{
		channel: e.Channel, ts: e.TimeStamp, thread: e.ThreadTimeStamp, user: e.User, bot: e.BotID, mentions: true,
		body: chat.Said{Text: readable(e.Text, at.bot), Files: files(e.Files), Quoted: quoted(e.Attachments)},
	}
	if e.Edited == nil {
		return p.said(at, w)
	}
	w.edit = e.Edited.TimeStamp
	ev, ok := p.said(at, w)
	ev.Body = chat.Edited{Said: w.body}
	return ev, ok
}

// subtypes are those in which a person writes. All others are Slack's own.
var subtypes = []string{"", "file_share", "thread_broadcast", "me_message"}

func (p *Platform) readMessage(at home, e *slackevents.MessageEvent) (chat.Event, bool) {
	switch e.SubType {
	case "message_changed":
		return p.readChange(at, e)
	case "message_deleted":
		before := e.PreviousMessage
		if before == nil {
			return chat.Event{}, false
		}
		w := p.writtenIn(at, e, before)
		w.ts = e.DeletedTimeStamp
		ev, ok := p.said(at, w)
		ev.Body, ev.Key = chat.Deleted{}, key(w, "deleted")
		return ev, ok
	}
	if !slices.Contains(subtypes, e.SubType) || e.Message == nil {
		return chat.Event{}, false
	}
	w := p.writtenIn(at, e, e.Message)
	w.ts, w.thread, w.user, w.bot = e.TimeStamp, e.ThreadTimeStamp, e.User, e.BotID
	return p.said(at, w)
}

// readChange reads an edit. Slack sends the same event when it adds the preview of
// a link: then the words are the same, and nobody edited anything.
func (p *Platform) readChange(at home, e *slackevents.MessageEvent) (chat.Event, bool) {
	now, before := e.Message, e.PreviousMessage
	if now == nil || now.SubType == "tombstone" || !slices.Contains(subtypes, now.SubType) {
		return chat.Event{}, false
	}
	if before != nil && before.Text == now.Text || before == nil && now.Edited == nil {
		return chat.Event{}, false
	}
	w := p.writtenIn(at, e, now)
	w.edit = e.EventTimeStamp
	if now.Edited != nil {
		w.edit = now.Edited.Timestamp
	}
	w.mentions = w.mentions || before != nil && names(before.Text, at.bot)
	ev, ok := p.said(at, w)
	ev.Body = chat.Edited{Said: w.body}
	return ev, ok
}

func (p *Platform) writtenIn(at home, e *slackevents.MessageEvent, m *slack.Msg) written {
	return written{
		channel: e.Channel, kind: e.ChannelType, ts: m.Timestamp, thread: m.ThreadTimestamp, user: m.User, bot: m.BotID,
		body:     chat.Said{Text: readable(m.Text, at.bot), Files: files(m.Files), Quoted: quoted(m.Attachments)},
		mentions: names(m.Text, at.bot),
	}
}

// said makes the event of a message; false if the bot is not to read it: its own
// and other bots' messages, and those in rooms where it was not addressed.
func (p *Platform) said(at home, w written) (chat.Event, bool) {
	if w.bot != "" || w.user == "" || w.user == at.bot || w.user == "USLACKBOT" {
		return chat.Event{}, false
	}
	if w.thread == w.ts {
		w.thread = "" // the first message of a thread stands in the room
	}
	direct := w.kind == slackevents.ChannelTypeIM || strings.HasPrefix(w.channel, "D")
	mode := p.o.Rooms.Mode(chat.Ref{Space: at.team, Channel: w.channel})
	addressed := direct || w.mentions || mode == chat.Support || p.threads.has(joined, at.team, w.channel, w.thread)
	return chat.Event{
		Key: key(w, w.edit), At: chat.Ref{Network: Network, Space: at.team, Channel: w.channel, Thread: w.thread, Message: w.ts},
		From: chat.Person{ID: w.user}, Addressed: addressed, Direct: direct, Sent: sentAt(w.ts), Prefix: prefix, Body: w.body,
	}, addressed || mode == chat.Watch
}

// key names a revision of a message. It is the same however often and in whichever
// event Slack delivers it: a mention comes as a mention and as a message.
func key(w written, revision string) string {
	return strings.TrimSuffix(w.channel+"/"+w.ts+"/"+revision, "/")
}

// sentAt reads a timestamp, which counts seconds; zero if it is none.
func sentAt(ts string) time.Time {
	seconds, _, _ := strings.Cut(ts, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

func files(list []slack.File) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.Name)
		if f.Title != f.Name {
			out = append(out, f.Title)
		}
	}
	return out
}

// quoted returns the texts of messages that are shared with a message. Previews of
// links are not among them: nobody typed those.
func quoted(list []slack.Attachment) []string {
	var out []string
	for _, a := range list {
		if a.IsShare || a.IsMsgUnfurl {
			out = append(out, readable(a.Text, ""))
		}
	}
	return out
}

var (
	// token is what Slack puts between angle brackets: a mention, a channel, a
	// link or a date, with a label after a bar.
	token     = regexp.MustCompile(`<([^<>|]*)(?:\|([^<>]*))?>`)
	shortcode = regexp.MustCompile(`:([a-z0-9_+-]{1,60}):`)
	unescape  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
	emoji     = definition.Github()
)

// names reports whether a text mentions the bot.
func names(text, bot string) bool {
	return bot != "" && (strings.Contains(text, "<@"+bot+">") || strings.Contains(text, "<@"+bot+"|"))
}

// readable turns Slack's way of writing a message into what a reader sees. The
// bot's own name is left out.
func readable(text, bot string) string {
	text = token.ReplaceAllStringFunc(text, func(t string) string {
		m := token.FindStringSubmatch(t)
		target, label := m[1], m[2]
		switch {
		case bot != "" && target == "@"+bot:
			return ""
		case strings.HasPrefix(target, "@"), strings.HasPrefix(target, "#"), strings.HasPrefix(target, "!"):
			if label != "" {
				return strings.TrimLeft(label, "@#")
			}
			return "someone"
		case label == "" || label == target || "mailto:"+label == target:
			return target
		}
		return label + " (" + target + ")" // a label can say one thing and the address another
	})
	text = shortcode.ReplaceAllStringFunc(text, func(code string) string {
		if e, ok := emoji.Get(strings.Trim(code, ":")); ok && e.IsUnicode() {
			return string(e.Unicode)
		}
		return code
	})
	return strings.TrimSpace(unescape.Replace(text))
}
