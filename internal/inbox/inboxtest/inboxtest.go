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
		{"a filter chooses", filtering},
		{"what is settled is gone from the list", settling},
		{"nothing is settled that its moderator has not seen", unseen},
		{"what was settled is opened again", reopening},
		{"clusters are put together", merging},
		{"what cannot be put together stays as it is", notMerging},
		{"questions are taken out of a cluster", splitting},
		{"who is to be told is erased once", unsealing},
		{"what a draft waits for", awaited},
		{"texts are erased in time", erasing},
		{"votes are counted by revision", votes},
		{"complaints that were looked at are not new", looking},
		{"another community finds nothing", isolated},
	} {
		t.Run(test.name, func(t *testing.T) { test.do(t, open(t)) })
	}
}

// put keeps a note in a cluster of ours; its text is its id.
func put(t *testing.T, s inbox.Store, cluster, id string, at time.Time) {
	t.Helper()
	c := inbox.Cluster{ID: cluster, Of: ours, Lang: chat.Spanish, Opened: at}
	if kept, err := s.PutNote(t.Context(), c, inbox.Note{ID: id, Text: id, Name: "name of " + id, At: at, Sealed: []byte("sealed " + id)}); err != nil || !kept {
		t.Fatalf("put %s: %v, %v", id, kept, err)
	}
}

// open compares the open clusters, each as "cluster: note note".
func open(t *testing.T, s inbox.Store, of chat.Community, want ...string) {
	t.Helper()
	listed(t, s, of, inbox.Filter{}, want...)
}

// listed compares the clusters that a filter chooses.
func listed(t *testing.T, s inbox.Store, of chat.Community, f inbox.Filter, want ...string) {
	t.Helper()
	list, err := s.Clusters(t.Context(), of, f)
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
		t.Errorf("listed: %q, want %q", got, want)
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

func filtering(t *testing.T, s inbox.Store) {
	put(t, s, "a", "Parking 100%", noon)
	put(t, s, "a", "a2", noon)
	put(t, s, "b", "parking_lot", noon)
	put(t, s, "c", "dogs", noon.Add(time.Second))
	about := inbox.Cluster{ID: "d", Of: ours, Lang: chat.English, Entry: "e", Comment: true, Opened: noon.Add(time.Minute)}
	if _, err := s.PutNote(t.Context(), about, inbox.Note{ID: "d1", Text: "wrong", At: noon}); err != nil {
		t.Fatal(err)
	}
	listed(t, s, ours, inbox.Filter{Text: "PARKING"}, "a: Parking 100% a2", "b: parking_lot")
	listed(t, s, ours, inbox.Filter{Text: "0%"}, "a: Parking 100% a2")
	listed(t, s, ours, inbox.Filter{Text: "in__lo"})
	listed(t, s, ours, inbox.Filter{Entry: "e"}, "d: wrong")
	listed(t, s, ours, inbox.Filter{Lang: chat.English}, "d: wrong")
	listed(t, s, ours, inbox.Filter{Limit: 2, Offset: 1}, "b: parking_lot", "c: dogs")
	listed(t, s, ours, inbox.Filter{Settled: true})
	settle(t, s, ours, "c", 1, true)
	listed(t, s, ours, inbox.Filter{Settled: true}, "c: dogs")
}

// settle settles a cluster of which so many notes were seen.
func settle(t *testing.T, s inbox.Store, of chat.Community, id string, seen int, want bool) {
	t.Helper()
	changed(t, "settle "+id, want)(s.SettleCluster(t.Context(), of, id, seen, inbox.Settlement{Settled: noon, As: inbox.Declined}))
}

// changed compares what a step reports.
func changed(t *testing.T, what string, want bool) func(bool, error) {
	t.Helper()
	return func(got bool, err error) {
		t.Helper()
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", what, got, err, want)
		}
	}
}

func settling(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	settle(t, s, ours, "a", 1, true)
	settle(t, s, ours, "a", 1, false)
	settle(t, s, ours, "none", 1, false)
	open(t, s, ours)
	if c, ok, err := s.Cluster(t.Context(), ours, "a"); !ok || err != nil || !c.Settled.Equal(noon) || c.As != inbox.Declined {
		t.Errorf("%+v, %v, %v", c, ok, err)
	}
	late := inbox.Cluster{ID: "a", Of: ours, Lang: chat.Spanish, Opened: noon}
	changed(t, "a note for what is settled", false)(s.PutNote(t.Context(), late, inbox.Note{ID: "a2", Text: "a2", At: noon}))
	changed(t, "a draft for what is settled", false)(s.DraftCluster(t.Context(), ours, "a", "e"))
	if c, _, err := s.Cluster(t.Context(), ours, "a"); err != nil || len(c.Notes) != 1 || c.Entry != "" {
		t.Errorf("%+v, %v", c, err)
	}
}

