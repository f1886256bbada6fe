package frames_test

import (
	"testing"

	"kapbot/internal/crisis/frames"
)

func TestLoad(t *testing.T) {
	if _, err := frames.Load(); err != nil {
		t.Fatal(err)
	}
}
