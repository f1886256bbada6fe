package llm

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"kapbot/internal/crisis"
	"kapbot/internal/faq"
	"kapbot/prompts/grounded"
)

// Limits of what a model is given.
const (
	MaxPassages = 4
	MaxEarlier  = 3
	// maxQuestion is in bytes. What is longer is a story, and answered word for
	// word.
	maxQuestion = 2000
)

// ErrNotFit says that a question is answered without a model: it is too long, or
// the entries speak of suicide or are in another language.
var ErrNotFit = errors.New("the question or its entries do not go to a model")

// A Request is what a model may be asked. Only NewRequest makes one that asks
// anything.
type Request struct {
	question crisis.Cleared
	earlier  []crisis.Cleared
	passages []faq.Passage
	person   string
}

// NewRequest makes a request about a question that triage cleared, from published
// entries in one language. Person counts against the budget of one person; it is
// never sent.
func NewRequest(person string, question crisis.Cleared, earlier []crisis.Cleared, from []faq.Passage) (Request, error) {
	if strings.TrimSpace(question.Text()) == "" || len(question.Text()) > maxQuestion || len(from) == 0 {
		return Request{}, ErrNotFit
	}
	var passages []faq.Passage
	for i, p := range from {
		if p.Triage() != faq.None || p.Lang() != from[0].Lang() {
			if i == 0 {
				return Request{}, ErrNotFit
			}
			continue
		}
		passages = append(passages, p)
	}
	if len(earlier) > MaxEarlier {
		earlier = earlier[len(earlier)-MaxEarlier:]
	}
	return Request{question: question, earlier: earlier, passages: passages[:min(len(passages), MaxPassages)], person: person}, nil
}

// Passages are the entries that the model is given.
func (r Request) Passages() []faq.Passage { return append([]faq.Passage(nil), r.passages...) }

type requestData struct {
	Entries  []requestEntry `json:"entries"`
	Earlier  []string       `json:"earlier"`
	Question string         `json:"question"`
}

type requestEntry struct {
	ID        string            `json:"id"`
	Question  string            `json:"question"`
	Sentences []requestSentence `json:"sentences"`
}

type requestSentence struct {
	Text    string   `json:"text"`
	Sources []string `json:"sources,omitempty"`
}

// languages are the names of the languages as the prompt says them.
var languages = map[string]string{"en": "English", "es": "Spanish"}

// messages fills in the prompt. The words of people and entries stand in one line
// of JSON between two fences that nobody can guess, so that nothing in them can end
// the data.
func (r Request) messages(p *grounded.Prompts) (system, question string, err error) {
	data := requestData{Entries: []requestEntry{}, Earlier: []string{}, Question: r.question.Text()}
	for _, c := range r.earlier {
		data.Earlier = append(data.Earlier, c.Text())
	}
	for _, from := range r.passages {
		e := requestEntry{ID: from.EntryID(), Question: from.Question()}
		for _, s := range from.Sentences() {
			e.Sentences = append(e.Sentences, requestSentence{Text: s.Text, Sources: s.Sources})
		}
		data.Entries = append(data.Entries, e)
	}
	line, err := json.Marshal(data)
	if err != nil {
		return "", "", fmt.Errorf("write the data of a question: %w", err)
	}
	fence := make([]byte, 12)
	_, _ = rand.Read(fence) // it never fails
	if question, err = p.Question(grounded.Question{Fence: hex.EncodeToString(fence), Data: string(line)}); err != nil {
		return "", "", err
	}
	system, err = p.System(grounded.System{Language: languages[r.passages[0].Lang()]})
	return system, question, err
}
