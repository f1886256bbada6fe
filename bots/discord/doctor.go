package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// maxSkew is how far this machine's clock may be from Discord's.
const maxSkew = 5 * time.Second

// Flags of an application that may read the content of messages.
const contentFlags = 1<<18 | 1<<19

// Checks returns what can be wrong with this bot on Discord, in the order in which
// it is to be mended.
func (p *Platform) Checks() []bots.Check {
	all := []bots.Check{
		{Name: "Discord token", Run: p.checkToken},
		{Name: "Discord message content", Run: p.checkIntent},
		{Name: "Discord clock", Run: p.checkClock},
	}
	rooms := p.Rooms.Read()
	if p.Alerts != "" && !slices.ContainsFunc(rooms, func(at chat.Ref) bool { return at.Channel == p.Alerts }) {
		rooms = append(rooms, chat.Ref{Channel: p.Alerts})
	}
	for _, at := range rooms {
		all = append(all, bots.Check{Name: "Discord channel " + at.Channel, Run: func(ctx context.Context) (string, error) { return p.checkChannel(ctx, at) }})
	}
	return all
}

func (p *Platform) checkToken(ctx context.Context) (string, error) {
	me, err := p.api.User("@me", discordgo.WithContext(ctx))
	switch {
	case status(err) == http.StatusUnauthorized:
		return "", errToken
	case err != nil:
		return "", fmt.Errorf("cannot be reached: check this machine's connection (%w)", clean(err))
	}
	p.known.Store(&me.ID)
	return "the bot is called " + me.Username, nil
}

func (p *Platform) checkIntent(ctx context.Context) (string, error) {
	body, err := p.request(ctx, p.api, "GET", discordgo.EndpointApplication("@me"), nil)
	if err != nil {
		return "", fmt.Errorf("cannot be asked: %w", err)
	}
	var app struct {
		Flags int64 `json:"flags"`
	}
	if err := discordgo.Unmarshal(body, &app); err != nil {
		return "", errors.New("cannot be read")
	}
	if app.Flags&contentFlags == 0 {
		return "", bots.Advice("is off. The bot answers direct messages, mentions and commands. It cannot read support and watch channels, nor threads it is in. To change that, switch on Message Content Intent on the page Bot of your application")
	}
	return "may be read", nil
}

func (p *Platform) checkClock(ctx context.Context) (string, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, discordgo.EndpointGateway, nil)
	if err != nil {
		return "", errors.New("cannot be asked")
	}
	began := time.Now()
	answer, err := p.api.Client.Do(q)
	if err != nil {
		return "", fmt.Errorf("cannot be asked: %w", clean(err))
	}
	if err := answer.Body.Close(); err != nil {
		return "", errors.New("cannot be asked")
	}
	theirs, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return "", errors.New("cannot be read")
	}
	middle := began.Add(time.Since(began) / 2)
	if skew := middle.Sub(theirs.Add(500 * time.Millisecond)); skew.Abs() > maxSkew {
		return "", fmt.Errorf("is %v from this machine's: set the clock, for example by switching on NTP", skew.Round(time.Second))
	}
	return "agrees with this machine's", nil
}

// checkChannel checks what the bot may do in a channel.
func (p *Platform) checkChannel(ctx context.Context, at chat.Ref) (string, error) {
	c, err := p.api.Channel(at.Channel, discordgo.WithContext(ctx))
	switch {
	case status(err) == http.StatusNotFound:
		return "", errors.New("does not exist: copy its id anew (right-click it, Copy Channel ID), or take it out of the settings")
	case status(err) == http.StatusForbidden:
		return "", errors.New("is closed to the bot: give it View Channels there")
	case err != nil:
		return "", fmt.Errorf("cannot be asked about: %w", clean(err))
	}
	if err := p.learnSelf(ctx, p.api); err != nil {
		return "", fmt.Errorf("cannot be asked about: %w", err)
	}
	has, err := p.api.UserChannelPermissions(p.self(), at.Channel, discordgo.WithContext(ctx))
	if err != nil {
		return "", fmt.Errorf("does not tell what the bot may do: %w", clean(err))
	}
	var missing []string
	for _, n := range needed {
		if has&n.bit == 0 {
			missing = append(missing, fmt.Sprintf("%s (without it, %s)", n.name, n.why))
		}
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("#%s: give the bot %s", c.Name, strings.Join(missing, " and "))
	}
	what := map[chat.Mode]string{chat.Mentions: "gets alerts", chat.Watch: "is read in watch mode", chat.Support: "is read in support mode"}[p.Rooms.Mode(at)]
	return "#" + c.Name + " " + what, nil
}
