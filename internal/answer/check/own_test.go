package check

import (
	"testing"

	seed "kapbot/faq"
	"kapbot/internal/faq"
)

func TestOwnSentencesAreNotRefused(t *testing.T) {
	s, err := faq.Load(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	r, err := loadRefused()
	if err != nil {
		t.Fatal(err)
	}
	c := &Checker{refused: r}
	for _, lang := range []string{"en", "es"} {
		for _, p := range s.Passages(lang) {
			if p.Triage() != faq.None {
				continue
			}
			m := Material{lang: lang}
			one := &passage{}
			for _, x := range p.Sentences() {
				one.raw += " " + x.Text
			}
			for _, x := range p.Sentences() {
				if rule := c.refuse(m, []*passage{one}, x.Text); rule != "" {
					t.Errorf("%s: %s (%s): %s", rule, p.EntryID(), lang, x.Text)
				}
			}
		}
	}
}
