package main

import (
	"fmt"

	"kapbot/internal/answer/check"
	"kapbot/internal/eval"
)

type evalAnswersCmd struct {
	Paraphrases string `help:"JSON lines with \"entry\" and \"text\": sentences that say the same as an entry, written by a person." type:"existingfile"`
	Questions   string `help:"JSON lines with \"text\" and \"entry\": measure a whole draft for each as well." type:"existingfile"`
	Seed        uint64 `help:"Where the choice of sentences begins." default:"1"`
	Each        int    `help:"How many of each kind of fault." default:"50"`
	Errors      bool   `help:"List the faults that were let through and the faithful sentences that were dropped."`
}

// Run plants faults in sentences of the entries, rewords others faithfully, and
// counts what the checks let through.
func (c evalAnswersCmd) Run(s streams) error {
	snapshot, err := s.parts.entries()
	if err != nil {
		return err
	}
	e, err := s.parts.encoder()
	if err != nil {
		return err
	}
	triage, err := s.parts.triage()
	if err != nil {
		return err
	}
	checker, err := check.New(e, triage)
	if err != nil {
		return err
	}
	var written []eval.Paraphrase
	if c.Paraphrases != "" {
		if written, err = readFile(c.Paraphrases, eval.ReadParaphrases); err != nil {
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
	if c.Questions == "" {
		return nil
	}
	questions, err := readQuestions([]string{c.Questions}, "")
	if err != nil {
		return err
	}
	drafts, err := eval.MeasureDrafts(checker, snapshot.Passages("en"), questions, c.Seed)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out)
	drafts.Write(s.out)
	if c.Errors {
		for _, line := range drafts.Shown {
			fmt.Fprintln(s.out, "let through", line)
		}
	}
	return nil
}
