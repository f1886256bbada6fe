package main

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"kapbot/bots"
	"kapbot/bots/discord"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk/counter"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
	"kapbot/prompts"
)

// newDiscord makes the adapter for Discord.
func newDiscord(c config.Discord, log *slog.Logger, a *answer.Answers, moderators *counter.Counter, notes outbox.Store) (network, error) {
	texts, err := prompts.Load()
	if err != nil {
		return network{}, err
	}
	directs, _ := notes.(discord.Directs) // nil without a store
	var leases discord.Leases             // nil where nobody else can be there
	if db, ok := notes.(*store.Store); ok && db.Shared() {
		leases = db
	}
	rooms := bots.NewRooms(c.SupportChannels, c.WatchChannels)
	o := discord.Options{
		Token: c.Token.Reveal(), Rooms: rooms, Alerts: c.AlertChannel, Shards: c.Shards, Texts: texts, Log: log, Suggest: suggest(a), Directs: directs,
		Leases: leases,
	}
	if moderators != nil {
		o.Desk, o.Entries = moderators.Words, moderators.Suggest
	}
	p, err := discord.New(o)
	return network{Platform: p, Sender: p, alerts: c.AlertChannel, desk: c.DeskChannel, rooms: rooms}, err
}

// suggest finds questions that hold what somebody has typed, those that begin with
// it first.
func suggest(a *answer.Answers) func(typed string, lang chat.Lang) []string {
	return func(typed string, lang chat.Lang) []string {
		typed = strings.ToLower(strings.TrimSpace(typed))
		var fit []string
		for _, q := range a.Questions(lang) {
			if strings.Contains(strings.ToLower(q), typed) {
				fit = append(fit, q)
			}
		}
		begins := func(q string) int {
			if strings.HasPrefix(strings.ToLower(q), typed) {
				return 0
			}
			return 1
		}
		slices.SortStableFunc(fit, func(x, y string) int { return cmp.Compare(begins(x), begins(y)) })
		return fit
	}
}

type discordCmd struct {
	Invite inviteCmd `cmd:"" help:"Print the link that invites the bot to a server, with the least permissions."`
}

type inviteCmd struct{}

// Run prints the invite link.
func (inviteCmd) Run(s streams) error {
	c, err := settings(s)
	if err != nil {
		return err
	}
	if !c.Discord.Token.Set() {
		return errors.New("DISCORD_TOKEN is not set: the link is made for its bot. Put the token into .env (see docs/discord.md)")
	}
	link, err := discord.Invite(c.Discord.Token.Reveal())
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, link)
	return nil
}
