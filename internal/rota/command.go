package rota

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/prompts"
)

// weeksShown is how many weeks the counts go back.
const weeksShown = 8

// longestWait is the longest time that an alert may wait for the next person.
const longestWait = time.Hour

// errUnknown says that a command is not one of these.
var errUnknown = errors.New("unknown command")

// command does what follows "alerts".
func (r *Rota) command(ctx context.Context, ev chat.Event, line string, lang chat.Lang) chat.Reply {
	t := r.text(lang)
	words := strings.Fields(strings.ToLower(line))
	text, err := r.do(ctx, ev, words, t)
	var denied *desk.DeniedError
	switch {
	case errors.As(err, &denied):
		text = prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()])
	case errors.Is(err, errUnknown):
		text = prompts.Fill(t.Usage, "prefix", prefix(ev))
	case err != nil:
		r.report(err, "do what a command says")
		text = t.Failed
	}
	return notice(prompts.Fill(text, "prefix", prefix(ev)), lang)
}

func prefix(ev chat.Event) string {
	if ev.Prefix == "" {
		return "/"
	}
	return ev.Prefix
}

// do does what a command says and returns what to answer.
func (r *Rota) do(ctx context.Context, ev chat.Event, words []string, t prompts.Peers) (string, error) {
	of := ev.At.Community()
	switch strings.Join(words, " ") {
	case "me off":
		return t.OptedOut, r.store.SetOut(ctx, of, ev.From.ID, true)
	case "me on":
		return t.OptedIn, r.store.SetOut(ctx, of, ev.From.ID, false)
	case "join", "leave":
		return r.peer(ctx, ev, words[0] == "join", t)
	case "counts":
		return r.counts(ctx, ev, t)
	}
	if len(words) == 0 || words[0] != "on" && words[0] != "off" || len(words) > 2 {
		return "", errUnknown
	}
	if r.roles.Of(ev.At.Network, ev.From) < desk.Lead {
		return "", &desk.DeniedError{Need: desk.Lead}
	}
	if of.Space == "" || r.networks[of.Network] == nil {
		return t.NoRoom, nil
	}
	if words[0] == "off" {
		if err := r.store.DropDuty(ctx, of); err != nil {
			return "", err
		}
		return t.Off, r.Refresh(ctx)
	}
	return r.turnOn(ctx, ev, words[1:], t)
}

// turnOn makes the room of a command the one that alerts go to.
func (r *Rota) turnOn(ctx context.Context, ev chat.Event, words []string, t prompts.Peers) (string, error) {
	wait := Wait
	if len(words) > 0 {
		n, err := strconv.Atoi(words[0])
		if err != nil || n < 1 || n > int(longestWait/time.Minute) { // compared before it can overflow
			return "", errUnknown
		}
		wait = time.Duration(n) * time.Minute
	}
	if err := r.store.SetDuty(ctx, Duty{Of: ev.At.Community(), Channel: ev.At.Channel, Wait: wait}); err != nil {
		return "", err
	}
	return prompts.Fill(t.On, "minutes", strconv.Itoa(int(wait.Minutes()))), r.Refresh(ctx)
}

// peer puts somebody on call or takes them off.
func (r *Rota) peer(ctx context.Context, ev chat.Event, on bool, t prompts.Peers) (string, error) {
	d, ok := r.home(ev.At)
	switch {
	case !ok:
		return t.NotOn, nil
	case on && ev.At.Channel != d.Channel:
		return t.JoinThere, nil
	case on:
		return t.Joined, r.store.SetPeer(ctx, d.Of, ev.From.ID, true)
	}
	return t.Left, r.store.SetPeer(ctx, d.Of, ev.From.ID, false)
}

// counts shows how many alerts there were, where there were enough to hide among.
func (r *Rota) counts(ctx context.Context, ev chat.Event, t prompts.Peers) (string, error) {
	if r.roles.Of(ev.At.Network, ev.From) < desk.Moderator {
		return "", &desk.DeniedError{Need: desk.Moderator}
	}
	weeks, err := r.store.AlertWeeks(ctx, ev.At.Community(), weeksShown)
	if err != nil {
		return "", err
	}
	lines := []string{t.Counts}
	for _, w := range weeks {
		lines = append(lines, "- "+prompts.Fill(t.Week, "day", w.Begins.Format("2006-01-02"), "raised", shown(w.Raised), "taken", shown(w.Taken)))
	}
	if len(weeks) == 0 {
		lines = append(lines, t.NoCounts)
	}
	return strings.Join(lines, "\n"), nil
}

func shown(n int) string {
	if n < FewestShown {
		return "< " + strconv.Itoa(FewestShown)
	}
	return strconv.Itoa(n)
}
