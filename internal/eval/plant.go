package eval

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kapbot/internal/faq"
)

// A planted sentence is one of an entry's own, changed by code: into something
// the entry does not say, or into other words for the same.
type planted struct {
	kind    string
	entry   string // the id it cites
	text    string
	at      int // which sentence of the entry it was made of
	sources []string
}

// A change makes one sentence of an entry into another. It returns "" where it
// does not apply.
type change struct {
	kind string
	make func(r *rand.Rand, s string, other string) string
}

// faults are ten ways in which a model gets an entry wrong.
func faults() []change {
	return []change{
		{"figure changed", changeFigure},
		{"date or unit changed", changeDate},
		{"drug exchanged", swap(drugNames)},
		{"phone number or address changed", changeContact},
		{"negation lost", loseNegation},
		{"negation added", addNegation},
		{"turned round", swapPairs(directions)},
		{"made stronger", strengthen},
		{"somebody else", swap(groups)},
		{"claim of another entry added", addClaim},
	}
}

// rewordings are ways to say the same.
func rewordings() []change {
	return []change{
		{"word for word", func(_ *rand.Rand, s, _ string) string { return s }},
		{"contracted or written out", contract},
		{"opened with a phrase", openWith},
		{"other word for the same", reword},
		{"figures written another way", refigure},
		{"parts in another order", reorder},
	}
}

var figureInText = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)

// pick returns one of the places that fit, at random.
func pick(r *rand.Rand, at [][]int) []int { return at[r.IntN(len(at))] }

func changeFigure(r *rand.Rand, s, _ string) string {
	at := figureInText.FindAllStringIndex(s, -1)
	at = slices.DeleteFunc(at, func(x []int) bool { return x[0] > 0 && (s[x[0]-1] == '-' || s[x[0]-1] >= 'A') })
	if len(at) == 0 || regexp.MustCompile(`\d{3}-\d{3}|988|911|838255`).MatchString(s) {
		return ""
	}
	x := pick(r, at)
	old := s[x[0]:x[1]]
	n, err := strconv.ParseFloat(strings.ReplaceAll(old, ",", ""), 64)
	if err != nil {
		return ""
	}
	changed := strconv.FormatFloat(n+float64(1+r.IntN(9)), 'f', -1, 64)
	if r.IntN(3) == 0 {
		changed = strconv.FormatFloat(n*10, 'f', -1, 64)
	}
	return s[:x[0]] + changed + s[x[1]:]
}

var (
	yearInText = regexp.MustCompile(`\b(?:19|20)\d\d\b`)
	unitPairs  = [][2]string{{"minutes", "hours"}, {"hours", "days"}, {"days", "weeks"}, {"weeks", "months"}, {"months", "years"}, {"day", "week"}, {"week", "month"}, {"month", "year"}, {"hour", "day"}}
	monthNames = []string{"January", "February", "March", "April", "June", "July", "August", "September", "October", "November", "December"}
)

func changeDate(r *rand.Rand, s, _ string) string {
	if at := yearInText.FindAllStringIndex(s, -1); len(at) > 0 && r.IntN(2) == 0 {
		x := pick(r, at)
		n, _ := strconv.Atoi(s[x[0]:x[1]])
		return s[:x[0]] + strconv.Itoa(n-1-r.IntN(6)) + s[x[1]:]
	}
	for _, m := range monthNames {
		if strings.Contains(s, m) {
			return strings.Replace(s, m, monthNames[(slices.Index(monthNames, m)+1+r.IntN(9))%len(monthNames)], 1)
		}
	}
	return swapPairs(unitPairs)(r, s, "")
}

var (
	drugNames = []string{"ketamine", "esketamine", "Spravato", "midazolam", "placebo", "sertraline", "lithium", "naloxone", "alcohol", "cannabis", "lamotrigine", "psilocybin", "MDMA", "opioids", "benzodiazepines", "antidepressants"}
	groups    = []string{"veterans", "civilians", "firefighters", "service members", "police officers", "adults", "teens", "men", "women", "patients", "spouses", "nurses", "VA", "TRICARE", "FDA", "Medicare", "Medicaid", "PTSD", "depression", "anxiety", "bipolar disorder"}
)

