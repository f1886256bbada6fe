package store_test

import (
	"testing"

	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

func TestSecretsOutliveTheProgram(t *testing.T) {
	storetest.Each(t, func(t *testing.T, where string) {
		ctx := t.Context()
		s, err := store.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range []string{"first", "second"} {
			if err := s.PutSecret(ctx, "slack T1", []byte(value)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s, err = store.Open(ctx, where)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if got, ok, err := s.Secret(ctx, "slack T1"); string(got) != "second" || !ok || err != nil {
			t.Errorf("got %q, %v, %v", got, ok, err)
		}
		for range 2 {
			if err := s.DropSecret(ctx, "slack T1"); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok, err := s.Secret(ctx, "slack T1"); got != nil || ok || err != nil {
			t.Errorf("after it was dropped: %q, %v, %v", got, ok, err)
		}
	})
}
