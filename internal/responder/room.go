package responder

import (
	"context"
	"errors"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/prompts"
)

// Rooms lets moderators say how a room is read; *desk.Rooms does.
type Rooms interface {
	SetMode(ctx context.Context, at chat.Ref, by chat.Person, mode chat.Mode) error
	Mode(ctx context.Context, at chat.Ref, by chat.Person) (desk.RoomMode, error)
}

// KeepRooms lets moderators say how rooms are read. Call it before the first event.
func (r *Responder) KeepRooms(rooms Rooms) { r.rooms = rooms }

// room turns the watch or support mode of a room on or off, or says which it is in.
func (r *Responder) room(ctx context.Context, ev chat.Event, c chat.Command, lang chat.Lang) chat.Reply {
	text, err := func(prompts.Texts) string { return "" }, desk.ErrNoRoom
	switch {
	case r.rooms == nil:
	case first(c.Args) == "show":
		var is desk.RoomMode
		is, err = r.rooms.Mode(ctx, ev.At, ev.From)
		text = func(t prompts.Texts) string { return shown(t, is) }
	default:
		mode := chat.Mentions
		if first(c.Args) == "on" {
			mode = map[string]chat.Mode{"watch": chat.Watch, "support": chat.Support}[c.Name]
		}
		err = r.rooms.SetMode(ctx, ev.At, ev.From, mode)
		text = func(t prompts.Texts) string {
			return map[chat.Mode]string{chat.Mentions: t.RoomQuiet, chat.Watch: t.RoomWatch, chat.Support: t.RoomSupport}[mode]
		}
	}
	var denied *desk.DeniedError
	switch {
	case errors.As(err, &denied):
		text = func(t prompts.Texts) string { return prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()]) }
	case errors.Is(err, desk.ErrNoRoom):
		text = func(t prompts.Texts) string { return t.NoRoom }
	case err != nil:
		r.log.Error("the mode of a room could not be changed or read", "network", ev.At.Network, "err", err)
		text = func(t prompts.Texts) string { return t.RoomFailed }
	}
	reply := r.answers.Notice(lang, text)
	reply.Private = true
	return reply
}

// shown says how a room is read and who said so.
func shown(t prompts.Texts, is desk.RoomMode) string {
	text := map[chat.Mode]string{chat.Mentions: t.RoomIsQuiet, chat.Watch: t.RoomIsWatch, chat.Support: t.RoomIsSupport}[is.Mode]
	if is.By == "" {
		return text
	}
	return text + "\n\n" + prompts.Fill(t.RoomBy, "person", is.By, "time", is.At.UTC().Format("2006-01-02 15:04"))
}
