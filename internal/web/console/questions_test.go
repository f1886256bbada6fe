package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/web/console"
)

const questions = console.Path + "questions"

// lacks looks for what a page must not show.
func lacks(t *testing.T, b *browser, path string, not ...string) {
	t.Helper()
	_, body := b.get(path)
	for _, n := range not {
		if strings.Contains(body, n) {
			t.Errorf("%s: there is %q", path, n)
		}
	}
}

// goes sends a form that leads somewhere, and returns where.
func goes(t *testing.T, b *browser, path string, form url.Values) string {
	t.Helper()
	status, to := b.post(path, form)
	if status != 303 {
		t.Fatalf("%s: %d %.300s", path, status, to)
	}
	return to
}

func TestQuestionsBecomeADraft(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	w.ask("dogs", "1", "Can I bring my <b>dog</b>?")
	w.ask("pets", "2", "Are pets okay?")
	w.ask("park", "3", "Is there parking?")
	contains(t, ann, questions, "Can I bring my &lt;b&gt;dog&lt;/b&gt;?", "Are pets okay?", `name="id" value="dogs"`)
	contains(t, ann, questions+"?text=pets", "Are pets okay?")
	lacks(t, ann, questions+"?text=pets", "parking")
	contains(t, ann, questions+"/dogs", "These may ask the same", "Put in here: Are pets okay?")

	to := goes(t, ann, questions+"/merge", url.Values{"id": {"dogs", "pets"}})
	if to != questions+"/dogs?did=merged" {
		t.Errorf("leads to %s", to)
	}
	contains(t, ann, to, "They are together now", "Sent 2 times", "Take out: Are pets okay?")
	to = goes(t, ann, questions+"/dogs/draft", nil)
	contains(t, ann, to, "A draft with the question and its wordings", `value="Can I bring my &lt;b&gt;dog&lt;/b&gt;?"`, "Are pets okay?", "still to be written")
	entry := strings.TrimPrefix(strings.TrimSuffix(to, "/edit?did=drafted"), console.Path+"entries/en/")
	contains(t, ann, questions, "entry "+entry)

	// What is put in later goes into the draft by hand.
	goes(t, ann, questions+"/merge", url.Values{"into": {"dogs"}, "id": {"park"}})
	contains(t, ann, questions+"/dogs", "edit?with=dogs", "Another entry answers it")
	contains(t, ann, console.Path+"entries/en/"+entry+"/edit?with=dogs", "Are pets okay?\nIs there parking?</textarea>")
	contains(t, ann, console.Path+"entries/en/"+entry, "Sent to you about this entry", "asked for it")
}

func TestAQuestionIsTakenOut(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	w.ask("dogs", "1", "Can I bring my dog?")
	w.ask("dogs", "2", "Is there parking?")
	to := goes(t, ann, questions+"/dogs/split", url.Values{"note": {"2"}})
	contains(t, ann, to, "It is a question of its own now", "<h1>Is there parking?</h1>")
	contains(t, ann, questions+"/dogs", "Sent 1 time")
	lacks(t, ann, questions+"/dogs", "Take the ticked ones out")
}

func TestAQuestionIsSettled(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	w.ask("dogs", "1", "Can I bring my dog?")
	w.ask("dogs", "2", "may I bring my dog") // after she opened the page
	if status, body := ann.post(questions+"/dogs/settle", url.Values{"seen": {"1"}, "as": {"declined"}}); status != 409 || !strings.Contains(body, "no longer as you saw it") {
		t.Errorf("what nobody has seen: %d", status)
	}
	to := goes(t, ann, questions+"/dogs/settle", url.Values{"seen": {"2"}, "as": {"declined"}})
	contains(t, ann, to, "erased in 30 days")
	lacks(t, ann, questions, "dog")
	contains(t, ann, questions+"?state=settled", "Can I bring my dog?", "not for us")
	contains(t, ann, questions+"/dogs", "not for us</span> on", "Open it again")
	lacks(t, ann, questions+"/dogs", "Make a draft", "These may ask")
	contains(t, ann, goes(t, ann, questions+"/dogs/reopen", nil), "It is open again", "Make a draft")
}

