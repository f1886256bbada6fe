package store_test

import (
	"crypto/rand"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/outbox"
	"kapbot/internal/rota"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/internal/tally"
	"kapbot/internal/web/session"
)

var (
	owner = chat.Community{Network: "net", Space: "s"}
	// strangers have the same space on another network, and another space on the same one.
	strangers = []chat.Community{{Network: "other", Space: "s"}, {Network: "net", Space: "t"}}
	tenantDay = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
)

// A trial asks one method with the owner's ids on behalf of some community, and returns
// what it was told; nil for nothing.
type trial struct {
	method string
	// byNetwork says that the ids are the network's own, so that only another network is
	// a stranger.
	byNetwork bool
	try       func(t *testing.T, s *store.Store, as chat.Community) any
}

// trials are all methods that are asked for one community or one network. Later ones
// undo what earlier ones need.
var trials = []trial{
	{"Clusters", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.Clusters(t.Context(), as, inbox.Filter{}))
	}},
	{"Cluster", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return found(t)(s.Cluster(t.Context(), as, "cluster"))
	}},
	{"Votes", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		var counts []string // a key would print without its counts
		for _, v := range told(t)(s.Votes(t.Context(), as, inbox.Ballots{})).([]inbox.Votes) {
			counts = append(counts, fmt.Sprint(v.ID, v.Revision, v.Counts, v.Looked))
		}
		return counts
	}},
	{"Peers", false, func(t *testing.T, s *store.Store, as chat.Community) any { return told(t)(s.Peers(t.Context(), as)) }},
	{"Out", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.Out(t.Context(), as, "zelda"))
	}},
	{"AlertWeeks", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.AlertWeeks(t.Context(), as, 10))
	}},
	{"Weeks", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.Weeks(t.Context(), as.Network, as.Space, tenantDay.AddDate(0, -1, 0)))
	}},
	{"CountLinks", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.CountLinks(t.Context(), session.Pass{Network: as.Network, Space: as.Space, Person: chat.Person{ID: "ann"}}, tenantDay))
	}},
	{"Rooms", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		rooms := told(t)(s.Rooms(t.Context(), as.Network))
		for at := range rooms.(map[chat.Ref]desk.RoomMode) { // each counts in its community alone
			if at.Community() != as {
				delete(rooms.(map[chat.Ref]desk.RoomMode), at)
			}
		}
		return rooms
	}},
	{"LastDirects", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.LastDirects(t.Context(), string(as.Network), 10))
	}},
	{"DeskNumbers", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.DeskNumbers(t.Context(), string(as.Network)))
	}},
	{"Claim", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return !told(t)(s.Claim(t.Context(), string(as.Network), "event")).(bool) // false: it is taken
	}},
	{"Intend", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return !told(t)(s.Intend(t.Context(), card(as))).(bool)
	}},
	{"Settle", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.Settle(t.Context(), card(as), 1))
	}},
	{"SawDirect", true, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.SawDirect(t.Context(), string(as.Network), "direct 2", time.Now()))
	}},
	{"CountVote", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.CountVote(t.Context(), as, desk.Key{ID: "entry", Lang: "en"}, 1, inbox.Wrong))
	}},
	{"PutNote", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		kept := told(t)(s.PutNote(t.Context(), inbox.Cluster{ID: "cluster", Of: as, Opened: tenantDay}, inbox.Note{ID: "note of " + fmt.Sprint(as), Text: "slipped in", At: tenantDay})).(bool)
		if kept != (as == owner) {
			t.Errorf("a note for the cluster of %v, sent in %v, was kept: %v", owner, as, kept)
		}
		return nil
	}},
	{"AddCounts", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.AddCounts(t.Context(), map[tally.Count]int{{Network: as.Network, Space: as.Space, Monday: tenantDay, What: tally.Asked}: 5}))
	}},
	{"SetRoom", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.SetRoom(t.Context(), chat.Ref{Network: as.Network, Space: as.Space, Channel: "room"}, desk.RoomMode{By: "mod"}))
	}},
	{"RaiseAlert", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		_, err := s.RaiseAlert(t.Context(), alert(as, fmt.Sprint("alert of ", as), "yoko"))
		return nothing(t, err)
	}},
	{"ClaimAlert", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		a := found(t)(s.ClaimAlert(t.Context(), as, "alert", "by "+fmt.Sprint(as), tenantDay))
		if a != nil && a.(rota.Alert).By != "by "+fmt.Sprint(owner) {
			t.Errorf("it was claimed %q", a.(rota.Alert).By)
		}
		return a
	}},
	{"SetPeer", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.SetPeer(t.Context(), as, "peer", false))
	}},
	{"SetOut", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.SetOut(t.Context(), as, "zelda", false))
	}},
	{"SetDuty", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.SetDuty(t.Context(), rota.Duty{Of: as, Channel: "elsewhere", Wait: time.Minute}))
	}},
	{"DropDuty", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return nothing(t, s.DropDuty(t.Context(), as))
	}},
	{"LookedAt", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		seen := inbox.Votes{Key: desk.Key{ID: "entry", Lang: "en"}, Revision: 1, Counts: inbox.Counts{inbox.Wrong: 1}}
		return nothing(t, s.LookedAt(t.Context(), as, seen))
	}},
	{"SplitCluster", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		into := "apart in " + fmt.Sprint(as)
		whole := told(t)(s.SplitCluster(t.Context(), as, "cluster", []string{"note of cluster"}, into)).(bool)
		return told(t)(s.SplitCluster(t.Context(), as, put(t, s, as), []string{"note of cluster"}, into+", too")).(bool) || whole
	}},
	{"MergeClusters", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		into := told(t)(s.MergeClusters(t.Context(), as, "cluster", []string{put(t, s, as)})).(bool)
		return told(t)(s.MergeClusters(t.Context(), as, put(t, s, as), []string{"cluster"})).(bool) || into
	}},
	{"DraftCluster", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.DraftCluster(t.Context(), as, "another", "drafted"))
	}},
	{"SettleCluster", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.SettleCluster(t.Context(), as, "another", 9, inbox.Settlement{Settled: tenantDay, As: inbox.Done}))
	}},
	{"ReopenCluster", false, func(t *testing.T, s *store.Store, as chat.Community) any {
		return told(t)(s.ReopenCluster(t.Context(), as, "settled"))
	}},
}

