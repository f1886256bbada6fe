package answer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"kapbot/internal/answer/check"
	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/faq"
	"kapbot/internal/llm"
	"kapbot/prompts"
)

// A Drafter drafts answers. *llm.Client is the one.
type Drafter interface {
	Draft(ctx context.Context, r llm.Request) (llm.Draft, error)
	// Version names the model and its prompts.
	Version() string
}

// shaper words answers to fit a question, from the entries and nothing else.
type shaper struct {
	drafter Drafter
	checker *check.Checker
	cache   *cache
	counts  shapeCounts
}

type shapeCounts struct{ shaped, cached, notFit, failed, notFound, refused, dropped atomic.Int64 }

// Shaping is what became of the answers that could have been shaped.
type Shaping struct {
	Shaped   int64 // shown in words chosen for the question
	Cached   int64 // of these, remembered from an earlier one
	NotFit   int64 // word for word: never sent to the model
	Failed   int64 // word for word: the model did not answer, or must not be asked
	NotFound int64 // word for word: the model found no answer in the entries
	Refused  int64 // word for word: the draft did not pass the checks
	Dropped  int64 // sentences that were dropped from answers that passed
}

// ShapeWith lets a model word answers, within the checks. It is called once,
// before the first answer.
func (a *Answers) ShapeWith(d Drafter, c *check.Checker) {
	a.shaper = &shaper{drafter: d, checker: c, cache: newCache()}
}

// Shapes reports whether a model takes part.
func (a *Answers) Shapes() bool { return a.shaper != nil }

// Shaping returns the counts.
func (a *Answers) Shaping() Shaping {
	if a.shaper == nil {
		return Shaping{}
	}
	c := &a.shaper.counts
	return Shaping{c.shaped.Load(), c.cached.Load(), c.notFit.Load(), c.failed.Load(), c.notFound.Load(), c.refused.Load(), c.dropped.Load()}
}

// Shape words an answer to fit the question, from the entry that it shows and those
// near it. Whatever goes wrong, it returns the answer word for word; either
// way the reader is told which of both it is. The error says what went wrong, and is
// nil where nothing did. Earlier is what the same person asked just before; person is
// whose budget it counts against, and never sent.
func (a *Answers) Shape(ctx context.Context, word chat.Reply, person string, question crisis.Cleared, earlier []crisis.Cleared) (chat.Reply, error) {
	if a.shaper == nil || word.Kind != chat.Answer || word.Entry == "" {
		return word, nil
	}
	s := a.shaper
	word.Footer = a.text(word.Lang).WordForWord + " " + word.Footer
	live := a.live.Load() // the words sent and the key they are remembered by are of one moment
	request, err := llm.NewRequest(person, question, earlier, live.material(word))
	if err != nil {
		s.counts.notFit.Add(1)
		return word, nil
	}
	key := s.cache.key(live.snapshot.Revision(), s.drafter.Version(), question.Text(), request.Passages())
	if g, ok := s.cache.get(key); ok && len(earlier) == 0 {
		s.counts.shaped.Add(1)
		s.counts.cached.Add(1)
		return a.shaped(word, g), nil
	}
	began := time.Now()
	draft, err := s.drafter.Draft(ctx, request)
	a.meter.Drafted(time.Since(began))
	if err != nil {
		s.counts.failed.Add(1)
		return word, fmt.Errorf("draft an answer: %w", err)
	}
	g, dropped, err := a.check(ctx, draft)
	switch {
	case errors.Is(err, llm.ErrNotFound):
		s.counts.notFound.Add(1)
		return word, nil
	case err != nil:
		s.counts.refused.Add(1)
		a.meter.Checked(0, dropped)
		return word, fmt.Errorf("check a draft: %w", err)
	}
	s.counts.shaped.Add(1)
	s.counts.dropped.Add(int64(dropped))
	a.meter.Checked(len(g.Sentences()), dropped)
	if len(earlier) == 0 {
		s.cache.put(key, g)
	}
	return a.shaped(word, g), nil
}

// material is the entry that was found and those near it.
func (p *pages) material(word chat.Reply) []faq.Passage {
	first, ok := p.snapshot.Passage(word.Entry, string(word.Lang))
	if !ok { // the entry is shown in another language than the question's
		return nil
	}
	passages := []faq.Passage{first}
	for _, id := range word.Near {
		if one, ok := p.snapshot.Passage(id, string(word.Lang)); ok && id != word.Entry && len(passages) < llm.MaxPassages {
			passages = append(passages, one)
		}
	}
	return passages
}

func (a *Answers) check(ctx context.Context, d llm.Draft) (g llm.Grounded, dropped int, err error) {
	if err := a.enter(ctx); err != nil {
		return llm.Grounded{}, 0, err
	}
	defer a.leave()
	return d.Check(a.shaper.checker)
}

// shaped shows what passed: the sentences with the marks of their sources, the list
// of these, the pages that they are from. All but the sentences is made here.
func (a *Answers) shaped(word chat.Reply, g llm.Grounded) chat.Reply {
	t, live := a.text(word.Lang), a.live.Load()
	r := chat.Reply{Kind: chat.Answer, Lang: word.Lang, Entry: word.Entry, Title: word.Title, Score: word.Score, Shaped: true}
	var text []string
	var entries []string
	number := map[string]int{}
	for _, s := range g.Sentences() {
		marks := ""
		for _, id := range s.Sources {
			source, ok := live.snapshot.Source(id)
			if !ok {
				continue
			}
			if number[id] == 0 {
				number[id] = len(number) + 1
				r.Sources = append(r.Sources, chat.Source{Title: source.Citation(), URL: source.Link()})
			}
			marks += fmt.Sprintf("[%d]", number[id])
		}
		if marks != "" {
			marks = " " + marks
		}
		text = append(text, s.Text+marks)
		for _, id := range s.Entries {
			entries = appendNew(entries, id)
		}
	}
	r.Text = strings.Join(text, " ")
	r.Reviewed = live.oldestReview(entries, word)
	r.Footer = prompts.Fill(t.Shaped, "date", r.Reviewed.Format(time.DateOnly)) + " " + t.Education
	r.Buttons = a.offer(entries, word.Lang)
	return r
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// oldestReview is the earliest day on which one of the pages was reviewed.
func (p *pages) oldestReview(entries []string, word chat.Reply) time.Time {
	oldest := word.Reviewed
	for _, id := range entries {
		if one, ok := p.passage(id, word.Lang); ok && one.Entry().Reviewed.Before(oldest) {
			oldest = one.Entry().Reviewed
		}
	}
	return oldest
}
