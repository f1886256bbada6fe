package words

import (
	"fmt"
	"slices"
	"strings"
)

// A Normaliser turns typed text into plain words. It is immutable after New
// and safe for concurrent use.
type Normaliser struct {
	emoji       *strings.Replacer
	lookalikes  map[rune]string
	leetLetters map[rune]string
	leetSigns   string
	slang       map[string][]string
	joined      map[string]string
	prefaces    map[string][][]string // by first word, longest first
	english     map[string]struct{}
	vocabulary  map[string]struct{}
	guarded     map[string]bool
	subject     map[string]bool
	spanish     map[string]bool
	englishMost map[string]bool
	deletions   map[string][]string
	skeletons   map[string]string
	common      map[string]int    // words of everyday messages, by frequency from 0
	consonants  map[string]string // their consonants, to the most frequent
	long        []string          // guarded words of seven letters or more
	longest     int               // letters in the longest lexical word
}

// honestly is what a preface such as "not going to lie" is read as.
const honestly = "honestly"

// New prepares a Normaliser for a lexicon: vocabulary holds every word its
// rules name, guarded those that people misspell or hide on purpose.
func New(vocabulary, guarded []string) (*Normaliser, error) {
	t, err := readTables()
	if err != nil {
		return nil, err
	}
	n := &Normaliser{
		lookalikes:  runes(t.Lookalikes),
		leetLetters: runes(t.Leet),
		slang:       map[string][]string{},
		joined:      t.Joined,
		prefaces:    map[string][][]string{},
		vocabulary:  set(vocabulary),
		guarded:     map[string]bool{},
		subject:     map[string]bool{},
		spanish:     map[string]bool{},
		englishMost: map[string]bool{},
		deletions:   map[string][]string{},
		skeletons:   map[string]string{},
		consonants:  map[string]string{},
	}
	if n.english, err = readEnglish(); err != nil {
		return nil, err
	}
	if err := n.readCommon(); err != nil {
		return nil, err
	}
	var pairs []string
	for picture, word := range t.Emoji {
		pairs = append(pairs, picture, " "+word+" ")
	}
	n.emoji = strings.NewReplacer(pairs...)
	for r := range n.leetLetters {
		n.leetSigns += string(r)
	}
	for typed, meant := range t.Slang {
		n.slang[typed] = strings.Fields(meant)
		n.longest = max(n.longest, len(typed))
	}
	for w := range n.vocabulary {
		n.longest = max(n.longest, len(w))
	}
	for _, p := range t.Prefaces {
		p := strings.Fields(p)
		n.prefaces[p[0]] = append(n.prefaces[p[0]], p)
	}
	for _, list := range n.prefaces {
		slices.SortFunc(list, func(a, b []string) int { return len(b) - len(a) })
	}
	fill(n.guarded, guarded)
	fill(n.subject, strings.Fields("he she it that there who what everyone everybody someone somebody nobody here life where how when"))
	fill(n.spanish, t.Language["es"])
	fill(n.englishMost, t.Language["en"])
	for g := range n.guarded {
		if _, ok := n.vocabulary[g]; !ok {
			return nil, fmt.Errorf("guarded word %q is in no rule of the lexicon", g)
		}
	}
	n.index()
	return n, nil
}

func runes(m map[string]string) map[rune]string {
	out := make(map[rune]string, len(m))
	for k, v := range m {
		out[[]rune(k)[0]] = v
	}
	return out
}

func set(words []string) map[string]struct{} {
	out := make(map[string]struct{}, len(words))
	for _, w := range words {
		out[w] = struct{}{}
	}
	return out
}

func fill(into map[string]bool, words []string) {
	for _, w := range words {
		into[w] = true
	}
}

// A Reading is one text in plain words.
type Reading struct {
	Tokens []Token
	// Plain is the text without markup, in lower case, with its punctuation. Words that
	// were misspelled or hidden stand in it as they were read.
	Plain string
	// Repaired says that this could not be done everywhere: some word was put together
	// from letters that stand apart.
	Repaired bool

	leet  int // words with digits for letters
	shown int // words that were put into Plain
}

// maxShown bounds how many words are put into the text, which is copied for each.
const maxShown = 200

// Tokens returns the plain words of text in order. It never fails: what it
// cannot read stays as typed.
func (n *Normaliser) Tokens(text string) []Token { return n.Read(text).Tokens }

// Read returns the plain words of text and how they were found.
func (n *Normaliser) Read(text string) Reading {
	r := Reading{Plain: strings.TrimSpace(unmark(n.plain(text)))}
	split := n.split(r.Plain)
	typed := len(split)
	raw := n.gather(split)
	r.Repaired = len(raw) != typed
	r.Tokens = make([]Token, 0, len(raw)+len(raw)/4)
	for _, t := range raw {
		before := len(r.Tokens)
		r.Tokens = n.repair(r.Tokens, t)
		if len(r.Tokens) == before+1 && r.Tokens[before].Text == t.Text {
			continue
		}
		digits := strings.ContainsAny(t.Text, "0123456789")
		if digits {
			r.leet++
		}
		if n.slang[t.Text] != nil || !digits && strings.Contains(t.Text, "'") {
			continue // the classifier knows those as they are
		}
		r.show(t.Text, r.Tokens[before:])
	}
	n.mend(&r)
	r.Tokens = n.fold(r.Tokens)
	return r
}

// show puts what a word was read as into the text, or notes that it could not.
func (r *Reading) show(typed string, meant []Token) {
	if r.shown++; r.shown > maxShown {
		r.Repaired = true
		return
	}
	words := make([]string, len(meant))
	for i, t := range meant {
		words[i] = t.Text
	}
	text, ok := replaceWord(r.Plain, typed, strings.Join(words, " "))
	r.Plain, r.Repaired = text, r.Repaired || !ok
}

// fold joins pairs that are one word and replaces prefaces by "honestly".
func (n *Normaliser) fold(tokens []Token) []Token {
	out := tokens[:0]
	for i := 0; i < len(tokens); {
		t := tokens[i]
		if i+1 < len(tokens) && tokens[i+1].Before <= Gap {
			if one, ok := n.joined[t.Text+" "+tokens[i+1].Text]; ok {
				out = append(out, Token{Text: one, Before: t.Before})
				i += 2
				continue
			}
		}
		if l := n.preface(tokens[i:]); l > 0 {
			out = append(out, Token{Text: honestly, Before: t.Before})
			i += l
			continue
		}
		out = append(out, t)
		i++
	}
	return out
}

// preface returns how many tokens of a preface stand at the head of tokens.
func (n *Normaliser) preface(tokens []Token) int {
	for _, p := range n.prefaces[tokens[0].Text] {
		if len(p) > len(tokens) {
			continue
		}
		match := true
		for i, w := range p {
			match = match && tokens[i].Text == w && (i == 0 || tokens[i].Before < Stop)
		}
		if match {
			return len(p)
		}
	}
	return 0
}

// Spanish reports whether the words are more likely Spanish than English.
func (n *Normaliser) Spanish(tokens []Token) bool {
	es, en := 0, 0
	for _, t := range tokens {
		if n.spanish[t.Text] {
			es++
		}
		if n.englishMost[t.Text] {
			en++
		}
	}
	return es > en
}