func unseen(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	put(t, s, "a", "a2", noon)
	settle(t, s, ours, "a", 1, false)
	open(t, s, ours, "a: a1 a2")
	settle(t, s, ours, "a", 2, true)
}

func reopening(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	changed(t, "an entry", true)(s.DraftCluster(t.Context(), ours, "a", "e"))
	changed(t, "open what is open", false)(s.ReopenCluster(t.Context(), ours, "a"))
	settle(t, s, ours, "a", 1, true)
	changed(t, "open again", true)(s.ReopenCluster(t.Context(), ours, "a"))
	changed(t, "open what is not there", false)(s.ReopenCluster(t.Context(), ours, "none"))
	open(t, s, ours, "a: a1")
	if c, _, err := s.Cluster(t.Context(), ours, "a"); err != nil || c.Entry != "" || c.As != "" || !c.Settled.IsZero() {
		t.Errorf("%+v, %v", c, err)
	}
}

func merging(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon.Add(time.Second))
	put(t, s, "b", "b1", noon)
	put(t, s, "c", "c1", noon.Add(time.Minute))
	put(t, s, "d", "d1", noon)
	changed(t, "an entry", true)(s.DraftCluster(t.Context(), ours, "c", "e"))
	changed(t, "merge", true)(s.MergeClusters(t.Context(), ours, "a", []string{"b", "c"}))
	open(t, s, ours, "a: b1 a1 c1", "d: d1")
	c, _, err := s.Cluster(t.Context(), ours, "a")
	if err != nil || c.Entry != "e" || !c.Opened.Equal(noon) || string(c.Notes[0].Sealed) != "sealed b1" {
		t.Errorf("%+v, %v", c, err)
	}
	if _, ok, err := s.Cluster(t.Context(), ours, "b"); ok || err != nil {
		t.Errorf("an empty cluster is left: %v", err)
	}
	put(t, s, "b", "b2", noon) // by somebody who saw it before
	open(t, s, ours, "a: b1 a1 c1", "b: b2", "d: d1")
}

