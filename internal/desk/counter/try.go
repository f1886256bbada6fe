package counter

import (
	"context"
	"fmt"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// try shows what the bot would answer to a question, and why. The question has passed
// triage like any message: one that shows a card never comes here.
func (c *Counter) try(ctx context.Context, v visit) (chat.Reply, error) {
	question := v.about()
	if question == "" {
		return c.notice("which_words", "command", c.command(v), "example", c.question()), nil
	}
	hits, sure, err := c.Find(ctx, question, v.Lang)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("look up what a moderator tries: %w", err)
	}
	reply := v.Answer(question)
	reply.Text = "_" + c.say("try_title") + "_\n\n" + reply.Text
	found := c.say("try_none")
	if len(hits) > 0 {
		var names []string
		for _, h := range hits[:min(len(hits), maxButtons)] {
			names = append(names, "`"+h.Entry+"` "+percent(h.Score))
		}
		found = c.say("try_hits", "hits", strings.Join(names, ", ")) + " " + c.say("try_sure", "score", percent(sure))
	}
	signals := ""
	if len(v.Signals) > 0 {
		signals = c.say("try_signals", "signals", strings.Join(v.Signals, ", "))
	}
	about := c.say("try_level", "level", v.Level, "signals", signals) + "\n" + found
	reply.Footer = strings.TrimSpace(reply.Footer + "\n" + about)
	return reply, nil
}

func percent(chance float64) string { return fmt.Sprintf("%.0f", 100*chance) }

// question is one that there is an answer to.
func (c *Counter) question() string {
	for _, e := range c.Desk.Published().Entries() {
		return e.Question
	}
	return ""
}

// explain is the button under a card that a tried question got: the card comes first,
// whoever asks.
func (c *Counter) explain(ev chat.Event, level string) (chat.Button, bool) {
	if c.Roles.Of(ev.At.Network, ev.From) < desk.Moderator {
		return chat.Button{}, false
	}
	return c.button("button_card", actionCard, level), true
}

// why says what triage made of a question that got a card.
func (c *Counter) why(_ context.Context, v visit) (chat.Reply, error) {
	return c.notice("try_card", "level", v.about()), nil
}
