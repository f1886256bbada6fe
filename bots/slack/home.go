package slack

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"kapbot/internal/chat"
)

// maxHome is how many blocks a Home tab takes.
const maxHome = 100

// maxPromptTitle is how long the title of a suggested prompt may be.
const maxPromptTitle = 75

// showHome fills somebody's Home tab: who to call first, then what the bot knows,
// then what it keeps.
func (p *Platform) showHome(ctx context.Context, team, user string) error {
	api, err := p.clients.of(ctx, team, false)
	if err != nil {
		return p.failed("show the Home tab as", team, err)
	}
	var blocks []slack.Block
	for i, r := range p.o.Home {
		if i > 0 {
			blocks = append(blocks, slack.NewDividerBlock())
		}
		for _, m := range p.render(r) {
			blocks = append(blocks, m.Blocks...)
		}
	}
	blocks = blocks[:min(len(blocks), maxHome)]
	_, err = api.PublishViewContext(ctx, slack.PublishViewContextRequest{
		UserID: user, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}},
	})
	if err != nil {
		return p.failed("show the Home tab as", team, err)
	}
	return nil
}

// greet opens a thread in Slack's assistant pane: a word of welcome and questions
// to begin with.
func (p *Platform) greet(ctx context.Context, team string, t slackevents.AssistantThread) error {
	p.threads.note(assistant, team, t.ChannelID, t.ThreadTimeStamp)
	api, err := p.clients.of(ctx, team, false)
	if err != nil {
		return p.failed("greet with", team, err)
	}
	to := chat.Ref{Network: Network, Space: team, Channel: t.ChannelID, Thread: t.ThreadTimeStamp}
	welcome := chat.Reply{Kind: chat.Notice, Lang: chat.English, Text: p.o.App.Greeting}
	if _, err := p.post(ctx, chat.Post{Reply: welcome, To: to, For: chat.Person{ID: t.UserID}}, t.ChannelID, t.ThreadTimeStamp); err != nil {
		return err
	}
	suggested := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: t.ChannelID, ThreadTS: t.ThreadTimeStamp}
	for _, q := range p.o.App.Prompts {
		suggested.AddPrompt(shorten(q, maxPromptTitle), q)
	}
	if err := api.SetAssistantThreadsSuggestedPromptsContext(ctx, suggested); err != nil {
		return p.failed("suggest questions in", team, err)
	}
	return nil
}

// thinking says in the assistant pane that an answer is on its way. Slack takes it
// away when the answer comes. Elsewhere Slack has no such sign.
func (p *Platform) thinking(ctx context.Context, ev chat.Event) {
	if !p.threads.has(assistant, ev.At.Space, ev.At.Channel, ev.At.Thread) {
		return
	}
	p.aside(ctx, ev.From.ID, func(ctx context.Context) error {
		api, err := p.clients.of(ctx, ev.At.Space, false)
		if err != nil {
			return err
		}
		err = api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{
			ChannelID: ev.At.Channel, ThreadTS: ev.At.Thread, Status: p.o.App.Thinking,
		})
		if err != nil {
			return fmt.Errorf("say that an answer is coming: %w", err)
		}
		return nil
	})
}

// entitle names a thread in the assistant pane after the first entry shown in it:
// never after what somebody wrote. A thread without a name is no fault.
func (p *Platform) entitle(ctx context.Context, api *slack.Client, post chat.Post, thread string) {
	at := post.To
	if post.Reply.Title == "" || !p.threads.has(assistant, at.Space, at.Channel, thread) || p.threads.has(titled, at.Space, at.Channel, thread) {
		return
	}
	p.threads.note(titled, at.Space, at.Channel, thread)
	err := api.SetAssistantThreadsTitleContext(ctx, slack.AssistantThreadsSetTitleParameters{
		ChannelID: at.Channel, ThreadTS: thread, Title: post.Reply.Title,
	})
	if err != nil {
		p.o.Log.Debug("could not name a thread", "network", Network, "err", p.failed("name the thread of", at.Space, err))
	}
}

// leave forgets a workspace that took the app out.
func (p *Platform) leave(ctx context.Context, team string) error {
	p.clients.forget(team)
	if r, ok := p.o.Installations.(Remover); ok {
		return r.Remove(ctx, team)
	}
	return nil
}

// A Remover is an Installations that can forget a workspace.
type Remover interface {
	Remove(ctx context.Context, team string) error
}
