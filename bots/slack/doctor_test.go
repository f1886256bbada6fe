package slack_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/slack"
	"kapbot/internal/platformtest/slackserver"
)

func TestDoctor(t *testing.T) {
	const note = "note: "
	for _, test := range []struct {
		name   string
		scopes []string
		change func(o *slack.Options, s *slackserver.Server)
		want   map[string]string // what checks say that are not well
	}{
		{"all is well", slack.Setup{Rooms: true}.Scopes(), nil, nil},
		{"the least scopes", slack.Setup{}.Scopes(), nil, map[string]string{"Slack scopes": note + "without channels:history", "Slack channel " + room: "lacks channels:read"}},
		{"a scope too few", []string{"chat:write", "channels:read"}, nil, map[string]string{"Slack scopes": "missing are app_mentions:read, assistant:write, commands, im:history"}},
		{"a false token", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, s *slackserver.Server) { o.Installations = slack.NewOne("xoxb-no", s.APIURL()) }, map[string]string{
			"Slack bot token": "copy the Bot User OAuth Token anew", "Slack scopes": "invalid_auth", "Slack channel " + room: "invalid_auth",
		}},
		{"a false app token", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, _ *slackserver.Server) { o.AppToken = "xapp-no" }, map[string]string{"Slack app token": "copy it anew"}},
		{"the bot's token as the app's", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, _ *slackserver.Server) { o.AppToken = "xoxb-T0TEAM00-test" }, map[string]string{"Slack app token": "connections:write"}},
		{"over HTTP", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, _ *slackserver.Server) { o.AppToken = "" }, map[string]string{"Slack signing secret": note + "cannot be checked"}},
		{"a channel without the bot", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, s *slackserver.Server) {
			s.AddChannel(slackserver.Channel{ID: "C0OTHER0", Kind: slackserver.Public, Teams: []string{"T0TEAM00"}})
			o.Alerts = "C0OTHER0"
		}, map[string]string{"Slack channel C0OTHER0": "/invite @kapbot"}},
		{"a channel that is not there", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, _ *slackserver.Server) { o.Alerts = "C0NOWHER" }, map[string]string{"Slack channel C0NOWHER": "does not exist"}},
		{"an archived channel", slack.Setup{Rooms: true}.Scopes(), func(o *slack.Options, s *slackserver.Server) {
			s.AddChannel(slackserver.Channel{ID: "C0OTHER0", Kind: slackserver.Public, Teams: []string{"T0TEAM00"}, Archived: true})
			o.Alerts = "C0OTHER0"
		}, map[string]string{"Slack channel C0OTHER0": "is archived"}},
		{"no Slack", slack.Setup{Rooms: true}.Scopes(), func(_ *slack.Options, s *slackserver.Server) { s.Close() }, map[string]string{
			"Slack bot token": "cannot be reached", "Slack clock": "cannot be reached", "Slack scopes": "cannot be reached",
			"Slack channel " + room: "cannot be reached", "Slack app token": "cannot be reached",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := slackserver.New(slackserver.App{})
			defer s.Close()
			team := s.AddTeam("T0TEAM00", test.scopes...)
			s.AddChannel(slackserver.Channel{ID: room, Kind: slackserver.Public, Teams: []string{team.ID}, Members: []string{team.BotUser}})
			o := slack.Options{
				AppToken: s.App().Token, Installations: slack.NewOne(team.Token, s.APIURL()), Rooms: bots.NewRooms([]string{room}, nil), APIURL: s.APIURL(),
			}
			if test.change != nil {
				test.change(&o, s)
			}
			seen := 0
			for _, c := range slack.New(o).Checks() {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				well, err := c.Run(ctx)
				cancel()
				want, bad := test.want[c.Name]
				var advice bots.Advice
				switch {
				case !bad && (err != nil || well == ""):
					t.Errorf("%s: %q, %v", c.Name, well, err)
				case bad:
					seen++
					what, isNote := strings.CutPrefix(want, note)
					if err == nil || !strings.Contains(err.Error(), what) || errors.As(err, &advice) != isNote {
						t.Errorf("%s: %v, want %q", c.Name, err, want)
					}
				}
			}
			if seen != len(test.want) {
				t.Errorf("%d checks were not well, want %d", seen, len(test.want))
			}
		})
	}
}