// wordAt finds a word or name in a text, in any case.
func wordAt(word string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(word) + `\b`)
}

// swap puts another of the names into the place of one.
func swap(names []string) func(*rand.Rand, string, string) string {
	return func(r *rand.Rand, s, _ string) string {
		var in []int
		for i, n := range names {
			if wordAt(n).MatchString(s) {
				in = append(in, i)
			}
		}
		if len(in) == 0 {
			return ""
		}
		from := names[in[r.IntN(len(in))]]
		to := names[r.IntN(len(names))]
		for to == from || wordAt(to).MatchString(s) || strings.Contains(strings.ToLower(to), strings.ToLower(from)) || strings.Contains(strings.ToLower(from), strings.ToLower(to)) {
			to = names[r.IntN(len(names))]
		}
		at := wordAt(from).FindStringIndex(s)
		return capital(s[:at[0]] + to + s[at[1]:])
	}
}

var phoneInText = regexp.MustCompile(`\b(?:988|911|838255|741741|1-\d{3}-\d{3}-\d{4}|\d{3}-\d{3}-\d{4})\b|\b[a-z0-9.-]+\.(?:gov|org|com|net)\b`)

func changeContact(r *rand.Rand, s, _ string) string {
	at := phoneInText.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return ""
	}
	x := pick(r, at)
	old := []byte(s[x[0]:x[1]])
	if old[0] >= 'a' {
		return s[:x[0]] + "help-" + string(old) + s[x[1]:]
	}
	last := len(old) - 1
	old[last] = '0' + (old[last]-'0'+byte(1+r.IntN(8)))%10
	return s[:x[0]] + string(old) + s[x[1]:]
}

var negations = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`\b(do|does|did|is|are|was|were|has|have|had|could|would|should|ca)n['’]t\b`), "$1"},
	{regexp.MustCompile(`\b(is|are|was|were|do|does|did|has|have|had|may|can|could|would|should|will) not\b`), "$1"},
	{regexp.MustCompile(`\bcannot\b`), "can"},
	{regexp.MustCompile(`\bnot (\w+)`), "$1"},
	{regexp.MustCompile(`\bNo (\w+)`), "A $1"},
	{regexp.MustCompile(`\b(has|had|have|was|is|found|with) no\b`), "$1 a"},
	{regexp.MustCompile(`\bwithout\b`), "with"},
	{regexp.MustCompile(`\bNever (\w+)`), "Always $1"},
	{regexp.MustCompile(`\bnever\b`), "always"},
	{regexp.MustCompile(`\bNobody\b`), "Everybody"},
	{regexp.MustCompile(`\bagainst\b`), "for"},
}

func loseNegation(_ *rand.Rand, s, _ string) string {
	for _, n := range negations {
		if at := n.pattern.FindStringSubmatchIndex(s); at != nil {
			to := string(n.pattern.ExpandString(nil, n.to, s, at))
			if to == "ca" {
				to = "can"
			}
			return capital(s[:at[0]] + to + s[at[1]:])
		}
	}
	return ""
}

var verbs = regexp.MustCompile(`\b(is|are|was|were|can|could|should|will|would|has been|have been)\b`)

func addNegation(r *rand.Rand, s, _ string) string {
	at := verbs.FindAllStringIndex(s, -1)
	at = slices.DeleteFunc(at, func(x []int) bool {
		return strings.HasPrefix(s[x[1]:], "n") || strings.HasPrefix(s[x[1]:], " not") || strings.HasPrefix(s[x[1]:], "'") || strings.HasPrefix(s[x[1]:], "’") || x[0] == 0
	})
	if len(at) == 0 {
		return ""
	}
	x := pick(r, at)
	return s[:x[1]] + " not" + s[x[1]:]
}

var directions = [][2]string{
	{"better", "worse"}, {"more", "less"}, {"most", "least"}, {"higher", "lower"}, {"before", "after"}, {"start", "stop"}, {"common", "rare"}, {"short", "long"},
	{"safe", "dangerous"}, {"large", "small"}, {"largest", "smallest"}, {"many", "few"}, {"helps", "harms"}, {"early", "late"}, {"strong", "weak"}, {"legal", "illegal"},
	{"up", "down"}, {"over", "under"}, {"improved", "worsened"}, {"rise", "fall"}, {"raise", "lower"}, {"always", "never"}, {"often", "rarely"}, {"first", "last"}, {"free", "costly"}, {"slow", "fast"}, {"fewer", "more"}, {"new", "old"}, {"inside", "outside"},
}

