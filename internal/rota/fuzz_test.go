package rota_test

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/rota"
	"kapbot/internal/store/storetest"
)

// FuzzCommand types anything after the command, as a lead: it is answered, and no alert
// is ever to wait for less than a minute or more than an hour.
func FuzzCommand(f *testing.F) {
	for _, line := range []string{"on", "on 60", "on 200000000", "on 9223372036854775807", "off", "join", "counts", "me\u00a0off", "on +1 x", "\x00"} {
		f.Add(line)
	}
	store := storetest.Open(f, storetest.File(f))
	roles, err := desk.ParseRoles([]string{"net:lead=lead"})
	if err != nil {
		f.Fatal(err)
	}
	r, err := rota.New(store, roles, slog.New(slog.NewTextHandler(io.Discard, nil)), time.Now)
	if err != nil {
		f.Fatal(err)
	}
	r.Add("net", &network{})
	f.Fuzz(func(t *testing.T, line string) {
		reply := r.Command(t.Context(), chat.Event{At: at("peers"), From: chat.Person{ID: "lead"}}, line, chat.English)
		if reply.Text == "" || !reply.Private {
			t.Errorf("%q is answered with %+v", line, reply)
		}
		duties, err := store.Duties(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range duties {
			if d.Wait < time.Minute || d.Wait > time.Hour {
				t.Errorf("%q: alerts wait %v", line, d.Wait)
			}
		}
	})
}
