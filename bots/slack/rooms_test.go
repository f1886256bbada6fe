package slack_test

import (
	"strings"
	"testing"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/slackserver"
)

// A moderator may be one by a user group. Their first command may come before Slack has
// said who is in it.
func TestAUserGroupMayModerate(t *testing.T) {
	w := open(t, setting{})
	w.SetGroup(w.team.ID, bottest.Moderator, "UBOB")
	n := 0
	w.wait("the group", func() bool {
		w.Command(w.team.ID, room, "UBOB", "watch on")
		n++
		w.wait("a response", func() bool { return len(w.Bots(room)) == n })
		return strings.Contains(seen(w.Bots(room)[n-1]), "From now on I read along here")
	})
	w.Command(w.team.ID, room, "UANN", "watch off")
	w.wait("a refusal", func() bool { return len(w.Bots(room)) == n+1 })
	if text := seen(w.Bots(room)[n]); !strings.Contains(text, "Only a moderator can do this") {
		t.Errorf("somebody else gets %q", text)
	}
}

func TestModeratorsSayHowARoomIsRead(t *testing.T) {
	w := open(t, setting{})
	const quiet = "C0QUIET0"
	w.AddUser(slackserver.User{ID: bottest.Moderator, Team: w.team.ID})
	w.AddChannel(slackserver.Channel{ID: quiet, Kind: slackserver.Public, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, "UANN", bottest.Moderator}})
	n := 0
	shows := func(what, want string) {
		t.Helper()
		n++
		w.wait(what, func() bool { return len(w.Bots(quiet)) == n })
		if text := strings.ReplaceAll(seen(w.Bots(quiet)[n-1]), "*", ""); !strings.Contains(text, want) {
			t.Fatalf("%s shows %q", what, text)
		}
	}
	does := func(who, text, want string) {
		t.Helper()
		w.Command(w.team.ID, quiet, who, text)
		shows("/kap "+text, want)
	}
	say := func(words string) { w.Say(slackserver.Say{Channel: quiet, User: "UANN", Text: words}) }
	say(danger)
	does("UANN", "watch on", "Only a moderator can do this")
	does(bottest.Moderator, "watch on", "From now on I read along here")
	say(question)
	say(danger)
	shows("a crisis", card)
	does("UANN", "watch show", "Only a moderator can do this")
	does(bottest.Moderator, "watch show", "The last to choose this was the person with the id "+bottest.Moderator+", on 20")
	does(bottest.Moderator, "Support on", "I answer every question here")
	say(question)
	shows("a question", answered)
	does(bottest.Moderator, "support off", "only what is written to me")
	say(question)
	does(bottest.Moderator, "watch off", "only what is written to me")
}

// The console asks for the groups of this moment, of whoever has not written for long too.
func TestGroupsAreTold(t *testing.T) {
	w := open(t, setting{})
	w.stop()
	w.SetGroup(w.team.ID, bottest.Moderator, "UBOB") // a bot asks for them as it starts
	w.start(setting{silence: patience})
	for who, want := range map[string]string{"UBOB": bottest.Moderator, "UANN": ""} {
		if got, err := w.platform.Roles(t.Context(), w.team.ID, who); err != nil || strings.Join(got, " ") != want {
			t.Errorf("groups of %s: %v, %v", who, got, err)
		}
	}
}
