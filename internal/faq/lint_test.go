package faq_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"

	"kapbot/internal/faq"
)

var today = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// TestLint runs each case of testdata/lint on top of the base.
func TestLint(t *testing.T) {
	cases, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil || len(cases) < 2 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range cases {
		if filepath.Base(name) == "base.txtar" {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			fsys, want := lintCase(t, name)
			problems, err := faq.Lint(fsys, today)
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(problems); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func lintCase(t *testing.T, name string) (fs.FS, string) {
	t.Helper()
	fsys, want := fstest.MapFS{}, ""
	for _, file := range []string{"testdata/lint/base.txtar", name} {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if f.Name == "want" {
				want = string(f.Data)
				continue
			}
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return fsys, want
}

func lines(problems []faq.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// TestLintFaultyRecord has lists that contradict each other: that is not an
// author's problem but an error.
func TestLintFaultyRecord(t *testing.T) {
	for _, test := range []struct{ name, file, data, want string }{
		{"no sources", "sources.yaml", "", ""},
		{"unknown key", "sources.yaml", "- {id: a, seen: primary}", "seen"},
		{"bad id", "sources.yaml", "- {id: A-1}", `"A-1"`},
		{"twice", "sources.yaml", "- {id: a}\n- {id: a}", "twice"},
		{"fact without source", "facts.yaml", "nobody: [{fact: F1, says: x}]", `"nobody"`},
		{"line without source", "resources.yaml", "- {id: x, sources: [nobody]}", `"nobody"`},
		{"line twice", "resources.yaml", "- {id: x}\n- {id: x}", "twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			base, _ := lintCase(t, "testdata/lint/clean.txtar")
			fsys := base.(fstest.MapFS)
			fsys[test.file] = &fstest.MapFile{Data: []byte(test.data)}
			if test.data == "" {
				delete(fsys, test.file)
			}
			_, err := faq.Lint(fsys, today)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.file) {
				t.Errorf("got %v, want an error that names %s and %q", err, test.file, test.want)
			}
		})
	}
}

// TestFAQ holds the entries of this repository to the rules. Overdue reviews do
// not fail it: a build must not break because a day has passed. The command
// that lints for moderators reports them.
func TestFAQ(t *testing.T) {
	fsys := os.DirFS("../../faq")
	problems, err := faq.Lint(fsys, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if p.Rule != "review-overdue" {
			t.Error(p)
		}
	}
	s, err := faq.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Entries()); n < 100 {
		t.Errorf("%d entries: the folder was not read whole", n)
	}
}
