package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	seed "kapbot/faq"
	"kapbot/internal/answer/check"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
)

type evalAnswersCmd struct {
	Paraphrases string `help:"JSON lines with \"entry\" and \"text\": sentences that say the same as an entry, written by a person." type:"existingfile"`
	Seed        uint64 `help:"Where the choice of sentences begins." default:"1"`
	Each        int    `help:"How many of each kind of fault." default:"50"`
	Errors      bool   `help:"List the faults that were let through and the faithful sentences that were dropped."`
}

// Run plants faults in sentences of the entries, rewords others faithfully, and
// counts what the checks let through.
func (c evalAnswersCmd) Run(s streams) error {
	snapshot, err := faq.Load(seed.Files())
	if err != nil {
		return fmt.Errorf("load the FAQ: %w", err)
	}
	e, err := encoder.Load()
	if err != nil {
		return err
	}
	triage, err := crisis.New(e)
	if err != nil {
		return err
	}
	checker, err := check.New(e, triage)
	if err != nil {
		return err
	}
	var written []eval.Paraphrase
	if c.Paraphrases != "" {
		if written, err = readFile(c.Paraphrases, readParaphrases); err != nil {
			return err
		}
	}
	report, err := eval.MeasureChecks(checker, snapshot.Passages("en"), written, c.Seed, c.Each)
	if err != nil {
		return err
	}
	report.Write(s.out)
	if c.Errors {
		for _, line := range report.Through {
			fmt.Fprintln(s.out, "let through:", line)
		}
		for _, line := range report.Dropped {
			fmt.Fprintln(s.out, "dropped:", line)
		}
	}
	return nil
}

func readParaphrases(r io.Reader, name string) ([]eval.Paraphrase, error) {
	var all []eval.Paraphrase
	in := bufio.NewScanner(r)
	for in.Scan() {
		var p eval.Paraphrase
		if err := json.Unmarshal(in.Bytes(), &p); err != nil || p.Entry == "" || p.Text == "" {
			return nil, fmt.Errorf(`%s:%d: want {"entry", "text"}`, name, len(all)+1)
		}
		all = append(all, p)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return all, nil
}
