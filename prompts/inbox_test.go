package prompts_test

import (
	"testing"
	"unicode/utf8"

	"kapbot/prompts"
)

func TestTextsOfTheInboxAreWhole(t *testing.T) { whole(t, prompts.LoadInbox) }

func TestLabelsFitIntoForms(t *testing.T) {
	all, err := prompts.LoadInbox()
	if err != nil {
		t.Fatal(err)
	}
	for lang, p := range all {
		for _, label := range []string{p.FormTitle, p.CommentTitle, p.FormText, p.CommentText, p.FormName, p.MergeTitle, p.MergeText} {
			if n := utf8.RuneCountInString(label); n > 45 {
				t.Errorf("%s: %q has %d letters", lang, label, n)
			}
		}
		for _, help := range []string{p.FormHelp, p.FormNameHelp, p.MergeHelp} {
			if n := utf8.RuneCountInString(help); n > 100 {
				t.Errorf("%s: %q has %d letters", lang, help, n)
			}
		}
	}
}
