package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// maxSkew is how far this machine's clock may be from Slack's. Slack's signatures
// are good for five minutes.
const maxSkew = time.Minute

// Checks returns what can be wrong with this app in Slack, in the order in which it
// is to be mended.
func (p *Platform) Checks() []bots.Check {
	all := []bots.Check{{Name: "Slack clock", Run: p.checkClock}}
	if one, ok := p.o.Installations.(*One); ok {
		all = slices.Insert(all, 0, bots.Check{Name: "Slack bot token", Run: one.check})
		all = append(all, bots.Check{Name: "Slack scopes", Run: one.checkScopes})
		for _, at := range p.o.Rooms.Read() {
			mode := map[chat.Mode]string{chat.Watch: "is read in watch mode", chat.Support: "is read in support mode"}[p.o.Rooms.Mode(at)]
			all = append(all, p.channelCheck(at.Channel, mode))
		}
		if p.o.Alerts != "" {
			all = append(all, p.channelCheck(p.o.Alerts, "takes alerts"))
		}
	}
	if p.o.AppToken == "" {
		return append(all, bots.Check{Name: "Slack signing secret", Run: checkSecret})
	}
	return append(all, bots.Check{Name: "Slack app token", Run: p.checkSocket})
}

// errReach is what is said where Slack gives no answer at all.
func errReach(err error) error {
	return fmt.Errorf("Slack cannot be reached: check this machine's connection (%w)", withoutURL(err)) //nolint:staticcheck // Slack is a name
}

func (o *One) check(ctx context.Context) (string, error) {
	err := o.Learn(ctx)
	switch c := code(err); {
	case slices.Contains(lost, c):
		return "", fmt.Errorf("Slack does not take it (%s): copy the Bot User OAuth Token anew from OAuth & Permissions of your app into SLACK_BOT_TOKEN", c) //nolint:staticcheck // Slack is a name
	case err != nil:
		return "", errReach(err)
	}
	return "good for " + o.name(), nil
}

func (o *One) checkScopes(ctx context.Context) (string, error) {
	auth, err := slack.New(o.token, slack.OptionAPIURL(o.url)).AuthTestContext(ctx)
	if err != nil {
		return "", errReach(err)
	}
	has := strings.Split(strings.ReplaceAll(auth.Header.Get("X-OAuth-Scopes"), " ", ""), ",")
	without := func(wanted []string) []string {
		return slices.DeleteFunc(slices.Clone(wanted), func(s string) bool { return slices.Contains(has, s) })
	}
	const mend = "Add them on OAuth & Permissions of your app, or paste the manifest anew (kapbot slack manifest), and reinstall the app"
	if missing := without(Setup{}.Scopes()); len(missing) > 0 {
		return "", fmt.Errorf("missing are %s. %s", strings.Join(missing, ", "), mend)
	}
	if missing := without(Setup{Rooms: true}.Scopes()); len(missing) > 0 {
		return "", bots.Advice("without " + strings.Join(missing, ", ") + " the bot answers direct messages, mentions and commands. It cannot follow threads, edits and deletions in rooms, nor read support and watch channels. " + mend)
	}
	return "all are there", nil
}

func (p *Platform) checkClock(ctx context.Context) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, p.o.APIURL+"api.test", nil)
	if err != nil {
		return "", errors.New("cannot be asked")
	}
	began := time.Now()
	answer, err := p.clients.rest.Do(q)
	if err != nil {
		return "", errReach(err)
	}
	if err := answer.Body.Close(); err != nil {
		return "", errReach(err)
	}
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return "", errors.New("cannot be read")
	}
	if skew := began.Sub(theirs); skew.Abs() > maxSkew {
		return "", fmt.Errorf("is %v from this machine's: set the clock, for example by switching on NTP", skew.Round(time.Second))
	}
	return "agrees with this machine's", nil
}

// channelCheck checks that the bot is in a channel that is set.
func (p *Platform) channelCheck(id, does string) bots.Check {
	return bots.Check{Name: "Slack channel " + id, Run: func(ctx context.Context) (string, error) {
		api, err := p.clients.of(ctx, "", false)
		if err != nil {
			return "", err
		}
		c, err := api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		switch code(err) {
		case "":
			if err != nil {
				return "", errReach(err)
			}
		case "channel_not_found":
			return "", errors.New("does not exist or is private and closed to the bot: invite it there with /invite @kapbot, or take the id out of the settings")
		case "missing_scope":
			return "", errors.New("cannot be looked at: the app lacks channels:read or groups:read (see Slack scopes)")
		default:
			return "", fmt.Errorf("cannot be looked at: Slack says %s", code(err))
		}
		switch {
		case c.IsArchived:
			return "", fmt.Errorf("#%s is archived: take its id out of the settings", c.Name)
		case !c.IsMember:
			return "", fmt.Errorf("#%s: the bot is not in it. Write /invite @kapbot there", c.Name)
		}
		return "#" + c.Name + " " + does, nil
	}}
}

// checkSocket opens Socket Mode as run does, and leaves it.
func (p *Platform) checkSocket(ctx context.Context) (string, error) {
	api := slack.New("", slack.OptionAppLevelToken(p.o.AppToken), slack.OptionAPIURL(p.o.APIURL), slack.OptionHTTPClient(p.clients.rest))
	_, _, err := api.StartSocketModeContext(ctx)
	switch c := code(err); c {
	case "":
		if err != nil {
			return "", errReach(err)
		}
		return "opens Socket Mode", nil
	case "missing_scope", "not_allowed_token_type":
		return "", errors.New("is not one that opens Socket Mode: make one with the scope connections:write on Basic Information, App-Level Tokens, for SLACK_APP_TOKEN")
	default:
		if slices.Contains(lost, c) {
			return "", fmt.Errorf("is not taken (%s): copy it anew from Basic Information, App-Level Tokens, into SLACK_APP_TOKEN", c)
		}
		return "", fmt.Errorf("does not open Socket Mode (%s): switch it on under Socket Mode of your app, or set SLACK_SIGNING_SECRET for deliveries over HTTP", c)
	}
}

func checkSecret(context.Context) (string, error) {
	return "", bots.Advice("cannot be checked from here. Slack checks it when you press Retry beside the Request URL on Event Subscriptions of your app: it has to say Verified")
}
