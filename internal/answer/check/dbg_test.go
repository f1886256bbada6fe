package check

import (
	"fmt"
	"testing"

	seed "kapbot/faq"
	"kapbot/internal/faq"
)

func TestDbg(t *testing.T) {
	s, _ := faq.Load(seed.Files())
	v, _ := loadVocabulary("en")
	c := &Checker{words: map[string]*vocabulary{"en": v}}
	for _, x := range [][2]string{
		{"karma-dep-2", "They got up to 8 infusions on top of their usual care."},
		{"ketamine-ptsd-veterans", "They got 8 infusions of placebo, a low dose or a standard dose."},
		{"pooled-ptsd-studies", "2 reviews from 2024 looked at this."},
		{"kap-clinic-report", "Patients had 4 to six guided sessions, by shot or lozenge, with some therapy visits."},
		{"hired-after-therapy", "Ask the agency's hiring office, and you may need to give your name."},
		{"depression-evidence", "\"Treatment-resistant\" means that at least 2 medicines did not help enough."},
		{"gambling-help", "According to the page, we have not checked any line made just for gambling, so we don't print one here."},
		{"tms-ect-options", "As of now, a 2023 trial compared them in 403 people with this kind of depression, without psychosis."},
		{"adding-therapy", "Scores fell, but no one got only one of the 2."},
		{"session-length", "Plan on at least 2 hours for Spravato, and often two to three for KAP."},
	} {
		p, _ := s.Passage(x[0], "en")
		m, _ := c.Prepare([]faq.Passage{p})
		r := v.read(x[1])
		rests, rule := v.support(m.passages, r)
		fmt.Println(x[1], rule)
		for _, q := range rests {
			fmt.Println("    REST", q.text, v.pivots(q.tokens), v.covered(r, q))
		}
		fmt.Println("   ", v.pivots(r.tokens), "scat", v.scattered(r, rests), "fig", v.figures(r, rests), "opp", v.opposite(r, rests), "neg", v.negation(r, rests), "str", v.strength(r, rests), "ord", v.order(r, rests), "turn", v.turned(r, rests))
	}
}

func TestDbg2(t *testing.T) {
	s, _ := faq.Load(seed.Files())
	v, _ := loadVocabulary("en")
	c := &Checker{words: map[string]*vocabulary{"en": v}}
	p, _ := s.Passage("nasal-spray-alert", "en")
	m, _ := c.Prepare([]faq.Passage{p})
	r := v.read("It had found five cases of harm between April 2011 and February 2022.")
	for _, k := range p.Sentences() {
		fmt.Println(k.Text)
	}
	rests, rule := v.support(m.passages, r)
	fmt.Println(rule)
	for _, q := range rests {
		fmt.Println("   R", q.text)
	}
	fmt.Println(v.scattered(r, rests), v.figures(r, rests), r.tokens)
}
