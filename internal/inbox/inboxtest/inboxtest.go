// Package inboxtest holds what every inbox.Store has to pass.
package inboxtest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
)

var (
	ours   = chat.Community{Network: "net", Space: "ours"}
	others = []chat.Community{{Network: "net", Space: "theirs"}, {Network: "other", Space: "ours"}, {}}
	noon   = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
)

// Run tests a store, which open returns empty.
func Run(t *testing.T, open func(t *testing.T) inbox.Store) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s inbox.Store)
	}{
		{"notes lie in clusters, the most asked first", clusters},
		{"what is settled is gone from the list", settling},
		{"who is to be told is erased once", unsealing},
		{"what a draft waits for", awaited},
		{"texts are erased in time", erasing},
		{"votes are counted by revision", votes},
		{"another community finds nothing", isolated},
	} {
		t.Run(test.name, func(t *testing.T) { test.do(t, open(t)) })
	}
}

// put keeps a note in a cluster of ours; its text is its id.
func put(t *testing.T, s inbox.Store, cluster, id string, at time.Time) {
	t.Helper()
	c := inbox.Cluster{ID: cluster, Of: ours, Lang: chat.Spanish, Opened: at}
	if err := s.PutNote(t.Context(), c, inbox.Note{ID: id, Text: id, Name: "name of " + id, At: at, Sealed: []byte("sealed " + id)}); err != nil {
		t.Fatal(err)
	}
}

// open compares the open clusters, each as "cluster: note note".
func open(t *testing.T, s inbox.Store, of chat.Community, want ...string) {
	t.Helper()
	list, err := s.OpenClusters(t.Context(), of, 9)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list {
		line := c.ID + ":"
		for _, n := range c.Notes {
			line += " " + n.Text
		}
		got = append(got, line)
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("open: %q, want %q", got, want)
	}
}

func clusters(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	put(t, s, "b", "b1", noon.Add(time.Second))
	put(t, s, "b", "b2", noon.Add(2*time.Second))
	open(t, s, ours, "b: b1 b2", "a: a1")
	c, ok, err := s.Cluster(t.Context(), ours, "a")
	want := inbox.Cluster{ID: "a", Of: ours, Lang: chat.Spanish, Opened: noon, Notes: []inbox.Note{{ID: "a1", Text: "a1", Name: "name of a1", At: noon, Sealed: []byte("sealed a1")}}}
	if got, want := fmt.Sprintf("%+v", c), fmt.Sprintf("%+v", want); !ok || err != nil || got != want {
		t.Errorf("%s, %v, %v; want %s", got, ok, err, want)
	}
}

func settle(t *testing.T, s inbox.Store, of chat.Community, id string, at time.Time, want bool) {
	t.Helper()
	if ok, err := s.SettleCluster(t.Context(), of, id, at); err != nil || ok != want {
		t.Errorf("settle %s: %v, %v; want %v", id, ok, err, want)
	}
}

func settling(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	settle(t, s, ours, "a", noon, true)
	settle(t, s, ours, "a", noon, false)
	settle(t, s, ours, "none", noon, false)
	open(t, s, ours)
	if c, ok, err := s.Cluster(t.Context(), ours, "a"); !ok || err != nil || !c.Settled.Equal(noon) {
		t.Errorf("%+v, %v, %v", c, ok, err)
	}
}

func unsealing(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	for _, want := range []bool{true, false} {
		if mine, err := s.Unseal(t.Context(), "a1"); err != nil || mine != want {
			t.Errorf("%v, %v; want %v", mine, err, want)
		}
	}
	if c, _, err := s.Cluster(t.Context(), ours, "a"); err != nil || len(c.Notes[0].Sealed) > 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func awaited(t *testing.T, s inbox.Store) {
	for _, id := range []string{"a", "b", "c"} {
		put(t, s, id, id+"1", noon)
	}
	for _, id := range []string{"a", "b"} {
		if err := s.DraftCluster(t.Context(), ours, id, "entry-"+id); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, s, ours, "b", noon, true)
	list, err := s.Awaited(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != "a" || list[0].Entry != "entry-a" || len(list[0].Notes) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}

func erasing(t *testing.T, s inbox.Store) {
	day := 24 * time.Hour
	put(t, s, "old", "old1", noon)
	put(t, s, "settled", "settled1", noon.Add(10*day))
	put(t, s, "open", "open1", noon.Add(10*day))
	settle(t, s, ours, "settled", noon.Add(11*day), true)
	erase := func(settled, sent time.Time) {
		t.Helper()
		if err := s.EraseNotes(t.Context(), settled, sent); err != nil {
			t.Fatal(err)
		}
	}
	erase(noon.Add(11*day), noon)
	open(t, s, ours, "old: old1", "open: open1")
	if _, ok, err := s.Cluster(t.Context(), ours, "settled"); !ok || err != nil {
		t.Errorf("what was settled is gone too early: %v", err)
	}
	erase(noon.Add(12*day), noon.Add(day))
	open(t, s, ours, "open: open1")
	for _, id := range []string{"old", "settled"} {
		if _, ok, err := s.Cluster(t.Context(), ours, id); ok || err != nil {
			t.Errorf("%s is there: %v", id, err)
		}
	}
}

func votes(t *testing.T, s inbox.Store) {
	key := desk.Key{ID: "e", Lang: "en"}
	for _, v := range []inbox.Vote{inbox.Helpful, inbox.Wrong, inbox.Wrong, inbox.NotHelpful} {
		if err := s.CountVote(t.Context(), ours, key, 3, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CountVote(t.Context(), ours, key, 4, inbox.Helpful); err != nil {
		t.Fatal(err)
	}
	got, err := s.Votes(t.Context(), ours)
	want := []inbox.Votes{{Key: key, Revision: 3, Counts: [3]int{1, 1, 2}}, {Key: key, Revision: 4, Counts: [3]int{1, 0, 0}}}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

func isolated(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	if err := s.CountVote(t.Context(), ours, desk.Key{ID: "e"}, 1, inbox.Wrong); err != nil {
		t.Fatal(err)
	}
	for _, of := range others {
		open(t, s, of)
		settle(t, s, of, "a", noon, false)
		_, ok, err := s.Cluster(t.Context(), of, "a")
		votes, err2 := s.Votes(t.Context(), of)
		if err3 := s.DraftCluster(t.Context(), of, "a", "theirs"); ok || len(votes) > 0 || err != nil || err2 != nil || err3 != nil {
			t.Errorf("%v finds %v %v (%v %v %v)", of, ok, votes, err, err2, err3)
		}
	}
	if c, ok, err := s.Cluster(t.Context(), ours, "a"); !ok || err != nil || c.Entry != "" || !c.Settled.IsZero() {
		t.Errorf("changed from outside: %+v, %v, %v", c, ok, err)
	}
}
