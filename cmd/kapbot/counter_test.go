package main

import (
	"strings"
	"testing"
	"time"

	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/slackserver"
)

// maxSteps is how much a new moderator, and the second one, may have to do.
const maxSteps = 5

// liveWithin is how long the test waits for an entry to answer after it was published:
// two seconds on a machine that has nothing else to do, and this one has.
const liveWithin = time.Minute

// TestAnEntryIsCorrectedFromChat lets two moderators of each network correct an entry,
// and asks the bot.
func TestAnEntryIsCorrectedFromChat(t *testing.T) {
	d := newDesktop(t)
	snapshot, err := unpacked().entries()
	if err != nil {
		t.Fatal(err)
	}
	e, _ := snapshot.Entry(edited, "en")
	for _, network := range []struct {
		name, words string
		correct     func(body string) (steps int)
		ask         func() string
	}{
		{"Discord", "Ask what the first visit is like.", d.correctOnDiscord, d.askOnDiscord},
		{"Slack", "Bring a list of your questions.", d.correctOnSlack, d.askOnSlack},
	} {
		t.Run(network.name, func(t *testing.T) {
			if strings.Contains(network.ask(), network.words) {
				t.Fatal("it answers with the new words before anybody wrote them")
			}
			e.Body += "\n\n" + network.words
			if steps := network.correct(e.Body); steps > maxSteps {
				t.Errorf("it took %d steps", steps)
			}
			published := time.Now()
			for !strings.Contains(network.ask(), network.words) {
				if time.Since(published) > liveWithin {
					t.Fatalf("after %v it does not answer with the new words", liveWithin)
				}
			}
			t.Logf("live after %v", time.Since(published).Round(10*time.Millisecond))
		})
	}
}

// correctOnDiscord has Ann write and Cy publish.
func (d *desktop) correctOnDiscord(body string) (steps int) {
	did := func() { steps++ }
	last := func(kind, words string) (o discordserver.Operation) {
		d.t.Helper()
		d.await(words, func() bool {
			all := d.discord.Operations()
			o = all[len(all)-1]
			return o.Kind == kind && strings.Contains(o.Text(), words)
		})
		return o
	}
	press := func(o discordserver.Operation, label string) {
		did()
		d.discord.Press(o.Message.ID, d.discord.CustomID(o.Message.ID, label), cyID)
	}
	did()
	form := d.discord.Command(support, annID, "faq edit", edited)
	last("form", "Change an entry")
	did()
	if _, err := d.discord.Fill(form, annID, map[string]string{"body": body, "why": "people asked"}); err != nil {
		d.t.Fatal(err)
	}
	last("alone", "waits for a second moderator, who")
	did()
	d.discord.Command(support, cyID, "faq review", "")
	press(last("alone", edited), edited)
	press(last("alone", "people asked"), "Publish")
	last("alone", "Published")
	return steps
}

// correctOnSlack has Bo write and Cy publish.
func (d *desktop) correctOnSlack(body string) (steps int) {
	did := func() { steps++ }
	last := func(who, words string) (m slackserver.Message) {
		d.t.Helper()
		d.await(words, func() bool {
			all := d.slack.Bots(lounge)
			m = all[len(all)-1]
			return m.Ephemeral == who && strings.Contains(string(m.Blocks), words)
		})
		return m
	}
	press := func(m slackserver.Message, label string) {
		did()
		if err := d.slack.Press(d.team.ID, lounge, m.TS, "UCY", label); err != nil {
			d.t.Fatal(err)
		}
	}
	did()
	d.slack.Command(d.team.ID, lounge, "UBO", "/faq edit "+edited)
	d.await("a form on Slack", func() bool {
		all := d.slack.Changes()
		return all[len(all)-1].What == "form"
	})
	did()
	if problems, err := d.slack.Fill(d.team.ID, "UBO", map[string]string{"body": body, "why": "people asked"}); err != nil || len(problems) > 0 {
		d.t.Fatal(problems, err)
	}
	last("UBO", "waits for a second moderator, who")
	did()
	d.slack.Command(d.team.ID, lounge, "UCY", "/faq review")
	press(last("UCY", edited), edited)
	press(last("UCY", "people asked"), "Publish")
	last("UCY", "Published")
	return steps
}

// askOnSlack asks the question that the entry answers, and returns what is shown.
func (d *desktop) askOnSlack() string {
	d.t.Helper()
	before := len(d.slack.Bots(lounge))
	d.slack.Say(slackserver.Say{Channel: lounge, User: "UBO", Text: "What is ketamine-assisted psychotherapy?"})
	shown := ""
	d.await("an answer on Slack", func() bool {
		shown = ""
		for _, m := range d.slack.Bots(lounge)[before:] {
			shown += string(m.Blocks)
		}
		return strings.Contains(shown, "What is ketamine-assisted psychotherapy")
	})
	return shown
}
