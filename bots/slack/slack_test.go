package slack_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/prompts"
)

const (
	question = "How long is a session?"
	answered = "How long does one ketamine session take?"
	danger   = "I want to kill myself"
	card     = "Dial 988 then Press 1"
)

// ours are the messages that the bot shows now in a channel, to anybody.
func (c *client) ours(channel string) []slackserver.Message {
	return slices.DeleteFunc(c.Bots(channel), func(m slackserver.Message) bool {
		return m.BotID != c.team.BotID || isFence(slackserver.Change{Message: m})
	})
}

// expect wants the messages that bots show in a channel to begin or contain so.
func (c *client) expect(channel string, parts ...string) {
	c.t.Helper()
	c.Settle()
	c.until(func() bool { return len(c.ours(channel)) >= len(parts) })
	got := c.ours(channel)
	if len(got) != len(parts) {
		c.t.Fatalf("%s shows %d messages, want %d: %v", channel, len(got), len(parts), got)
	}
	for i, part := range parts {
		if text := strings.ReplaceAll(seen(got[i]), "*", ""); !strings.Contains(text, part) {
			c.t.Errorf("message %d in %s is %.80q, want %q", i, channel, text, part)
		}
	}
}

// say writes in a channel as somebody, whatever the channel.
func (c *client) say(s slackserver.Say) string {
	c.touch(s.Channel, s.Thread, s.User)
	return c.Server.Say(s)
}

func TestWhoIsAnswered(t *testing.T) {
	mention := "<@UBOTT0TEAM00> " + question
	tests := []struct {
		name string
		say  slackserver.Say
		want []string
	}{
		{"a mention with a label", slackserver.Say{Channel: room, User: "UANN", Text: "<@UBOTT0TEAM00|kapbot> " + question}, []string{answered}},
		{"a mention of somebody else", slackserver.Say{Channel: room, User: "UANN", Text: "<@UBOB> " + question}, nil},
		{"another bot", slackserver.Say{Channel: support, User: "UX", Bot: "BX", Text: mention}, nil},
		{"a bot that posts as nobody", slackserver.Say{Channel: support, SubType: "bot_message", Bot: "BX", Text: mention}, nil},
		{"somebody who joins", slackserver.Say{Channel: support, User: "UANN", SubType: "channel_join", Text: "<@UANN> has joined"}, nil},
		{"Slackbot", slackserver.Say{Channel: support, User: "USLACKBOT", Text: question}, nil},
		{"a reply that is also sent to the room", slackserver.Say{Channel: support, User: "UANN", SubType: "thread_broadcast", Text: question}, []string{answered}},
		{"/me", slackserver.Say{Channel: support, User: "UANN", SubType: "me_message", Text: danger}, []string{card}},
		{"the name of a file", slackserver.Say{Channel: watched, User: "UANN", SubType: "file_share", Text: "look", Files: []string{"i want to kill myself.txt"}}, []string{card}},
		{"a message that is shared", slackserver.Say{Channel: watched, User: "UANN", Text: "this is me", Shares: []string{danger}}, []string{card}},
		{"emoji by name", slackserver.Say{Channel: watched, User: "UANN", Text: "thinking of eating my :gun:"}, []string{card}},
		{"a link with words", slackserver.Say{Channel: watched, User: "UANN", Text: "<https://a.b|I want to kill myself>"}, []string{card}},
		{"escaped signs", slackserver.Say{Channel: support, User: "UANN", Text: "does KAP help anxiety &amp; PTSD?"}, []string{"Sources"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(open(t, setting{}))
			c.say(test.say)
			c.expect(test.say.Channel, test.want...)
		})
	}
}

func TestAThreadItWroteInIsForTheBot(t *testing.T) {
	c := newClient(open(t, setting{}))
	root := c.say(slackserver.Say{Channel: room, User: "UANN", Text: "<@UBOTT0TEAM00> " + question})
	c.expect(room, answered)
	if m := c.ours(room)[0]; m.Thread != root {
		t.Fatalf("the answer is in thread %q, want %q", m.Thread, root)
	}
	c.say(slackserver.Say{Channel: room, User: "UBOB", Thread: root, Text: "what does it cost?"})
	c.expect(room, answered, "Sources")
	other := c.say(slackserver.Say{Channel: room, User: "UBOB", Text: "other things"})
	c.say(slackserver.Say{Channel: room, User: "UBOB", Thread: other, Text: "what does it cost?"})
	c.expect(room, answered, "Sources")
}

