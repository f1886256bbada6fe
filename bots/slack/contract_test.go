package slack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/slackserver"
)

func TestConversations(t *testing.T) {
	for name, http := range map[string]bool{"Socket Mode": false, "HTTP": true} {
		t.Run(name, func(t *testing.T) {
			bottest.Run(t, func(t *testing.T) bottest.Client { return newClient(open(t, setting{http: http})) })
		})
	}
}

// A spot is one person in one conversation.
type spot struct{ channel, thread, user string }

// client does what people do in a world.
type client struct {
	*world
	touched map[spot]bool // since the last Settle
	fences  int
}

func newClient(w *world) *client { return &client{world: w, touched: map[spot]bool{}} }

// isFence knows the answer to a press that only Settle makes.
func isFence(x slackserver.Change) bool {
	return strings.Contains(seen(x.Message), "¿Eres un médico o una persona?")
}

func (c *client) Can(bottest.Ability) bool { return true }

func (c *client) channel(place bottest.Place, person string) string {
	switch place {
	case bottest.Direct:
		return "DU" + strings.ToUpper(person)
	case bottest.Watch:
		return watched
	case bottest.Support:
		return support
	}
	return room
}

func (c *client) touch(channel, thread, user string) { c.touched[spot{channel, thread, user}] = true }

func (c *client) Say(place bottest.Place, person, text string) string {
	user, channel := "U"+strings.ToUpper(person), c.channel(place, person)
	if place == bottest.Mention {
		text = "<@" + c.team.BotUser + "> " + text
	}
	c.touch(channel, "", user)
	return channel + "/" + c.Server.Say(slackserver.Say{Channel: channel, User: user, Text: text}) + "/" + user
}

func (c *client) Edit(id, text string) {
	at := strings.Split(id, "/")
	c.touch(at[0], "", at[2])
	if err := c.Server.Edit(at[0], at[1], text); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) Delete(id string) {
	at := strings.Split(id, "/")
	c.touch(at[0], "", at[2])
	if err := c.Server.Delete(at[0], at[1]); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) Press(message, label, person string) {
	at := strings.Split(message, "/")
	user := "U" + strings.ToUpper(person)
	c.touch(at[0], at[2], user)
	if err := c.Server.Press(c.team.ID, at[0], at[1], user, label); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) Command(place bottest.Place, person, name, text string) {
	user, channel := "U"+strings.ToUpper(person), c.channel(place, person)
	c.touch(channel, "", user)
	if strings.HasPrefix(name, "faq ") {
		name = "/" + name
	}
	c.Server.Command(c.team.ID, channel, user, strings.TrimSpace(name+" "+text))
}

func (c *client) Fill(person string, values map[string]string) {
	if _, err := c.Server.Fill(c.team.ID, "U"+strings.ToUpper(person), values); err != nil {
		c.t.Error(err)
	}
}

func (c *client) Close() {
	c.wait("the end of the cards", c.delivered)
	c.stop()
}

func (c *client) Again() {
	all := c.Deliveries()
	c.Server.Again(all[len(all)-1])
}

// Settle waits until all deliveries were acknowledged, then presses a button in
// each conversation that something happened in, and waits for its answer: answers
// of one conversation come in order.
func (c *client) Settle() {
	c.wait("acknowledgements", c.Settled)
	for at := range maps.Keys(c.touched) {
		c.fences++
		c.PressAction(c.team.ID, at.channel, at.thread, at.user, "show.es.0", "bot-person")
	}
	clear(c.touched)
	c.wait("answers", func() bool {
		n := 0
		for _, x := range c.Changes() {
			if isFence(x) {
				n++
			}
		}
		return n == c.fences && c.Settled()
	})
}

// late is how long is waited for something that may never come.
const late = 20 * time.Second

// until returns once done says so or it is late.
func (c *client) until(done func() bool) {
	c.t.Helper()
	limit := time.Now().Add(late)
	wake := time.AfterFunc(late, func() { c.AddUser(slackserver.User{ID: "UNOBODY", Team: c.team.ID}) })
	defer wake.Stop()
	c.wait("what is shown", func() bool { return done() || time.Now().After(limit) })
}

func (c *client) Await(n int) (all []bottest.Shown) {
	c.until(func() bool {
		all = c.shown()
		return len(all) >= n
	})
	return all
}

func (c *client) shown() []bottest.Shown {
	var all []bottest.Shown
	for _, x := range c.Changes() {
		m := x.Message
		if isFence(x) {
			continue
		}
		op := map[string]bottest.Op{"new": bottest.New, "edited": bottest.Edited, "removed": bottest.Removed, "form": bottest.Form}[x.What]
		text := seen(m)
		if op == bottest.Form {
			text = m.Text
		}
		if op == bottest.New && m.Ephemeral != "" && !strings.HasPrefix(m.Channel, "D") {
			op = bottest.Alone
		}
		if op == bottest.Removed {
			text = ""
		}
		all = append(all, bottest.Shown{Op: op, Text: text, ID: m.Channel + "/" + m.TS + "/" + m.Thread})
	}
	return all
}

func TestEverythingWasInOrder(t *testing.T) {
	c := newClient(open(t, setting{}))
	c.Say(bottest.Mention, "ann", "How long is a session?")
	c.Say(bottest.Watch, "ann", "I want to kill myself")
	c.Command(bottest.Room, "bob", "resources", "")
	c.Settle()
	c.Await(3)
	if v := c.Violations(); len(v) > 0 {
		t.Errorf("Slack would have suffered: %v", v)
	}
	for _, m := range slices.Concat(c.Bots(room), c.Bots(watched)) {
		if m.Pings || m.Unfurl && m.Ephemeral == "" {
			t.Errorf("pings %v, unfurls %v: %s", m.Pings, m.Unfurl, m.Text)
		}
		if m.Text == "" || m.Ephemeral == "" && m.Thread == "" {
			t.Errorf("without fallback or outside of a thread: %+v", m)
		}
	}
}
