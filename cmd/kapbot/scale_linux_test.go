package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
	"kapbot/internal/search"
)

// TestScale measures how time, memory and the store grow with communities, with
// messages a second and with entries, prints tables, and draws them into the PNG file
// that SCALE names. "make bench-scale" runs it.
func TestScale(t *testing.T) {
	picture := os.Getenv("SCALE")
	if picture == "" {
		t.Skip("SCALE names no file: this takes minutes")
	}
	communities := scaleCommunities(t)
	rates := scaleRates(t)
	entries := scaleEntries(t)
	err := writeFile(picture, func(w io.Writer) error { return eval.WritePNG(w, communities, rates, entries) })
	if err != nil {
		t.Fatal(err)
	}
}

// scaleCommunities spreads the same 4,000 messages, one writer for each eight of them,
// over more and more communities.
func scaleCommunities(t *testing.T) eval.Chart {
	const messages = 4000
	var cost, memory []eval.Point
	t.Log("| communities | processor time a message | memory kept, for 1,000 messages | store, for 1,000 messages |")
	for _, n := range []int{1, 10, 100, 1000} {
		r := load(t, messages, n, 0)
		perMessage := r.cpu.Seconds() * 1000 / messages
		t.Logf("| %d | %.1f ms | %.2f MB | %.0f kB |", n, perMessage, r.kept/1e6*1000/messages, r.stored/1e3*1000/messages)
		cost = append(cost, eval.Point{X: float64(n), Y: perMessage})
		memory = append(memory, eval.Point{X: float64(n), Y: max(r.kept/1e6*1000/messages, 0.01)})
	}
	return eval.Chart{Title: "Communities, 4,000 messages in all", X: "communities", Y: "ms or MB", Growth: true, Lines: []eval.Line{
		{Name: "processor time a message, ms", Points: cost, Dots: true}, {Name: "memory kept for 1,000 messages, MB", Points: memory, Dots: true},
	}}
}

// scaleRates lets more and more messages a second arrive in 100 communities.
func scaleRates(t *testing.T) eval.Chart {
	var half, most, answers []eval.Point
	t.Log("| messages a second | read a second | card: half, 99 of 100 within | answer: half, 99 of 100 within |")
	for _, rate := range []int{10, 30, 100, 300, 1000} {
		r := load(t, max(rate*10, 300), 100, rate)
		t.Logf("| %d | %.0f | %.1f ms, %.1f ms | %.1f ms, %.1f ms |", rate, r.rate, ms(r.cards, 50), ms(r.cards, 99), ms(r.answers, 50), ms(r.answers, 99))
		half = append(half, eval.Point{X: float64(rate), Y: ms(r.cards, 50)})
		most = append(most, eval.Point{X: float64(rate), Y: ms(r.cards, 99)})
		answers = append(answers, eval.Point{X: float64(rate), Y: ms(r.answers, 99)})
	}
	return eval.Chart{Title: "From message to reply, 100 communities", X: "messages a second", Y: "ms", Growth: true, Lines: []eval.Line{
		{Name: "half of the cards", Points: half, Dots: true}, {Name: "99 of 100 cards", Points: most, Dots: true}, {Name: "99 of 100 answers", Points: answers, Dots: true},
	}}
}

// ms is the time within which so many of 100 are, in milliseconds.
func ms(times []time.Duration, of int) float64 {
	if len(times) == 0 {
		return 0.01
	}
	slices.Sort(times)
	return max(float64(times[(len(times)-1)*of/100].Microseconds())/1000, 0.01)
}

// A loaded is what a run of the program cost.
type loaded struct {
	cpu            time.Duration
	rate           float64 // messages read a second
	kept, stored   float64 // bytes of memory and of the store
	cards, answers []time.Duration
}

