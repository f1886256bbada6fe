package search_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"kapbot/internal/faq"
	"kapbot/internal/search"
)

// thousand is the English entries over and over, under other ids, until there
// are a thousand.
func thousand() []faq.Entry {
	var out []faq.Entry
	for round := 0; len(out) < 1000; round++ {
		for _, e := range loaded().entries {
			if e.Lang != "en" || len(out) == 1000 {
				continue
			}
			if round > 0 {
				e.ID = fmt.Sprintf("%s-%d", e.ID, round)
			}
			out = append(out, e)
		}
	}
	return out
}

// BenchmarkFind asks the test questions of a thousand entries. Beside the time it
// reports the processor time of the 99th percentile, which other programs on the
// machine do not lengthen.
func BenchmarkFind(b *testing.B) {
	x := index(b, thousand(), "en")
	asked := append(questions(b, "answerable.jsonl", "test"), questions(b, "unanswerable.jsonl", "test")...)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		start := threadTime(b)
		if _, err := x.Find(context.Background(), asked[i%len(asked)].Text); err != nil {
			b.Fatal(err)
		}
		times = append(times, threadTime(b)-start)
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "cpu-ms-p99")
}

// threadTime is the processor time that this thread has used.
func threadTime(b *testing.B) time.Duration {
	const thisThread = 1 // RUSAGE_THREAD, see getrusage(2)
	var used syscall.Rusage
	if err := syscall.Getrusage(thisThread, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkNew indexes a thousand entries whose vectors are known.
func BenchmarkNew(b *testing.B) {
	entries := thousand()
	for b.Loop() {
		x, err := search.New(entries, "en", loaded().encoder, loaded().model)
		if err != nil {
			b.Fatal(err)
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
