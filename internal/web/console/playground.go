package console

import (
	"context"
	"net/http"
	"strings"

	"kapbot/internal/chat"
)

// A Trial is what the bot makes of a text, step by step. It is kept nowhere.
type Trial struct {
	Level   string // of triage
	Signals []string
	Score   float64 // of triage, 0 to 1
	// Card is set where triage asks for one; then nothing below was done.
	Card    *chat.Reply
	Hits    []Hit
	Outcome string  // unknown, close or sure
	Sure    float64 // the chance that the first hit answers
	Reply   chat.Reply
	// Model says what a language model had to do with the reply: none, asked, or why
	// not.
	Model string
}

// A Hit is an entry that was found.
type Hit struct {
	Entry, Question string
	Score           float64
}

// A Playground tries a text as if somebody had asked it. A text that triage flags goes
// no further than triage.
type Playground interface {
	Try(ctx context.Context, text string) (Trial, error)
}

// trial is the page of the playground.
type trial struct {
	Text string
	*Trial
	Previews []shownPreview
}

// try shows the form, and what came of it. The text is asked for with POST, so that it
// is in no address and no log.
func (c *Console) try(v *visit) error {
	var t trial
	if v.r.Method == http.MethodPost && c.Playground != nil {
		t.Text = strings.TrimSpace(v.r.PostFormValue("text"))
	}
	if t.Text == "" {
		return c.ok(v, "try", t)
	}
	found, err := c.Playground.Try(v.r.Context(), t.Text)
	if err != nil {
		return err
	}
	t.Trial = &found
	shown := found.Reply
	if found.Card != nil {
		shown = *found.Card
	}
	for _, p := range c.Previews {
		t.Previews = append(t.Previews, shownPreview{string(p.Network), p.Name, p.Show(shown)})
	}
	return c.ok(v, "try", t)
}
