package responder_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// broken is the real thing but for one stage, in which it panics.
type broken struct {
	responder.Answers
	stage string
}

func (b broken) at(stage string) {
	if b.stage == stage {
		panic("a bug in " + stage + " while it read: " + wish)
	}
}

func (b broken) Answer(ctx context.Context, q string, l chat.Lang, now time.Time) (chat.Reply, error) {
	b.at("Answer")
	return b.Answers.Answer(ctx, q, l, now)
}

func (b broken) Entry(id string, l chat.Lang, now time.Time) (chat.Reply, bool) {
	b.at("Entry")
	return b.Answers.Entry(id, l, now)
}

func (b broken) Card(v crisis.Verdict) chat.Reply {
	b.at("Card")
	return b.Answers.Card(v)
}

func (b broken) Notice(l chat.Lang, choose func(prompts.Texts) string) chat.Reply {
	b.at("Notice")
	return b.Answers.Notice(l, choose)
}

func (b broken) Resources(l chat.Lang) chat.Reply {
	b.at("Resources")
	return b.Answers.Resources(l)
}

func (b broken) Topics(l chat.Lang) chat.Reply {
	b.at("Topics")
	return b.Answers.Topics(l)
}

// A fault is a triage that panics while it works.
type fault struct{}

func (fault) Check(chat.Body, crisis.State, time.Time) (crisis.Verdict, crisis.State) {
	panic("a bug in triage")
}

// unfinished is a triage that forgets to fill in its verdict.
type unfinished struct{}

func (unfinished) Check(_ chat.Body, s crisis.State, _ time.Time) (crisis.Verdict, crisis.State) {
	return crisis.Verdict{}, s
}

// wordless is a body whose words cannot be read.
type wordless struct{}

func (wordless) Words() []string { panic("a bug in a body") }

const wholeCard = "**Dial 988 then Press 1**"

func TestAPanicInAnyStageStillGivesTheCard(t *testing.T) {
	command := func(name string) chat.Event { return event(chat.Command{Name: name}) }
	press := event(chat.Pressed{Action: chat.ActionShow, Value: "session-length"})
	for _, test := range []struct {
		stage string
		ev    chat.Event
	}{
		{"Card", said(wish)}, {"Card", said(amount)}, {"Card", said(threat)},
		{"Answer", said(ask)}, {"Answer", said(subject)}, {"Answer", event(chat.Edited{Said: chat.Said{Text: ask}})},
		{"Entry", press}, {"Notice", command("help")}, {"Notice", said(" ")}, {"Notice", command("dance")},
		{"Resources", command("resources")}, {"Topics", command("topics")},
	} {
		t.Run(test.stage, func(t *testing.T) {
			r := newRoom(t, triage(), broken{answers(), test.stage})
			ack := r.Handle(context.Background(), test.ev)
			if shown(ack) != prompts.Crisis || ack.Reply.Kind != chat.Crisis || !strings.HasPrefix(ack.Reply.Card.Text, wholeCard) {
				t.Errorf("reply %+v", ack.Reply)
			}
		})
		t.Run(test.stage+" does not stop a crisis", func(t *testing.T) {
			if test.stage == "Card" {
				t.Skip("the stage is the card's own")
			}
			r := newRoom(t, triage(), broken{answers(), test.stage})
			r.Handle(context.Background(), test.ev)
			if ack := r.says(threat); shown(ack) != prompts.Danger {
				t.Errorf("card %q", shown(ack))
			}
		})
	}
	for name, r := range map[string]*room{
		"triage":         newRoom(t, fault{}, answers()),
		"the answers":    newRoom(t, triage(), nil),
		"the whole bot":  newRoom(t, fault{}, nil),
		"a nil triage":   newRoom(t, nil, answers()),
		"a verdict that": newRoom(t, unfinished{}, answers()),
	} {
		t.Run(name, func(t *testing.T) {
			if ack := r.says(ask); shown(ack) != prompts.Crisis {
				t.Errorf("reply %+v", ack.Reply)
			}
		})
	}
	for name, body := range map[string]chat.Body{"no body": nil, "a body that panics": wordless{}} {
		t.Run(name, func(t *testing.T) {
			ack := newRoom(t, triage(), answers()).Handle(context.Background(), event(body))
			if shown(ack) != prompts.Crisis {
				t.Errorf("reply %+v", ack.Reply)
			}
		})
	}
	t.Run("the clock", func(t *testing.T) {
		r := responder.New(triage(), answers(), newRoom(t, triage(), answers()).logger(), func() time.Time { panic("no clock") })
		t.Cleanup(r.Close)
		if ack := r.Handle(context.Background(), said(ask)); shown(ack) != prompts.Crisis {
			t.Errorf("reply %+v", ack.Reply)
		}
	})
	t.Run("where nobody meant the bot", func(t *testing.T) {
		ev := said(ask)
		ev.Addressed = false
		if ack := newRoom(t, fault{}, answers()).Handle(context.Background(), ev); shown(ack) != prompts.Crisis {
			t.Errorf("reply %+v", ack.Reply)
		}
	})
}

