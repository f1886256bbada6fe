package classifier_test

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
	"kapbot/internal/encoder"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is what messages are read with.
type bench struct {
	words   *words.Normaliser
	lexicon *frames.Lexicon
	encoder *encoder.Encoder
}

func newBench(t *testing.T) bench {
	t.Helper()
	lexicon, err := frames.Load()
	if err != nil {
		t.Fatal(err)
	}
	normaliser, err := words.New(lexicon.Vocabulary(), lexicon.Guarded())
	if err != nil {
		t.Fatal(err)
	}
	e, err := encoder.Load()
	if err != nil {
		t.Fatal(err)
	}
	return bench{normaliser, lexicon, e}
}

func (b bench) read(text string) classifier.Message {
	r := b.words.Read(text)
	return classifier.Message{Words: r, Hits: b.lexicon.Match(r.Tokens)}
}

// lessons are few enough to be learnt by heart.
func (b bench) lessons() []classifier.Example {
	var out []classifier.Example
	for text, card := range map[string]bool{
		"I do not see a reason to wake up tomorrow": true, "she keeps a rope in the closet and says goodbye": true,
		"the pills are lined up next to me": true, "nobody would notice if I was gone": true,
		"how long is a session": false, "does tricare pay for spravato": false,
		"my truck needs a new battery": false, "we won the game last night": false,
	} {
		out = append(out, classifier.Example{Message: b.read(text), Card: card, Weight: 1})
	}
	// A map has no order of its own, and training depends on it.
	for i := range out {
		for j := i + 1; j < len(out); j++ {
			if out[j].Message.Words.Plain < out[i].Message.Words.Plain {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return out
}

// enough epochs to learn the lessons by heart, and so few that something changes.
const (
	byHeart = 100
	briefly = 4
)

func (b bench) train(t *testing.T, seed uint64, epochs int) (*classifier.Model, []byte) {
	t.Helper()
	m, err := classifier.Train(context.Background(), b.encoder, b.lexicon, b.lessons(), classifier.Options{Seed: seed, Epochs: epochs, Nets: 2})
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	return m, file.Bytes()
}

func TestTrain(t *testing.T) {
	b := newBench(t)
	m, file := b.train(t, 1, byHeart)
	t.Run("it learns what it is taught", func(t *testing.T) {
		for _, x := range b.lessons() {
			if got := m.Chance(b.encoder, x.Message); got > 0.5 != x.Card {
				t.Errorf("%q: chance %.2f, card %v", x.Message.Words.Plain, got, x.Card)
			}
		}
	})
	t.Run("the same lines and seed give the same bytes", func(t *testing.T) {
		_, file := b.train(t, 1, briefly)
		if _, again := b.train(t, 1, briefly); !bytes.Equal(file, again) {
			t.Error("they differ")
		}
		if _, other := b.train(t, 2, briefly); bytes.Equal(file, other) {
			t.Error("another seed gives the same bytes: the test proves nothing")
		}
	})
	t.Run("a stored model says nearly the same", func(t *testing.T) {
		stored, err := classifier.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range b.lessons() {
			if was, is := m.Chance(b.encoder, x.Message), stored.Chance(b.encoder, x.Message); math.Abs(was-is) > 0.03 {
				t.Errorf("%q: %.3f became %.3f", x.Message.Words.Plain, was, is)
			}
		}
	})
	t.Run("a damaged file is an error", func(t *testing.T) {
		for _, data := range [][]byte{nil, []byte("x"), file[:len(file)/2]} {
			if _, err := classifier.Read(data); err == nil {
				t.Errorf("%d bytes were read", len(data))
			}
		}
	})
	t.Run("any message has a chance", func(t *testing.T) {
		for _, text := range []string{"", "?", "\xff\xfe", strings.Repeat("a long story. ", 20_000)} {
			if got := m.Chance(b.encoder, b.read(text)); math.IsNaN(got) || got < 0 || got > 1 {
				t.Errorf("%.20q: %v", text, got)
			}
		}
	})
}

func TestCalibrate(t *testing.T) {
	b := newBench(t)
	m, _ := b.train(t, 1, briefly)
	at := func(x float64) classifier.Evidence { return classifier.Evidence{Networks: x, Grams: -x} }
	// One in four of the lines at 1 is positive, three in four at 3.
	seen := []classifier.Evidence{at(1), at(1), at(1), at(1), at(3), at(3), at(3), at(3)}
	m.Calibrate(seen, []bool{true, false, false, false, true, true, true, false})
	low, high := m.Probability(at(1)), m.Probability(at(3))
	if math.Abs(low-0.25) > 0.01 || math.Abs(high-0.75) > 0.01 {
		t.Errorf("probabilities %.3f and %.3f, want 0.25 and 0.75", low, high)
	}
}
