package store_test

import (
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"kapbot/internal/outbox/outboxtest"
)

// On a disk that is really full nothing is said to be kept that is not. A start on it
// finds the store as soon as there is room.
func TestWhatWasKeptOutlivesAFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=1500k"); err != nil {
		t.Skip("NOT TESTED on a full disk, which only root can make: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	where := filepath.Join(disk, "kapbot.db")
	k := killed(t, where, -1)
	if !k.full {
		t.Fatal("it is never full")
	}
	s, there := arriving(t, where, slog.New(slog.DiscardHandler))
	t.Logf("%d cards and %d entries were kept; on the full disk the store is there: %v", len(k.cards), len(k.entries), there)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Arrived():
	case <-time.After(30 * time.Second):
		t.Fatal("with room again it does not come")
	}
	k.holds(t, s)
	if fresh, err := s.Intend(t.Context(), outboxtest.Card(1_000_000)); err != nil || !fresh {
		t.Errorf("with room again a card is noted: %v, %v", fresh, err)
	}
}
