package main

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"kapbot/internal/desk"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
	"kapbot/prompts"
)

const (
	onSuicide = "bot-crisis"         // an entry that speaks of suicide
	deskRoom  = "920000000000000009" // where moderators of Discord are told
)

func newDrafts(t *testing.T, d *desk.Desk, roles desk.Roles, notes *store.Store, log *slog.Logger) drafts {
	t.Helper()
	texts, err := prompts.LoadReview()
	if err != nil {
		t.Fatal(err)
	}
	return drafts{d, roles, notes, texts, log}
}

// TestModeratorsDecideTogetherInChat lets moderators of each network take an entry about
// suicide away, which takes two of them, and looks who is told that one waits.
func TestModeratorsDecideTogetherInChat(t *testing.T) {
	d := newDesktop(t)
	d.discord.Room(deskRoom)
	discord, slack := d.all[0], d.all[1]

	// Ann asks on Discord. The channel of the desk hears of it, and each moderator of Slack.
	form := d.discord.Command(support, annID, "faq retire", onSuicide)
	d.onDiscord("form", "Take an entry away")
	if _, err := d.discord.Fill(form, annID, map[string]string{"why": "canaryreason"}); err != nil {
		t.Fatal(err)
	}
	d.onDiscord("alone", "needs a second moderator")
	discord.desk = deskRoom
	d.tell(discord)
	told := d.onDiscord("", "to take away")
	if told.Message.ChannelID != deskRoom || strings.Contains(told.Text(), "canaryreason") {
		t.Errorf("the desk hears %+v", told)
	}
	d.tell(slack)
	if got := d.toldOnSlack(); !slices.Equal(got, []string{"UBO", "UCY", "UDI"}) {
		t.Errorf("on Slack these are told: %v", got)
	}
	operations := len(d.discord.Operations())
	d.tell(discord)
	d.tell(slack)
	if n := len(d.discord.Operations()) - operations; n != 0 || len(d.toldOnSlack()) != 3 {
		t.Error("somebody is told twice")
	}
	// She cannot do it alone; Cy can.
	for _, step := range []struct{ who, want string }{{annID, "another moderator has to agree"}, {cyID, "don't answer with this entry"}} {
		d.pressOnDiscord(told, onSuicide, step.who)
		d.pressOnDiscord(d.onDiscord("alone", "This takes the entry away"), "Take it away", step.who)
		d.onDiscord("alone", step.want)
	}

	// Without a channel, Ann is told by direct message of what Cy asks for, and Cy is not.
	d.discord.Command(support, cyID, "faq restore", onSuicide)
	form = d.pressOnDiscord(d.onDiscord("alone", "should come back"), "Version 1", cyID)
	d.onDiscord("form", "Bring a version back")
	if _, err := d.discord.Fill(form, cyID, map[string]string{"why": "it was right"}); err != nil {
		t.Fatal(err)
	}
	d.onDiscord("alone", "is back")
	discord.desk = ""
	operations = len(d.discord.Operations())
	d.tell(discord)
	after := d.discord.Operations()[operations:]
	if len(after) != 1 || after[0].Message.ChannelID != d.discord.Direct(annID) || !strings.Contains(after[0].Text(), "a change of") {
		t.Errorf("without a channel: %+v", after)
	}

	// The same on Slack: Bo publishes what Cy restored, and asks to take it away again.
	d.slack.Command(d.team.ID, lounge, "UBO", "/faq review")
	d.pressOnSlack("UBO", onSuicide, onSuicide)
	d.pressOnSlack("UBO", "it was right", "Publish")
	d.onSlack("UBO", "Published")
	d.slack.Command(d.team.ID, lounge, "UBO", "/faq retire "+onSuicide)
	d.await("a form on Slack", func() bool {
		all := d.slack.Changes()
		return len(all) > 0 && all[len(all)-1].What == "form"
	})
	if problems, err := d.slack.Fill(d.team.ID, "UBO", map[string]string{"why": "once more"}); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	d.onSlack("UBO", "needs a second moderator")
	for _, step := range []struct{ who, want string }{{"UBO", "another moderator has to agree"}, {"UCY", "answer with this entry any more"}} {
		d.slack.Command(d.team.ID, lounge, step.who, "/faq review")
		d.pressOnSlack(step.who, onSuicide, onSuicide)
		d.pressOnSlack(step.who, "This takes the entry away", "Take it away")
		d.onSlack(step.who, step.want)
	}
}

// tell does once what is done every few seconds.
func (d *desktop) tell(n network) {
	d.t.Helper()
	if err := d.drafts.tell(d.t.Context(), n); err != nil {
		d.t.Fatal(err)
	}
}

// onDiscord waits for the last thing that the bot showed; kind "" is a message.
func (d *desktop) onDiscord(kind, words string) (o discordserver.Operation) {
	d.t.Helper()
	d.await(words, func() bool {
		all := d.discord.Operations()
		if len(all) == 0 {
			return false
		}
		o = all[len(all)-1]
		return (o.Kind == kind || kind == "") && strings.Contains(o.Text(), words)
	})
	return o
}

func (d *desktop) pressOnDiscord(o discordserver.Operation, label, who string) (interaction string) {
	d.t.Helper()
	id := d.discord.CustomID(o.Message.ID, label)
	if id == "" {
		d.t.Fatalf("there is no button %q under %q", label, o.Text())
	}
	return d.discord.Press(o.Message.ID, id, who)
}

// onSlack waits for the last message that the bot shows somebody alone in the lounge.
func (d *desktop) onSlack(who, words string) (m slackserver.Message) {
	d.t.Helper()
	d.await(words, func() bool {
		all := d.slack.Bots(lounge)
		if len(all) == 0 {
			return false
		}
		m = all[len(all)-1]
		return m.Ephemeral == who && strings.Contains(string(m.Blocks), words)
	})
	return m
}

func (d *desktop) pressOnSlack(who, words, label string) {
	d.t.Helper()
	if err := d.slack.Press(d.team.ID, lounge, d.onSlack(who, words).TS, who, label); err != nil {
		d.t.Fatal(err)
	}
}

// toldOnSlack lists whom the bot told of changes by direct message, one for each message.
func (d *desktop) toldOnSlack() (who []string) {
	for _, c := range d.slack.Changes() {
		if strings.Contains(string(c.Message.Blocks), "Waiting for a second moderator") && c.Message.Ephemeral == "" {
			who = append(who, strings.TrimPrefix(c.Message.Channel, "D"+d.team.ID))
		}
	}
	slices.Sort(who)
	return who
}
