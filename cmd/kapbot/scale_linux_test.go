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
	"kapbot/internal/desk"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
	"kapbot/internal/search"
	"kapbot/internal/store"
)

// TestScale measures what each kind of message costs and how time, memory and the store
// grow with communities, with messages a second and with entries, prints tables, and
// draws them into the PNG file that SCALE names. "make bench-scale" runs it. With
// SCALE_SMALL it tries the smallest sizes only, to see that it runs.
func TestScale(t *testing.T) {
	picture := os.Getenv("SCALE")
	if picture == "" {
		t.Skip("SCALE names no file: this takes minutes")
	}
	sizes := scales{
		messages: 4000, kinds: 1000, fewest: 600, communities: []int{1, 10, 100, 1000}, rates: []int{10, 30, 100, 300, 1000},
		entries: []int{100, 300, 1000, 3000, 10_000}, questions: 300,
	}
	if os.Getenv("SCALE_SMALL") != "" {
		sizes = scales{messages: 200, kinds: 40, fewest: 60, communities: []int{1, 10}, rates: []int{30, 100}, entries: []int{30, 100}, questions: 20}
	}
	t.Logf("%d processors", runtime.GOMAXPROCS(0))
	scaleKinds(t, sizes)
	charts := []eval.Chart{scaleCommunities(t, sizes), scaleRates(t, sizes), scaleEntries(t, sizes)}
	if err := writeFile(picture, func(w io.Writer) error { return eval.WritePNG(w, charts...) }); err != nil {
		t.Fatal(err)
	}
}

// scales are the sizes that are tried.
type scales struct {
	messages    int // spread over communities
	kinds       int // of one kind
	fewest      int // at any rate
	communities []int
	rates       []int
	entries     []int
	questions   int
}

// A mix says what message number i is.
type mix func(i int) kind

type kind uint8

const (
	chatter kind = iota
	question
	danger
)

// usual is one crisis and two questions among twenty messages, as it may be on a bad
// night.
func usual(i int) kind {
	switch i % 20 {
	case 3:
		return danger
	case 8, 15:
		return question
	}
	return chatter
}

// scaleKinds measures messages of one kind at a time: what costs most is what gives way
// first.
func scaleKinds(t *testing.T, sizes scales) {
	t.Log("| a message | processor time | store, for 1,000 |")
	for _, one := range []struct {
		name string
		kind kind
	}{{"that is read only", chatter}, {"that is a question, answered word for word", question}, {"that gets a card", danger}} {
		r := load(t, sizes.kinds, 10, 0, func(int) kind { return one.kind })
		t.Logf("| %s | %.1f ms | %.0f kB |", one.name, r.cpu.Seconds()*1000/float64(sizes.kinds), r.stored/1e3*1000/float64(sizes.kinds))
	}
}

// scaleCommunities spreads the same messages, one writer for each eight of them, over
// more and more communities.
func scaleCommunities(t *testing.T, sizes scales) eval.Chart {
	var cost, memory, stored []eval.Point
	thousands := float64(sizes.messages) / 1000
	t.Log("| communities | processor time a message | memory kept, for 1,000 messages | store, for 1,000 messages |")
	for _, n := range sizes.communities {
		r := load(t, sizes.messages, n, 0, usual)
		perMessage, kept, kB := r.cpu.Seconds()/thousands, r.kept/1e6/thousands, r.stored/1e3/thousands
		t.Logf("| %d | %.1f ms | %.2f MB | %.0f kB |", n, perMessage, kept, kB)
		cost = append(cost, eval.Point{X: float64(n), Y: perMessage})
		memory = append(memory, eval.Point{X: float64(n), Y: max(kept, 0.01)})
		stored = append(stored, eval.Point{X: float64(n), Y: max(kB, 0.01)})
	}
	return eval.Chart{Title: fmt.Sprintf("Communities, %d messages in all", sizes.messages), X: "communities", Y: "ms, MB or kB", Growth: true, Lines: []eval.Line{
		{Name: "processor time a message, ms", Points: cost, Dots: true}, {Name: "memory kept for 1,000 messages, MB", Points: memory, Dots: true},
		{Name: "store for 1,000 messages, kB", Points: stored, Dots: true},
	}}
}

