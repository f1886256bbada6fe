package slack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// mark names the metadata on what the bot posts: the key of the post, by which a
// later process finds it.
const markType = "kapbot_post"

// look is how many messages are looked through for a post.
const look = 100

// Send posts a reply: in the thread of the message that it answers or, in direct
// messages, below it; to a command or a pressed button, so that only its person
// sees it.
func (p *Platform) Send(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	h, ok := p.hooks.get(post.To)
	if ok && !h.spare {
		return nil, p.respond(ctx, h, post)
	}
	if strings.HasPrefix(post.To.Message, formed) { // writing took longer than a hook lasts
		return p.SendPrivate(ctx, post)
	}
	if alone(post.To) {
		return nil, fmt.Errorf("answer a command: it is too old: %w", bots.ErrRefused)
	}
	refs, err := p.post(ctx, post, post.To.Channel, threadOf(post.To))
	if ok && errors.Is(err, bots.ErrRefused) {
		return nil, p.respond(ctx, h, post)
	}
	return refs, err
}

// SendPrivate posts a reply to a person alone.
func (p *Platform) SendPrivate(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	if post.For.ID == "" {
		return nil, fmt.Errorf("send a direct message to nobody: %w", bots.ErrRefused)
	}
	return p.post(ctx, post, post.For.ID, "") // Slack takes a person for the direct messages with them
}

// threadOf is the thread in which a message is answered. Direct messages are
// answered where they stand.
func threadOf(to chat.Ref) string {
	if to.Thread == "" && !isDirect(to.Channel) {
		return to.Message
	}
	return to.Thread
}

func (p *Platform) post(ctx context.Context, post chat.Post, channel, thread string) ([]chat.Ref, error) {
	api, err := p.clients.of(ctx, post.To.Space, post.Reply.Kind.ShowsCard())
	if err != nil {
		return nil, p.failed("send", post.To.Space, err)
	}
	var refs []chat.Ref
	for i, m := range p.render(post.Reply) {
		options := append(m.options(), slack.MsgOptionTS(thread), slack.MsgOptionMetadata(slack.SlackMetadata{
			EventType: markType, EventPayload: map[string]any{"key": post.Key, "part": i},
		}))
		if post.Reply.Private && !isDirect(channel) && channel != post.For.ID {
			if _, err := api.PostEphemeralContext(ctx, channel, post.For.ID, options...); err != nil {
				return refs, p.failed("show to one person", post.To.Space, err)
			}
			continue
		}
		where, ts, err := api.PostMessageContext(ctx, channel, options...)
		if err != nil {
			return refs, p.failed("send", post.To.Space, err)
		}
		refs = append(refs, chat.Ref{Network: Network, Space: post.To.Space, Channel: where, Thread: thread, Message: ts})
	}
	p.threads.note(joined, post.To.Space, channel, thread)
	p.entitle(ctx, api, post, thread)
	return refs, nil
}

func (p *Platform) render(r chat.Reply) []message {
	t, ok := p.o.Texts[string(r.Lang)]
	if !ok {
		t = p.o.Texts[string(chat.English)]
	}
	return render(r, t)
}

// options is a message without previews of its links. Its text is escaped already.
func (m message) options() []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
}

// respond answers a command or a button where it was used, for its person alone.
func (p *Platform) respond(ctx context.Context, h hook, post chat.Post) error {
	client := p.clients.rest
	if post.Reply.Kind.ShowsCard() {
		client = p.clients.cards
	}
	api := slack.New("", slack.OptionHTTPClient(client))
	for _, m := range p.render(post.Reply) {
		options := append(m.options(), slack.MsgOptionResponseURL(h.url, slack.ResponseTypeEphemeral), slack.MsgOptionTS(post.To.Thread))
		if _, _, _, err := api.SendMessageContext(ctx, "", options...); err != nil {
			return p.failed("answer a command", post.To.Space, err)
		}
	}
	return nil
}

// Edit changes the messages of an earlier post. Those that are not needed any more
// are taken away; where more are needed, all are posted anew, so that they stand in
// their order.
func (p *Platform) Edit(ctx context.Context, earlier []chat.Ref, post chat.Post) ([]chat.Ref, error) {
	list := p.render(post.Reply)
	if len(earlier) == 0 || len(list) > len(earlier) {
		if err := p.Remove(ctx, earlier); err != nil {
			return earlier, err
		}
		return p.Send(ctx, post)
	}
	api, err := p.clients.of(ctx, earlier[0].Space, post.Reply.Kind.ShowsCard())
	if err != nil {
		return earlier, p.failed("change", earlier[0].Space, err)
	}
	for i, m := range list {
		_, _, _, err := api.UpdateMessageContext(ctx, earlier[i].Channel, earlier[i].Message, m.options()...)
		if code(err) == "message_not_found" { // somebody took it away
			return p.Send(ctx, post)
		}
		if err != nil {
			return earlier, p.failed("change", earlier[i].Space, err)
		}
	}
	return earlier[:len(list)], p.Remove(ctx, earlier[len(list):])
}

