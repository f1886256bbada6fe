package slack_test

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
)

// crowd is how many people write, each in a direct message of their own.
const crowd = 100

// gather adds the crowd.
func gather(w *world) {
	for i := range crowd {
		user := fmt.Sprintf("U%03d", i)
		w.AddUser(slackserver.User{ID: user, Team: w.team.ID})
		w.AddChannel(slackserver.Channel{ID: "D" + user, Kind: slackserver.Direct, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, user}})
	}
}

// write lets somebody of the crowd write message i. One in so many is a crisis, of
// people who write nothing else.
func write(w *world, i, oneIn int) {
	user := fmt.Sprintf("U%03d", i%crowd)
	text := question
	if i%oneIn == 0 {
		text = danger
	}
	w.Say(slackserver.Say{Channel: "D" + user, User: user, Text: text})
}

// TestSoak writes many messages, while the socket is cut, events come twice and Slack
// wants to be left alone for a moment. It wants one answer to each, no goroutine more
// and memory that does not grow. SOAK sets how many; "make soak" writes 10,000.
// TestMain wants no goroutine to be left at the end.
func TestSoak(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("SOAK"))
	if err != nil {
		n = 100
	}
	batch := min(200, n/2)
	w := open(t, setting{})
	gather(w)
	var heaps []uint64
	var goroutines []int
	for done := 0; done < n; done += batch {
		w.Fail("chat.postMessage", slackserver.Fault{Status: http.StatusTooManyRequests}, slackserver.Fault{Status: http.StatusTooManyRequests})
		for i := range batch {
			write(w, done+i, 20)
			if i == batch/2 {
				w.Cut()
				w.Again(w.Deliveries()[0])
			}
		}
		w.wait("answers", func() bool { return len(w.Calls("chat.postMessage")) >= batch && w.Settled() })
		w.wait("the end of the cards", w.delivered)
		if got := len(w.Calls("chat.postMessage")); got != batch {
			t.Fatalf("%d messages for %d", got, batch)
		}
		w.Forget()
		bottest.Inspect(t)
		heaps, goroutines = append(heaps, heap()), append(goroutines, runtime.NumGoroutine())
	}
	if v := w.Violations(); len(v) > 0 {
		t.Errorf("violations: %v", v)
	}
	half, last := len(heaps)/2, len(heaps)-1
	t.Logf("%d messages; heap %.1f MB after the first %d, %.1f MB at half, %.1f MB at the end; %d to %d goroutines",
		n, mb(heaps[0]), batch, mb(heaps[half]), mb(heaps[last]), slices.Min(goroutines), slices.Max(goroutines))
	// What is remembered of messages is ids, up to a bound: about 1 kB a message.
	if grown, allowed := mb(heaps[last])-mb(heaps[half]), 2+float64(n-half*batch)/1000*1.5; grown > allowed {
		t.Errorf("the heap grew by %.1f MB in the second half, more than %.1f MB", grown, allowed)
	}
	if grown := goroutines[last] - goroutines[0]; grown > 20 {
		t.Errorf("there are %d goroutines more than at the start", grown)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func mb(n uint64) float64 { return float64(n) / (1 << 20) }

// lockedStore is a store whose file somebody else has locked for writing, until
// unlock.
func lockedStore(b *testing.B) (notes outbox.Store, unlock func()) {
	b.Helper()
	file := b.TempDir() + "/kapbot.db"
	db, err := store.Open(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	other, err := sql.Open("sqlite", "file:"+file)
	if err != nil {
		b.Fatal(err)
	}
	lock, err := other.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if _, err := lock.ExecContext(b.Context(), "BEGIN IMMEDIATE"); err != nil {
		b.Fatal(err)
	}
	return db, func() {
		if err := errors.Join(lock.Close(), other.Close()); err != nil {
			b.Error(err)
		}
	}
}

// BenchmarkCards measures from the moment at which Slack sends the event of a crisis
// message to that at which its card reaches Slack. One message in five is a crisis;
// as fast as it goes, one in 20.
func BenchmarkCards(b *testing.B) {
	for _, test := range []struct {
		name   string
		rate   int // messages a second; 0 for as many as are answered
		locked bool
		hung   bool // the language model; the last, since the client gives it up
	}{
		{"100_a_second", 100, false, false}, {"100_a_second_store_locked", 100, true, false}, {"as_fast_as_it_goes", 0, false, false},
		{"100_a_second_model_hangs", 100, false, true},
	} {
		b.Run(test.name, func(b *testing.B) {
			if test.hung {
				bottest.Hang(b)
			}
			for b.Loop() {
				measure(b, test.rate, test.locked)
			}
		})
	}
}

func measure(b *testing.B, rate int, lock bool) {
	const n = 3000
	var with setting
	unlock := func() {}
	if lock {
		with.notes, unlock = lockedStore(b)
	}
	w := open(b, with)
	gather(w)
	began := time.Now()
	if rate > 0 {
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for i := range n {
			<-tick.C
			write(w, i, 5)
		}
	} else {
		for i := range n {
			write(w, i, 20)
			if i%50 == 49 { // not more on their way than a busy hour has
				w.wait("answers", func() bool { return i-len(w.Calls("chat.postMessage")) < 400 })
			}
		}
	}
	w.wait("all answers", func() bool { return len(w.Calls("chat.postMessage")) >= n })
	b.ReportMetric(n/time.Since(began).Seconds(), "messages/s")
	report(b, cardTimes(w))
	unlock()
	w.stop()
}

// cardTimes pairs each card with the crisis message above it in its channel.
func cardTimes(w *world) []time.Duration {
	arrived := map[string][]time.Time{}
	for _, c := range w.Calls("chat.postMessage") {
		if isCard(slackserver.Message{Text: c.Values.Get("text")}) {
			arrived[c.Values.Get("channel")] = append(arrived[c.Values.Get("channel")], c.At)
		}
	}
	began := map[string][]time.Time{}
	for _, d := range w.Deliveries() {
		event, _ := d.Payload["event"].(map[string]any)
		if event["text"] == danger {
			channel := fmt.Sprint(event["channel"])
			began[channel] = append(began[channel], d.SentAt)
		}
	}
	var took []time.Duration
	for channel, list := range began {
		for i, at := range list {
			if i < len(arrived[channel]) {
				took = append(took, arrived[channel][i].Sub(at))
			}
		}
	}
	return took
}

func report(b *testing.B, took []time.Duration) {
	if len(took) == 0 {
		b.Fatal("no card was measured")
	}
	slices.Sort(took)
	at := func(share float64) float64 {
		return float64(took[min(len(took)-1, int(share*float64(len(took))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(0.5), "p50-ms")
	b.ReportMetric(at(0.99), "p99-ms")
	b.ReportMetric(float64(len(took)), "cards")
	b.ReportMetric(0, "ns/op")
}
