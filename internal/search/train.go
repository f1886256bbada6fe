package search

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/matrix"
	"kapbot/internal/search/intent"
)

// unanswered holds questions without an entry, a line each, which the intent
// model is to know as such.
//
//go:embed unanswered.txt
var unanswered string

// trainings is how many intent models are trained: the chances of several that
// began and went on by other dice are better than those of one.
const trainings = 3

// A Question is one to learn from: the entries that answer it, the best first,
// or none.
type Question struct {
	Text    string
	Entries []string
}

// Answers reports whether the entry is one that answers the question.
func (q Question) Answers(entry string) bool { return slices.Contains(q.Entries, entry) }

// Train learns to find the entries of the snapshot's English part. The intent
// models learn from the wordings; how to weigh their word against the other
// measures, and how sure to be, is learned from questions, which must be none of
// the wordings. At last the intent models learn from the questions too.
func Train(ctx context.Context, entries []faq.Entry, questions []Question, e *encoder.Encoder, seed uint64, progress func(string)) (*Model, error) {
	m, err := newModel()
	if err != nil {
		return nil, err
	}
	x, err := New(entries, learnedLang, e, m)
	if err != nil {
		return nil, err
	}
	defer x.Close() //nolint:errcheck // an index in memory
	examples, err := x.wordings(entries)
	if err != nil {
		return nil, err
	}
	// A third of the lines without an entry is kept for choosing the threshold.
	held := slices.Clone(questions)
	for i, line := range strings.Split(strings.TrimSpace(unanswered), "\n") {
		if i%3 == 0 {
			held = append(held, Question{Text: line})
		} else {
			examples = append(examples, intent.Example{Input: x.input(line)})
		}
	}
	progress(fmt.Sprintf("learning from %d examples", len(examples)))
	first, err := learn(ctx, examples, seed)
	if err != nil {
		return nil, err
	}
	for i, intents := range [][]*intent.Model{nil, first} {
		if m.weights[i], err = fit(ctx, entries, held, e, &Model{intents: intents, cache: m.cache}, progress); err != nil {
			return nil, err
		}
	}
	for _, q := range held {
		example := intent.Example{Input: x.input(q.Text)}
		if len(q.Entries) > 0 {
			example.Entry = q.Entries[0]
		}
		examples = append(examples, example)
	}
	progress(fmt.Sprintf("learning from %d examples", len(examples)))
	m.intents, err = learn(ctx, examples, seed)
	return m, err
}

// learn trains the intent models side by side.
func learn(ctx context.Context, examples []intent.Example, seed uint64) ([]*intent.Model, error) {
	models := make([]*intent.Model, trainings)
	var group errgroup.Group
	for i := range models {
		group.Go(func() (err error) {
			models[i], err = intent.Train(ctx, examples, intent.Options{Seed: seed + uint64(i)})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("train search: %w", err)
	}
	return models, nil
}

// wordings lists all wordings as examples.
func (x *Index) wordings(entries []faq.Entry) ([]intent.Example, error) {
	more, err := Asked()
	if err != nil {
		return nil, err
	}
	var out []intent.Example
	for _, e := range entries {
		if e.Lang != x.lang {
			continue
		}
		for _, w := range append(e.Wordings(), more[e.ID]...) {
			out = append(out, intent.Example{Input: x.input(w), Entry: e.ID})
		}
	}
	return out, nil
}

func (x *Index) input(text string) intent.Input {
	r := x.read(text)
	in := intent.Input{Grams: r.grams}
	in.Sentence, in.Words = x.encoder.EncodeWords(x.speech.write(r.words))
	return in
}

// fit learns the weights of the measures, then the weights of the signs.
func fit(ctx context.Context, entries []faq.Entry, questions []Question, e *encoder.Encoder, m *Model, progress func(string)) (judgment, error) {
	x, err := New(entries, learnedLang, e, m)
	if err != nil {
		return judgment{}, err
	}
	defer x.Close() //nolint:errcheck // an index in memory
	compared := make([]comparison, len(questions))
	for i, q := range questions {
		if compared[i], err = x.compare(ctx, x.read(q.Text)); err != nil {
			return judgment{}, err
		}
	}
	j := judgment{Rank: fitRank(questions, compared)}
	j.fitChance(questions, compared)
	progress(fmt.Sprintf("weights of the measures %.2f, of the signs %.2f; sure from %.2f", j.Rank, j.Chance, j.Sure))
	progress(j.fitted(questions, compared))
	return j, nil
}

// MissingVectors counts the wordings whose vectors are not compiled in.
func MissingVectors(entries []faq.Entry) (int, error) {
	texts, err := spokenWordings(entries)
	if err != nil {
		return 0, err
	}
	stored, err := readVectors(vectorsFile)
	if err != nil {
		return 0, err
	}
	missing := 0
	for _, text := range texts {
		if _, ok := stored[textHash(text)]; !ok {
			missing++
		}
	}
	return missing, nil
}

// WriteVectors encodes every wording that is not stored yet and writes all.
func WriteVectors(entries []faq.Entry, e *encoder.Encoder, w io.Writer) error {
	texts, err := spokenWordings(entries)
	if err != nil {
		return err
	}
	stored, err := readVectors(vectorsFile)
	if err != nil {
		return err
	}
	out := vectors{}
	for _, text := range texts {
		key := textHash(text)
		p, ok := stored[key]
		if !ok {
			v := e.Encode(text)
			p = matrix.Pack(v[:])
		}
		out[key] = p
	}
	return out.write(w)
}

// spokenWordings lists what the encoder reads of the entries' wordings.
func spokenWordings(entries []faq.Entry) ([]string, error) {
	more, err := Asked()
	if err != nil {
		return nil, err
	}
	say, err := loadSpeech()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		wordings := e.Wordings()
		if e.Lang == learnedLang {
			wordings = append(wordings, more[e.ID]...)
		}
		for _, w := range wordings {
			out = append(out, say.write(intent.Words(w)))
		}
	}
	return out, nil
}
