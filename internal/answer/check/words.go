package check

import (
	"embed"
	"fmt"
	"regexp"
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/goccy/go-yaml"
)

//go:embed words/*.yaml
var files embed.FS

// A vocabulary is what the checks know of one language.
type vocabulary struct {
	lang      string
	stem      func(string) string
	free      map[string]bool
	negators  map[string]bool
	strict    map[string]string // word to the name of its row
	hedges    map[string]bool
	same      map[string]string // stem to the name of its row
	opposites map[string][]string
	subjects  map[string]bool // stems
	numbers   map[string]string
	months    map[string]bool
	units     map[string]bool // stems
	sides     map[string]bool
	turns     map[string]bool
	leaning   map[string]bool
	clauses   map[string]bool
	adds      map[string]bool
	whole     map[string]bool
	common    map[string]bool // roots
}

type wordFile struct {
	Negators  []string          `yaml:"negators"`
	Free      string            `yaml:"free"`
	Strict    [][]string        `yaml:"strict"`
	Hedges    []string          `yaml:"hedges"`
	Same      [][]string        `yaml:"same"`
	Opposites [][2]string       `yaml:"opposites"`
	Subjects  string            `yaml:"subjects"`
	Numbers   map[string]string `yaml:"numbers"`
	Months    []string          `yaml:"months"`
	Units     []string          `yaml:"units"`
	Sides     []string          `yaml:"sides"`
	Turns     []string          `yaml:"turns"`
	Leaning   []string          `yaml:"leaning"`
	Clauses   []string          `yaml:"clauses"`
	Adds      []string          `yaml:"adds"`
	Whole     []string          `yaml:"whole"`
	Common    []string          `yaml:"common"`
}

func loadVocabulary(lang string) (*vocabulary, error) {
	var f wordFile
	data, err := files.ReadFile("words/" + lang + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("read the words of %q: %w", lang, err)
	}
	if err := yaml.UnmarshalWithOptions(data, &f, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read words/%s.yaml: %w", lang, err)
	}
	v := &vocabulary{lang: lang, stem: stemmer(lang), numbers: f.Numbers, strict: map[string]string{}, same: map[string]string{}, opposites: map[string][]string{}}
	v.free, v.negators, v.hedges = set(strings.Fields(f.Free)), set(f.Negators), set(f.Hedges)
	v.months, v.sides, v.turns, v.leaning, v.clauses = set(f.Months), set(f.Sides), set(f.Turns), set(f.Leaning), set(f.Clauses)
	v.adds, v.whole = set(f.Adds), set(f.Whole)
	v.units, v.subjects, v.common = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, u := range f.Units {
		v.units[v.stem(u)] = true
	}
	for _, row := range f.Same {
		for _, w := range row {
			v.same[v.stem(w)] = v.stem(row[0])
		}
	}
	for _, w := range f.Common {
		v.common[v.root(w)] = true
	}
	for w := range strings.FieldsSeq(f.Subjects) {
		v.subjects[v.root(w)] = true
	}
	for _, row := range f.Strict {
		for _, w := range row {
			v.strict[w] = row[0]
		}
	}
	for _, pair := range f.Opposites {
		a, b := v.stem(pair[0]), v.stem(pair[1])
		v.opposites[a], v.opposites[b] = append(v.opposites[a], b), append(v.opposites[b], a)
	}
	return v, nil
}

func set(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, w := range list {
		out[w] = true
	}
	return out
}

