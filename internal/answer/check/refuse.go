package check

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/unicode/norm"

	"kapbot/internal/faq"
)

// refused are turns of phrase that no draft may have.
type refused struct {
	rules []refusal
}

type refusal struct {
	rule    Rule
	pattern *regexp.Regexp
}

func loadRefused() (refused, error) {
	data, err := files.ReadFile("words/refused.yaml")
	if err != nil {
		return refused{}, fmt.Errorf("read the refused words: %w", err)
	}
	var byRule map[Rule][]string
	if err := yaml.Unmarshal(data, &byRule); err != nil {
		return refused{}, fmt.Errorf("read words/refused.yaml: %w", err)
	}
	var r refused
	for _, rule := range []Rule{Instruction, Dose, Diagnosis, Promise, Care} {
		if len(byRule[rule]) == 0 {
			return refused{}, fmt.Errorf("read words/refused.yaml: it has nothing for %s", rule)
		}
		for _, p := range byRule[rule] {
			pattern, err := regexp.Compile(p)
			if err != nil {
				return refused{}, fmt.Errorf("read words/refused.yaml: %w", err)
			}
			r.rules = append(r.rules, refusal{rule, pattern})
		}
	}
	return r, nil
}

var (
	address = regexp.MustCompile(`(?i)\b(?:https?|ftp|mailto|tel|javascript|data):|\bwww\.|\b[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.(?:com|org|net|gov|mil|edu|io|ru|info|co|me|app|dev|link|xyz|gg|ly)\b`)
	phone   = regexp.MustCompile(`\b(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\b|\b1?-?8\d\d-[\dA-Z-]{4,}\b`)
	short   = regexp.MustCompile(`(?i)\b(?:call|dial|text|press|llama|llame|marca|marque|oprime|envía|textea)\b[^.]{0,24}?\b(\d{3,6})\b`)
	emoji   = regexp.MustCompile(`:[a-zA-Z0-9_+-]{2,}:`)
	// condition stands before words that then name a case and no diagnosis.
	condition = regexp.MustCompile(`(?:\b(?:if|when|whether|unless|do|does|si|cuando)|\band|\bor)\s*$`)
)

// refuse holds a text to what holds for any text, whatever the entry says.
func (c *Checker) refuse(m Material, cited []*passage, text string) Rule {
	if rule := unplain(text); rule != "" {
		return rule
	}
	if rule := addresses(cited, text); rule != "" {
		return rule
	}
	lower := strings.Join(strings.Fields(contractions.Replace(strings.ToLower(text))), " ")
	written := strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(text), "’", "'")), " ")
	for _, r := range c.refused.rules {
		for _, in := range []string{lower, written} {
			at := r.pattern.FindStringIndex(in)
			if at != nil && (r.rule != Diagnosis || !condition.MatchString(in[:at[0]])) {
				return r.rule
			}
		}
	}
	if m.lang == "en" && faq.Prescribes(text) {
		return Dose
	}
	return ""
}

// unplain refuses what is not one plain sentence in Latin letters.
func unplain(text string) Rule {
	if norm.NFC.String(text) != text || norm.NFKC.String(text) != text {
		return Markup
	}
	for _, r := range text {
		switch {
		case unicode.IsLetter(r):
			if !unicode.Is(unicode.Latin, r) {
				return Markup
			}
		case r == ' ' || unicode.IsDigit(r) && r < 128:
		case strings.ContainsRune(`.,;:!?'’‘"“”()-–—/%$&¿¡+`, r):
		default: // markup, mentions, controls, bidirectional and zero-width signs, emoji
			return Markup
		}
	}
	if emoji.MatchString(text) {
		return Markup
	}
	if text == "" {
		return Form
	}
	return ""
}

// addresses refuses a link, or a number to call, that no cited entry has.
func addresses(cited []*passage, text string) Rule {
	in := func(s string) bool {
		for _, p := range cited {
			if strings.Contains(p.raw, s) {
				return true
			}
		}
		return false
	}
	for _, pattern := range []*regexp.Regexp{address, phone} {
		for _, found := range pattern.FindAllString(text, -1) {
			if !in(strings.TrimSpace(found)) {
				return Address
			}
		}
	}
	for _, found := range short.FindAllStringSubmatch(text, -1) {
		if !in(found[1]) {
			return Address
		}
	}
	return ""
}

// contact reports whether a text has an address or a phone number. Only the
// entry's own sentence may: in another one, who knows whose it is.
func contact(text string) bool {
	return phone.MatchString(text) || address.MatchString(text)
}

var (
	inside       = regexp.MustCompile(`[.!?]["”’')]*\s+["“¿¡(]*\p{Lu}`)
	abbreviation = regexp.MustCompile(`(?i)\b(?:u\.s|dr|mr|mrs|ms|st|no|vs|e\.g|i\.e|etc|a\.m|p\.m|approx|ee\.uu|sr|sra)\.$`)
)

// several reports whether a text is more than one sentence.
func several(text string) bool {
	for _, at := range inside.FindAllStringIndex(text, -1) {
		if !abbreviation.MatchString(text[:at[0]+1]) {
			return true
		}
	}
	return false
}

// language reports that a text is in another language than asked for: it has more
// of the small words of the other one.
func (c *Checker) language(s *sentence, lang string) bool {
	mine, other := 0, 0
	for _, t := range s.tokens {
		for name, v := range c.words {
			if !v.free[t.word] && v.strict[t.word] == "" {
				continue
			}
			if name == lang {
				mine++
			} else {
				other++
			}
		}
	}
	return other > mine
}
