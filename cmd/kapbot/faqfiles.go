package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

type faqExportCmd struct {
	Dir string `arg:"" help:"The folder to write to." type:"path"`
}

// Run writes the published entries as files, and the lists that they are checked
// against where the folder has none.
func (c faqExportCmd) Run(ctx context.Context, s streams) error {
	entries, err := published(ctx, s, slog.New(slog.NewJSONHandler(s.err, nil)))
	if err != nil {
		return err
	}
	written := map[string]bool{}
	for _, e := range entries.Entries() {
		name := desk.Key{ID: e.ID, Lang: e.Lang}.String()
		written[name] = true
		if err := writeText(filepath.Join(c.Dir, name), faq.Format(e)); err != nil {
			return err
		}
	}
	for _, name := range []string{faq.SourcesFile, faq.FactsFile, faq.ResourcesFile} {
		list, err := fs.ReadFile(seed.Files(), name)
		if err != nil {
			return fmt.Errorf("read the list %s: %w", name, err)
		}
		if path := filepath.Join(c.Dir, name); !exists(path) {
			if err := writeText(path, list); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(s.out, "%d entries written\n", len(written))
	return tellOthers(s.out, c.Dir, written)
}

// tellOthers names the files of a folder that are no published entry. They are left
// alone.
func tellOthers(w io.Writer, dir string, written map[string]bool) error {
	files, err := faq.EntryFiles(os.DirFS(dir))
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	for _, name := range files {
		if !written[name] {
			fmt.Fprintf(w, "%s is not published; the file is left alone\n", name)
		}
	}
	return nil
}

func writeText(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	if err := os.WriteFile(name, text, 0o644); err != nil { //nolint:gosec // published entries, for everybody
		return fmt.Errorf("write an entry: %w", err)
	}
	return nil
}

type faqImportCmd struct {
	Yes     bool   `help:"Do not ask."`
	Publish bool   `help:"Let the entries answer at once, since they were reviewed elsewhere. Those about suicide wait for a moderator all the same."`
	Why     string `help:"Why; the history shows it." default:"taken over from files"`
	Dir     string `arg:"" help:"The folder of entries." type:"existingdir"`
}

// Run shows what is new in a folder, asks, and takes it over.
func (c faqImportCmd) Run(ctx context.Context, s streams) error {
	folder, err := faq.Load(os.DirFS(c.Dir))
	if err != nil {
		return fmt.Errorf("read the folder: %w", err)
	}
	by := desk.Actor{Name: desk.Files, Role: desk.Lead}
	return withDesk(ctx, s, func(d *desk.Desk) error {
		news, err := d.Compare(ctx, by, folder.Entries())
		if err != nil {
			return err
		}
		if len(news) == 0 {
			fmt.Fprintln(s.out, "nothing is new")
			return nil
		}
		for _, one := range news {
			showDifference(s.out, one)
		}
		if !c.Yes && !agreed(s, len(news)) {
			fmt.Fprintln(s.out, "nothing was taken over")
			return nil
		}
		err = d.Import(ctx, by, news, c.Why, c.Publish)
		var lint *desk.LintError
		if errors.As(err, &lint) {
			for _, p := range lint.Problems {
				fmt.Fprintf(s.out, "%s/%s\n", c.Dir, p)
			}
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "taken over: %d. See with kapbot faq audit what was done\n", len(news))
		if !c.Publish {
			fmt.Fprintln(s.out, "They wait in review until a moderator publishes them.")
		}
		return nil
	})
}

// showDifference prints what an entry says now and before, word by word, and of what
// stayed the same only what is near a change.
func showDifference(w io.Writer, d desk.Difference) {
	name := desk.Key{ID: d.After.ID, Lang: d.After.Lang}
	if d.New() {
		fmt.Fprintf(w, "=== %s (new)\n%s\n", name, faq.Format(d.After))
		return
	}
	fmt.Fprintf(w, "=== %s\n", name)
	for _, c := range faq.Diff(string(faq.Format(d.Before)), string(faq.Format(d.After))) {
		text := strings.TrimRight(c.Text, " \n")
		space := c.Text[len(text):]
		switch c.Side {
		case faq.Removed:
			fmt.Fprintf(w, "[-%s-]%s", text, space)
		case faq.Added:
			fmt.Fprintf(w, "{+%s+}%s", text, space)
		case faq.Same:
			fmt.Fprint(w, nearby(c.Text))
		}
	}
	fmt.Fprintln(w)
}

// nearby leaves the first and the last line of what did not change.
func nearby(text string) string {
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= 4 {
		return text
	}
	return lines[0] + "…\n" + lines[len(lines)-2] + lines[len(lines)-1]
}

// agreed asks whoever runs the command.
func agreed(s streams, count int) bool {
	fmt.Fprintf(s.out, "Take over what is new (entries: %d)? [y/N] ", count)
	line, _ := bufio.NewReader(s.in).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

type faqAuditCmd struct{}

// auditLine is an action as it is exported.
type auditLine struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Who      string    `json:"who"`
	Name     string    `json:"name,omitempty"`
	Deed     desk.Deed `json:"deed"`
	Entry    string    `json:"entry"`
	Lang     string    `json:"lang"`
	Revision int       `json:"revision"`
	Why      string    `json:"why,omitempty"`
}

// Run prints every action, oldest first.
func (faqAuditCmd) Run(ctx context.Context, s streams) error {
	by := desk.Actor{Name: desk.Files, Role: desk.Lead}
	return withDesk(ctx, s, func(d *desk.Desk) error {
		for last := int64(0); ; {
			actions, err := d.Audit(ctx, by, desk.Span{After: last, Oldest: true})
			if err != nil {
				return err
			}
			if len(actions) == 0 {
				return nil
			}
			for _, a := range actions {
				if err := encode(s.out, auditLine{a.Seq, a.At, a.Who, a.Name, a.Deed, a.ID, a.Lang, a.N, a.Why}); err != nil {
					return err
				}
				last = a.Seq
			}
		}
	})
}
