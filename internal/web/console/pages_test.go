package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kapbot/internal/desk"
)

// filled is a form with an answer; everything else is as entry has it.
func filled(body, why, then string) url.Values {
	e := entry("what-is-it", "What is it?", "")
	return url.Values{
		"base": {"1"}, "question": {e.Question}, "body": {body}, "also": {strings.Join(e.Also, "\r\n")}, "tags": {"basics, safety"},
		"sources": {"gk"}, "audience": {"everyone"}, "triage": {"none"}, "reviewed": {"2026-11-26"}, "review_by": {"2027-02-26"},
		"why": {why}, "then": {then},
	}
}

func TestAnEntryIsCorrected(t *testing.T) {
	w := newWorld(t)
	ann, bo := w.signIn("ann"), w.signIn("bo")

	status, to := ann.post(page+"/edit", filled("It is another thing. [gk]", "it was wrong", "submit"))
	if status != 303 || to != page+"?did=submitted" {
		t.Fatalf("submit: %d %s", status, to)
	}
	contains(t, ann, page, "Another moderator has to read and publish it", "<del>", "It is another thing.")
	if status, body := ann.post(page+"/publish", url.Values{"n": {"2"}}); status != 403 || !strings.Contains(body, "Nobody publishes their own words") {
		t.Errorf("its author publishes it: %d", status)
	}
	contains(t, bo, "/console/entries?state=waiting", "What is it?", "waits for a review")
	if status, to := bo.post(page+"/publish", url.Values{"n": {"2"}}); status != 303 || to != page+"?did=published" {
		t.Fatalf("publish: %d %s", status, to)
	}
	if _, err := w.desk.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if e, _ := w.desk.Published().Entry("what-is-it", "en"); e.Body != "It is another thing. [gk]" {
		t.Errorf("published %q", e.Body)
	}
	contains(t, bo, page+"/history", "Version 2", "published by you", "by Ann", "it was wrong")
	contains(t, bo, page+"/diff?to=2", "<ins>", "<del>")
	contains(t, bo, "/console/audit", "Ann", "wrote a draft", "Bo", "published it")
}

func TestTheFormSaysWhatIsToBeMended(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	form := filled("It is a thing without a source.", "", "submit")
	form.Set("question", "")
	status, body := ann.post(page+"/edit", form)
	if status != 422 || !strings.Contains(body, `id="f-body"><p>`) && !strings.Contains(body, `id="f-question"><p>`) {
		t.Errorf("status %d; no fault beside a field", status)
	}
	if !strings.Contains(body, "It is a thing without a source.") {
		t.Error("what was typed is lost")
	}
	status, body = ann.send(http.MethodPost, "/console/preview", with(form, "token", ann.token), "HX-Request", "true")
	if status != 200 || strings.Contains(body, "<html") || !strings.Contains(body, `hx-swap-oob="true"`) || !strings.Contains(body, "to mend") {
		t.Errorf("while typing: %d %s", status, body)
	}
	status, body = ann.post("/console/preview", form)
	if status != 200 || !strings.Contains(body, "<html") || !strings.Contains(body, "to mend") {
		t.Errorf("without a script: %d", status)
	}
}

func TestNobodyIsOverwritten(t *testing.T) {
	w := newWorld(t)
	ann, bo := w.signIn("ann"), w.signIn("bo")
	ann.post(page+"/edit", filled("It is what Ann says. [gk]", "", "save"))
	status, body := bo.post(page+"/edit", filled("It is what Bo says. [gk]", "", "save"))
	if status != 409 || !strings.Contains(body, "Ann changed this entry while you wrote") || !strings.Contains(body, "It is what Bo says.") {
		t.Fatalf("status %d", status)
	}
	again := filled("It is what both say. [gk]", "", "save")
	again.Set("base", "2")
	if status, to := bo.post(page+"/edit", again); status != 303 {
		t.Errorf("again: %d %s", status, to)
	}
}

func TestANewEntry(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	form := filled("It is new. [gk]", "", "save")
	form.Set("base", "0")
	form.Set("new", "yes")
	form.Set("lang", "en")
	form.Set("id", "new-thing")
	form.Set("question", "What is new?")
	form.Set("also", "new one\nnew two\nnew three\nnew four")
	if status, to := ann.post("/console/new", form); status != 303 || to != "/console/entries/en/new-thing?did=saved" {
		t.Fatalf("%d %s", status, to)
	}
	contains(t, ann, "/console/entries/en/new-thing", "Nothing is published yet", "draft")
}

