package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"

	"kapbot/internal/crisis"
	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
	"kapbot/internal/encoder"
)

type trainCmd struct {
	Out   string   `required:"" help:"The file to write the model to." type:"path"`
	Seed  uint64   `default:"1" help:"The same lines and seed give the same bytes."`
	Files []string `arg:"" help:"JSON lines with \"text\" and \"level\", or \"label\" crisis, not_crisis or unlabelled." type:"existingfile"`
}

// unlabeled is what the files call a line that nobody has judged.
const unlabeled = "unlabelled"

// labeled is a line that training and evaluation read.
type labeled struct {
	ID    string        `json:"id"`
	Level *crisis.Level `json:"level"`
	Label string        `json:"label"`
	Pair  string        `json:"pair"`
	Text  string        `json:"text"`
}

func (l labeled) card() bool {
	if l.Level != nil {
		return l.Level.ShowsCard()
	}
	return l.Label == "crisis"
}

// heldBack reports whether a line belongs to the fifth that is never trained
// on. Lines of one pair stay together.
func (l labeled) heldBack() bool {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(l.Pair, l.ID))) //nolint:gosec // a hash does not fail
	return h.Sum32()%5 == 0
}

// Run trains on four fifths of the lines, fits the probability on the last
// fifth and writes the model.
func (c trainCmd) Run(ctx context.Context, s streams) error {
	lex, err := frames.Load()
	if err != nil {
		return fmt.Errorf("load the lexicon: %w", err)
	}
	normaliser, err := words.New(lex.Vocabulary(), lex.Guarded())
	if err != nil {
		return fmt.Errorf("load the word tables: %w", err)
	}
	e, err := encoder.Load()
	if err != nil {
		return err
	}
	var train, held []classifier.Example
	for _, name := range c.Files {
		lines, err := readLabeled(name)
		if err != nil {
			return err
		}
		for _, l := range lines {
			r := normaliser.Read(l.Text)
			x := classifier.Example{Message: classifier.Message{Words: r, Hits: lex.Match(r.Tokens)}, Card: l.card(), Weight: 1}
			switch {
			case l.Label == unlabeled && speaks(x.Message.Hits):
			case l.heldBack():
				held = append(held, x)
			default:
				train = append(train, x)
			}
		}
	}
	fmt.Fprintf(s.out, "%d lines to train on, %d held back\n", len(train), len(held))
	model, err := classifier.Train(ctx, e, lex, train, classifier.Options{Seed: c.Seed, Progress: func(epoch int, loss float64) {
		fmt.Fprintf(s.out, "epoch %d: loss %.4f\n", epoch, loss)
	}})
	if err != nil {
		return err
	}
	logits, cards := make([]float64, len(held)), make([]bool, len(held))
	for i, x := range held {
		logits[i], cards[i] = model.Logit(e, x.Message), x.Card
	}
	model.Calibrate(logits, cards)
	return writeModel(c.Out, model)
}

// speaks reports whether the lexicon shows the card. An unlabeled line in which
// it is silent is taken for no crisis; the others are left out.
func speaks(hits []frames.Hit) bool {
	return slices.ContainsFunc(hits, func(h frames.Hit) bool {
		return h.Live() && h.Frame.Level >= frames.Concern
	})
}

func writeModel(name string, m *classifier.Model) (err error) {
	f, err := os.Create(name) //nolint:gosec // the file that the caller named
	if err != nil {
		return fmt.Errorf("make the model file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return m.Write(f)
}

// readLabeled reads a file of labeled lines.
func readLabeled(name string) (lines []labeled, err error) {
	f, err := os.Open(name) //nolint:gosec // the file that the caller named
	if err != nil {
		return nil, fmt.Errorf("open the labeled lines: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := bufio.NewScanner(f)
	r.Buffer(nil, maxJSONLine)
	for number := 1; r.Scan(); number++ {
		var l labeled
		if err := json.Unmarshal(r.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("%s:%d: not a labeled line", name, number)
		}
		if l.Text == "" || l.Level == nil && l.Label == "" {
			return nil, fmt.Errorf("%s:%d: a line needs \"text\" and \"level\" or \"label\"", name, number)
		}
		lines = append(lines, l)
	}
	if err := r.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return lines, nil
}
