package encoder

import (
	"encoding/json"
	"math"
	"os"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
)

// sentence is 20 words, which the tokeniser makes 21 tokens.
const sentence = "After twenty years of nightmares I slept through the night on Tuesday " +
	"and still do not know what to think."

func load(t testing.TB) *Encoder {
	t.Helper()
	e, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// short shortens a text for use in a test's name.
func short(text string) string {
	return text[:min(len(text), 40)]
}

func length(v Vector) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

func checkUnit(t *testing.T, v Vector) {
	t.Helper()
	// Not-a-number fails this comparison too.
	if l := length(v); !(math.Abs(l-1) < 1e-5) {
		t.Errorf("vector's length is %v, want 1", l)
	}
}

func TestEncodeGivesTheOriginalsVectors(t *testing.T) {
	e := load(t)
	for file, want := range map[string]int{"reference.json": 20, "edge.json": 6} {
		var cases []struct {
			Text      string
			Embedding Vector
		}
		readJSON(t, file, &cases)
		if len(cases) != want {
			t.Errorf("%s has %d cases, want %d", file, len(cases), want)
		}
		for _, c := range cases {
			t.Run(short(c.Text), func(t *testing.T) {
				got := e.Encode(c.Text)
				checkUnit(t, got)
				if cos := Cosine(got, c.Embedding); !(cos >= 0.9999) {
					t.Errorf("cosine to the original's vector is %v, want at least 0.9999", cos)
				}
			})
		}
	}
}

func TestEncodeTakesAnything(t *testing.T) {
	tests := []struct{ name, text string }{
		{"empty", ""},
		{"space", " "},
		{"one unknown", "\n"},
		{"invalid UTF-8", "a\xff\xfe\x80b"},
		{"cut in a code point", "caf\xc3"},
		{"encoded surrogate", "\xed\xa0\x80"},
		{"NUL", "\x00"},
		{"huge", strings.Repeat("nothing helps ", 100_000)},
		{"huge without spaces", strings.Repeat("x", 1<<20)},
		{"huge and unknown", strings.Repeat("中", 1<<20)},
		{"huge once normalised", strings.Repeat("ﷺ", 1<<16)},
		{"many combining marks", "e" + strings.Repeat("\u0301", 1<<16)},
		{"huge and invalid", strings.Repeat("\xff", 1<<20)},
	}
	e := load(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			checkUnit(t, e.Encode(tt.text))
		})
	}
}

func TestEncodeReadsTheFirstTokensOnly(t *testing.T) {
	e := load(t)
	full := strings.Repeat("word ", MaxTokens)
	if e.Encode(full+"one") != e.Encode(full+"another thing") {
		t.Error("what follows the last token read changes the vector")
	}
	almost := strings.Repeat("word ", MaxTokens-10)
	if e.Encode(almost+"one") == e.Encode(almost+"another thing") {
		t.Error("tokens within the limit do not change the vector")
	}
}

func TestFits(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"empty", "", true},
		{"sentence", sentence, true},
		{"just", strings.TrimSpace(strings.Repeat("word ", MaxTokens)), true},
		{"one token more", strings.TrimSpace(strings.Repeat("word ", MaxTokens+1)), false},
		// Few tokens, but the tokeniser itself stopped short.
		{"unread", strings.Repeat("中", maxSymbols-1), true},
		{"unread by one", strings.Repeat("中", maxSymbols), false},
		{"unread before letters joined", strings.Repeat("\u1112\u1161\u11ab", maxSymbols/3), true},
		{"unread by one before letters joined", strings.Repeat("\u1112\u1161\u11ab", maxSymbols/3+1), false},
	}
	e := load(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := e.Fits(tt.text); got != tt.want {
				t.Errorf("Fits = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestCosine(t *testing.T) {
	e := load(t)
	end, die := e.Encode("I want to end it all"), e.Encode("I want to die")
	research := e.Encode("does ketamine reduce suicidal thoughts?")
	if c := Cosine(end, end); math.Abs(float64(c)-1) > 1e-5 {
		t.Errorf("cosine to itself is %v, want 1", c)
	}
	if a, b := Cosine(end, die), Cosine(die, end); a != b {
		t.Errorf("cosine is %v one way and %v the other", a, b)
	}
	if near, far := Cosine(end, die), Cosine(end, research); near < 0.7 || far > 0.3 {
		t.Errorf("cosine to like is %v and to unlike %v, want above 0.7 and below 0.3", near, far)
	}
}

func TestEncodeIsTheSameFromEveryGoroutine(t *testing.T) {
	e := load(t)
	texts := []string{sentence, "is it legal", "", strings.Repeat(sentence+" ", 10)}
	want := make([]Vector, len(texts))
	for i, s := range texts {
		want[i] = e.Encode(s)
	}
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			for i := range 20 {
				n := (g + i) % len(texts)
				if e.Encode(texts[n]) != want[n] {
					t.Errorf("goroutine %d: another vector for %q", g, short(texts[n]))
				}
			}
		})
	}
	wg.Wait()
}

func TestEncodeStartsNoGoroutine(t *testing.T) {
	e := load(t)
	long := strings.Repeat(sentence+" ", 10)
	e.Encode(long)
	started := func() uint64 {
		s := []metrics.Sample{{Name: "/sched/goroutines-created:goroutines"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before := started()
	for range 5 {
		e.Encode(long)
	}
	if n := started() - before; n > 0 {
		t.Errorf("encoding started %d goroutines", n)
	}
}

func TestEncodeAllocatesLittle(t *testing.T) {
	e := load(t)
	for _, text := range []string{"", "is it legal", sentence, strings.Repeat(sentence+" ", 10)} {
		e.Encode(text)
		// The pool may lose its working memory at any time, and does so on
		// purpose under the race detector, so the fewest of several runs counts.
		fewest := math.Inf(1)
		for range 20 {
			fewest = min(fewest, testing.AllocsPerRun(1, func() { e.Encode(text) }))
		}
		if fewest > 0 {
			t.Errorf("%v allocations for %q, want none once warm", fewest, short(text))
		}
	}
}

func TestCosineAllocatesNothing(t *testing.T) {
	e := load(t)
	a, b := e.Encode("is it legal"), e.Encode(sentence)
	var sum float32
	if n := testing.AllocsPerRun(100, func() { sum += Cosine(a, b) }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func FuzzEncode(f *testing.F) {
	for _, s := range []string{"", "a", sentence, "\xff", "\n", "🙂", "ﷺ", "e\u0301", ": 5:30 ):", "<s>"} {
		f.Add(s)
	}
	e := load(f)
	f.Fuzz(func(t *testing.T, text string) {
		v := e.Encode(text)
		checkUnit(t, v)
		if v != e.Encode(text) {
			t.Error("another vector the second time")
		}
	})
}

func BenchmarkEncode20Words(b *testing.B) {
	e := load(b)
	b.ReportAllocs()
	for b.Loop() {
		e.Encode(sentence)
	}
}

func BenchmarkCosine(b *testing.B) {
	e := load(b)
	x, y := e.Encode("is it legal"), e.Encode(sentence)
	b.ReportAllocs()
	for b.Loop() {
		Cosine(x, y)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
