package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"

	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
)

type trainCmd struct {
	Out           string   `required:"" help:"The file to write the model to." type:"path"`
	Seed          uint64   `default:"1" help:"The same lines and seed give the same bytes."`
	Labels        string   `help:"JSON lines with \"id\" and \"level\" or \"skip\": what a reader made of lines whose own labels are noisy." type:"existingfile"`
	Calibrate     []string `help:"JSON lines that are not trained on, to fit the probability to; the held-back fifth if none are named." type:"existingfile"`
	From          string   `help:"A trained model of which only the probability is fitted again." type:"existingfile"`
	Conversations []string `help:"JSON lines with \"turns\" and the \"levels\" of each." type:"existingfile"`
	Files         []string `arg:"" help:"JSON lines with \"text\" and \"level\", or \"label\" crisis, not_crisis or unlabelled." type:"existingfile"`
}

// reader reads a message as triage does.
type reader struct {
	words   *words.Normaliser
	lexicon *frames.Lexicon
}

func newReader() (reader, error) {
	lexicon, err := frames.Load()
	if err != nil {
		return reader{}, fmt.Errorf("load the lexicon: %w", err)
	}
	normaliser, err := words.New(lexicon.Vocabulary(), lexicon.Guarded())
	if err != nil {
		return reader{}, fmt.Errorf("load the word tables: %w", err)
	}
	return reader{normaliser, lexicon}, nil
}

func (r reader) example(text string, card bool, weight float32) classifier.Example {
	read := r.words.Read(text)
	return classifier.Example{Message: classifier.Message{Words: read, Hits: r.lexicon.Match(read.Tokens)}, Card: card, Weight: weight}
}

// What texts composed of several and texts in disguise weigh, and how many lines
// there are to one of each.
const (
	extraWeight    = 0.5
	composedEvery  = 4
	disguisedEvery = 6
)

// Run trains on four fifths of the lines, fits the probability on lines that were
// not trained on and writes the model.
func (c trainCmd) Run(ctx context.Context, s streams) error {
	r, err := newReader()
	if err != nil {
		return err
	}
	e, err := s.parts.encoder()
	if err != nil {
		return err
	}
	train, held, err := c.lessons(r)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d texts to train on, %d to fit the probability to\n", len(train), len(held))
	model, err := c.model(ctx, s, e, r.lexicon, train)
	if err != nil {
		return err
	}
	seen, cards := make([]classifier.Evidence, len(held)), make([]bool, len(held))
	for i, x := range held {
		seen[i], cards[i] = model.Evidence(e, x.Message), x.Card
	}
	model.Calibrate(seen, cards)
	return writeFile(c.Out, model.Write)
}

// model trains one, or reads the one that is to be fitted again.
func (c trainCmd) model(ctx context.Context, s streams, e *encoder.Encoder, lexicon *frames.Lexicon, train []classifier.Example) (*classifier.Model, error) {
	if c.From != "" {
		data, err := os.ReadFile(c.From)
		if err != nil {
			return nil, fmt.Errorf("open the trained model: %w", err)
		}
		return classifier.Read(data)
	}
	return classifier.Train(ctx, e, lexicon, train, classifier.Options{Seed: c.Seed, Progress: func(net, epoch int, loss float64) {
		fmt.Fprintf(s.out, "network %d, epoch %d: loss %.4f\n", net, epoch, loss)
	}})
}

// lessons reads the files.
func (c trainCmd) lessons(r reader) (train, held []classifier.Example, err error) {
	lines, err := readLabeled(c.Files, c.Labels)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range c.Conversations {
		all, err := readFile(name, eval.ReadConversations)
		if err != nil {
			return nil, nil, err
		}
		for _, x := range all {
			lines = append(lines, x.Lines()...)
		}
	}
	var texts []classifier.Text
	for _, l := range lines {
		x := r.example(l.Text, l.Card(), 1)
		switch {
		case l.Level == nil && l.Label == eval.Unlabeled && speaks(x.Message.Hits):
		case l.HeldBack():
			held = append(held, x)
		default:
			train = append(train, x)
			texts = append(texts, classifier.Text{Text: l.Text, Lang: l.Lang, Card: l.Card()})
		}
	}
	if len(c.Calibrate) > 0 {
		fit, err := readLabeled(c.Calibrate, "")
		if err != nil {
			return nil, nil, err
		}
		held = held[:0]
		for _, l := range fit {
			held = append(held, r.example(l.Text, l.Card(), 1))
		}
	}
	for _, t := range classifier.Compose(texts, len(texts)/composedEvery, c.Seed) {
		train = append(train, r.example(t.Text, t.Card, extraWeight))
	}
	ways := eval.Disguises()
	rng := rand.New(rand.NewPCG(c.Seed, 2)) //nolint:gosec // nothing secret hangs on the dice
	for i := 0; i < len(texts); i += disguisedEvery {
		hidden := ways[rng.IntN(len(ways))].Of(rng, texts[i].Text)
		train = append(train, r.example(hidden, texts[i].Card, extraWeight))
	}
	return train, held, nil
}

// speaks reports whether the lexicon shows the card. An unlabeled line in which
// it is silent is taken for no crisis; the others are left out.
func speaks(hits []frames.Hit) bool {
	return slices.ContainsFunc(hits, func(h frames.Hit) bool {
		return h.Live() && h.Frame.Level >= frames.Concern
	})
}

// readLabeled reads files of labeled lines, corrected by a file of labels if one
// is named. Lines that no reader could decide are left out.
func readLabeled(files []string, labels string) ([]eval.Example, error) {
	var judged eval.Relabeling
	var err error
	if labels != "" {
		if judged, err = readFile(labels, eval.ReadRelabeling); err != nil {
			return nil, err
		}
	}
	var all []eval.Example
	for _, name := range files {
		lines, err := readFile(name, eval.ReadLines)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			if l = judged.Apply(l); !l.Skip {
				all = append(all, l)
			}
		}
	}
	return all, nil
}