// ofNoCommunity are the other methods, by why they take no community.
var ofNoCommunity = map[string][]string{
	"one installation has one FAQ":                 {"Actions", "Commit", "Imported", "Live", "Mark", "Revisions", "Summaries", "Summary"},
	"the program itself asks, for all communities": {"AdvanceAlert", "Awaited", "ChangesTold", "ChangesToTell", "DropAlerts", "Duties", "EraseNotes", "Forget", "Heard", "NextAlert", "OpenAlerts", "Pending", "Tell", "Unseal", "Work"},
	"only who has the secret knows its hash":       {"AddLink", "AddSession", "EndSession", "Session", "TakeLink"},
	"the name holds the network and the workspace": {"DropSecret", "PutSecret", "Secret"},
	"it is about the database or this replica":     {"Arrive", "Arrived", "Attend", "Backup", "Close", "Hold", "Join", "Listening", "Shared", "Told", "Up", "Urge"},
	"tests alone have it":                          {"Limit", "Swap"},
}

// TestEveryMethodIsTried wants each method of the store tried, or a reason why not: one
// that is new has to be thought about.
func TestEveryMethodIsTried(t *testing.T) {
	listed := map[string]int{}
	for _, one := range trials {
		listed[one.method]++
	}
	for _, names := range ofNoCommunity {
		for _, name := range names {
			listed[name]++
		}
	}
	methods := reflect.TypeFor[*store.Store]()
	for i := range methods.NumMethod() {
		name := methods.Method(i).Name
		if listed[name] != 1 {
			t.Errorf("%s is listed %d times: try it with another community's ids in trials, or say in ofNoCommunity why it takes none", name, listed[name])
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("the store has no %s", name)
	}
}

// TestNothingOfAnotherCommunity asks every method with the ids of a community on behalf of
// others: they learn nothing and change nothing.
func TestNothingOfAnotherCommunity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		settle(t, s)
		before := seenBy(t, s, owner)
		for _, one := range trials {
			for _, as := range strangers {
				if one.byNetwork && as.Network == owner.Network {
					continue
				}
				if told := one.try(t, s, as); !empty(told) {
					t.Errorf("%s tells %v: %+v", one.method, as, told)
				}
				if after := seenBy(t, s, owner); after != before {
					t.Errorf("%s lets %v change\n%s\nto\n%s", one.method, as, before, after)
					before = after
				}
			}
		}
	})
}

// TestTheTrialsTell has the community itself ask the same, which must tell or change
// something: else the trials would prove nothing.
func TestTheTrialsTell(t *testing.T) {
	s := storetest.Open(t, storetest.File(t))
	settle(t, s)
	for _, one := range trials {
		before := seenBy(t, s, owner)
		if told := one.try(t, s, owner); empty(told) && seenBy(t, s, owner) == before {
			t.Errorf("%s told its own community nothing and changed nothing", one.method)
		}
	}
}

