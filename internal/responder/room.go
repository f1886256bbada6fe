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
}

// KeepRooms lets moderators say how rooms are read. Call it before the first event.
func (r *Responder) KeepRooms(rooms Rooms) { r.rooms = rooms }

// room turns the watch or support mode of a room on or off.
func (r *Responder) room(ctx context.Context, ev chat.Event, c chat.Command, lang chat.Lang) chat.Reply {
	on := first(c.Args) == "on"
	mode, text := chat.Mentions, func(t prompts.Texts) string { return t.RoomQuiet }
	switch {
	case on && c.Name == "watch":
		mode, text = chat.Watch, func(t prompts.Texts) string { return t.RoomWatch }
	case on:
		mode, text = chat.Support, func(t prompts.Texts) string { return t.RoomSupport }
	}
	err := desk.ErrNoRoom
	if r.rooms != nil {
		err = r.rooms.SetMode(ctx, ev.At, ev.From, mode)
	}
	var denied *desk.DeniedError
	switch {
	case errors.As(err, &denied):
		text = func(t prompts.Texts) string { return prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()]) }
	case errors.Is(err, desk.ErrNoRoom):
		text = func(t prompts.Texts) string { return t.NoRoom }
	case err != nil:
		r.log.Error("the mode of a room could not be changed", "network", ev.At.Network, "err", err)
		text = func(t prompts.Texts) string { return t.RoomFailed }
	}
	reply := r.answers.Notice(lang, text)
	reply.Private = true
	return reply
}