func notMerging(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	put(t, s, "b", "b1", noon)
	put(t, s, "settled", "s1", noon)
	settle(t, s, ours, "settled", 1, true)
	english := inbox.Cluster{ID: "english", Of: ours, Lang: chat.English, Opened: noon}
	comment := inbox.Cluster{ID: "comment", Of: ours, Lang: chat.Spanish, Comment: true, Entry: "e", Opened: noon}
	for _, c := range []inbox.Cluster{english, comment} {
		if _, err := s.PutNote(t.Context(), c, inbox.Note{ID: c.ID + "1", Text: c.ID + "1", At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	for _, from := range [][]string{{"none"}, {"b", "none"}, {"b", "a"}, {"a"}, {"b", "b"}, {"b", "settled"}, {"b", "english"}, {"b", "comment"}, {}} {
		changed(t, fmt.Sprint("merge ", from), false)(s.MergeClusters(t.Context(), ours, "a", from))
	}
	for _, into := range []string{"none", "settled", "english", "comment"} {
		changed(t, "merge into "+into, false)(s.MergeClusters(t.Context(), ours, into, []string{"b"}))
	}
	open(t, s, ours, "a: a1", "b: b1", "comment: comment1", "english: english1")
}

func splitting(t *testing.T, s inbox.Store) {
	for _, id := range []string{"a1", "a2", "a3"} {
		put(t, s, "a", id, noon)
	}
	put(t, s, "b", "b1", noon.Add(time.Second))
	changed(t, "an entry", true)(s.DraftCluster(t.Context(), ours, "a", "e"))
	for _, notes := range [][]string{{}, {"none"}, {"a1", "b1"}, {"a1", "a2", "a3"}} {
		changed(t, fmt.Sprint("take out ", notes), false)(s.SplitCluster(t.Context(), ours, "a", notes, "new"))
	}
	changed(t, "take out of none", false)(s.SplitCluster(t.Context(), ours, "none", []string{"a1"}, "new"))
	open(t, s, ours, "a: a1 a2 a3", "b: b1")
	changed(t, "take out", true)(s.SplitCluster(t.Context(), ours, "a", []string{"a2", "a3"}, "new"))
	open(t, s, ours, "new: a2 a3", "a: a1", "b: b1")
	c, ok, err := s.Cluster(t.Context(), ours, "new")
	if !ok || err != nil || c.Entry != "" || c.Lang != chat.Spanish || c.Comment || string(c.Notes[0].Sealed) != "sealed a2" {
		t.Errorf("%+v, %v, %v", c, ok, err)
	}
	settle(t, s, ours, "new", 2, true)
	changed(t, "take out of what is settled", false)(s.SplitCluster(t.Context(), ours, "new", []string{"a2"}, "newer"))
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
		changed(t, "an entry for "+id, true)(s.DraftCluster(t.Context(), ours, id, "entry-"+id))
	}
	settle(t, s, ours, "b", 1, true)
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
	changed(t, "settle", true)(s.SettleCluster(t.Context(), ours, "settled", 1, inbox.Settlement{Settled: noon.Add(11 * day)}))
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
	voted(t, s, inbox.Ballots{}, "e.md@3 [1 1 2] [0 0 0]", "e.md@4 [1 0 0] [0 0 0]")
}

// voted compares votes, each as "entry@revision counts looked".
func voted(t *testing.T, s inbox.Store, b inbox.Ballots, want ...string) {
	t.Helper()
	list, err := s.Votes(t.Context(), ours, b)
	var got []string
	for _, v := range list {
		got = append(got, fmt.Sprintf("%s@%d %v %v", v.Key, v.Revision, v.Counts, v.Looked))
	}
	if err != nil || strings.Join(got, "; ") != strings.Join(want, "; ") {
		t.Errorf("votes %q, %v; want %q", got, err, want)
	}
}

func looking(t *testing.T, s inbox.Store) {
	vote := func(id string, all ...inbox.Vote) {
		t.Helper()
		for _, v := range all {
			if err := s.CountVote(t.Context(), ours, desk.Key{ID: id, Lang: "en"}, 1, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	look := func(id string, counts inbox.Counts) {
		t.Helper()
		if err := s.LookedAt(t.Context(), ours, inbox.Votes{Key: desk.Key{ID: id, Lang: "en"}, Revision: 1, Counts: counts}); err != nil {
			t.Fatal(err)
		}
	}
	vote("a", inbox.Wrong, inbox.NotHelpful, inbox.Helpful)
	vote("b", inbox.Wrong, inbox.Wrong, inbox.Wrong)
	vote("c", inbox.Helpful)
	voted(t, s, inbox.Ballots{New: true}, "b.md@1 [0 0 3] [0 0 0]", "a.md@1 [1 1 1] [0 0 0]")
	voted(t, s, inbox.Ballots{New: true, Limit: 1}, "b.md@1 [0 0 3] [0 0 0]")
	voted(t, s, inbox.Ballots{Entries: []string{"a", "c"}}, "a.md@1 [1 1 1] [0 0 0]", "c.md@1 [1 0 0] [0 0 0]")
	look("b", inbox.Counts{0, 0, 2})
	look("b", inbox.Counts{0, 0, 1}) // a page that was opened earlier
	look("b", inbox.Counts{0, 0, 9}) // what nobody can have seen
	look("a", inbox.Counts{1, 1, 1})
	look("none", inbox.Counts{0, 1, 1})
	voted(t, s, inbox.Ballots{New: true}, "b.md@1 [0 0 3] [0 0 2]")
	vote("a", inbox.NotHelpful)
	voted(t, s, inbox.Ballots{New: true}, "b.md@1 [0 0 3] [0 0 2]", "a.md@1 [1 2 1] [0 1 1]")
}

func isolated(t *testing.T, s inbox.Store) {
	put(t, s, "a", "a1", noon)
	if err := s.CountVote(t.Context(), ours, desk.Key{ID: "e"}, 1, inbox.Wrong); err != nil {
		t.Fatal(err)
	}
	put(t, s, "b", "b1", noon)
	put(t, s, "b", "b2", noon)
	put(t, s, "settled", "s1", noon)
	settle(t, s, ours, "settled", 1, true)
	for _, of := range others {
		open(t, s, of)
		listed(t, s, of, inbox.Filter{Settled: true})
		settle(t, s, of, "a", 9, false)
		changed(t, "open again", false)(s.ReopenCluster(t.Context(), of, "settled"))
		changed(t, "an entry", false)(s.DraftCluster(t.Context(), of, "a", "theirs"))
		changed(t, "merge", false)(s.MergeClusters(t.Context(), of, "a", []string{"b"}))
		changed(t, "split", false)(s.SplitCluster(t.Context(), of, "b", []string{"b1"}, "new"))
		if err := s.LookedAt(t.Context(), of, inbox.Votes{Key: desk.Key{ID: "e"}, Revision: 1, Counts: inbox.Counts{0, 0, 1}}); err != nil {
			t.Error(err)
		}
		_, ok, err := s.Cluster(t.Context(), of, "a")
		votes, err2 := s.Votes(t.Context(), of, inbox.Ballots{})
		if ok || len(votes) > 0 || err != nil || err2 != nil {
			t.Errorf("%v finds %v %v (%v %v)", of, ok, votes, err, err2)
		}
	}
	voted(t, s, inbox.Ballots{New: true}, "e.md@1 [0 0 1] [0 0 0]")
	open(t, s, ours, "b: b1 b2", "a: a1")
	if c, ok, err := s.Cluster(t.Context(), ours, "a"); !ok || err != nil || c.Entry != "" || !c.Settled.IsZero() {
		t.Errorf("changed from outside: %+v, %v, %v", c, ok, err)
	}
}
