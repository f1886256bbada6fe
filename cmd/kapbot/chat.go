package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"kapbot/bots/terminal"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/encoder"
	"kapbot/internal/inbox"
	"kapbot/internal/llm"
	"kapbot/internal/responder"
	"kapbot/internal/rota"
	"kapbot/prompts"
)

// pipeline is the bot without any network.
type pipeline struct {
	*responder.Responder
	parts   *parts
	roles   desk.Roles // who are moderators; nobody unless a bot runs
	answers *answer.Answers
	encoder *encoder.Encoder
	model   *llm.Client // nil without one
	peers   *rota.Rota  // nil without a store
	inbox   *inbox.Inbox
	// beside is what goes on beside the networks, until its context is done.
	beside []func(context.Context) error
}

// newPipeline wires the embedded lexicon and entries, and a language model if one is
// set; dir is the folder that its prompts are relative to.
func newPipeline(of *parts, log *slog.Logger, model config.Model, dir string) (*pipeline, error) {
	e, err := of.encoder()
	if err != nil {
		return nil, err
	}
	triage, err := of.triage()
	if err != nil {
		return nil, err
	}
	answers, err := of.answers()
	if err != nil {
		return nil, err
	}
	p := &pipeline{parts: of, Responder: responder.New(triage, answers, log, time.Now), answers: answers, encoder: e}
	if err := p.shape(model, dir, e, triage); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *pipeline) Close() error {
	p.Responder.Close()
	if p.model != nil {
		p.model.Close()
	}
	return p.answers.Close()
}

type chatCmd struct{}

// Run opens a conversation in the terminal.
func (chatCmd) Run(ctx context.Context, s streams) (err error) {
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	p, err := newPipeline(s.parts, log, modelOf(s, log), s.dir)
	if err != nil {
		return err
	}
	if err := p.useStored(ctx, s, log); err != nil {
		return errors.Join(err, p.Close())
	}
	rest()
	defer func() { err = errors.Join(err, p.Close()) }()
	texts, err := prompts.Load()
	if err != nil {
		return err
	}
	return terminal.New(s.in, s.out, texts, style(s)).Run(ctx, thinking{p, s.out, texts[string(chat.English)].Thinking})
}

// style fits a terminal; a pipe gets plain lines and sees what was typed.
func style(s streams) terminal.Style {
	out, ok := s.out.(*os.File)
	if !ok || !term.IsTerminal(int(out.Fd())) {
		return terminal.Style{Width: 80, Echo: true}
	}
	width, _, err := term.GetSize(int(out.Fd()))
	if err != nil {
		width = 80
	}
	in, ok := s.in.(*os.File)
	return terminal.Style{Width: min(width, 80), Bold: os.Getenv("NO_COLOR") == "", Echo: !ok || !term.IsTerminal(int(in.Fd()))}
}

type askCmd struct {
	JSON     bool     `help:"Print one JSON object."`
	Question []string `arg:"" help:"The question, or - to read it from standard input."`
}

// askReply is the form of ask --json.
type askReply struct {
	Kind    string      `json:"kind"`
	Entry   string      `json:"entry"`
	Title   string      `json:"title"`
	Score   float64     `json:"score"`
	Text    string      `json:"text"`
	Sources []askSource `json:"sources"`
	// Shaped says that a language model put the text together; else the entry is
	// shown word for word.
	Shaped bool `json:"shaped"`
}

type askSource struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

// maxAsk is how much of standard input a question may be, in bytes. It is well
// above what is answered, so that a long message is still triaged whole.
const maxAsk = 4 << 20

// Run answers one question.
func (c askCmd) Run(ctx context.Context, s streams) (err error) {
	question := strings.Join(c.Question, " ")
	if question == "-" {
		data, err := io.ReadAll(io.LimitReader(s.in, maxAsk))
		if err != nil {
			return fmt.Errorf("read the question: %w", err)
		}
		question = string(data)
	}
	if strings.TrimSpace(question) == "" {
		return errors.New(`the question is empty: try kapbot ask "Is KAP covered by the VA?"`)
	}
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	p, err := newPipeline(s.parts, log, modelOf(s, log), s.dir)
	if err != nil {
		return err
	}
	if err := p.useStored(ctx, s, log); err != nil {
		return errors.Join(err, p.Close())
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	texts, err := prompts.Load()
	if err != nil {
		return err
	}
	ack := p.Handle(ctx, chat.Event{
		Key: "ask", At: chat.Ref{Network: terminal.Network, Channel: "ask"}, From: chat.Person{ID: "you"},
		Addressed: true, Direct: true, Body: chat.Said{Text: question},
	})
	if c.JSON {
		return writeReply(s.out, *ack.Reply)
	}
	fmt.Fprintln(s.out, terminal.Render(*ack.Reply, texts[string(ack.Reply.Lang)], style(s)))
	return nil
}

func writeReply(w io.Writer, r chat.Reply) error {
	out := askReply{Kind: r.Kind.String(), Entry: r.Entry, Title: r.Title, Score: r.Score, Shaped: r.Shaped, Sources: []askSource{}}
	var parts []string
	for _, part := range []string{r.Banner, cardText(r), r.Text, r.Footer} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	out.Text = strings.Join(parts, "\n\n")
	for _, src := range r.Sources {
		out.Sources = append(out.Sources, askSource(src))
	}
	return encode(w, out)
}

func cardText(r chat.Reply) string {
	if r.Card == nil {
		return ""
	}
	return r.Card.Text
}

// encode writes v as one line of JSON in which < and & stay readable.
func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