// Remove deletes messages.
func (p *Platform) Remove(ctx context.Context, earlier []chat.Ref) error {
	for _, r := range earlier {
		api, err := p.clients.of(ctx, r.Space, false)
		if err != nil {
			return p.failed("take away", r.Space, err)
		}
		if _, _, err := api.DeleteMessageContext(ctx, r.Channel, r.Message); err != nil && code(err) != "message_not_found" {
			return p.failed("take away", r.Space, err)
		}
	}
	return nil
}

// Find looks for a post by its mark: in the thread that it belongs to or, in
// direct messages, below the message that it answers.
func (p *Platform) Find(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	to := post.To
	if alone(to) {
		return nil, nil // what one person saw for a moment is not kept
	}
	api, err := p.clients.of(ctx, to.Space, true)
	if err != nil {
		return nil, p.failed("look for", to.Space, err)
	}
	var list []slack.Message
	thread := threadOf(to)
	if thread == "" {
		page, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: to.Channel, Oldest: to.Message, Limit: look, IncludeAllMetadata: true,
		})
		if err != nil {
			return nil, p.failed("look for", to.Space, err)
		}
		list = page.Messages
	} else {
		list, _, _, err = api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: to.Channel, Timestamp: thread, Oldest: to.Message, Limit: look, IncludeAllMetadata: true,
		})
		if err != nil && code(err) != "thread_not_found" {
			return nil, p.failed("look for", to.Space, err)
		}
	}
	var refs []chat.Ref
	for _, m := range list {
		if m.Metadata.EventType == markType && m.Metadata.EventPayload["key"] == post.Key {
			refs = append(refs, chat.Ref{Network: Network, Space: to.Space, Channel: to.Channel, Thread: thread, Message: m.Timestamp})
		}
	}
	return refs, nil
}

// Link returns the address of a message or channel in its workspace.
func (p *Platform) Link(at chat.Ref) string {
	i, err := p.clients.installation(context.Background(), at.Space)
	if err != nil || i.URL == "" {
		return "https://app.slack.com/client/" + at.Space + "/" + at.Channel
	}
	link := i.URL + "archives/" + at.Channel
	if at.Message == "" || strings.Contains(at.Message, " ") {
		return link
	}
	link += "/p" + strings.ReplaceAll(at.Message, ".", "")
	if at.Thread != "" {
		link += "?thread_ts=" + at.Thread + "&cid=" + at.Channel
	}
	return link
}

// Profile returns the address of a person's page in a workspace.
func (p *Platform) Profile(space, person string) string {
	i, err := p.clients.installation(context.Background(), space)
	if err != nil || i.URL == "" {
		return "https://app.slack.com/client/" + space
	}
	return i.URL + "team/" + person
}

// passing are Slack's errors that may be gone the next time. After any other, the
// same call fails again.
var passing = []string{
	"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited",
	"team_added_to_org", "message_limit_exceeded", "accesslimited",
}

// lost are Slack's errors that say that a token is good for nothing any more.
var lost = []string{"invalid_auth", "account_inactive", "token_revoked", "token_expired", "not_authed"}

// code is Slack's own error, or "".
func code(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

// withoutURL leaves the address out of an error: it may be a response URL, which is a
// secret.
func withoutURL(err error) error {
	var where *url.Error
	if errors.As(err, &where) {
		return where.Err
	}
	return err
}

// failed says what was being done, in the terms of package bots.
func (p *Platform) failed(doing, team string, err error) error {
	err = withoutURL(err)
	wrapped := fmt.Errorf("%s a Slack message: %w", doing, err)
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch c := code(err); {
	case errors.As(err, &limited):
		return &bots.WaitError{For: limited.RetryAfter, Err: wrapped}
	case slices.Contains(lost, c):
		p.clients.forget(team) // a new installation may have a new one
		return fmt.Errorf("%w: %w", bots.ErrRefused, wrapped)
	case c != "" && !slices.Contains(passing, c), errors.Is(err, ErrNotInstalled),
		errors.As(err, &status) && status.Code/100 == 4:
		return fmt.Errorf("%w: %w", bots.ErrRefused, wrapped)
	}
	return wrapped
}