func TestOneBugDoesNotStopTheNextMessage(t *testing.T) {
	r := newRoom(t, triage(), broken{answers(), "Topics"})
	r.Handle(context.Background(), event(chat.Command{Name: "topics"}))
	if ack := r.says(ask); ack.Reply == nil || ack.Reply.Kind != chat.Answer {
		t.Errorf("reply %+v", ack.Reply)
	}
	r = newRoom(t, fault{}, answers())
	for range 3 { // a panic under the lock must not keep the lock
		r.says(ask)
	}
}

func TestABugThatRepeatsDoesNotFloodARoom(t *testing.T) {
	r := newRoom(t, fault{}, answers())
	other := said(ask)
	other.From.ID = "q"
	elsewhere := said(ask)
	elsewhere.At.Channel = "elsewhere"
	for _, step := range []struct {
		name string
		wait time.Duration
		ev   chat.Event
		want string
	}{
		{"the first is the whole card", 0, said(ask), prompts.Crisis},
		{"the second is short", time.Second, said(ask), prompts.Reminder},
		{"so is one nearly ten minutes later", 9*time.Minute + 58*time.Second, said(ask), prompts.Reminder},
		{"ten minutes after the whole card it is whole again", time.Second, said(ask), prompts.Crisis},
		{"the first of somebody else is never held back", 0, other, prompts.Crisis},
		{"nor that of another conversation", 0, elsewhere, prompts.Crisis},
	} {
		t.Run(step.name, func(t *testing.T) {
			r.now = r.now.Add(step.wait)
			if got := shown(r.Handle(context.Background(), step.ev)); got != step.want {
				t.Errorf("card %q, want %q", got, step.want)
			}
		})
	}
}

func TestACardNeedsNoTimeAndNoNetwork(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := newRoom(t, triage(), answers())
	if ack := r.Handle(ctx, said(wish)); shown(ack) != prompts.Crisis {
		t.Errorf("with a context that is over: %+v", ack.Reply)
	}
	if ack := r.Handle(ctx, said(ask)); ack.Reply == nil || ack.Reply.Kind != chat.Unknown {
		t.Errorf("a question whose time is over: %+v", ack.Reply)
	}
}

// failing is an Answers whose search does not work.
type failing struct{ responder.Answers }

func (failing) Answer(context.Context, string, chat.Lang, time.Time) (chat.Reply, error) {
	return chat.Reply{}, errors.New("the index is gone")
}

func TestSearchThatFailsIsAnUnknownAnswer(t *testing.T) {
	r := newRoom(t, triage(), failing{answers()})
	reply := r.says(ask).Reply
	if reply == nil || reply.Kind != chat.Unknown || !strings.Contains(reply.Text, "reviewed answer") {
		t.Errorf("reply %+v", reply)
	}
	if !strings.Contains(r.log.String(), "the index is gone") {
		t.Errorf("the fault is not in the log: %s", &r.log)
	}
	if reply := r.says(subject).Reply; reply.Kind != chat.Mention || reply.Banner == "" {
		t.Errorf("a mention: %+v", reply)
	}
}

func TestNothingTypedIsLogged(t *testing.T) {
	const secret = "xylophone"
	for name, answers := range map[string]responder.Answers{
		"all is well": answers(), "search fails": failing{answers()}, "a stage panics": broken{answers(), "Answer"}, "cards panic": broken{answers(), "Card"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, triage(), answers)
			for _, text := range []string{wish + " " + secret, ask + " " + secret, subject + " " + secret, secret} {
				r.says(text)
				r.Handle(context.Background(), event(chat.Command{Name: secret, Args: []chat.Field{{Name: "x", Value: secret}}}))
			}
			for _, word := range []string{secret, "kill", "session", "Zebulon"} {
				if strings.Contains(r.log.String(), word) {
					t.Errorf("%q is in the log: %s", word, &r.log)
				}
			}
		})
	}
}
