package inbox_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/inbox"
)

var mod = desk.Actor{Network: "net", Space: "s", ID: "mod", Role: desk.Moderator}

// clusters lists what is open, each as its texts.
func (w *world) clusters() (all []inbox.Cluster, texts []string) {
	w.t.Helper()
	all, err := w.Clusters(w.t.Context(), mod, inbox.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range all {
		texts = append(texts, strings.Join(inbox.Wordings(c), " | "))
	}
	return all, texts
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// publish lets an entry answer.
func (w *world) publish(id string) {
	w.t.Helper()
	live, err := faq.NewSnapshot([]faq.Entry{{ID: id, Lang: "en", Question: "x"}}, nil)
	w.must(err)
	w.entries.live = live
}

func TestAllWhoseQuestionsWerePutTogetherAreTold(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog to a session?", false)
	w.sends("bob", "Are pets okay?", false)
	w.sends("cat", "Does the clinic have parking?", false)
	all, texts := w.clusters()
	if len(all) != 3 {
		t.Fatalf("open: %q", texts)
	}
	w.must(w.Merge(t.Context(), mod, all[0].ID, []string{all[1].ID}))
	key, err := w.Draft(t.Context(), mod, all[0].ID)
	w.must(err)
	w.sends("dan", "are pets okay??", false) // nearly what Bob asked, and nothing like the first question
	if _, texts := w.clusters(); strings.Join(texts, "; ") != "Can I bring my dog to a session? | Are pets okay? | are pets okay??; Does the clinic have parking?" {
		t.Errorf("open: %q", texts)
	}
	w.publish(key.ID)
	w.must(w.Tell(t.Context()))
	if got := fmt.Sprint(w.network.told); strings.Count(got, "There is an answer now") != 3 || strings.Contains(got, "cat:") {
		t.Errorf("told: %s", got)
	}
	if _, texts := w.clusters(); len(texts) != 1 {
		t.Errorf("open: %q", texts)
	}
	settled, err := w.Clusters(t.Context(), mod, inbox.Filter{Settled: true})
	if err != nil || len(settled) != 1 || settled[0].As != inbox.Told {
		t.Errorf("settled: %+v, %v", settled, err)
	}
}

func TestWhatWasTakenOutIsNotToldOfTheAnswer(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog to a session?", false)
	w.sends("bob", "is it ok to bring my dog to the session", false)
	all, _ := w.clusters()
	key, err := w.Draft(t.Context(), mod, all[0].ID)
	w.must(err)
	id, err := w.Split(t.Context(), mod, all[0].ID, []string{all[0].Notes[1].ID})
	w.must(err)
	w.publish(key.ID)
	w.must(w.Tell(t.Context()))
	if got := fmt.Sprint(w.network.told); !strings.HasPrefix(got, "[ann: ") || len(w.network.told) != 1 {
		t.Errorf("told: %s", got)
	}
	if c, err := w.Cluster(t.Context(), mod, id); err != nil || c.Entry != "" || !c.Settled.IsZero() || len(c.Notes) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAnEntryThatIsThereAnswers(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog?", false)
	all, _ := w.clusters()
	w.publish("dogs")
	w.must(w.Answer(t.Context(), mod, all[0].ID, "dogs"))
	w.must(w.Tell(t.Context()))
	if len(w.network.told) != 1 {
		t.Errorf("told: %q", w.network.told)
	}
	w.must(w.Reopen(t.Context(), mod, all[0].ID))
	w.must(w.Tell(t.Context()))
	if _, texts := w.clusters(); len(texts) != 1 || len(w.network.told) != 1 {
		t.Errorf("open: %q, told: %q", texts, w.network.told)
	}
}

func TestADraftThatWasHalfMadeIsFound(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog?", false)
	all, _ := w.clusters()
	w.entries.taken = true // it was proposed, and then the program ended
	key, err := w.Draft(t.Context(), mod, all[0].ID)
	w.must(err)
	if c, err := w.Cluster(t.Context(), mod, all[0].ID); err != nil || c.Entry != key.ID {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestNearQuestionsComeFirst(t *testing.T) {
	w := newWorld(t)
	for i, text := range []string{"Can I bring my dog to a session?", "Does the clinic have parking?", "How long is the waiting list?", "may my service dog come along", "Is there a waiting room for family?"} {
		w.sends(fmt.Sprint("person", i), text, false)
	}
	all, _ := w.clusters()
	near, err := w.Near(t.Context(), mod, all[0], 2)
	if err != nil || len(near) != 2 || near[0].Notes[0].Text != "may my service dog come along" {
		t.Errorf("near: %+v, %v", near, err)
	}
}

// Whoever looks at a page that is old does nothing by it.
func TestWhatChangedMeanwhileStays(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog to a session?", false)
	all, _ := w.clusters()
	c := all[0]
	w.sends("bob", "is it ok to bring my dog to the session", false)
	if err := w.Settle(t.Context(), mod, c.ID, len(c.Notes), inbox.Declined); !errors.Is(err, inbox.ErrGone) {
		t.Errorf("settled what nobody saw: %v", err)
	}
	w.must(w.Settle(t.Context(), mod, c.ID, 2, inbox.Declined))
	_, draft := w.Draft(t.Context(), mod, c.ID)
	_, split := w.Split(t.Context(), mod, c.ID, []string{c.Notes[0].ID})
	for what, err := range map[string]error{
		"settle": w.Settle(t.Context(), mod, c.ID, 2, inbox.Done), "draft": draft, "split": split,
		"answer": w.Answer(t.Context(), mod, c.ID, "dogs"), "merge": w.Merge(t.Context(), mod, c.ID, []string{"x"}),
		"open what is not there": w.Reopen(t.Context(), mod, "x"),
	} {
		if !errors.Is(err, inbox.ErrGone) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestOnlyModeratorsOfTheCommunityDoAnything(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog to a session?", false)
	w.sends("bob", "Does the clinic have parking?", false)
	all, _ := w.clusters()
	id := all[0].ID
	member, elsewhere := mod, mod
	member.Role, elsewhere.Space = desk.Member, "elsewhere"
	for _, by := range []desk.Actor{member, elsewhere} {
		_, draft := w.Draft(t.Context(), by, id)
		_, split := w.Split(t.Context(), by, id, []string{all[0].Notes[0].ID})
		_, cluster := w.Cluster(t.Context(), by, id)
		for what, err := range map[string]error{
			"settle": w.Settle(t.Context(), by, id, 1, inbox.Done), "reopen": w.Reopen(t.Context(), by, id), "draft": draft, "split": split,
			"merge": w.Merge(t.Context(), by, id, []string{all[1].ID}), "answer": w.Answer(t.Context(), by, id, "dogs"), "read": cluster,
		} {
			denied := new(desk.DeniedError)
			if by.Role == desk.Member && !errors.As(err, &denied) || by.Role != desk.Member && !errors.Is(err, inbox.ErrGone) {
				t.Errorf("%s by %+v: %v", what, by, err)
			}
		}
		near, _ := w.Near(t.Context(), by, all[0], 9)
		list, _ := w.Clusters(t.Context(), by, inbox.Filter{})
		if votes, _ := w.Votes(t.Context(), by, inbox.Ballots{}); len(near)+len(list)+len(votes) > 0 {
			t.Errorf("%+v sees %v %v %v", by, near, list, votes)
		}
	}
	if _, texts := w.clusters(); len(texts) != 2 {
		t.Errorf("open: %q", texts)
	}
}

func TestComplaintsThatWereLookedAtLeaveTheList(t *testing.T) {
	w := newWorld(t)
	vote := func(person string) { w.do(person, chat.Pressed{Action: "wrong", Value: "dogs", Lang: chat.English}) }
	vote("ann")
	votes, err := w.Votes(t.Context(), mod, inbox.Ballots{New: true})
	if err != nil || len(votes) != 1 || votes[0].New() != 1 {
		t.Fatalf("%+v, %v", votes, err)
	}
	vote("bob") // while she looks
	w.must(w.LookedAt(t.Context(), mod, votes[0]))
	if got := w.list().Text; !strings.Contains(got, "`dogs`") {
		t.Errorf("Bob's vote is lost: %q", got)
	}
	votes, _ = w.Votes(t.Context(), mod, inbox.Ballots{New: true})
	w.must(w.LookedAt(t.Context(), mod, votes[0]))
	if got := w.list().Text; strings.Contains(got, "`dogs`") {
		t.Errorf("it is still listed: %q", got)
	}
}

// However much is open, a page does not wait for it.
func TestWhatIsNearIsFoundAmongThousands(t *testing.T) {
	w := newWorld(t)
	var open []inbox.Cluster
	for i := range 3000 {
		c := inbox.Cluster{ID: fmt.Sprint(i), Of: chat.Community{Network: "net", Space: "s"}, Lang: chat.English, Opened: w.now}
		c.Notes = []inbox.Note{{ID: fmt.Sprint("n", i), Text: fmt.Sprintf("What do people say about subject number %d at the clinic?", i), At: w.now}}
		open = append(open, c)
	}
	start := time.Now()
	near := inbox.Resembling(open[2999], open)
	t.Logf("%d clusters in %s", len(open), time.Since(start))
	if len(near) != len(open)-1 {
		t.Errorf("%d are compared", len(near))
	}
}

func TestQuestionsArePutTogetherInChat(t *testing.T) {
	w := newWorld(t)
	for i, text := range []string{"Can I bring my dog to a session?", "Does the clinic have parking?", "May my service animal come along?"} {
		w.sends(fmt.Sprint("person", i), text, false)
	}
	var open chat.Button
	for _, b := range w.list().Buttons {
		if b.Label == "Some ask the same" {
			open = b
		}
	}
	merge := func(person, numbers string) string {
		t.Helper()
		form := w.Routes()[open.Action].Open(event(person, chat.Pressed{Action: open.Action, Value: open.Value, Lang: chat.English}))
		if form == nil || len(form.Name)+len(form.State) > 99 {
			t.Fatalf("form %+v", form)
		}
		return w.do(person, chat.Filled{Form: form.Name, State: form.State, Fields: []chat.Field{{Name: "numbers", Value: numbers}}}).Text
	}
	for _, numbers := range []string{"", "1", "1 1", "1 4", "0 1", "dogs", "99999999999999999999 1"} {
		if got := merge("mod", numbers); !strings.HasPrefix(got, "Write at least two numbers") {
			t.Errorf("%q: %q", numbers, got)
		}
	}
	if got := merge("ann", "1 3"); !strings.HasPrefix(got, "Only a moderator") {
		t.Errorf("a member: %q", got)
	}
	if got := merge("mod", "1, and 3"); !strings.HasPrefix(got, "They are together now") {
		t.Errorf("%q", got)
	}
	if _, texts := w.clusters(); strings.Join(texts, "; ") != "Can I bring my dog to a session? | May my service animal come along?; Does the clinic have parking?" {
		t.Errorf("open: %q", texts)
	}
	if got := merge("mod", "1 3"); !strings.HasPrefix(got, "I could not put these together") {
		t.Errorf("again: %q", got)
	}
}

func TestAListThatIsLongSaysSo(t *testing.T) {
	w := newWorld(t)
	for i, text := range []string{"zebra crossing", "purple mountains", "a quiet river", "seven old clocks", "bread with butter", "an empty theater"} {
		if i == 5 {
			if got := w.list(); strings.Contains(got.Text, "There are more") {
				t.Errorf("%q", got.Text)
			}
		}
		w.sends(fmt.Sprint("person", i), text, false)
	}
	got := w.list()
	if !strings.Contains(got.Text, "There are more") || strings.Contains(got.Text, "**6.**") || len(got.Buttons) != 11 {
		t.Errorf("%q, %d buttons", got.Text, len(got.Buttons))
	}
}