func TestAnEntryAnswersAQuestion(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	w.ask("dogs", "1", "Tell me what it is")
	if status, _ := ann.post(questions+"/dogs/answer", url.Values{"entry": {"nowhere"}}); status != 404 {
		t.Errorf("no entry: %d", status)
	}
	contains(t, ann, goes(t, ann, questions+"/dogs/answer", url.Values{"entry": {" What-is-it "}}), "told within a minute", page)
	contains(t, ann, page+"/edit?with=dogs", "what-is-it four\nTell me what it is</textarea>")
}

func TestVotesAreShownUntilSomebodyLooked(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	vote := func(space string, revision int, all ...inbox.Vote) {
		for _, v := range all {
			if err := w.kept.CountVote(t.Context(), chat.Community{Network: "net", Space: space}, desk.Key{ID: "what-is-it", Lang: "en"}, revision, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	vote(community, 1, inbox.Wrong, inbox.Wrong, inbox.NotHelpful, inbox.Helpful)
	vote(community, 2, inbox.Wrong)
	vote("guild-2", 1, inbox.NotHelpful, inbox.NotHelpful, inbox.NotHelpful, inbox.NotHelpful, inbox.NotHelpful)
	for _, path := range []string{questions, console.Path + "entries", page} {
		contains(t, ann, path, "1 helpful", "1 not helpful", "3 wrong or out of date", "4 new")
	}
	_, body := ann.get(page)
	form := url.Values{"seen": {}}
	for _, row := range regexp.MustCompile(`name="seen" value="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		form.Add("seen", row[1])
	}
	form.Add("seen", "nonsense")
	vote(community, 1, inbox.Wrong) // while she reads
	contains(t, ann, goes(t, ann, page+"/looked", form), "Noted. Later votes show up again.", "1 new")
	contains(t, ann, questions, "1 new")
	form = url.Values{"seen": {"1 1 3"}, "then": {"questions"}}
	contains(t, ann, goes(t, ann, page+"/looked", form), "Noted. Later votes")
	lacks(t, ann, questions, "found wanting")
	contains(t, ann, page, "4 wrong or out of date")
}

func TestCommentsAreShownWithTheirEntry(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	c := inbox.Cluster{ID: "about", Of: chat.Community{Network: "net", Space: community}, Lang: chat.English, Entry: "what-is-it", Comment: true, Opened: today}
	if _, err := w.kept.PutNote(t.Context(), c, inbox.Note{ID: "1", Text: "the number changed", Name: "Cy", At: today}); err != nil {
		t.Fatal(err)
	}
	contains(t, ann, page, "the number changed", "about the answer")
	contains(t, ann, questions, "about an answer")
	lacks(t, ann, questions, `value="about"`)
	contains(t, ann, questions+"/about", `About <a href="`+page+`">`, "the number changed", "· Cy")
	lacks(t, ann, questions+"/about", "Make a draft")
	goes(t, ann, questions+"/about/settle", url.Values{"seen": {"1"}, "as": {"done"}})
	lacks(t, ann, page, "the number changed")
}

func TestNobodyTouchesTheQuestionsOfOthers(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	w.ask("dogs", "1", "Can I bring my dog?")
	for path, form := range map[string]url.Values{
		"/other/draft": nil, "/other/settle": {"seen": {"1"}}, "/other/reopen": nil, "/other/split": {"note": {"other-1"}},
		"/other/answer": {"entry": {"what-is-it"}}, "/merge": {"id": {"dogs", "other"}},
	} {
		if status, _ := ann.post(questions+path, form); status != 409 {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status, body := ann.get(questions + "/other"); status != 409 || strings.Contains(body, "guild-2") {
		t.Errorf("it is shown: %d", status)
	}
	if status, _ := ann.get(page + "/edit?with=other"); status != 409 {
		t.Errorf("its wordings are taken: %d", status)
	}
}

// A newer draft does not hide what waits for a second moderator.
func TestWhatWaitsIsShownBesideANewerDraft(t *testing.T) {
	w := newWorld(t)
	ann, bo := w.signIn("ann"), w.signIn("bo")
	goes(t, ann, page+"/edit", filled("It is another thing. [gk]", "it was wrong", "submit"))
	again := filled("It is a third thing. [gk]", "still wrong", "save")
	again.Set("base", "2")
	goes(t, ann, page+"/edit", again)
	contains(t, bo, page, "Publish version 2", "Version 3: draft", "How version 3 looks")
	contains(t, bo, console.Path+"calendar", "Waiting for a second moderator", "version 2")
	goes(t, bo, page+"/publish", url.Values{"n": {"2"}})
	lacks(t, bo, page, "Publish version 2")
}
