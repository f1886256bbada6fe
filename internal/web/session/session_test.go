package session_test

import (
	"errors"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/web/session"
	"kapbot/internal/web/session/sessiontest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	sessiontest.Run(t, func(*testing.T) session.Store { return sessiontest.NewMemory() })
}

var start = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func somebody(id string) session.Pass {
	return session.Pass{Network: "discord", Space: "guild", Person: chat.Person{ID: id, Name: "Sam"}}
}

func TestLinksAndSessions(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, k *session.Keeper, wait func(time.Duration))
	}{
		{"a link opens one session", func(t *testing.T, k *session.Keeper, _ func(time.Duration)) {
			link := mint(t, k)
			opened, p, err := k.Redeem(t.Context(), link)
			if err != nil || p.Person.ID != "7" || opened == link {
				t.Fatalf("session %q for %+v, %v", opened, p, err)
			}
			if _, _, err := k.Redeem(t.Context(), link); !errors.Is(err, session.ErrNone) {
				t.Errorf("a second time: %v", err)
			}
			if p, err := k.Of(t.Context(), opened); err != nil || p.Space != "guild" {
				t.Errorf("session of %+v, %v", p, err)
			}
		}},
		{"a link lasts ten minutes", func(t *testing.T, k *session.Keeper, wait func(time.Duration)) {
			early, late := mint(t, k), mint(t, k)
			wait(10*time.Minute - time.Second)
			if _, _, err := k.Redeem(t.Context(), early); err != nil {
				t.Errorf("within ten minutes: %v", err)
			}
			wait(time.Second)
			if _, _, err := k.Redeem(t.Context(), late); !errors.Is(err, session.ErrNone) {
				t.Errorf("after ten minutes: %v", err)
			}
		}},
		{"a session lasts eight hours", func(t *testing.T, k *session.Keeper, wait func(time.Duration)) {
			opened, _, err := k.Redeem(t.Context(), mint(t, k))
			if err != nil {
				t.Fatal(err)
			}
			wait(8*time.Hour - time.Second)
			if _, err := k.Of(t.Context(), opened); err != nil {
				t.Errorf("within eight hours: %v", err)
			}
			wait(time.Second)
			if _, err := k.Of(t.Context(), opened); !errors.Is(err, session.ErrNone) {
				t.Errorf("after eight hours: %v", err)
			}
		}},
		{"five links in ten minutes are enough", func(t *testing.T, k *session.Keeper, wait func(time.Duration)) {
			for range 5 {
				mint(t, k)
			}
			if _, err := k.Link(t.Context(), somebody("7")); !errors.Is(err, session.ErrTooMany) {
				t.Errorf("the sixth: %v", err)
			}
			if _, err := k.Link(t.Context(), somebody("8")); err != nil {
				t.Errorf("somebody else: %v", err)
			}
			wait(10 * time.Minute)
			mint(t, k)
		}},
		{"a session that was ended is over", func(t *testing.T, k *session.Keeper, _ func(time.Duration)) {
			opened, _, err := k.Redeem(t.Context(), mint(t, k))
			if err != nil {
				t.Fatal(err)
			}
			if err := k.End(t.Context(), opened); err != nil {
				t.Fatal(err)
			}
			if _, err := k.Of(t.Context(), opened); !errors.Is(err, session.ErrNone) {
				t.Errorf("after its end: %v", err)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			now := start
			k := session.New(sessiontest.NewMemory(), func() time.Time { return now })
			test.run(t, k, func(d time.Duration) { now = now.Add(d) })
		})
	}
}

func mint(t *testing.T, k *session.Keeper) string {
	t.Helper()
	link, err := k.Link(t.Context(), somebody("7"))
	if err != nil || len(link) < 43 {
		t.Fatalf("link %q, %v", link, err)
	}
	return link
}

func TestAFormFitsItsSessionOnly(t *testing.T) {
	if !session.FormFits("one", session.FormToken("one")) {
		t.Error("its own token does not fit")
	}
	for of, token := range map[string]string{"one": session.FormToken("other"), "two": "", "": session.FormToken("")} {
		if session.FormFits(of, token) {
			t.Errorf("%q fits the session %q", token, of)
		}
	}
}
