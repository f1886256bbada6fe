package discord_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
)

// chatter is what is said in a room on a usual day.
var chatter = []string{
	"anyone going to the cookout on saturday?", "this shift is killing me", "dead tired after nights", "lol same", "good morning all",
	"my knee is shot but I passed the run", "who has the new schedule", "the truck is back from the shop", "thanks man, that helped",
	"we lost power again last night so no sleep for anyone in the house, kids thought it was the best thing ever", "ok",
	"does the VA call center ever pick up", "proud of my daughter, she made the team", "coffee is out", "see you at the meeting tonight",
}

var questions = []string{"How long is a session?", "how much does it cost?", "is ketamine legal", "can I drive after a session?", "does TRICARE pay"}

var crises = []string{wish, "I don't want to be here anymore, I have my gun next to me", "ya no quiero vivir", "k1ll mys3lf"}

// A crowd writes: of 20 messages 17 are chatter in watched rooms, 2 are questions
// in a support room and 1 is a crisis.
type crowd struct {
	*discordserver.Server
	people int
	n      int
	crises map[string]time.Time // when each was written
	asked  map[string]bool
}

func newCrowd(s *discordserver.Server, people int) *crowd {
	return &crowd{Server: s, people: people, crises: map[string]time.Time{}, asked: map[string]bool{}}
}

func (c *crowd) say() {
	n := c.n
	c.n++
	who := fmt.Sprint("person", n%c.people)
	switch n % 20 {
	case 7: // each crisis is somebody else's, so that none gets the short reminder
		now := time.Now()
		c.crises[c.Say(watch, fmt.Sprint("crisis", n), crises[n/20%len(crises)], discordserver.Said{})] = now
	case 3, 13:
		c.asked[c.Say(support, who, questions[n/20%len(questions)], discordserver.Said{})] = true
	default:
		c.Say(watch, who, chatter[n%len(chatter)], discordserver.Said{})
	}
}

// cards waits until each crisis has a card, and returns the times they took.
func (c *crowd) cards(t testing.TB) []time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	all := map[string]bool{}
	for id := range c.crises {
		all[id] = true
	}
	got := c.Await(ctx, func(ops []discordserver.Operation) bool { return len(repliesTo(ops, all)) == len(all) })
	counts := repliesTo(got, all)
	var took []time.Duration
	for _, o := range got {
		if r := o.Message.Reference; r != nil && all[r.MessageID] {
			took = append(took, o.At.Sub(c.crises[r.MessageID]))
		}
	}
	for id := range all {
		if counts[id] != 1 {
			t.Errorf("the crisis %s has %d cards", id, counts[id])
		}
	}
	slices.Sort(took)
	return took
}

// answered waits until each question has an answer.
func (c *crowd) answered(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	got := c.Await(ctx, func(ops []discordserver.Operation) bool { return len(repliesTo(ops, c.asked)) == len(c.asked) })
	if n := len(repliesTo(got, c.asked)); n < len(c.asked) {
		t.Errorf("%d of %d questions have an answer", n, len(c.asked))
	}
}

// TestSoak lets a bot in a process of its own read many messages, while its gateway
// is cut and its requests fail now and then. SOAK sets how many; "make soak" sends
// ten thousand. Memory must not grow in the second half.
func TestSoak(t *testing.T) {
	messages := 600
	if n, err := strconv.Atoi(os.Getenv("SOAK")); err == nil {
		messages = n
	}
	s := newServer(t)
	s.HeartbeatEvery = 10 * time.Second
	p := startProcess(t, s, storetest.File(t))
	c := newCrowd(s, 200)
	var half int
	for i := range messages {
		c.say()
		switch i {
		case messages / 4:
			s.CutGateway()
		case messages / 3:
			first(10, discordserver.Fault{Status: 500})(s)
		case messages / 2:
			c.cards(t)
			half = resident(t, p)
		}
		time.Sleep(2 * time.Millisecond) // about what a big server writes in its busiest minute
	}
	c.cards(t)
	end := resident(t, p)
	t.Logf("%d messages, %d cards; resident memory %d MB at half, %d MB at the end", messages, len(c.crises), half>>10, end>>10)
	if grown := end - half; grown > half/4 {
		t.Errorf("memory has grown by %d MB in the second half", grown>>10)
	}
	answers := repliesTo(s.Operations(), c.asked)
	for id, n := range answers {
		if n > 1 {
			t.Errorf("the question %s has %d answers", id, n)
		}
	}
}

// resident is the memory of a process in kB.
func resident(t *testing.T, p *process) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Skip("this system does not tell how much memory a process uses")
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// BenchmarkCards measures from the moment at which Discord sends an event to the
// moment at which it has the card: gateway, triage, note on disk and request.
func BenchmarkCards(b *testing.B) {
	for _, test := range []struct {
		name   string
		rate   int // messages a second; 0 for as many as it takes
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

func measure(b *testing.B, rate int, locked bool) {
	messages := 2000
	file := filepath.Join(b.TempDir(), "cards.db")
	w := &world{Server: newServer(b), t: b}
	w.HeartbeatEvery = 10 * time.Second
	var log bytes.Buffer
	w.start(openStore(b, file), &log)
	defer func() {
		if b.Failed() {
			b.Logf("%d logins, %d resumes; the log:\n%s", w.Logins(), w.Resumes(), &log)
		}
	}()
	if locked {
		defer lock(b, file)()
	}
	c := newCrowd(w.Server, 400)
	began := time.Now()
	for i := range messages {
		if rate > 0 {
			time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		}
		c.say()
	}
	took := c.cards(b)
	w.fence()
	if rate == 0 {
		c.answered(b) // they wait behind the chatter, which cards pass
	}
	all := time.Since(began)
	b.ReportMetric(float64(messages)/all.Seconds(), "messages/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(took)), "cards")
	w.Close()
}

// lock holds the write lock of a store until the function it returns is called.
func lock(b *testing.B, file string) func() {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	tx, err := db.BeginTx(b.Context(), nil)
	if err == nil {
		_, err = tx.ExecContext(b.Context(), "UPDATE card SET ended = ended")
	}
	if err != nil {
		b.Fatal(err)
	}
	return func() { _ = tx.Rollback(); _ = db.Close() }
}
