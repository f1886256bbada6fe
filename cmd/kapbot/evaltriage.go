package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kapbot/internal/eval"
)

type evalTriageCmd struct {
	Labels        string        `help:"JSON lines with \"id\" and \"level\" or \"skip\": what a reader made of lines whose own labels are noisy." type:"existingfile"`
	HeldBack      bool          `help:"Only the fifth of the lines that is never trained on."`
	Conversations []string      `help:"JSON lines with \"turns\" and \"shown_by\", the turn by which a reader sees the risk." type:"existingfile"`
	Every         time.Duration `help:"The time between two turns of a conversation." default:"15s"`
	Tags          bool          `help:"Count by tag as well."`
	Errors        bool          `help:"List the lines on which triage and the reader disagree, by id."`
	ShowText      bool          `help:"Print the words of those lines too. They may be somebody's own: do not pass them on."`
	Disguises     bool          `help:"Measure every line again in fourteen disguises: misspelled, hidden, buried."`
	Plot          string        `help:"Draw ROC and reliability in this PNG file." type:"path"`
	Files         []string      `arg:"" optional:"" help:"JSON lines with \"text\" and \"level\" or \"label\"." type:"existingfile"`
}

// Run measures and prints.
func (c evalTriageCmd) Run(s streams) error {
	if len(c.Files)+len(c.Conversations) == 0 {
		return errors.New("name a file of labeled lines, or --conversations FILE")
	}
	t, err := s.parts.triage()
	if err != nil {
		return err
	}
	if len(c.Files) > 0 {
		files, err := c.files()
		if err != nil {
			return err
		}
		report := eval.MeasureTriage(t, files)
		report.Write(s.out, c.Tags)
		c.faults(s.out, report.Faults)
		if c.Disguises {
			fmt.Fprintln(s.out)
			eval.WriteDisguises(s.out, eval.MeasureDisguises(t, slices.Concat(lines(files)...), 1))
		}
		if c.Plot != "" {
			if err := writeFile(c.Plot, func(w io.Writer) error { return eval.WritePNG(w, report.Charts()...) }); err != nil {
				return err
			}
		}
	}
	for _, name := range c.Conversations {
		all, err := readFile(name, eval.ReadConversations)
		if err != nil {
			return err
		}
		if c.HeldBack {
			all = slices.DeleteFunc(all, func(x eval.Conversation) bool { return !x.HeldBack() })
		}
		report := eval.MeasureConversations(t, all, c.Every)
		report.Write(s.out, short(name))
		if c.Errors {
			fmt.Fprintln(s.out, strings.Join(report.Faults, " "))
		}
	}
	return nil
}

// files reads the labeled lines, each file under its own name.
func (c evalTriageCmd) files() ([]eval.File, error) {
	var out []eval.File
	for _, name := range c.Files {
		lines, err := readLabeled([]string{name}, c.Labels)
		if err != nil {
			return nil, err
		}
		f := eval.File{Name: short(name)}
		for _, l := range lines {
			judged := l.Level != nil || l.Label != eval.Unlabeled
			if judged && (!c.HeldBack || l.HeldBack()) {
				f.Lines = append(f.Lines, l)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

func lines(files []eval.File) (out [][]eval.Example) {
	for _, f := range files {
		out = append(out, f.Lines)
	}
	return out
}

func (c evalTriageCmd) faults(w io.Writer, faults []eval.Fault) {
	if !c.Errors && !c.ShowText {
		return
	}
	for _, f := range faults {
		kind := "false alarm"
		if f.Missed {
			kind = "missed"
		}
		fmt.Fprintf(w, "%-11s %s %s %.2f", kind, f.Line.ID, f.Level, f.Score)
		if c.ShowText {
			fmt.Fprintf(w, " %q", f.Line.Text)
		}
		fmt.Fprintln(w)
	}
}

// short is a file's name without folder and ending.
func short(name string) string {
	return strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
}
