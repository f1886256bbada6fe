package prompts_test

import (
	"strings"
	"testing"

	"kapbot/internal/faq"
	"kapbot/prompts"
)

func TestTextsForPeersAreWhole(t *testing.T) { whole(t, prompts.LoadPeers) }

func TestWhoAsksForAPeerIsToldOfTheLine(t *testing.T) {
	all, err := prompts.LoadPeers()
	if err != nil {
		t.Fatal(err)
	}
	for lang, p := range all {
		for _, text := range []string{p.AskTold, p.AskWaits, p.AskedBefore, p.AskFailed, p.NoPeers, p.OptedOut} {
			if !strings.Contains(text, line) {
				t.Errorf("%s: no line in %q", lang, text)
			}
			if grade := faq.Grade(faq.Entry{Body: text}); lang == "en" && grade > 6 {
				t.Errorf("grade %.1f: %q", grade, text)
			}
		}
		for _, text := range []string{p.AskTold, p.AskWaits, p.AskedBefore, p.Told} {
			for _, promise := range promises {
				if strings.Contains(strings.ToLower(text), promise) {
					t.Errorf("%s: %q says %q", lang, text, promise)
				}
			}
		}
	}
}
