// Package answer turns a question into a Reply from the curated entries: the
// entry word for word, a plain "I don't have a reviewed answer" with the
// nearest questions, or, where a model takes part, sentences of the entries chosen
// for the question, each of which was checked against them. It writes nothing of
// its own; the words around an entry come from prompts.
package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/search"
	"kapbot/prompts"
)

// How many questions are offered by button: where one of them is likely what was
// meant, and where there is no answer.
const (
	likely  = 3
	nearest = 2
)

// crisisChat is the page that the link button under a card opens. It is the
// address the card itself prints.
const crisisChat = "https://www.veteranscrisisline.net/get-help-now/chat/"

// concernPages are offered by button under the gentle card: what a crisis line
// does and does not do is what people ask before they dare to use it.
var concernPages = []string{"crisis-line-what-happens", "crisis-line-not-suicidal", "crisis-line-text-chat"}

// Answers answers from the published entries, which may be exchanged while it does.
type Answers struct {
	encoder *encoder.Encoder
	model   *search.Model
	texts   map[string]prompts.Texts
	work    chan struct{}
	shaper  *shaper // nil: every answer is word for word
	meter   Meter
	live    atomic.Pointer[pages]
}

// atWork is how many answers are looked up or checked at once, so that triage
// keeps its share of the processor.
const atWork = 2

// enter waits for a turn at work that keeps the processor busy.
func (a *Answers) enter(ctx context.Context) error {
	select {
	case a.work <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a turn: %w", ctx.Err())
	}
}

func (a *Answers) leave() { <-a.work }

// New indexes a snapshot. The encoder may be shared.
func New(snapshot *faq.Snapshot, e *encoder.Encoder) (*Answers, error) {
	model, err := search.LoadModel()
	if err != nil {
		return nil, fmt.Errorf("load the search model: %w", err)
	}
	texts, err := prompts.Load()
	if err != nil {
		return nil, fmt.Errorf("load the texts: %w", err)
	}
	a := &Answers{encoder: e, model: model, texts: texts, work: make(chan struct{}, atWork), meter: uncounted{}}
	p, err := a.read(snapshot)
	if err != nil {
		return nil, err
	}
	a.live.Store(p)
	return a, nil
}

// Apart returns answers from the same entries that share nothing with a but the indexes,
// until one of the two uses other entries. It is not called while a is closed.
func (a *Answers) Apart() *Answers {
	p := a.live.Load()
	p.reading.Lock()
	defer p.reading.Unlock()
	p.holders++
	b := &Answers{encoder: a.encoder, model: a.model, texts: a.texts, work: make(chan struct{}, atWork), meter: uncounted{}}
	b.live.Store(p)
	return b
}

// Close frees the indexes, unless others answer from them.
func (a *Answers) Close() error { return a.live.Load().close() }

// Find ranks the entries for a question in a language. A language without
// entries of its own is served from the English ones.
func (a *Answers) Find(ctx context.Context, question string, lang chat.Lang) (search.Result, error) {
	if err := a.enter(ctx); err != nil {
		return search.Result{}, err
	}
	defer a.leave()
	p := a.hold()
	defer p.reading.RUnlock()
	return p.index(lang).Find(ctx, question)
}

// Answer returns the entry that answers the question, or says that there is
// none. now decides whether an entry is past its review.
func (a *Answers) Answer(ctx context.Context, question string, lang chat.Lang, now time.Time) (chat.Reply, error) {
	found, err := a.Find(ctx, question, lang)
	if err != nil {
		return chat.Reply{}, err
	}
	a.meter.Searched(led(found.Outcome))
	if found.Answerable() {
		if reply, ok := a.Entry(found.Hits[0].Entry, lang, now); ok {
			reply.Score = found.Score
			for _, h := range found.Hits[1:] {
				reply.Near = append(reply.Near, h.Entry)
			}
			return reply, nil
		}
	}
	return a.unknown(found, lang), nil
}

// Follow returns the question to look up where the entry was shown before it:
// "and the side effects?" says little alone.
func (a *Answers) Follow(question, entry string, lang chat.Lang) string {
	return a.live.Load().index(lang).Follow(question, entry)
}

// Entry shows one entry. It reports false if there is none of that id.
func (a *Answers) Entry(id string, lang chat.Lang, now time.Time) (chat.Reply, bool) {
	live := a.live.Load()
	p, ok := live.passage(id, lang)
	if !ok {
		return chat.Reply{}, false
	}
	return a.shown(p.Entry(), live.snapshot.Source, lang, now), true
}

// Preview shows an entry as it would be shown if it were published.
func (a *Answers) Preview(e faq.Entry, now time.Time) chat.Reply {
	return a.shown(e, a.live.Load().snapshot.Source, chat.Lang(e.Lang), now)
}

// shown is an entry word for word, with what stands around it.
func (a *Answers) shown(e faq.Entry, source func(id string) (faq.Source, bool), lang chat.Lang, now time.Time) chat.Reply {
	text, refs := faq.Render(e, source)
	t := a.text(lang)
	r := chat.Reply{
		Kind: chat.Answer, Lang: lang, Entry: e.ID, Title: e.Question, Text: strings.TrimSpace(text),
		Reviewed: e.Reviewed, Footer: prompts.Fill(t.Reviewed, "date", e.Reviewed.Format(time.DateOnly)) + " " + t.Education,
		Score: 1,
	}
	if expired(e, now) {
		r.Footer = prompts.Fill(t.Expired, "date", e.ReviewBy.Format(time.DateOnly)) + " " + r.Footer
	}
	for _, s := range refs {
		r.Sources = append(r.Sources, chat.Source{Title: s.Citation(), URL: s.Link()})
	}
	if e.Triage == faq.Mention {
		r.Kind = chat.Mention
		r.Banner = prompts.Card(prompts.Banner, string(lang))
	}
	return r
}

