package faq

import "strings"

// A Passage is the text of a published entry. Only a [Snapshot] gives one out,
// so whoever holds a passage knows that moderators approved its words. The zero
// value has no words.
type Passage struct {
	entry   Entry
	text    string
	sources []Source
}

// Passage gives the passage of the entry with that id in that language.
func (s *Snapshot) Passage(id, lang string) (Passage, bool) {
	i, ok := s.byKey[entryKey{id, lang}]
	if !ok {
		return Passage{}, false
	}
	return s.passage(s.entries[i]), true
}

// Passages gives the passages of a language in order of entry id.
func (s *Snapshot) Passages(lang string) []Passage {
	var all []Passage
	for _, e := range s.entries {
		if e.Lang == lang {
			all = append(all, s.passage(e))
		}
	}
	return all
}

func (s *Snapshot) passage(e Entry) Passage {
	_, refs := Render(e, s.Source)
	return Passage{entry: e, text: withoutMarks(e.Body), sources: refs}
}

// EntryID gives the id of the entry the passage is the text of.
func (p Passage) EntryID() string { return p.entry.ID }

// Lang gives the language of the passage.
func (p Passage) Lang() string { return p.entry.Lang }

// Question gives the question that the passage answers.
func (p Passage) Question() string { return p.entry.Question }

// Text gives the answer in Markdown without source marks.
func (p Passage) Text() string { return p.text }

// Sources gives the sources marked in the passage, in order of first use.
func (p Passage) Sources() []Source { return append([]Source(nil), p.sources...) }

// A Sentence is one sentence of a passage in plain words.
type Sentence struct {
	Text    string   // without Markdown and source marks
	Sources []string // ids of the sources that it is marked with
	// Lead is what opens the list that this sentence is an item of, such as "Ask:";
	// "" elsewhere.
	Lead string
}

// Sentences takes a passage apart. A heading counts as a sentence.
func (p Passage) Sentences() []Sentence {
	var all []Sentence
	lead := ""
	for _, b := range blocksOf(p.entry.Body, 1) {
		in := b.sentences()
		for _, s := range in {
			one := Sentence{Text: plain(s.text), Sources: s.marks}
			if b.item {
				one.Lead = lead
			}
			all = append(all, one)
		}
		if !b.item {
			lead = ""
			if n := len(in); n > 0 && strings.HasSuffix(all[len(all)-1].Text, ":") {
				lead = all[len(all)-1].Text
			}
		}
	}
	return all
}

// Triage says whether the passage speaks of suicide or of a crisis.
func (p Passage) Triage() Triage {
	if p.entry.ID == "" {
		return Mention
	}
	return p.entry.Triage
}

// Entry gives the entry whole, as it was published.
func (p Passage) Entry() Entry { return p.entry.clone() }
