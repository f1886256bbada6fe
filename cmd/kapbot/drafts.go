package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/desk/counter"
	"kapbot/internal/store"
	"kapbot/prompts"
)

// draftsEvery is how often it is looked for changes that wait for a second moderator and
// that the others have not heard of.
const draftsEvery = 5 * time.Second

// mostTold is how many moderators are written to one by one, where they have no channel.
const mostTold = 20

// drafts tell moderators at once that a change waits for them: in the channel of their
// desk, or else each by a direct message.
type drafts struct {
	desk  *desk.Desk
	roles desk.Roles
	kept  interface {
		ChangesToTell(ctx context.Context, network chat.Network, waiting []desk.Awaiting) (map[string][]desk.Mark, error)
		ChangesTold(ctx context.Context, network chat.Network, batch string) error
	}
	texts prompts.Review
	log   *slog.Logger
}

// jobs are what is to be done, each by one replica.
func (d drafts) jobs(all []network) (jobs []store.Job) {
	for _, n := range all {
		jobs = append(jobs, store.Job{Name: "tell of changes " + string(n.Name()), Every: draftsEvery, Do: func(ctx context.Context) error {
			return d.tell(ctx, n)
		}})
	}
	return jobs
}

// tell tells a network's moderators of what they have not heard of. What was noted and
// not told, since the program died, is told again in the same message.
func (d drafts) tell(ctx context.Context, n network) error {
	waiting, err := d.desk.Awaiting(ctx)
	if err != nil {
		return err
	}
	batches, err := d.kept.ChangesToTell(ctx, n.Name(), waiting)
	if err != nil {
		return err
	}
	var errs []error
	for _, batch := range slices.Sorted(maps.Keys(batches)) {
		list := slices.DeleteFunc(slices.Clone(waiting), func(a desk.Awaiting) bool { return !slices.Contains(batches[batch], a.Mark) })
		err := d.send(ctx, n, batch, list)
		if err == nil {
			err = d.kept.ChangesTold(ctx, n.Name(), batch)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (d drafts) send(ctx context.Context, n network, batch string, list []desk.Awaiting) error {
	if len(list) == 0 { // somebody has decided meanwhile
		return nil
	}
	if n.desk == "" {
		return d.each(ctx, n, batch, list)
	}
	post := chat.Post{
		Key: "changes " + batch, To: chat.Ref{Network: n.Name(), Channel: n.desk},
		Reply: desk.Notice(d.texts, list, counter.ActionDiff),
	}
	if finder, ok := n.Sender.(bots.Finder); ok {
		if there, err := finder.Find(ctx, post); err == nil && len(there) > 0 {
			return nil
		}
	}
	_, err := n.Send(ctx, post)
	if errors.Is(err, bots.ErrRefused) {
		d.log.Error("the channel of the desk cannot be written in: moderators are told of changes by direct message", "network", n.Name(), "err", err)
		return d.each(ctx, n, batch, list)
	}
	if err != nil {
		return fmt.Errorf("tell the moderators of a change: %w", err)
	}
	return nil
}

// each writes to those moderators who may decide. Who cannot be written to hears of it
// by /faq review.
func (d drafts) each(ctx context.Context, n network, batch string, list []desk.Awaiting) error {
	private, ok := n.Sender.(bots.Private)
	if !ok {
		return nil
	}
	to, err := d.moderators(ctx, n)
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range to {
		others := desk.NotBy(string(n.Name())+":"+m.person, list)
		if len(others) == 0 {
			continue
		}
		_, err := private.SendPrivate(ctx, chat.Post{
			Key: "changes " + batch + " " + m.person, To: chat.Ref{Network: n.Name(), Space: m.space}, For: chat.Person{ID: m.person},
			Reply: desk.Notice(d.texts, others, ""),
		})
		if err != nil && !errors.Is(err, bots.ErrRefused) {
			errs = append(errs, fmt.Errorf("tell a moderator of a change: %w", err))
		}
	}
	return errors.Join(errs...)
}

// A reachable is a moderator and a community in which they are one.
type reachable struct{ person, space string }

// moderators are those of a network that are known by name: who is named in the settings,
// who is in a group that is, where the network tells, and who has worked at the desk.
func (d drafts) moderators(ctx context.Context, n network) (found []reachable, err error) {
	reader, ok := n.Platform.(bots.MemberReader)
	if !ok {
		return nil, nil
	}
	named := d.roles.Named(n.Name())
	ids, err := d.desk.Colleagues(ctx, n.Name())
	if err != nil {
		return nil, err
	}
	ids = append(ids, named...)
	if groups, ok := n.Platform.(bots.GroupReader); ok {
		in, err := groups.InGroups(ctx, named)
		if err != nil {
			return nil, err
		}
		ids = append(ids, in...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		in, err := reader.Memberships(ctx, id)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(in, func(m bots.Membership) bool {
			return d.roles.Of(n.Name(), chat.Person{ID: id, Roles: m.Roles}) >= desk.Moderator
		})
		if i >= 0 && len(found) < mostTold {
			found = append(found, reachable{id, in[i].Space})
		}
	}
	return found, nil
}