func TestPreviewsAreNoEdits(t *testing.T) {
	c := newClient(open(t, setting{}))
	ts := c.say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: question})
	c.expect("DUANN", answered)
	if err := c.Unfurl("DUANN", ts); err != nil {
		t.Fatal(err)
	}
	c.expect("DUANN", answered)
	if n := len(c.shown()); n != 1 {
		t.Errorf("%d operations, want 1", n)
	}
}

func TestAnEditThatMentionsTheBotIsAnsweredOnce(t *testing.T) {
	c := newClient(open(t, setting{}))
	ts := c.say(slackserver.Say{Channel: room, User: "UANN", Text: question})
	c.expect(room)
	c.touch(room, "", "UANN")
	if err := c.Server.Edit(room, ts, "<@UBOTT0TEAM00> "+question); err != nil {
		t.Fatal(err)
	}
	c.expect(room, answered)
}

func TestTheShortcut(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"answers a question in its thread", question, answered},
		{"shows the card where its author sees it", danger, card},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(open(t, setting{}))
			ts := c.say(slackserver.Say{Channel: room, User: "UANN", Text: test.text})
			c.expect(room)
			c.touch(room, "", "UANN")
			if err := c.Shortcut(c.team.ID, "kap_answer", room, ts, "UBOB"); err != nil {
				t.Fatal(err)
			}
			c.expect(room, test.want)
			if m := c.ours(room)[0]; m.Thread != ts || m.Ephemeral != "" {
				t.Errorf("it stands in thread %q for %q", m.Thread, m.Ephemeral)
			}
		})
	}
	t.Run("answers whoever used it where the bot is no member", func(t *testing.T) {
		w := open(t, setting{})
		w.AddChannel(slackserver.Channel{ID: "C0OTHER0", Kind: slackserver.Public, Teams: []string{w.team.ID}, Members: []string{"UANN", "UBOB"}})
		ts := w.Say(slackserver.Say{Channel: "C0OTHER0", User: "UANN", Text: danger})
		if err := w.Shortcut(w.team.ID, "kap_answer", "C0OTHER0", ts, "UBOB"); err != nil {
			t.Fatal(err)
		}
		w.wait("the card", func() bool { return len(w.Bots("C0OTHER0")) == 1 })
		if m := w.Bots("C0OTHER0")[0]; m.Ephemeral != "UBOB" || !strings.Contains(seen(m), card[:8]) {
			t.Errorf("%+v", m)
		}
	})
}

func TestTheCommandIsPrivateAndWorksAnywhere(t *testing.T) {
	w := open(t, setting{})
	w.AddChannel(slackserver.Channel{ID: "C0OTHER0", Kind: slackserver.Private, Teams: []string{w.team.ID}, Members: []string{"UANN"}})
	for i, test := range []struct{ text, want string }{
		{"", "/kap topics shows what I know about"},
		{"help", "/kap topics shows what I know about"},
		{"Resources", card},
		{"topics", "I have reviewed answers about"},
		{"ask " + question, answered},
		{question, answered},
		{"help me, I want to kill myself", card},
		{"topics " + danger, card},
	} {
		w.Command(w.team.ID, "C0OTHER0", "UANN", test.text)
		w.wait(test.text, func() bool { return len(w.Bots("C0OTHER0")) == i+1 })
		m := w.Bots("C0OTHER0")[i]
		if text := strings.ReplaceAll(seen(m), "*", ""); m.Ephemeral != "UANN" || !strings.Contains(text, test.want) {
			t.Errorf("/kap %s shows %q to %q", test.text, text, m.Ephemeral)
		}
	}
}

func TestHome(t *testing.T) {
	w := open(t, setting{})
	w.OpenHome(w.team.ID, "UANN")
	w.wait("the Home tab", func() bool { _, ok := w.Home("UANN"); return ok })
	home, _ := w.Home("UANN")
	text := strings.ReplaceAll(seen(slackserver.Message{Blocks: home.Blocks}), "*", "")
	if !strings.HasPrefix(text, card) || !strings.Contains(text, "What I keep.") {
		t.Errorf("Home shows %q", text)
	}
}

