package store_test

import (
	"strings"
	"sync"
	"testing"

	"kapbot/internal/store/storetest"
)

func TestTransactionsRunAsIfOneAfterTheOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		if err := s.PutSecret(t.Context(), "n", []byte{}); err != nil {
			t.Fatal(err)
		}
		const each = 5
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for range each {
					if err := s.Swap(t.Context(), "n", func(now string) string { return now + "i" }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		if got, _, err := s.Secret(t.Context(), "n"); string(got) != strings.Repeat("i", 3*each) || err != nil {
			t.Errorf("counted %d of %d, %v", len(got), 3*each, err)
		}
	})
}
