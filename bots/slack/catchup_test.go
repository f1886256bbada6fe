package slack_test

import (
	"net/http"
	"testing"
	"time"

	"kapbot/internal/platformtest/slackserver"
)

func TestAStartLooksBack(t *testing.T) {
	with := setting{}
	w := open(t, with)
	w.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: danger}) // answered: it is known that there is this direct message
	w.wait("the card", func() bool { return len(w.Bots("DUANN")) == 1 })
	w.wait("its end", w.delivered)
	w.stop()
	ago := func(d time.Duration, channel, user, text string) {
		w.Say(slackserver.Say{Channel: channel, User: user, Text: text, Before: d})
	}
	ago(20*time.Minute, "DUANN", "UANN", "I'm going to shoot my lieutenant")
	ago(20*time.Minute, watched, "UBOB", danger)
	ago(20*time.Minute, watched, "UBOB", "what a day")
	ago(20*time.Minute, support, "UBOB", question)
	ago(40*time.Minute, support, "UBOB", danger) // too long ago
	ago(time.Minute, support, "UANN", danger)    // Slack will deliver it again
	ago(20*time.Minute, room, "UBOB", danger)    // nobody meant the bot
	ago(20*time.Minute, room, "UANN", "<@"+w.team.BotUser+"> "+danger)
	ago(20*time.Minute, "DUBOB", "UBOB", danger) // a first direct message
	for _, method := range []string{"users.conversations", "conversations.history"} {
		w.Fail(method, slackserver.Fault{Status: http.StatusBadGateway}) // Slack is not well yet
	}
	w.start(with)
	w.wait("the cards", func() bool {
		return len(w.Bots("DUANN")) == 2 && len(w.Bots(watched)) == 1 && len(w.Bots(room)) == 1 && len(w.Bots("DUBOB")) == 1
	})
	w.wait("their end", w.delivered)
	w.stop()
	w.start(with) // a second start finds them answered
	w.wait("a look", func() bool { return len(w.Calls("conversations.history")) >= 10 })
	w.stop()
	for channel, want := range map[string]int{"DUANN": 2, watched: 1, support: 0, room: 1, "DUBOB": 1} {
		if got := w.Bots(channel); len(got) != want {
			t.Errorf("%s shows %d messages, want %d: %v", channel, len(got), want, got)
		}
	}
}
