package slack_test

import (
	"strings"
	"testing"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/slackserver"
)

func TestAPeerIsCalledAfterTheCard(t *testing.T) {
	w := open(t, setting{desk: true})
	const peers = "C0PEERS0"
	w.AddUser(slackserver.User{ID: bottest.Moderator, Team: w.team.ID})
	w.AddChannel(slackserver.Channel{ID: peers, Kind: slackserver.Public, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, "UBOB", bottest.Moderator}})
	shown := func(channel string, n int, want string) slackserver.Message {
		t.Helper()
		w.wait(want, func() bool { return len(w.Bots(channel)) >= n && strings.Contains(seen(w.Bots(channel)[n-1]), want) })
		return w.Bots(channel)[n-1]
	}
	w.Command(w.team.ID, peers, bottest.Moderator, "alerts on")
	shown(peers, 1, "Alerts are on")
	w.Say(slackserver.Say{Channel: watched, User: "UANN", Text: danger})
	shown(watched, 1, "I have told the peer supporters") // the card, after the alert
	if text := strings.ReplaceAll(seen(w.Bots(watched)[0]), "*", ""); !strings.Contains(text, "Dial 988 then Press 1") {
		t.Errorf("the card is gone: %q", text)
	}
	alert := shown(peers, 2, "Someone may need support")
	if strings.Contains(seen(alert), "UANN") {
		t.Errorf("the alert names somebody: %q", seen(alert))
	}
}