func TestTwoTakeAnEntryAboutSuicideAway(t *testing.T) {
	w := newWorld(t)
	ann, bo := w.signIn("ann"), w.signIn("bo")
	does := func(who *browser, deed string, form url.Values, want int, to string) (body string) {
		t.Helper()
		status, body := who.post(page+deed, form)
		if status != want || to != "" && body != page+"?did="+to {
			t.Fatalf("%s: %d %.200s", deed, status, body)
		}
		return body
	}
	does(ann, "/edit", with(filled("It is a thing. [gk]", "it speaks of suicide", "submit"), "triage", "mention"), 303, "submitted")
	does(bo, "/publish", url.Values{"n": {"2"}}, 303, "published")
	does(ann, "/retire", url.Values{"why": {"out of date"}}, 303, "retire-waits")
	contains(t, ann, page+"?did=retire-waits", "another moderator has to agree", "This takes the entry away", "Take the entry away")
	if body := does(ann, "/publish", url.Values{"n": {"3"}}, 403, ""); !strings.Contains(body, "takes an entry about suicide away alone") {
		t.Errorf("alone: %s", body)
	}
	does(bo, "/publish", url.Values{"n": {"3"}}, 303, "retired")
	contains(t, bo, "/console/audit", "asked to retire it", "retired it")
	does(bo, "/restore", url.Values{"n": {"2"}, "why": {"it was right"}}, 303, "restored")
	does(bo, "/publish", url.Values{"n": {"4"}}, 403, "")
}

func TestDeedsNeedAReason(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	if status, body := ann.post(page+"/retire", nil); status != 422 || !strings.Contains(body, "say in a few words why") {
		t.Errorf("without one: %d", status)
	}
	if status, _ := ann.post(page+"/retire", url.Values{"why": {"out of date"}}); status != 303 {
		t.Errorf("with one: %d", status)
	}
	if status, _ := ann.post(page+"/restore", url.Values{"n": {"1"}, "why": {"still right"}}); status != 303 {
		t.Errorf("bring back: %d", status)
	}
	if r, err := w.desk.Revision(t.Context(), desk.Actor{Role: desk.Lead}, desk.Key{ID: "what-is-it", Lang: "en"}, 0); err != nil || r.State != desk.InReview {
		t.Errorf("brought back: %v, %v", r.State, err)
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	ann, lea := w.signIn("ann"), w.signIn("lea")
	contains(t, ann, "/console/calendar", "February 2027", "What is it?")
	contains(t, ann, "/console/entries?text=why", `>Why?</a>`)
	contains(t, ann, "/console/figures", "4321", "69%", "basics", "fewer than 5")
	if _, body := ann.get("/console/figures"); strings.Contains(body, ">4<") || strings.Contains(body, "rare") {
		t.Error("a count below 5 is shown")
	}
	if status, body := lea.get("/console/audit.jsonl"); status != 200 || strings.Count(body, "\n") != 2 || !strings.Contains(body, `"deed":"seed"`) {
		t.Errorf("audit: %d %s", status, body)
	}
	for _, path := range []string{"/console/entries/en/nowhere", "/console/entries/en/nowhere/history", "/console/entries/en/nowhere/edit", page + "/diff?to=9", page + "/edit?n=9"} {
		if status, body := ann.get(path); status != 404 || !strings.Contains(body, "There is no such page") {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestThePlayground(t *testing.T) {
	w := newWorld(t)
	ann := w.signIn("ann")
	_, body := ann.post("/console/try", url.Values{"text": {"What is <b>it</b>?"}, "lang": {"en"}})
	for _, want := range []string{"Level <strong>none</strong>", "0.93", "The answer.", "word for word", "What is &lt;b&gt;it&lt;/b&gt;?"} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %q", want)
		}
	}
	_, body = ann.post("/console/try", url.Values{"text": {"a canary that is flagged"}, "lang": {"en"}})
	if card, triage := strings.Index(body, "988 then Press 1"), strings.Index(body, "Triage"); card < 0 || card > triage || strings.Contains(body, "<h2>Search") {
		t.Error("the card does not come first, or something comes after triage")
	}
	if strings.Contains(w.log.String(), "canary") {
		t.Error("what was tried stands in the log")
	}
}

func contains(t *testing.T, b *browser, path string, want ...string) {
	t.Helper()
	status, body := b.get(path)
	if status != 200 {
		t.Errorf("%s: status %d", path, status)
	}
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("%s: there is no %q", path, w)
		}
	}
}

func with(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}
