package rota

import (
	"context"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// claim says that whoever pressed the button of an alert takes it. Others see so in
// the place of the alert.
func (r *Rota) claim(ctx context.Context, ev chat.Event, p chat.Pressed) chat.Reply {
	lang := p.Lang
	t := r.text(lang)
	d, ok := r.home(ev.At)
	if !ok {
		return notice(t.Gone, lang)
	}
	may, err := r.onCall(ctx, d, ev)
	if err != nil {
		r.report(err, "read who is on call")
		return notice(t.Failed, lang)
	}
	if !may {
		return notice(t.NotOnCall, lang)
	}
	a, ok, err := r.store.ClaimAlert(ctx, d.Of, p.Value, ev.From.ID, r.now())
	switch {
	case err != nil:
		r.report(err, "note who takes an alert")
		return notice(t.Failed, lang)
	case !ok:
		return notice(t.Gone, lang)
	case a.By != ev.From.ID:
		return notice(t.TakenBefore, lang)
	}
	if s := r.networks[d.Of.Network]; s != nil {
		r.close(ctx, s, a)
	}
	return notice(t.Yours, lang)
}

// onCall reports whether somebody may take alerts: from the room of the alerts, where
// its members were let in by the community, or as one who is on call, or a moderator.
func (r *Rota) onCall(ctx context.Context, d Duty, ev chat.Event) (bool, error) {
	if ev.At.Channel == d.Channel || r.roles.Of(ev.At.Network, ev.From) >= desk.Moderator {
		return true, nil
	}
	peers, err := r.store.Peers(ctx, d.Of)
	for _, p := range peers {
		if p == ev.From.ID {
			return true, err
		}
	}
	return false, err
}

// close shows in the place of an alert that it is taken.
func (r *Rota) close(ctx context.Context, s bots.Sender, a Alert) {
	editor, ok := s.(bots.Editor)
	if !ok {
		return
	}
	t := r.text(chat.English)
	for _, ref := range a.Posts {
		reply := chat.Reply{Kind: chat.Notice, Lang: chat.English, Text: t.Taken, Buttons: r.buttons(s, a, t)[1:]}
		if _, err := editor.Edit(ctx, []chat.Ref{ref}, chat.Post{Reply: reply, To: ref}); err != nil {
			r.log.Warn("an alert could not be shown as taken", "network", a.Of.Network, "err", err)
		}
	}
}