func stemmer(lang string) func(string) string {
	stem := english.Stem
	if lang == "es" {
		stem = spanish.Stem
	}
	return func(word string) string {
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}

// root is the form in which words are compared: the stem, or the first word of
// its row of words that say the same.
func (v *vocabulary) root(word string) string {
	s := v.stem(word)
	if row, ok := v.same[s]; ok {
		return row
	}
	return s
}

// A kind says how a word is held against the entry.
type kind uint8

const (
	content kind = iota // must stand in the entry
	free                // may be added
	strict              // must stand in the sentences it rests on
	negator             // a "no"
	figure              // a number or date
)

// A token is a word as it is compared.
type token struct {
	word    string // lower case
	root    string // what it is compared by
	stem    string
	kind    kind
	hedge   bool
	subject bool
	unit    string // of a figure: the root of the unit of time or count after it
}

// A sentence is a text taken apart.
type sentence struct {
	text    string
	tokens  []token
	clause  []int // of each token: its number rises at commas and at words such as "if"
	sources []string
	item    *sentence // of an item that was read after what opens its list: the item alone
	at      int       // place in the passage
	next    *sentence // the one after it in the passage
	roots   map[string]bool
	plain   string // words joined by single spaces
}

var (
	tokenPattern = regexp.MustCompile(`\$?\d+(?:[.,:]\d+)*(?:%|\b)|[\p{L}\p{M}]+(?:['.-][\p{L}\p{M}\d]+)*|[,;:()—–"“”.!?]`)
	contractions = strings.NewReplacer("’", "'", "‘", "'", "can't", "can not", "cannot", "can not", "won't", "will not", "n't", " not",
		"'ll", " will", "'re", " are", "'ve", " have", "i'm", "i am", "'d", " would", "let's", "let us", "it's", "it is", "that's", "that is", "there's", "there is", "what's", "what is", "who's", "who is")
	offices = strings.NewReplacer("department of veterans affairs", "va", "veterans affairs", "va", "department of defense", "dod", "defense department", "dod")
	// shareOf is "eight people (61.5%)", which is read as "61.5% (eight people)".
	shareOf     = regexp.MustCompile(`([\p{L}\d]+) (people|veterans|patients|personas) \((\d+(?:\.\d+)?%)\)`)
	percentWord = regexp.MustCompile(`(\d)\s*(?:percent|per cent|por ciento)\b`)
)

// read takes a text apart.
func (v *vocabulary) read(text string) *sentence {
	s := &sentence{text: text, roots: map[string]bool{}}
	lower := percentWord.ReplaceAllString(offices.Replace(contractions.Replace(strings.ToLower(text))), "$1%")
	lower = shareOf.ReplaceAllString(lower, "$3 ($1 $2)")
	broken, clause := false, 0
	var words []string
	for _, w := range tokenPattern.FindAllString(lower, -1) {
		if strings.ContainsAny(w[:1], ",;:()\".!?") || w == "—" || w == "–" || w == "“" || w == "”" {
			broken = true
			continue
		}
		for _, part := range parts(w) {
			t := v.token(part)
			if broken || v.clauses[part] {
				clause++
			}
			s.tokens, s.clause = append(s.tokens, t), append(s.clause, clause)
			s.roots[t.root] = true
			words = append(words, part)
			broken = false
		}
	}
	for i := range s.tokens {
		if s.tokens[i].kind == figure && i+1 < len(s.tokens) && v.units[s.tokens[i+1].stem] {
			s.tokens[i].unit = s.tokens[i+1].stem
		}
	}
	s.plain = strings.Join(words, " ")
	return s
}

// parts splits what a hyphen joins, but for numbers and names such as pcl-5.
func parts(w string) []string {
	if !strings.Contains(w, "-") || strings.ContainsAny(w, "0123456789") {
		return []string{strings.Trim(w, ".'-")}
	}
	return strings.FieldsFunc(w, func(r rune) bool { return r == '-' })
}

func (v *vocabulary) token(w string) token {
	t := token{word: w, stem: v.stem(strings.TrimSuffix(w, "'s")), hedge: v.hedges[w]}
	t.root = t.stem
	if row, ok := v.same[t.stem]; ok {
		t.root = row
	}
	t.subject = v.subjects[t.root]
	number, isNumber := v.numbers[w]
	switch {
	case w[0] == '$' || w[0] >= '0' && w[0] <= '9':
		t.kind, t.root = figure, strings.TrimRight(strings.ReplaceAll(w, ",", ""), ".")
	case v.negators[w]:
		t.kind, t.root = negator, w
	case isNumber:
		t.kind, t.root = figure, number
	case v.months[w] && (w != "may" && w != "march"):
		t.kind, t.root = figure, w
	case v.strict[w] != "":
		t.kind, t.root = strict, "="+v.strict[w]
	case t.subject:
	case v.free[w]:
		t.kind = free
	}
	return t
}