// settle gives the owner something of everything.
func settle(t *testing.T, s *store.Store) {
	t.Helper()
	ctx, of := t.Context(), owner
	for _, id := range []string{"cluster", "another", "settled"} {
		note := inbox.Note{ID: "note of " + id, Text: "zebra", At: tenantDay, Sealed: []byte("whom")}
		told(t)(s.PutNote(ctx, inbox.Cluster{ID: id, Of: of, Opened: tenantDay}, note))
	}
	told(t)(s.SettleCluster(ctx, of, "settled", 1, inbox.Settlement{Settled: tenantDay, As: inbox.Done}))
	at := chat.Ref{Network: of.Network, Space: of.Space, Channel: "room"}
	_, intended := s.Intend(ctx, card(of))
	_, claimed := s.Claim(ctx, string(of.Network), "event")
	_, raised := s.RaiseAlert(ctx, alert(of, "alert", "zelda"))
	for i, err := range []error{
		intended, claimed, raised,
		s.CountVote(ctx, of, desk.Key{ID: "entry", Lang: "en"}, 1, inbox.Helpful),
		s.SetPeer(ctx, of, "peer", true), s.SetOut(ctx, of, "zelda", true),
		s.SetDuty(ctx, rota.Duty{Of: of, Channel: "peers", Wait: time.Hour}),
		s.AddCounts(ctx, map[tally.Count]int{{Network: of.Network, Space: of.Space, Monday: tenantDay, What: tally.Asked}: 7}),
		s.AddLink(ctx, "hash", session.Pass{Network: of.Network, Space: of.Space, Person: chat.Person{ID: "ann"}, Until: tenantDay.Add(session.LinkFor)}),
		s.SetRoom(ctx, at, desk.RoomMode{Mode: chat.Support, By: "zelda", At: tenantDay}), s.SawDirect(ctx, string(of.Network), "direct", time.Now()),
	} {
		if err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
}

// put keeps a cluster of a community's own, and returns its id.
func put(t *testing.T, s *store.Store, as chat.Community) string {
	t.Helper()
	c := inbox.Cluster{ID: rand.Text(), Of: as, Opened: tenantDay}
	told(t)(s.PutNote(t.Context(), c, inbox.Note{ID: c.ID, Text: "of its own", At: tenantDay}))
	return c.ID
}

func card(of chat.Community) outbox.Card {
	to := chat.Ref{Network: of.Network, Space: of.Space, Channel: "room", Message: "message"}
	return outbox.Card{Key: "card", To: to, For: "zelda", Name: "crisis", Lang: chat.English, Kind: chat.Crisis, At: time.Now()}
}

func alert(of chat.Community, id, person string) rota.Alert {
	at := chat.Ref{Network: of.Network, Space: of.Space, Channel: "room", Message: "message"}
	return rota.Alert{ID: id, Of: of, At: at, Person: person, Raised: tenantDay, Due: tenantDay.Add(time.Hour)}
}

// seenBy is all that can be read of a community.
func seenBy(t *testing.T, s *store.Store, of chat.Community) string {
	t.Helper()
	var all []any
	for _, one := range trials[:slices.IndexFunc(trials, func(one trial) bool { return one.method == "DeskNumbers" })] {
		all = append(all, one.method, one.try(t, s, of))
	}
	duties := told(t)(s.Duties(t.Context())).([]rota.Duty)
	cards := told(t)(s.Pending(t.Context())).([]outbox.Card)
	all = append(all, slices.DeleteFunc(duties, func(d rota.Duty) bool { return d.Of != of }))
	return fmt.Sprintf("%+v", append(all, slices.DeleteFunc(cards, func(c outbox.Card) bool { return c.To.Community() != of })))
}

// told is what a method told.
func told(t *testing.T) func(v any, err error) any {
	t.Helper()
	return func(v any, err error) any {
		t.Helper()
		nothing(t, err)
		return v
	}
}

// found is what a method told if it found something.
func found(t *testing.T) func(v any, ok bool, err error) any {
	t.Helper()
	return func(v any, ok bool, err error) any {
		t.Helper()
		nothing(t, err)
		if !ok {
			return nil
		}
		return v
	}
}

// nothing is what a method tells that only does something.
func nothing(t *testing.T, err error) any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return nil
}

// empty reports whether there is nothing in what was told.
func empty(told any) bool {
	v := reflect.ValueOf(told)
	switch v.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}
