package inbox

import (
	"context"
	"errors"
	"fmt"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// Tell tells people that their questions are answered now, and settles those. Each is
// told at most once; who they are is erased before.
func (b *Inbox) Tell(ctx context.Context) error {
	clusters, err := b.Store.Awaited(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range clusters {
		if _, ok := b.Entries.Published().Entry(c.Entry, string(c.Lang)); !ok {
			continue
		}
		for _, n := range c.Notes {
			errs = append(errs, b.tell(ctx, c, n))
		}
		// Whoever asks at this moment is told next time.
		_, err := b.Store.SettleCluster(ctx, c.Of, c.ID, len(c.Notes), Settlement{b.Now(), Told})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// tell tells one person.
func (b *Inbox) tell(ctx context.Context, c Cluster, n Note) error {
	private, ok := b.networks[c.Of.Network].(bots.Private)
	if !ok || b.Sealer == nil || len(n.Sealed) == 0 {
		return nil
	}
	mine, err := b.Store.Unseal(ctx, n.ID)
	if err != nil || !mine {
		return err
	}
	person, err := b.Sealer.Open(n.ID, n.Sealed)
	if err != nil {
		return fmt.Errorf("read who is to be told: %w", err)
	}
	t := b.text(c.Lang)
	reply := notice(t.Answered, c.Lang, chat.Button{Label: t.Show, Action: chat.ActionShow, Value: c.Entry})
	_, err = private.SendPrivate(ctx, chat.Post{Reply: reply, To: c.Of.Ref(), For: chat.Person{ID: string(person)}, Key: "answered " + n.ID})
	if err != nil {
		return fmt.Errorf("tell somebody of an answer: %w", err)
	}
	return nil
}

// Erase erases texts whose time is over.
func (b *Inbox) Erase(ctx context.Context) error {
	now := b.Now()
	return b.Store.EraseNotes(ctx, now.Add(-SettledFor), now.Add(-OpenFor))
}
