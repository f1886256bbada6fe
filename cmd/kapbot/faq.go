package main

import (
	"fmt"
	"os"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/faq"
)

type faqCmd struct {
	Lint   faqLintCmd   `cmd:"" help:"Check every entry: form, sources, figures, reading grade, review dates."`
	Export faqExportCmd `cmd:"" help:"Write the published entries to a folder, one file each."`
	Import faqImportCmd `cmd:"" help:"Show what is new in a folder of entries, ask, and put it in review."`
	Audit  faqAuditCmd  `cmd:"" help:"Print who changed what, when and why, as JSON lines."`
}

type faqLintCmd struct {
	Dir string `arg:"" optional:"" help:"The folder of entries; without it the embedded ones." type:"path"`
}

// Run prints one line for each thing to mend.
func (c faqLintCmd) Run(s streams) error {
	files, where := seed.Files(), "faq"
	if c.Dir != "" {
		if _, err := os.Stat(c.Dir); err != nil {
			return fmt.Errorf("open the folder of entries: %w", err)
		}
		files, where = os.DirFS(c.Dir), c.Dir
	}
	problems, err := faq.Lint(files, time.Now())
	if err != nil {
		return fmt.Errorf("check the entries: %w", err)
	}
	for _, p := range problems {
		fmt.Fprintf(s.out, "%s/%s\n", where, p)
	}
	if len(problems) > 0 {
		fmt.Fprintf(s.err, "kapbot: %d things to mend\n", len(problems))
		return errReported
	}
	snapshot, err := faq.Load(files)
	if err != nil {
		return fmt.Errorf("count the entries: %w", err)
	}
	fmt.Fprintf(s.out, "%d entries, nothing to mend\n", len(snapshot.Entries()))
	return nil
}
