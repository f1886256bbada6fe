package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"kapbot/internal/answer"
)

// unpacked are the parts that all tests of a process share. With the race detector it
// takes seconds to unpack them and to index the entries, and scripts run the program
// seventy times. Only the indexes are shared of the answers, and by as many as ask: what
// one test publishes, shapes or closes is nothing to another.
var unpacked = sync.OnceValue(func() *lent {
	l := &lent{parts: newParts()}
	index := sync.OnceValues(l.answers)
	l.answers = func() (*answer.Answers, error) {
		a, err := index()
		if err != nil {
			return nil, err
		}
		l.indexed.Store(a)
		return a.Apart(), nil
	}
	return l
})

// lent are parts that somebody else closes.
type lent struct {
	*parts
	indexed atomic.Pointer[answer.Answers] // nil as long as nobody asked
}

func (l *lent) close() error {
	if a := l.indexed.Load(); a != nil {
		return a.Close()
	}
	return nil
}

// runAll runs the tests, frees what they share and wants no goroutine to be left.
func runAll(m *testing.M) (code int) {
	code = m.Run()
	err := unpacked().close()
	// The search index of package bleve keeps its analysis workers for the life of the
	// process.
	err = errors.Join(err, goleak.Find(goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}
