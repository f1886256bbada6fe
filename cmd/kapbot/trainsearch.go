package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kapbot/internal/eval"
	"kapbot/internal/search"
)

type trainSearchCmd struct {
	Vectors string   `help:"Write the vectors of all wordings to this file, and train nothing." type:"path"`
	Out     string   `help:"The file to write the model to." type:"path"`
	Seed    uint64   `default:"1" help:"The same questions and seed give the same bytes."`
	Files   []string `arg:"" optional:"" help:"JSON lines with \"text\", \"entry\", \"also\" and \"split\"; only those of the split dev are learned from." type:"existingfile"`
}

// Run trains search, or writes the vectors that it starts with.
func (c trainSearchCmd) Run(ctx context.Context, s streams) error {
	snapshot, err := s.parts.entries()
	if err != nil {
		return err
	}
	e, err := s.parts.encoder()
	if err != nil {
		return err
	}
	if c.Vectors != "" {
		return writeFile(c.Vectors, func(w io.Writer) error { return search.WriteVectors(snapshot.Entries(), e, w) })
	}
	if c.Out == "" {
		return errors.New("say with --out where to write the model")
	}
	questions, err := readQuestions(c.Files, "dev")
	if err != nil {
		return err
	}
	m, err := search.Train(ctx, snapshot.Entries(), questions, e, c.Seed, func(line string) { fmt.Fprintln(s.out, line) })
	if err != nil {
		return err
	}
	return writeFile(c.Out, m.Write)
}

// readQuestions reads the questions of a split from all files.
func readQuestions(names []string, split string) ([]search.Question, error) {
	var all []search.Question
	for _, name := range names {
		questions, err := readFile(name, func(r io.Reader, name string) ([]search.Question, error) {
			questions, err := eval.ReadQuestions(r, split)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			return questions, nil
		})
		if err != nil {
			return nil, err
		}
		all = append(all, questions...)
	}
	return all, nil
}
