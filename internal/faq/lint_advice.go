package faq

import (
	"regexp"
	"strings"
)

// The FAQ describes; it does not prescribe. These rules find sentences that
// tell a reader how much of a drug to take, or to start, stop or change one.
// They read words and not meaning: they are a net below the reviewer, who must
// still read every entry.

const (
	amountWords = `(?:(?:\d[\d.,]*|an?|one|two|three|four|five|six|half an?|another)\s*(?:to\s*\d[\d.,]*\s*|-)?)` +
		`(?:mg|mcg|µg|ml|cc|milligrams?|micrograms?|milliliters?|grams?|lozenges?|troches?|tablets?|pills?|capsules?|sprays?|puffs?|drops?|doses?)\b`

	doseVerbs = `\b(?:take|use|try|swallow|inject|dissolve|spray|snort|dose with|start (?:with|at|on)|go (?:up )?to|increase to|stay (?:on|at))\b`

	medicineWords = `(?:medicines?|medications?|meds|drugs?|pills?|tablets?|dos(?:e|es|ing)|prescriptions?|antidepressants?|ssris?|snris?|maois?|` +
		`benzos?|benzodiazepines?|opioids?|stimulants?|ketamine|esketamine|spravato|lozenges?|troches?|infusions?|` +
		`sertraline|paroxetine|venlafaxine|zoloft|paxil|effexor|lorazepam|clonazepam|alprazolam|ativan|klonopin|xanax|` +
		`lamotrigine|lithium|prazosin|wellbutrin|bupropion|trazodone|gabapentin)\b`

	changeVerbs = `(?:stop|quit|taper|wean|reduce|lower|cut|halve|skip|pause|hold|discontinue|drop|start|begin|restart|resume|increase|raise|double|switch|come off|go off|get off|go on|stay on)`
)

var (
	doseAdvice = regexp.MustCompile(`(?i)` + doseVerbs + `[^.!?]{0,30}?\b` + amountWords)
	doseByBody = regexp.MustCompile(`(?i)\b(?:mg|mcg|µg)\s*(?:/|per)\s*kg\b|\bmilligrams? per kilo`)
	dosePerson = regexp.MustCompile(`(?i)\b\d[\d.,]*\s*(?:mg|mcg|µg|ml)\b`)
	addressed  = regexp.MustCompile(`(?i)\b(?:you|your|yourself)\b`)

	// A clause that tells the reader to change a medicine: the verb opens it,
	// or follows "you can" and the like.
	changeAdvice = regexp.MustCompile(`(?i)(?:^|\b(?:and|or|so|just|simply|please|first|also|now|today|tomorrow|next|instead|to be safe|` +
		`you(?:'ll| will)?\s+(?:can|could|should|may|might|must|need to|have to|want to|are free to|are able to)(?:\s+(?:safely|just|also|simply|even))?),?\s+)` +
		changeVerbs + `\s+(?:[\w'’-]+\s+){0,4}?` + medicineWords)

	// Words before the verb that turn the clause into a warning or a question.
	warning = regexp.MustCompile(`(?i)\b(?:never|not|no one|nobody|cannot|\w+n['’]t|ask|asks|asking|before|whether|without|unless|why|how|if|when|advice|tells?|telling|told|pressure|promises?|claims?)\b`)

	clauseEnd = regexp.MustCompile(`(?i)[;:—]|,?\s+(?:but|then)\s+`)
)

// doses finds instructions on how much to take.
func (c *check) doses(s sentence) {
	text := plain(s.text)
	const then = "; describe what a study did without addressing the reader, or leave the amount out"
	if found, ok := dose(text); ok {
		c.inBody(s.line, "dose", quoted(found)+" reads as a dose instruction"+then)
	} else if doseAdvice.FindStringIndex(text) == nil && amountForReader(text) {
		c.inBody(s.line, "dose", "an amount of a drug stands in a sentence that speaks to the reader"+then)
	}
}

// dose finds an instruction on how much to take in a plain text.
func dose(text string) (found string, ok bool) {
	at := doseAdvice.FindStringIndex(text)
	if at == nil || warning.MatchString(text[:at[0]]) {
		return "", false
	}
	return text[at[0]:at[1]], true
}

// amountForReader reports whether an amount of a drug stands in a text that
// speaks to the reader.
func amountForReader(text string) bool {
	return (doseByBody.MatchString(text) || dosePerson.MatchString(text)) && addressed.MatchString(text)
}

// Prescribes reports whether a plain English sentence tells its reader how much of
// a drug to take, or to start, stop or change one. Entries are held to the same rule.
func Prescribes(sentence string) bool {
	if _, ok := dose(sentence); ok || amountForReader(sentence) {
		return true
	}
	_, ok := change(sentence)
	return ok
}

// advice finds sentences that tell the reader to start, stop or change a
// medicine. Warnings are welcome: "never stop a medicine on your own", "ask
// before you stop".
func (c *check) advice(s sentence) {
	if found, ok := change(plain(s.text)); ok {
		c.inBody(s.line, "advice", quoted(found)+" reads as advice to change a medicine; say who decides, such as “Ask your prescriber before you stop”")
	}
}

// change finds advice to start, stop or change a medicine in a plain text.
func change(text string) (found string, ok bool) {
	for _, clause := range clauseEnd.Split(text, -1) {
		clause = strings.TrimSpace(clause)
		at := changeAdvice.FindStringIndex(clause)
		if at != nil && !warning.MatchString(clause[:at[0]]) && !warning.MatchString(clause[at[0]:at[1]]) {
			return clause[at[0]:at[1]], true
		}
	}
	return "", false
}
