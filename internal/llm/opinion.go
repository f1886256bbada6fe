package llm

import (
	"context"
	"errors"
	"time"

	"github.com/sashabaranov/go-openai"

	"kapbot/internal/crisis"
)

// opinionFor is how long a second opinion may take. Later it changes nothing.
const opinionFor = 400 * time.Millisecond

// SecondOpinion asks OpenAI's moderation endpoint about a text that triage cleared.
// It returns the level that this gives the text: None where the endpoint finds
// nothing, fails or is slow. So it can raise a level and never lower one.
func (c *Client) SecondOpinion(ctx context.Context, text crisis.Cleared) crisis.Level {
	if text.Text() == "" {
		return crisis.None
	}
	ctx, cancel := context.WithTimeout(ctx, opinionFor)
	defer cancel()
	resp, err := c.api.Moderations(ctx, openai.ModerationRequest{Input: text.Text(), Model: openai.ModerationOmniLatest})
	if err != nil || len(resp.Results) == 0 {
		return crisis.None
	}
	level := crisis.None
	for _, r := range resp.Results {
		switch {
		case r.Categories.SelfHarmIntent:
			level = min(level, crisis.Crisis)
		case r.Categories.SelfHarm, r.Categories.SelfHarmInstructions:
			level = min(level, crisis.Concern)
		}
	}
	return level
}

// Reach asks the server for the models that it has, to see that address and key are
// right. The error says how it failed and nothing of the key.
func (c *Client) Reach(ctx context.Context) error {
	if _, err := c.api.ListModels(ctx); err != nil {
		return errors.Join(ErrServer, scrub(err))
	}
	return nil
}
