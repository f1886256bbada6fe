package answer_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/faq"
)

// BenchmarkUse is how long a change takes to answer, once it was read: one entry has
// new words, all others are as they were. The time of the processor does not count
// what else runs on the machine.
func BenchmarkUse(b *testing.B) {
	s, err := faq.Load(seed.Files())
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{len(s.Entries()), 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			entries := s.Entries()
			for i := 0; len(entries) < size; i++ {
				e := s.Entries()[i%len(s.Entries())]
				e.ID = fmt.Sprintf("%s-%d", e.ID, len(entries))
				entries = append(entries, e)
			}
			a, err := answer.New(snapshotOf(b, entries, s.Sources()), parts().encoder)
			if err != nil {
				b.Fatal(err)
			}
			before := processor(b)
			for i := 0; b.Loop(); i++ {
				next := slices.Clone(entries)
				next[0].Also = []string{fmt.Sprintf("a wording that is %d times new", i)}
				if err := a.Use(snapshotOf(b, next, s.Sources())); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((processor(b)-before).Milliseconds())/float64(b.N), "cpu-ms/op")
			if err := a.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// processor is how much of the processor this program has used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