// scaleRates lets more and more messages a second arrive in 100 communities. Where the
// processors are all in use, they are what holds the rest up.
func scaleRates(t *testing.T, sizes scales) eval.Chart {
	var half, most, answers []eval.Point
	t.Log("| messages a second | done a second | processors in use | card: half, 99 of 100 within | answer: half, 99 of 100 within |")
	for _, rate := range sizes.rates {
		r := load(t, max(rate*10, sizes.fewest), 100, rate, usual)
		t.Logf("| %d | %.0f | %.2f | %.1f ms, %.1f ms | %.1f ms, %.1f ms |", rate, r.rate, r.cpu.Seconds()/r.took.Seconds(),
			ms(r.cards, 50), ms(r.cards, 99), ms(r.answers, 50), ms(r.answers, 99))
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
	cpu, took      time.Duration
	rate           float64 // messages done a second
	kept, stored   float64 // bytes of memory and of the store
	cards, answers []time.Duration
}

// drained is how long a run that was sent more than it could do may take to end.
const drained = 5 * time.Minute

// load runs the program and sends it messages. Without a rate it sends as fast as they
// are taken.
func load(t *testing.T, messages, communities, rate int, of mix) loaded {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	p, err := newPipeline(unpacked().parts, log, config.Model{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	file := filepath.Join(t.TempDir(), "kapbot.db")
	notes, closeNotes := openNotes(t.Context(), file, log)
	n := newImagined(0)
	ended := make(chan error, 1)
	before, cpu, start := heap(), processor(t), time.Now()
	go func() { ended <- serve(t.Context(), notes, log, p, newWatch(log, p), nil, []network{n.network()}) }()
	random := rand.New(rand.NewPCG(1, uint64(communities)))
	cards := 0
	for i := range messages {
		if rate > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		writer, is := random.IntN(max(messages/8, 1)), of(i)
		say := chat.Said{Text: fmt.Sprintf("game %d at eight, who is in?", i)}
		switch is {
		case danger: // of somebody who writes nothing else: a card waits for what its writer wrote before
			writer = messages + i
			say.Text = "I want to kill myself"
			cards++
		case question:
			say.Text = asked[random.IntN(len(asked))]
		case chatter:
		}
		n.events <- n.event(i, writer%communities, writer, say, is != chatter)
	}
	for deadline := time.Now().Add(drained); (n.unanswered() > 0 || n.read.Load() < int64(messages)) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	r := loaded{cpu: processor(t) - cpu, took: time.Since(start), kept: heap() - before}
	r.rate = float64(messages) / r.took.Seconds()
	close(n.events)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := closeNotes(); err != nil {
		t.Error(err)
	}
	r.cards, r.answers, r.stored = n.cards, n.answers, size(t, file)-emptyStore(t)
	if len(r.cards) < cards || n.unanswered() > 0 {
		t.Errorf("%d communities, %d a second: %d cards of %d, %d without a reply", communities, rate, len(r.cards), cards, n.unanswered())
	}
	return r
}

// scaleEntries searches among more and more entries: copies of our own, with their
// wordings but under other ids.
func scaleEntries(t *testing.T, sizes scales) eval.Chart {
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
	questions := someQuestions(t, sizes.questions)
	var built, found, memory, stored []eval.Point
	t.Log("| entries | index, vectors known | memory | store | a question: half, 99 of 100 within (processor time) |")
	for _, n := range sizes.entries {
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
		kept := storedEntries(t, snapshot, entries)
		t.Logf("| %d | %.1f s | %.0f MB | %.1f MB | %.1f ms, %.1f ms |", n, took.Seconds(), held/1e6, kept/1e6, ms(times, 50), ms(times, 99))
		stored = append(stored, eval.Point{X: float64(n), Y: max(kept/1e6, 0.1)})
		built = append(built, eval.Point{X: float64(n), Y: took.Seconds()})
		found = append(found, eval.Point{X: float64(n), Y: ms(times, 99)})
		memory = append(memory, eval.Point{X: float64(n), Y: max(held/1e6, 0.1)})
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return eval.Chart{Title: "Entries", X: "entries", Y: "s, ms or MB", Growth: true, Lines: []eval.Line{
		{Name: "index, s", Points: built, Dots: true}, {Name: "99 of 100 questions, ms", Points: found, Dots: true}, {Name: "memory, MB", Points: memory, Dots: true}, {Name: "store, MB", Points: stored, Dots: true},
	}}
}

// storedEntries is how large a store is that holds entries, in bytes.
func storedEntries(t *testing.T, first *faq.Snapshot, entries []faq.Entry) float64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "entries.db")
	db, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	linter, err := faq.NewLinter(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.New(db, first, linter, desk.Rules{}, time.Now).Seed(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return size(t, file) - emptyStore(t)
}

// emptyStore is how large a store is in which there is nothing, in bytes. Stores are
// measured when they are closed: what an open one keeps beside its file does not grow.
func emptyStore(t *testing.T) float64 {
	t.Helper()
	file := filepath.Join(t.TempDir(), "empty.db")
	db, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return size(t, file)
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
