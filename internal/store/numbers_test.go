package store_test

import (
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/store/storetest"
)

func TestDeskNumbers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		want := func(what string, wanted desk.Numbers) {
			t.Helper()
			if got, err := s.DeskNumbers(t.Context(), "net"); err != nil || got != wanted {
				t.Errorf("%s: %+v, want %+v (%v)", what, got, wanted, err)
			}
		}
		want("nothing", desk.Numbers{})
		at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
		send := func(of chat.Community, cluster, note string) {
			t.Helper()
			if _, err := s.PutNote(t.Context(), inbox.Cluster{ID: cluster, Of: of, Lang: chat.English, Opened: at}, inbox.Note{ID: note, Text: "why?", At: at}); err != nil {
				t.Fatal(err)
			}
		}
		vote := func(of chat.Community, v inbox.Vote) {
			t.Helper()
			if err := s.CountVote(t.Context(), of, desk.Key{ID: "page", Lang: "en"}, 1, v); err != nil {
				t.Fatal(err)
			}
		}
		here := chat.Community{Network: "net", Space: "a"}
		send(here, "one", "1")
		send(here, "one", "2")
		send(here, "two", "3")
		send(here, "done", "4")
		if _, err := s.SettleCluster(t.Context(), here, "done", 1, inbox.Settlement{Settled: at}); err != nil {
			t.Fatal(err)
		}
		vote(here, inbox.Helpful)
		vote(here, inbox.Helpful)
		vote(here, inbox.Wrong)
		send(chat.Community{Network: "other", Space: "a"}, "three", "5")
		want("one community", desk.Numbers{Questions: 3, Topics: 2, Helpful: 2, Outdated: 1})
		vote(chat.Community{Network: "net", Space: "b"}, inbox.Helpful)
		want("two communities", desk.Numbers{})
	})
}
