package discord

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// messageData is a message to send. discordgo's own has no nonce.
type messageData struct {
	Content         string                            `json:"content"`
	Components      []discordgo.MessageComponent      `json:"components,omitempty"`
	AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
	Reference       *reference                        `json:"message_reference,omitempty"`
	Flags           discordgo.MessageFlags            `json:"flags,omitempty"`
	// Of two messages with the same nonce within minutes, Discord makes one.
	Nonce        string `json:"nonce,omitempty"`
	EnforceNonce bool   `json:"enforce_nonce,omitempty"`
}

// reference makes a message a reply, where the other one still exists.
type reference struct {
	MessageID       string `json:"message_id"`
	FailIfNotExists bool   `json:"fail_if_not_exists"`
}

// nobody lets a message call nobody, whatever stands in it.
func nobody() *discordgo.MessageAllowedMentions {
	return &discordgo.MessageAllowedMentions{Parse: []discordgo.AllowedMentionType{}}
}

// via is the session for a reply: cards have their own.
func (p *Platform) via(r chat.Reply) *discordgo.Session {
	if r.Kind.ShowsCard() {
		return p.urgent
	}
	return p.api
}

// Send shows a post in its place.
func (p *Platform) Send(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	parts := render(post.Reply, p.texts(post.Reply.Lang))
	if isInteraction(post.To) {
		i := p.asked.find(post.To)
		if i == nil {
			return nil, fmt.Errorf("respond to an interaction that is over: %w", bots.ErrRefused)
		}
		return p.respond(ctx, p.via(post.Reply), i, parts)
	}
	return p.post(ctx, post, post.To.Space, post.To.Channel, parts)
}

// SendPrivate shows a post to its person in a direct message.
func (p *Platform) SendPrivate(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	if post.For.ID == "" {
		return nil, fmt.Errorf("send to nobody: %w", bots.ErrRefused)
	}
	body, err := p.request(ctx, p.via(post.Reply), "POST", discordgo.EndpointUserChannels("@me"), map[string]string{"recipient_id": post.For.ID})
	if err != nil {
		return nil, err
	}
	var channel discordgo.Channel
	if err := json.Unmarshal(body, &channel); err != nil {
		return nil, errUnreadable
	}
	post.To.Message = ""
	return p.post(ctx, post, "", channel.ID, render(post.Reply, p.texts(post.Reply.Lang)))
}

// post sends the parts of a post to a channel.
func (p *Platform) post(ctx context.Context, post chat.Post, space, channel string, parts []part) ([]chat.Ref, error) {
	var sent []chat.Ref
	for n, part := range parts {
		data := messageData{Content: part.text, Components: part.rows, AllowedMentions: nobody(), Flags: part.flags()}
		if n == 0 && post.To.Message != "" {
			data.Reference = &reference{MessageID: post.To.Message}
		}
		if post.Key != "" {
			data.Nonce, data.EnforceNonce = nonce(post.Key, channel, n), true
		}
		body, err := p.request(ctx, p.via(post.Reply), "POST", discordgo.EndpointChannelMessages(channel), data)
		if err != nil {
			return sent, err
		}
		var m discordgo.Message
		if err := json.Unmarshal(body, &m); err != nil {
			return sent, errUnreadable
		}
		sent = append(sent, chat.Ref{Network: Network, Space: space, Channel: channel, Message: m.ID})
	}
	return sent, nil
}

// nonce is the mark of one message of a post, at most 25 letters. It says nothing
// about the event.
func nonce(key, channel string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", key, channel, n))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// Edit shows a post in the place of earlier messages.
func (p *Platform) Edit(ctx context.Context, earlier []chat.Ref, post chat.Post) ([]chat.Ref, error) {
	parts := render(post.Reply, p.texts(post.Reply.Lang))
	var kept []chat.Ref
	for n, ref := range earlier {
		if n >= len(parts) {
			if err := p.Remove(ctx, earlier[n:]); err != nil {
				return nil, err
			}
			return kept, nil
		}
		data := struct {
			Content         string                            `json:"content"`
			Components      []discordgo.MessageComponent      `json:"components"`
			AllowedMentions *discordgo.MessageAllowedMentions `json:"allowed_mentions"`
		}{parts[n].text, append([]discordgo.MessageComponent{}, parts[n].rows...), nobody()}
		_, err := p.request(ctx, p.via(post.Reply), "PATCH", discordgo.EndpointChannelMessage(ref.Channel, ref.Message), data)
		if err != nil {
			return nil, err
		}
		kept = append(kept, ref)
	}
	post.To.Message = "" // what does not fit follows the edited messages
	post.Key += " more"
	more, err := p.post(ctx, post, post.To.Space, post.To.Channel, parts[len(earlier):])
	return append(kept, more...), err
}

// Remove takes messages away.
func (p *Platform) Remove(ctx context.Context, earlier []chat.Ref) error {
	for _, ref := range earlier {
		_, err := p.request(ctx, p.api, "DELETE", discordgo.EndpointChannelMessage(ref.Channel, ref.Message), nil)
		if err != nil && status(err) != http.StatusNotFound {
			return err
		}
	}
	return nil
}

// Find looks for the first message of a post among those after its question.
func (p *Platform) Find(ctx context.Context, post chat.Post) ([]chat.Ref, error) {
	if post.To.Message == "" || isInteraction(post.To) {
		return nil, nil
	}
	if err := p.learnSelf(ctx, p.urgent); err != nil {
		return nil, err
	}
	address := discordgo.EndpointChannelMessages(post.To.Channel) + "?limit=100&after=" + url.QueryEscape(post.To.Message)
	var found []*discordgo.Message
	if err := p.fetch(ctx, p.urgent, address, &found); err != nil {
		return nil, err
	}
	first := render(post.Reply, p.texts(post.Reply.Lang))[0].text
	for _, m := range found {
		if m.Author != nil && m.Author.ID == p.self() && m.MessageReference != nil && m.MessageReference.MessageID == post.To.Message && m.Content == strings.TrimSpace(first) {
			return []chat.Ref{{Network: Network, Space: post.To.Space, Channel: post.To.Channel, Message: m.ID}}, nil
		}
	}
	return nil, nil
}

// request makes one request. Those that are not for cards keep within the budget
// and wait for Discord's limits in advance; those for cards go at once, and wait
// when Discord says so.
func (p *Platform) request(ctx context.Context, via *discordgo.Session, method, address string, data any) ([]byte, error) {
	limiter := via.Ratelimiter
	if via == p.urgent {
		limiter = discordgo.NewRatelimiter()
	} else if err := p.budget.Wait(ctx); err != nil {
		return nil, &bots.WaitError{Err: errors.New("there was no time left to send it")}
	}
	var body []byte
	if data != nil {
		var err error
		if body, err = json.Marshal(data); err != nil {
			return nil, errors.New("a message could not be encoded")
		}
	}
	bucket, _, _ := strings.Cut(address, "?")
	answer, err := via.RequestWithLockedBucket(method, address, "application/json", body, limiter.LockBucket(bucket), 0, discordgo.WithContext(ctx))
	return answer, failure(err)
}

// fetch asks Discord for something and reads the answer.
func (p *Platform) fetch(ctx context.Context, via *discordgo.Session, address string, into any) error {
	body, err := p.request(ctx, via, "GET", address, nil)
	if err != nil {
		return err
	}
	if json.Unmarshal(body, into) != nil {
		return errUnreadable
	}
	return nil
}