// Tags says what an entry is about; nothing if there is none of that id.
func (a *Answers) Tags(id string) []string {
	p, ok := a.live.Load().passage(id, chat.English)
	if !ok {
		return nil
	}
	return p.Entry().Tags
}

// Questions lists the questions that there are answers to.
func (a *Answers) Questions(lang chat.Lang) []string {
	var all []string
	for _, p := range a.live.Load().snapshot.Passages(string(lang)) {
		all = append(all, p.Question())
	}
	return all
}

// Published is how many entries there are in a language, and how many of them are past
// their review.
func (a *Answers) Published(lang chat.Lang, now time.Time) (all, overdue int) {
	for _, p := range a.live.Load().snapshot.Passages(string(lang)) {
		all++
		if expired(p.Entry(), now) {
			overdue++
		}
	}
	return all, overdue
}

func expired(e faq.Entry, now time.Time) bool { return now.After(e.ReviewBy.AddDate(0, 0, 1)) }

// Card shows a crisis card and nothing else, the pages under the gentle one
// excepted.
func (a *Answers) Card(v crisis.Verdict) chat.Reply {
	kind := chat.Crisis
	if v.Level == crisis.Concern {
		kind = chat.Concern
	}
	r := a.card(v.Card(), v.Lang, kind)
	r.Score = v.Score
	return r
}

// NamedCard shows a card that was chosen earlier: one whose sending goes on after
// a restart, or a private copy. It reports false if there is none of that name.
func (a *Answers) NamedCard(name string, lang chat.Lang, kind chat.Kind) (chat.Reply, bool) {
	if !slices.Contains(prompts.Cards(), name) {
		return chat.Reply{}, false
	}
	return a.card(chat.Card{Name: name, Text: prompts.Card(name, string(lang))}, lang, kind), true
}

func (a *Answers) card(card chat.Card, lang chat.Lang, kind chat.Kind) chat.Reply {
	r := chat.Reply{Kind: kind, Lang: lang, Card: &card}
	r.Buttons = []chat.Button{{Label: a.text(lang).ChatButton, URL: crisisChat}}
	if kind == chat.Concern && card.Name != prompts.Reminder {
		r.Buttons = append(r.Buttons, a.offer(concernPages, lang)...)
	}
	return r
}

// PrivateCopy is the button that shows a card to whoever presses it.
func (a *Answers) PrivateCopy(card string, lang chat.Lang) chat.Button {
	return chat.Button{Label: a.text(lang).PrivateCopy, Action: chat.ActionCopy, Value: card}
}

// offer makes buttons that show entries.
func (a *Answers) offer(ids []string, lang chat.Lang) []chat.Button {
	live := a.live.Load()
	var out []chat.Button
	for _, id := range ids {
		if p, ok := live.passage(id, lang); ok {
			out = append(out, chat.Button{Label: p.Question(), Action: chat.ActionShow, Value: id})
		}
	}
	return out
}

func (a *Answers) unknown(found search.Result, lang chat.Lang) chat.Reply {
	t := a.text(lang)
	r := chat.Reply{Kind: chat.Unknown, Lang: lang, Score: found.Score, Text: t.Unknown + " " + t.WhereToAsk}
	count := nearest
	if found.Outcome == search.Close {
		count = likely
	}
	var ids []string
	for _, h := range found.Hits[:min(count, len(found.Hits))] {
		ids = append(ids, h.Entry)
	}
	r.Buttons = a.offer(ids, lang)
	switch {
	case len(r.Buttons) == 0:
	case found.Outcome == search.Close:
		r.Text = t.DidYouMean
	default:
		r.Text += "\n\n" + t.Nearest
	}
	return r
}

func (a *Answers) text(lang chat.Lang) prompts.Texts {
	if t, ok := a.texts[string(lang)]; ok {
		return t
	}
	return a.texts[string(chat.English)]
}

// Notice shows one of the bot's own texts, chosen by the caller.
func (a *Answers) Notice(lang chat.Lang, choose func(prompts.Texts) string) chat.Reply {
	return chat.Reply{Kind: chat.Notice, Lang: lang, Text: choose(a.text(lang))}
}

// Resources shows who to call, for somebody who asked for the list.
func (a *Answers) Resources(lang chat.Lang) chat.Reply {
	card := chat.Card{Name: prompts.Resources, Text: prompts.Card(prompts.Resources, string(lang))}
	return chat.Reply{Kind: chat.Notice, Lang: lang, Card: &card, Buttons: a.offer([]string{"responder-help-lines", "vets4warriors"}, lang)}
}

// Topics lists what there are answers about, most entries first.
func (a *Answers) Topics(lang chat.Lang) chat.Reply {
	counts := map[string]int{}
	for _, p := range a.live.Load().snapshot.Passages(string(chat.English)) {
		for _, tag := range p.Entry().Tags {
			counts[tag]++
		}
	}
	tags := make([]string, 0, len(counts))
	for tag, n := range counts {
		if n >= 3 {
			tags = append(tags, tag)
		}
	}
	slices.SortFunc(tags, func(x, y string) int {
		if counts[x] != counts[y] {
			return counts[y] - counts[x]
		}
		return strings.Compare(x, y)
	})
	return chat.Reply{Kind: chat.Notice, Lang: lang, Text: a.text(lang).Topics + " " + strings.Join(tags, ", ") + "."}
}
