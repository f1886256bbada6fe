package inbox_test

import (
	"testing"

	"kapbot/internal/inbox"
	"kapbot/internal/inbox/inboxtest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	inboxtest.Run(t, func(*testing.T) inbox.Store { return &inboxtest.Memory{} })
}