// swapPairs puts the other of two words into the place of one.
func swapPairs(pairs [][2]string) func(*rand.Rand, string, string) string {
	return func(r *rand.Rand, s, _ string) string {
		type place struct {
			at [2]int
			to string
		}
		var places []place
		for _, p := range pairs {
			for i, w := range p {
				for _, at := range wordAt(w).FindAllStringIndex(s, -1) {
					places = append(places, place{[2]int{at[0], at[1]}, p[1-i]})
				}
			}
		}
		if len(places) == 0 {
			return ""
		}
		p := places[r.IntN(len(places))]
		return capital(s[:p.at[0]] + p.to + s[p.at[1]:])
	}
}

var stronger = []struct {
	pattern *regexp.Regexp
	to      string
}{
	{regexp.MustCompile(`\bmay\b`), "will"}, {regexp.MustCompile(`\bmight\b`), "will"}, {regexp.MustCompile(`\bcan\b`), "will"}, {regexp.MustCompile(`\bcould\b`), "will"},
	{regexp.MustCompile(`\b[Ss]ome\b`), "all"}, {regexp.MustCompile(`\b[Mm]ost\b`), "all"}, {regexp.MustCompile(`\b[Mm]any\b`), "all"}, {regexp.MustCompile(`\b[Ff]ew\b`), "no"},
	{regexp.MustCompile(`\busually\b`), "always"}, {regexp.MustCompile(`\boften\b`), "always"}, {regexp.MustCompile(`\bsometimes\b`), "always"}, {regexp.MustCompile(`\bsuggests?\b`), "proves"},
	{regexp.MustCompile(`\bonly `), ""}, {regexp.MustCompile(`\babout (\d)`), "$1"}, {regexp.MustCompile(`\bsmall `), ""}, {regexp.MustCompile(`\bup to (\d|\w+ )`), "$1"},
}

