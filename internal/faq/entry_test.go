package faq_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kapbot/internal/faq"
)

const sample = `---
id: does-it-help
question: Does it help?
also:
  - does it work
  - "yes: but how?"
tags: [basics, studies]
sources: [trial2020]
reviewed: 2026-11-01
review_by: 2027-11-01
audience: [everyone]
triage: none
---

It helped. [trial2020]

Ask your team.
`

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func TestParseEntry(t *testing.T) {
	e, err := faq.ParseEntry("faq/does-it-help.md", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	for key, line := range map[string]int{"id": 2, "also": 4, "triage": 12, "body": 15, "no-such-key": 1} {
		if got := e.Line(key); got != line {
			t.Errorf("%q on line %d, want %d", key, got, line)
		}
	}
	for name, same := range map[string]bool{
		"id":       e.ID == "does-it-help",
		"language": e.Lang == "en",
		"wordings": slices.Equal(e.Wordings(), []string{"Does it help?", "does it work", "yes: but how?"}),
		"tags":     slices.Equal(e.Tags, []string{"basics", "studies"}) && e.HasTag("studies") && !e.HasTag("study"),
		"sources":  slices.Equal(e.Sources, []string{"trial2020"}),
		"dates":    e.Reviewed.Equal(date(2026, 11, 1)) && e.ReviewBy.Equal(date(2027, 11, 1)),
		"audience": slices.Equal(e.Audience, []string{"everyone"}),
		"triage":   e.Triage == faq.None,
		"body":     e.Body == "It helped. [trial2020]\n\nAsk your team.",
		"file":     e.File == "faq/does-it-help.md",
	} {
		if !same {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestParseEntryForms(t *testing.T) {
	for _, test := range []struct {
		name, file string
		data       []byte
		lang, want string // want is part of the error
	}{
		{"Windows line ends", "a.md", bytes.ReplaceAll([]byte(sample), []byte("\n"), []byte("\r\n")), "en", ""},
		{"byte order mark", "a.md", append([]byte("\xef\xbb\xbf"), sample...), "en", ""},
		{"Spanish folder", "es/a.md", []byte(sample), "es", ""},
		{"Spanish folder on Windows", `faq\es\a.md`, []byte(sample), "es", ""},
		{"not UTF-8", "a.md", []byte(strings.Replace(sample, "work", "w\xf6rk", 1)), "", "a.md:5: the file is not UTF-8"},
		{"huge", "a.md", []byte(sample + strings.Repeat("long ", 10000)), "", "a.md:1: the file is larger than"},
		{"huge front matter", "a.md", []byte(strings.Replace(sample, "work", strings.Repeat("w", 9000), 1)), "", "front matter is larger than"},
		{"empty", "a.md", nil, "", "a.md:1: the first line must be ---"},
		{"alias", "a.md", []byte(strings.Replace(sample, "[everyone]", "*x", 1)), "", "(format)"},
		{"two documents", "a.md", []byte("---\nid: a\n...\nid: b\n---\ntext"), "", "(format)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := faq.ParseEntry(test.file, test.data)
			if test.want == "" {
				if err != nil || e.Lang != test.lang {
					t.Errorf("got language %q, error %v", e.Lang, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestZeroEntryIsCareful(t *testing.T) {
	if (faq.Entry{}).Triage != faq.Mention || (faq.Passage{}).Triage() != faq.Mention {
		t.Error("an entry that does not say must count as one that mentions a crisis")
	}
}

// TestFormatKeepsFiles has the files of this repository in the form that Format
// writes: an export changes nothing.
func TestFormatKeepsFiles(t *testing.T) {
	fsys := os.DirFS("../../faq")
	files, err := fs.Glob(fsys, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := faq.ParseEntry(file, data); err == nil && !bytes.Equal(faq.Format(e), data) {
			t.Errorf("%s is not in the form of Format:\n%s", file, faq.Format(e))
		}
	}
}

func TestFormatReadsBack(t *testing.T) {
	text := rapid.StringMatching(`[a-z0-9"':#,\[\]{}&*!|>%@\\?-][ a-zé0-9"':#,\[\]{}&*!|>%@\\?~-]{0,20}`).
		Filter(func(s string) bool { return strings.TrimSpace(s) == s && s != "" })
	days := rapid.Custom(func(t *rapid.T) time.Time { return date(2026, 1, rapid.IntRange(1, 900).Draw(t, "day")) })
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(text, 0, 4)
		e := faq.Entry{
			ID: text.Draw(t, "id"), Lang: "en", Question: text.Draw(t, "question"),
			Also: list.Draw(t, "also"), Tags: list.Draw(t, "tags"), Sources: list.Draw(t, "sources"),
			Audience: list.Draw(t, "audience"), Reviewed: days.Draw(t, "reviewed"), ReviewBy: days.Draw(t, "by"),
			Triage: rapid.SampledFrom([]faq.Triage{faq.Mention, faq.None}).Draw(t, "triage"),
			Body:   text.Draw(t, "body"), File: "a.md",
		}
		got, err := faq.ParseEntry("a.md", faq.Format(e))
		if err != nil {
			t.Fatalf("%v\n%s", err, faq.Format(e))
		}
		if !reflect.DeepEqual(fields(got), fields(e)) {
			t.Fatalf("got %+v\nwant %+v\n%s", got, e, faq.Format(e))
		}
	})
}

// fields gives what an author wrote, without line numbers.
func fields(e faq.Entry) []any {
	return []any{e.ID, e.Question, strings.Join(e.Also, "\x00"), strings.Join(e.Tags, "\x00"), strings.Join(e.Sources, "\x00"),
		strings.Join(e.Audience, "\x00"), e.Reviewed.Unix(), e.ReviewBy.Unix(), e.Triage, e.Body}
}

func FuzzParseEntry(f *testing.F) {
	f.Add("a.md", []byte(sample))
	f.Add("es/a.md", []byte("---\nid: &a [*a]\n---\n[x] [1]("))
	f.Add("", []byte("---\n- \n  ? :\n---\n\x00"))
	linter, err := faq.NewLinter(os.DirFS("../../faq"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file string, data []byte) {
		e, err := faq.ParseEntry(file, data)
		if err != nil {
			var p faq.Problem
			if !errors.As(err, &p) || p.Line < 1 || p.Message == "" {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		if e.ID == "" || e.Question == "" || e.Body == "" {
			t.Fatalf("an entry with nothing in it: %+v", e)
		}
		linter.Entries([]faq.Entry{e, e}, today)
		faq.Render(e, func(string) (faq.Source, bool) { return faq.Source{}, false })
	})
}
