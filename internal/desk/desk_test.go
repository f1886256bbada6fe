package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

func TestRoles(t *testing.T) {
	roles, err := desk.ParseRoles([]string{"discord:1=moderator", " discord:2=lead", "slack:U1=moderator", "slack:U1=lead"})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name    string
		network chat.Network
		person  chat.Person
		want    desk.Role
	}{
		{"nobody is a member", "discord", chat.Person{ID: "9"}, desk.Member},
		{"by a role of the network", "discord", chat.Person{ID: "9", Roles: []string{"7", "1"}}, desk.Moderator},
		{"the highest counts", "discord", chat.Person{ID: "1", Roles: []string{"2"}}, desk.Lead},
		{"the same id on another network is somebody else", "slack", chat.Person{ID: "1"}, desk.Member},
		{"twice named", "slack", chat.Person{ID: "U1"}, desk.Lead},
		{"a name is no id", "discord", chat.Person{Name: "1"}, desk.Member},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := roles.Of(tt.network, tt.person); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	for _, bad := range []string{"discord:1", "discord=moderator", "discord:1=boss", ":1=lead", "discord:=lead", "discord:1=", "discord:1=member", ""} {
		if _, err := desk.ParseRoles([]string{bad}); !errors.Is(err, desk.ErrRole) {
			t.Errorf("%q gives %v", bad, err)
		}
	}
	if got := (desk.Roles)(nil).Of("discord", chat.Person{ID: "1"}); got != desk.Member {
		t.Errorf("without roles somebody is a %v", got)
	}
}

// kept is a store in memory.
type kept struct {
	modes map[chat.Ref]desk.RoomMode
	err   error
}

func (k kept) SetRoom(_ context.Context, at chat.Ref, to desk.RoomMode) error {
	if k.err == nil {
		k.modes[chat.Ref{Network: at.Network, Space: at.Space, Channel: at.Channel}] = to
	}
	return k.err
}

func (k kept) Rooms(context.Context, chat.Network) (map[chat.Ref]desk.RoomMode, error) {
	return k.modes, k.err
}

type switches map[chat.Ref]chat.Mode

func (s switches) Set(at chat.Ref, mode chat.Mode) {
	s[chat.Ref{Space: at.Space, Channel: at.Channel}] = mode
}

func (s switches) Mode(at chat.Ref) chat.Mode {
	return s[chat.Ref{Space: at.Space, Channel: at.Channel}]
}

func TestRooms(t *testing.T) {
	roles, err := desk.ParseRoles([]string{"net:mod=moderator"})
	if err != nil {
		t.Fatal(err)
	}
	room, earlier := chat.Ref{Network: "net", Space: "s", Channel: "c"}, chat.Ref{Space: "s", Channel: "earlier"}
	broken, noon := errors.New("locked"), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		at   chat.Ref
		by   string
		err  error // of the store
		want error
	}{
		{"a moderator may", room, "mod", nil, nil},
		{"a member may not", room, "ann", nil, &desk.DeniedError{Need: desk.Moderator}},
		{"not in a direct message", chat.Ref{Network: "net", Channel: "d"}, "mod", nil, desk.ErrNoRoom},
		{"not on a network that was not added", chat.Ref{Network: "other", Space: "s"}, "mod", nil, &desk.DeniedError{Need: desk.Moderator}},
		{"what cannot be kept does not change", room, "mod", broken, broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, s := kept{map[chat.Ref]desk.RoomMode{{Network: "net", Space: "s", Channel: "earlier"}: {Mode: chat.Support}}, nil}, switches{}
			r := desk.NewRooms(roles, &k, func() time.Time { return noon })
			r.Add("net", s)
			if err := r.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			if s[earlier] != chat.Support {
				t.Error("what was kept earlier is not set")
			}
			k.err = tt.err
			err := r.SetMode(t.Context(), tt.at, chat.Person{ID: tt.by}, chat.Watch)
			var denied, wanted *desk.DeniedError
			if errors.As(tt.want, &wanted) {
				if !errors.As(err, &denied) || *denied != *wanted {
					t.Errorf("error %v", err)
				}
			} else if !errors.Is(err, tt.want) {
				t.Errorf("error %v", err)
			}
			changed, key := tt.want == nil, chat.Ref{Space: room.Space, Channel: room.Channel}
			if (s[key] == chat.Watch) != changed || (k.modes[room] == desk.RoomMode{Mode: chat.Watch, By: "mod", At: noon}) != changed {
				t.Errorf("set %v, kept %v", s, k.modes)
			}
			is, err := r.Mode(t.Context(), tt.at, chat.Person{ID: tt.by})
			if errors.As(tt.want, &wanted) || errors.Is(tt.want, desk.ErrNoRoom) {
				if err == nil || is != (desk.RoomMode{}) {
					t.Errorf("who may not set it reads %+v, %v", is, err)
				}
			} else if !errors.Is(err, tt.want) || is != k.modes[room] {
				t.Errorf("it is shown as %+v, %v", is, err)
			}
		})
	}
	if err := desk.NewRooms(roles, nil, time.Now).SetMode(t.Context(), room, chat.Person{ID: "mod"}, chat.Watch); !errors.Is(err, desk.ErrNoRoom) {
		t.Errorf("without a store: %v", err)
	}
}
