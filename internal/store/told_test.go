package store_test

import (
	"fmt"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/store/storetest"
)

func TestEachRevisionIsToldOnce(t *testing.T) {
	waits := func(ids ...string) (all []desk.Awaiting) {
		for _, id := range ids {
			all = append(all, desk.Awaiting{Mark: desk.Mark{Key: desk.Key{ID: id, Lang: "en"}, N: 2}})
		}
		return all
	}
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		totell := func(network string, waiting []desk.Awaiting, want string) (last string) {
			t.Helper()
			batches, err := s.ChangesToTell(t.Context(), chat.Network(network), waiting)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for batch, marks := range batches {
				n += len(marks)
				last = batch
			}
			if got := fmt.Sprint(len(batches), n); got != want {
				t.Errorf("%s batches and revisions, want %s", got, want)
			}
			return last
		}
		totell("a", nil, "0 0")
		first := totell("a", waits("x", "y"), "1 2")
		if again := totell("a", waits("x", "y"), "1 2"); again != first { // the program died
			t.Error("the same revisions go in another message")
		}
		totell("a", waits("x", "y", "z"), "2 3")
		if err := s.ChangesTold(t.Context(), "a", first); err != nil {
			t.Fatal(err)
		}
		second := totell("a", waits("x", "y", "z"), "1 1")
		if err := s.ChangesTold(t.Context(), "a", second); err != nil {
			t.Fatal(err)
		}
		totell("a", waits("x", "y", "z"), "0 0")
		totell("b", waits("x"), "1 1") // another network
	})
}
