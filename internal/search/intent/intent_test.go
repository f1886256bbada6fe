package intent_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/search/intent"
)

func examples() []intent.Example {
	var out []intent.Example
	for entry, texts := range map[string][]string{
		"cost":  {"what does it cost", "how much is it", "the price please", "is the price high", "what is the cost of one", "how much does one cost"},
		"legal": {"is it legal", "is it against the law", "what does the law say", "can I be arrested", "is this lawful", "legal or not"},
		"":      {"what is the weather", "who won the game", "tell me a joke", "is it raining", "weather on sunday", "the game on sunday"},
	} {
		for _, text := range texts {
			out = append(out, intent.Example{Entry: entry, Input: input(text)})
		}
	}
	slices.SortFunc(out, func(a, b intent.Example) int { return slices.CompareFunc(a.Grams, b.Grams, compareGrams) })
	return out
}

func compareGrams(a, b intent.Gram) int { return int(a.Bucket) - int(b.Bucket) }

func input(text string) intent.Input {
	return intent.Input{Grams: intent.Grams(intent.Words(text), nil)}
}

func train(t *testing.T, seed uint64) *intent.Model {
	t.Helper()
	m, err := intent.Train(context.Background(), examples(), intent.Options{Seed: seed, Epochs: 60})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// likeliest is the entry that the model thinks is asked for.
func likeliest(m *intent.Model, text string) string {
	p := m.Probabilities(input(text))
	at := slices.Index(p, slices.Max(p))
	if at == len(p)-1 {
		return ""
	}
	return m.Entries()[at]
}

func TestModelTellsApart(t *testing.T) {
	m := train(t, 1)
	for text, want := range map[string]string{
		"and the cost of it":        "cost",
		"whats the prise":           "cost",
		"does the law allow it":     "legal",
		"will there be weather":     "",
		"which game is on a sunday": "",
	} {
		if got := likeliest(m, text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, entry := range []string{"cost", "legal"} {
		if i, ok := m.Place(entry); !ok || m.Entries()[i] != entry {
			t.Errorf("%s is at %d, %v", entry, i, ok)
		}
	}
	if _, ok := m.Place(""); ok {
		t.Error("none of them has a place")
	}
}

func TestTrainingRepeats(t *testing.T) {
	write := func(seed uint64) []byte {
		var b bytes.Buffer
		if err := train(t, seed).Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	if !bytes.Equal(write(1), write(1)) {
		t.Error("the same seed gave other bytes")
	}
	if bytes.Equal(write(1), write(2)) {
		t.Error("another seed gave the same bytes")
	}
}

func TestTrainStopsWhenCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := intent.Train(ctx, examples(), intent.Options{}); err == nil {
		t.Error("want an error")
	}
}

func TestReadWhatWasWritten(t *testing.T) {
	m := train(t, 1)
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := intent.Read(b.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"cost", "law", "weather", "", "zzz"} {
		p, q := m.Probabilities(input(text)), again.Probabilities(input(text))
		for i := range p {
			if d := p[i] - q[i]; d > 0.03 || d < -0.03 {
				t.Errorf("%q: %v before, %v after", text, p, q)
			}
		}
	}
	for cut := range 20 {
		if _, err := intent.Read(b.String()[:b.Len()*cut/20]); err == nil {
			t.Errorf("%d of 20 parts were read as a model", cut)
		}
	}
}

func TestProbabilitiesAddUpToOne(t *testing.T) {
	m := train(t, 1)
	rapid.Check(t, func(t *rapid.T) {
		sum := float32(0)
		for _, p := range m.Probabilities(input(rapid.String().Draw(t, "text"))) {
			if p < 0 || p > 1 {
				t.Errorf("a chance of %v", p)
			}
			sum += p
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("they add up to %v", sum)
		}
	})
}

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"Don't I qualify?":   {"dont", "i", "qualify"},
		"it’s 3 o'clock":     {"its", "3", "oclock"},
		"¿La ketamina ayuda": {"la", "ketamina", "ayuda"},
		"":                   nil,
		"?!":                 nil,
	} {
		if got := intent.Words(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestGramsAreInOrderAndOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grams := intent.Grams(intent.Words(rapid.String().Draw(t, "text")), nil)
		for i := 1; i < len(grams); i++ {
			if grams[i-1].Bucket >= grams[i].Bucket {
				t.Fatalf("bucket %d before %d", grams[i-1].Bucket, grams[i].Bucket)
			}
		}
	})
}