func strengthen(r *rand.Rand, s, _ string) string {
	var out []string
	for _, t := range stronger {
		if at := t.pattern.FindStringSubmatchIndex(s); at != nil {
			out = append(out, capital(s[:at[0]]+string(t.pattern.ExpandString(nil, t.to, s, at))+s[at[1]:]))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return out[r.IntN(len(out))]
}

func addClaim(r *rand.Rand, s, other string) string {
	body := strings.TrimRight(s, ".!?")
	if other == "" || body == s || len(strings.Fields(other)) < 4 {
		return ""
	}
	switch r.IntN(3) {
	case 0:
		return body + ", and " + lower(other)
	case 1:
		return body + "; " + lower(other)
	default:
		return other
	}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var keepsCapital = regexp.MustCompile(`^(?:[A-Z][A-Z0-9]|[A-Z]'|I\b|Spravato|Veterans?|Medicare|Medicaid|Congress|January|February|March|April|May|June|July|August|September|October|November|December|Dial|In the|The VA|COPLINE|Janssen|American|English|Army|Navy|Defense|Zoloft|Paxil)`)

// lower makes the first letter small, but for names.
func lower(s string) string {
	if s == "" || keepsCapital.MatchString(s) {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

var contracted = [][2]string{
	{"do not", "don't"}, {"does not", "doesn't"}, {"did not", "didn't"}, {"is not", "isn't"}, {"are not", "aren't"}, {"was not", "wasn't"}, {"were not", "weren't"},
	{"cannot", "can't"}, {"has not", "hasn't"}, {"have not", "haven't"}, {"you are", "you're"}, {"it is", "it's"}, {"they are", "they're"}, {"will not", "won't"}, {"would not", "wouldn't"},
}

func contract(_ *rand.Rand, s, _ string) string {
	for _, c := range contracted {
		for i, from := range c {
			if at := wordAt(from).FindStringIndex(s); at != nil && at[0] > 0 {
				return s[:at[0]] + c[1-i] + s[at[1]:]
			}
		}
	}
	return ""
}

func openWith(r *rand.Rand, s, _ string) string {
	openers := []string{"In short, ", "According to the page, ", "The page says that ", "For example, ", "In general, ", "As of now, "}
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, ":") || len(strings.Fields(s)) < 4 || regexp.MustCompile(`^(?:But|So|And|Or|Yes|No|Not|If|Ask|Call|Dial|Tell|Text|Try|Keep)\b`).MatchString(s) {
		return ""
	}
	return openers[r.IntN(len(openers))] + lower(s)
}

// inOtherWords was written without looking at the words of the checks.
var inOtherWords = [][2]string{
	{"doctor", "physician"}, {"doctors", "physicians"}, {"medicine", "medication"}, {"medicines", "medications"}, {"drug", "medicine"}, {"trial", "study"}, {"trials", "studies"}, {"begin", "start"}, {"costs", "prices"},
	{"large", "big"}, {"show", "find"}, {"showed", "found"}, {"usually", "commonly"}, {"someone", "somebody"}, {"about", "around"}, {"helped", "was helpful to"}, {"get", "receive"}, {"many", "lots of"}, {"might", "may"}, {"need to", "have to"},
	{"looked at", "examined"}, {"rules", "regulations"}, {"people", "persons"}, {"tell", "inform"}, {"choose", "pick"}, {"buy", "purchase"}, {"alone", "by itself"}, {"also", "too"}, {"quickly", "fast"}, {"ended", "finished"},
}

func reword(r *rand.Rand, s, _ string) string {
	var out []string
	for _, w := range inOtherWords {
		if at := wordAt(w[0]).FindStringIndex(s); at != nil {
			out = append(out, capital(s[:at[0]]+w[1]+s[at[1]:]))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return out[r.IntN(len(out))]
}

var spelled = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}

func refigure(_ *rand.Rand, s, _ string) string {
	if strings.Contains(s, "%") {
		return strings.ReplaceAll(s, "%", " percent")
	}
	for n, word := range spelled {
		if n < 2 {
			continue
		}
		if at := wordAt(word).FindStringIndex(s); at != nil {
			return s[:at[0]] + strconv.Itoa(n) + s[at[1]:]
		}
		if at := regexp.MustCompile(` ` + strconv.Itoa(n) + ` [a-z]`).FindStringIndex(s); at != nil {
			return s[:at[0]] + " " + word + " " + s[at[1]-1:]
		}
	}
	return ""
}

var conditional = regexp.MustCompile(`^(If|When) ([^,.]+), ([^.:;?]+)\.$`)

func reorder(_ *rand.Rand, s, _ string) string {
	m := conditional.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return capital(m[3]) + " " + strings.ToLower(m[1]) + " " + m[2] + "."
}

// plant makes up to count changes of each kind, from entries in turn so that no
// entry gives many.
func plant(r *rand.Rand, passages []faq.Passage, changes []change, count int) []planted {
	var all []planted
	for _, c := range changes {
		order := r.Perm(len(passages))
		made := 0
		for round := 0; made < count && round < 12; round++ {
			for _, i := range order {
				if made == count {
					break
				}
				other := passages[order[(slices.Index(order, i)+7)%len(order)]].Sentences()
				if p, ok := plantIn(r, c, passages[i], other[r.IntN(len(other))].Text); ok && !slices.ContainsFunc(all, func(o planted) bool { return o.text == p.text && o.kind == p.kind }) {
					all = append(all, p)
					made++
				}
			}
		}
	}
	return all
}

func plantIn(r *rand.Rand, c change, p faq.Passage, other string) (planted, bool) {
	sentences := p.Sentences()
	for _, at := range r.Perm(len(sentences)) {
		s := sentences[at]
		if strings.HasSuffix(s.Text, ":") {
			continue
		}
		text := c.make(r, s.Text, other)
		same := slices.ContainsFunc(sentences, func(o faq.Sentence) bool { return o.Text == text })
		if text != "" && (!same || text == s.Text && c.kind == rewordings()[0].kind) {
			return planted{kind: c.kind, entry: p.EntryID(), text: text, at: at, sources: s.Sources}, true
		}
	}
	return planted{}, false
}
