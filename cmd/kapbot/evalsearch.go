package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"kapbot/internal/chat"
	"kapbot/internal/eval"
	"kapbot/internal/search"
)

type evalSearchCmd struct {
	Split string   `help:"Only the questions of this split."`
	Plot  string   `help:"Draw the curves in this PNG file." type:"path"`
	Files []string `arg:"" help:"JSON lines with \"text\", \"entry\" (none: no entry answers it) and \"also\"." type:"existingfile"`
}

// Run measures and prints.
func (c evalSearchCmd) Run(ctx context.Context, s streams) (err error) {
	answers, err := s.parts.answers()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answers.Close()) }()
	questions, err := readQuestions(c.Files, c.Split)
	if err != nil {
		return err
	}
	measured, err := eval.MeasureSearch(ctx, english{answers}, questions)
	if err != nil {
		return err
	}
	if _, err := measured.WriteTo(s.out); err != nil {
		return fmt.Errorf("print the measures: %w", err)
	}
	if c.Plot == "" {
		return nil
	}
	return writeFile(c.Plot, func(w io.Writer) error { return eval.WritePNG(w, measured.Charts()...) })
}

// english finds entries for questions in English.
type english struct {
	answers interface {
		Find(ctx context.Context, question string, lang chat.Lang) (search.Result, error)
	}
}

// Find implements eval.Finder.
func (e english) Find(ctx context.Context, question string) (search.Result, error) {
	return e.answers.Find(ctx, question, chat.English)
}
