package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/slackserver"
)

// canaryWord is in everything that members write in the test below.
const canaryWord = "quokkazebra"

// members is how many messages they write: each of memberSays ten times in each place of
// each network.
const members = 10 * 7 * 2 * 2

// memberSays are words of members: chatter, questions with and without an answer, and
// a crisis.
var memberSays = []string{
	"game %d at eight, %s, who is in?", "What does %[2]s cost? (%[1]d)", "Can I drive home after a session, %[2]s? %[1]d",
	"I want to kill myself, %[2]s %[1]d", "does %[2]s cure tinnitus %[1]d", "/%[2]s %[1]d", "<@1> `%[2]s` ||%[1]d||",
}

// TestNothingOfMembersIsFound lets members write to a whole bot on two networks, and
// then looks for their words in the files of the store, in the log with all its
// details, in the metrics, and on every page that moderators can open.
func TestNothingOfMembersIsFound(t *testing.T) {
	d := newDesktop(t)
	for i := range members {
		text := fmt.Sprintf(memberSays[i/2%len(memberSays)], i, canaryWord)
		who := strconv.Itoa(930000000000000000 + i)
		if i%2 == 0 {
			d.discord.Say([]string{support, d.discord.Direct(who)}[i/2%2], who, text, discordserver.Said{})
			continue
		}
		d.slack.AddUser(slackserver.User{ID: "UM" + who, Team: d.team.ID})
		d.slack.Say(slackserver.Say{Channel: lounge, User: "UM" + who, Text: text})
	}
	d.await("all messages were read", func() bool { return d.read() >= members })
	if !crisesSeen.MatchString(scrape(t, d.watch)) {
		t.Error("no crisis was seen")
	}
	places := map[string]string{"the log": d.log.text(), "the metrics": scrape(t, d.watch)}
	files, err := filepath.Glob(filepath.Join(d.folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		places[filepath.Base(file)] = string(data)
	}
	for page, html := range d.pages() {
		places[page] = html
	}
	for place, text := range places {
		if strings.Contains(strings.ToLower(text), canaryWord) {
			t.Errorf("words of a member are in %s", place)
		}
	}
}

var crisesSeen = regexp.MustCompile(`kapbot_verdicts_total\{level="crisis"\} [1-9]`)

var eventsRead = regexp.MustCompile(`kapbot_events_total\{kind="message",network="(?:discord|slack)"\} (\d+)`)

// read is how many messages were read so far.
func (d *desktop) read() (n int) {
	for _, m := range eventsRead.FindAllStringSubmatch(scrape(d.t, d.watch), -1) {
		count, _ := strconv.Atoi(m[1])
		n += count
	}
	return n
}

// pages are the pages of the console that a moderator can open.
func (d *desktop) pages() map[string]string {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	link, err := url.Parse(d.linkOnDiscord())
	if err != nil {
		d.t.Fatal(err)
	}
	enter := d.request(http.MethodPost, "/console/enter", url.Values{"key": {link.Query().Get("key")}})
	res, err := client.Do(enter)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		d.t.Fatalf("enter: %s, %v", res.Status, err)
	}
	pages := map[string]string{}
	for _, path := range []string{"", "entries", "new", "questions", "calendar", "try", "figures", "audit", "entries/en/" + edited, "entries/en/" + edited + "/history"} {
		res, err := client.Do(d.request(http.MethodGet, "/console/"+path, nil))
		if err != nil {
			d.t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
			d.t.Fatalf("the page %q: %s, %v", path, res.Status, err)
		}
		pages["the page "+path] = string(body)
	}
	return pages
}

func (d *desktop) request(method, path string, form url.Values) *http.Request {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}