// load runs the program and sends it messages: of twenty, one is a crisis, two are
// questions, the others are chatter. Without a rate it sends as fast as they are taken.
func load(t *testing.T, messages, communities, rate int) loaded {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	p, err := newPipeline(log, config.Model{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	file := filepath.Join(t.TempDir(), "kapbot.db")
	notes, closeNotes := openNotes(t.Context(), file, log)
	defer closeNotes() //nolint:errcheck // the run has been measured
	empty := size(t, file)
	n := newImagined(0)
	ended := make(chan error, 1)
	before, cpu, start := heap(), processor(t), time.Now()
	go func() { ended <- serve(t.Context(), notes, log, p, newWatch(log, p), nil, []network{n.network()}) }()
	random := rand.New(rand.NewPCG(1, uint64(communities)))
	for i := range messages {
		if rate > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		writer := random.IntN(messages / 8)
		say := chat.Said{Text: fmt.Sprintf("game %d at eight, who is in?", i)}
		switch i % 20 {
		case 3:
			say.Text = "I want to kill myself"
		case 8, 15:
			say.Text = asked[random.IntN(len(asked))]
		}
		n.events <- n.event(i, writer%communities, writer, say, i%20 == 3 || i%20 == 8 || i%20 == 15)
	}
	took := time.Since(start)
	for deadline := time.Now().Add(time.Minute); n.unanswered() > 0 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	r := loaded{cpu: processor(t) - cpu, rate: float64(messages) / took.Seconds(), kept: heap() - before, stored: size(t, file) - empty}
	close(n.events)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r.cards, r.answers = n.cards, n.answers
	if want := messages / 20; len(r.cards) < want {
		t.Errorf("%d communities, %d a second: %d cards of %d", communities, rate, len(r.cards), want)
	}
	return r
}

// scaleEntries searches among more and more entries: copies of our own, with their
// wordings but under other ids.
func scaleEntries(t *testing.T) eval.Chart {
	e, err := encoder.Load()
	if err != nil {
		t.Fatal(err)
	}
	model, err := search.LoadModel()
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := faq.Load(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	ours := slices.DeleteFunc(snapshot.Entries(), func(e faq.Entry) bool { return e.Lang != "en" })
	questions := someQuestions(t, 300)
	var built, found, memory []eval.Point
	t.Log("| entries | index, vectors known | memory | a question: half, 99 of 100 within (processor time) |")
	for _, n := range []int{100, 300, 1000, 3000, 10_000} {
		var entries []faq.Entry
		for i := range n {
			e := ours[i%len(ours)]
			if i >= len(ours) {
				e.ID = fmt.Sprintf("%s-%d", e.ID, i/len(ours))
			}
			entries = append(entries, e)
		}
		before, start := heap(), time.Now()
		x, err := search.New(entries, "en", e, model)
		if err != nil {
			t.Fatal(err)
		}
		took, held := time.Since(start), heap()-before
		var times []time.Duration
		for _, q := range questions {
			cpu := processor(t)
			if _, err := x.Find(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			times = append(times, processor(t)-cpu)
		}
		t.Logf("| %d | %.1f s | %.0f MB | %.1f ms, %.1f ms |", n, took.Seconds(), held/1e6, ms(times, 50), ms(times, 99))
		built = append(built, eval.Point{X: float64(n), Y: took.Seconds()})
		found = append(found, eval.Point{X: float64(n), Y: ms(times, 99)})
		memory = append(memory, eval.Point{X: float64(n), Y: max(held/1e6, 0.1)})
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return eval.Chart{Title: "Entries", X: "entries", Y: "s, ms or MB", Growth: true, Lines: []eval.Line{
		{Name: "index, s", Points: built, Dots: true}, {Name: "99 of 100 questions, ms", Points: found, Dots: true}, {Name: "memory, MB", Points: memory, Dots: true},
	}}
}

// someQuestions reads questions of the search tests.
func someQuestions(t *testing.T, n int) []string {
	t.Helper()
	f, err := os.Open("../../internal/search/testdata/answerable.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for lines := bufio.NewScanner(f); lines.Scan() && len(all) < n; {
		var q struct{ Text string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		all = append(all, q.Text)
	}
	return all
}

// heap is what is in use after a collection.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what pools hold outlives one collection
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// processor is what this process has used of the processors.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// size is how large the files of a store are.
func size(t *testing.T, file string) (bytes float64) {
	t.Helper()
	found, err := filepath.Glob(file + "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		info, err := os.Stat(name)
		if err != nil || strings.HasSuffix(name, "-shm") {
			continue
		}
		bytes += float64(info.Size())
	}
	return bytes
}
