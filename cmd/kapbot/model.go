package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"kapbot/bots"
	"kapbot/internal/answer"
	"kapbot/internal/answer/check"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/llm"
	"kapbot/prompts/grounded"
)

// newModel makes the client for a language model.
func newModel(m config.Model, dir string) (*llm.Client, error) {
	var folder fs.FS
	if m.Prompts != "" {
		if !filepath.IsAbs(m.Prompts) {
			m.Prompts = filepath.Join(dir, m.Prompts)
		}
		if info, err := os.Stat(m.Prompts); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("MODEL_PROMPTS: %s is no folder", m.Prompts)
		}
		folder = os.DirFS(m.Prompts)
	}
	templates, err := grounded.Load(folder)
	if err != nil {
		return nil, fmt.Errorf("read the prompts of the language model: %w", err)
	}
	return llm.New(llm.Options{
		Key: m.Key.Reveal(), BaseURL: m.BaseURL, Model: m.ModelName(), AzureVersion: m.AzureVersion, Prompts: templates,
		Limits: llm.Limits{
			Timeout: m.Timeout, AtOnce: m.AtOnce, Tokens: m.Tokens, TokensPerPerson: m.TokensPerPerson,
			Dollars: m.Dollars, DollarsIn: m.DollarsIn, DollarsOut: m.DollarsOut,
		},
	})
}

// shape lets a model take part in a pipeline, if one is set.
func (p *pipeline) shape(m config.Model, dir string, e *encoder.Encoder, t *crisis.Triage) error {
	if !m.Set() {
		return nil
	}
	client, err := newModel(m, dir)
	if err != nil {
		return err
	}
	checker, err := check.New(e, t)
	if err != nil {
		return err
	}
	p.model = client
	p.answers.ShapeWith(client, checker)
	if m.Moderation == "openai" {
		p.WithSecondOpinion(client)
	}
	return nil
}

// report logs what the model was used for.
func (p *pipeline) report(log *slog.Logger) {
	if p.model != nil {
		log.Info("the language model was used", "usage", p.model.Usage(), "answers", p.answers.Shaping())
	}
}

// checkModel asks the server for its models, which sends nobody's words.
func checkModel(ctx context.Context, p *pipeline) (string, error) {
	if err := p.model.Reach(ctx); err != nil {
		return "", bots.Advice(fmt.Sprintf("%v. Answers are shown word for word until it can be. Compare OPENAI_API_KEY and OPENAI_BASE_URL with docs/model.md", err))
	}
	return "can be reached", nil
}

// thinking says that an answer takes a moment where a model takes part.
type thinking struct {
	*pipeline
	out  io.Writer
	text string
}

// Handle answers an event.
func (t thinking) Handle(ctx context.Context, ev chat.Event) chat.Ack {
	ack, rest := t.Receive(ev)
	if rest == nil {
		return ack
	}
	if t.answers.Shapes() {
		fmt.Fprintf(t.out, "\n%s\n", t.text)
	}
	return rest(ctx)
}

// modelOf reads the settings of the model alone. The terminal needs no settings, so
// one that is wrong is told and left out.
func modelOf(s streams, log *slog.Logger) config.Model {
	cfg, err := settings(s)
	if err != nil {
		log.Warn("the settings are wrong, so there is no language model", "err", err)
		return config.Model{}
	}
	return cfg.Model
}

var _ answer.Drafter = (*llm.Client)(nil)
