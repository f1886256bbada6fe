package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// perDay is how many messages a day of the soak has.
const perDay = 24_000

// An hour is what the program held at the end of an hour.
type hour struct {
	heap       uint64
	goroutines int
}

// TestADay lets the program run for as many hours of an imagined clock as DAY says,
// over a store in a file, with people who chat, ask, are in a crisis, edit and delete,
// and with one send in fifty that the network refuses for a second: every crisis gets its card, and memory and
// goroutines do not grow. "make soak-day" runs a day.
func TestADay(t *testing.T) {
	hours := 2
	if n, err := strconv.Atoi(os.Getenv("DAY")); err == nil {
		hours = n
	} else if testing.Short() {
		t.Skip("takes seconds")
	}
	triage, err := unpacked().triage()
	if err != nil {
		t.Fatal(err)
	}
	// Search keeps workers for the life of the process, which no bubble may hold.
	answers, err := unpacked().answers()
	if err != nil {
		t.Fatal(err)
	}
	defer answers.Close()
	perHour := perDay / 24
	if hours < 6 {
		perHour = 60
	}
	var held []hour
	synctest.Test(t, func(t *testing.T) {
		log := slog.New(slog.DiscardHandler)
		p := &pipeline{Responder: responder.New(triage, answers, log, time.Now), answers: answers}
		defer p.Responder.Close()
		notes, closeNotes := openNotes(t.Context(), filepath.Join(t.TempDir(), "kapbot.db"), log)
		n := newImagined(50)
		ended := make(chan error, 1)
		go func() { ended <- serve(t.Context(), notes, log, p, newWatch(log, p), nil, []network{n.network()}) }()
		held = liveThrough(t, n, hours, perHour)
		close(n.events)
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
		if err := closeNotes(); err != nil {
			t.Error(err)
		}
		if left := n.unanswered(); left != 0 {
			t.Errorf("%d messages got neither card nor answer", left)
		}
		t.Logf("%d cards, %d answers, %d sends", len(n.cards), len(n.answers), n.sends)
		if len(n.cards) == 0 || len(n.answers) == 0 {
			t.Error("there was no card or no answer")
		}
	})
	flat(t, held)
}

// liveThrough lets people write for some hours and returns what was held after each.
func liveThrough(t *testing.T, n *imagined, hours, perHour int) []hour {
	random := rand.New(rand.NewPCG(1, 2))
	var held []hour
	number := 0
	for h := range hours {
		for range perHour {
			number++
			person := random.IntN(400)
			kind := random.IntN(20)
			switch {
			case kind == 0:
				n.events <- n.event(number, person%7, person, chat.Said{Text: "I want to kill myself"}, true)
			case kind < 3:
				n.events <- n.event(number, person%7, person, chat.Said{Text: asked[random.IntN(len(asked))]}, true)
			case kind == 3:
				ev := n.event(number-1, person%7, person, chat.Edited{Said: chat.Said{Text: "I meant something else " + strconv.Itoa(number)}}, false)
				ev.Key += "-edited-" + strconv.Itoa(number)
				n.events <- ev
			case kind == 4:
				n.events <- n.event(number-1, person%7, person, chat.Deleted{}, false)
			default:
				n.events <- n.event(number, person%7, person, chat.Said{Text: fmt.Sprintf("game %d at eight, who is in?", number)}, false)
			}
			time.Sleep(time.Hour / time.Duration(perHour))
		}
		synctest.Wait()
		runtime.GC()
		runtime.GC() // what pools hold outlives one collection
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		held = append(held, hour{m.HeapInuse, runtime.NumGoroutine()})
		t.Logf("hour %2d: %d messages, heap %.1f MB, %d goroutines", h+1, number, float64(m.HeapInuse)/1e6, runtime.NumGoroutine())
	}
	time.Sleep(time.Hour) // for cards that failed
	return held
}

var asked = []string{
	"Can I drive home after a session?", "What does it cost?", "Does the VA cover it?", "Is it addictive?",
	"Does ketamine help with tinnitus?", "what is the difference to esketamine", "¿Cuánto cuesta?", "How long does it last?",
}

// flat compares the last quarter of the hours with the second one: the first is for
// what fills once.
func flat(t *testing.T, held []hour) {
	t.Helper()
	last := held[len(held)-1]
	before := held[len(held)/4]
	if last.goroutines > before.goroutines+2 {
		t.Errorf("goroutines grew from %d to %d", before.goroutines, last.goroutines)
	}
	if len(held) < 6 {
		return // too short to tell what fills from what leaks
	}
	if growth := float64(last.heap) / float64(before.heap); growth > 1.05 {
		t.Errorf("the heap grew by %.0f %% from hour %d to hour %d", (growth-1)*100, len(held)/4+1, len(held))
	}
}