func TestTheAssistantPane(t *testing.T) {
	c := newClient(open(t, setting{}))
	channel, thread := c.StartAssistant(c.team.ID, "UANN")
	c.wait("suggestions", func() bool { return len(c.Assistant(channel, thread).Prompts) > 0 })
	c.say(slackserver.Say{Channel: channel, Thread: thread, User: "UANN", Text: question})
	c.expect(channel, "New chat", card, answered)
	if a := c.Assistant(channel, thread); a.Title != answered || len(a.Statuses) == 0 || a.Statuses[0] == "" {
		t.Errorf("the thread has %+v", a)
	}
	c.say(slackserver.Say{Channel: channel, Thread: thread, User: "UANN", Text: danger})
	c.expect(channel, "New chat", card, answered, card)
	for _, m := range c.ours(channel)[1:] {
		if m.Thread != thread {
			t.Errorf("%q is in thread %q", m.Text, m.Thread)
		}
	}
}

func TestAChannelThatWorkspacesShare(t *testing.T) {
	c := newClient(open(t, setting{}))
	c.AddUser(slackserver.User{ID: "UFAR", Team: "T0OTHER0", Restricted: true})
	c.AddChannel(slackserver.Channel{ID: "C0SHARED", Kind: slackserver.Public, Teams: []string{c.team.ID, "T0OTHER0"}, Members: []string{c.team.BotUser, "UFAR", "UANN"}})
	c.say(slackserver.Say{Channel: "C0SHARED", User: "UFAR", Text: "<@UBOTT0TEAM00> " + danger})
	c.expect("C0SHARED", card)
}

func TestACardThatCannotBeShownGoesByDirectMessage(t *testing.T) {
	w := open(t, setting{})
	w.Fail("chat.postMessage", slackserver.Fault{Error: "restricted_action"})
	w.Say(slackserver.Say{Channel: watched, User: "UANN", Text: danger})
	w.wait("the card", func() bool { return len(w.Bots("DUANN")) == 1 })
	if got := w.Bots(watched); len(got) != 0 {
		t.Errorf("the room shows %v", got)
	}
}

// overslept is a context whose time is over and whose timer has not run yet.
type overslept struct{ context.Context }

func (overslept) Deadline() (time.Time, bool) { return time.Now().Add(-time.Second), true }

func TestNothingIsSentWhoseTimeIsOver(t *testing.T) {
	w := open(t, setting{})
	post := chat.Post{
		Reply: chat.Reply{Kind: chat.Crisis, Card: &chat.Card{Name: prompts.Crisis, Text: prompts.Card(prompts.Crisis, "en")}},
		To:    chat.Ref{Network: slack.Network, Space: w.team.ID, Channel: "DUANN"}, For: chat.Person{ID: "UANN"}, Key: "k",
	}
	if _, err := w.platform.Send(overslept{t.Context()}, post); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v", err)
	}
	if got := w.Bots("DUANN"); len(got) != 0 {
		t.Errorf("it was sent: %v", got)
	}
	if _, err := w.platform.Send(t.Context(), post); err != nil || len(w.Bots("DUANN")) != 1 {
		t.Errorf("in time it is not sent: %v", err)
	}
}

func TestLinks(t *testing.T) {
	w := open(t, setting{})
	for _, test := range []struct {
		name string
		at   chat.Ref
		want string
	}{
		{"a message", chat.Ref{Channel: "C1", Message: "1700000000.000100"}, "/archives/C1/p1700000000000100"},
		{"one in a thread", chat.Ref{Channel: "C1", Message: "2.1", Thread: "1.1"}, "/archives/C1/p21?thread_ts=1.1&cid=C1"},
		{"a command", chat.Ref{Channel: "C1", Message: "command 1.2"}, "/archives/C1"},
	} {
		test.at.Space = w.team.ID
		if got := w.platform.Link(test.at); !strings.HasSuffix(got, test.want) {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	unknown := slack.New(slack.Options{Installations: slack.NewOne("xoxb-1", "")})
	if got := unknown.Link(chat.Ref{Space: "T1", Channel: "C1", Message: "1.1"}); got != "https://app.slack.com/client/T1/C1" {
		t.Errorf("a workspace whose address is not known: %s", got)
	}
}

func TestTheManifestIsEnough(t *testing.T) {
	// open installs the app with the scopes and subscriptions of the manifest, so
	// every other test fails if one is missing. Here: none is there in vain.
	least := slack.Setup{}
	if got := strings.Join(least.Scopes(), " "); got != "app_mentions:read assistant:write chat:write commands im:history im:read usergroups:read" {
		t.Errorf("the least scopes are %s", got)
	}
}

var _ bottest.Client = (*client)(nil)
