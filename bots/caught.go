package bots

import (
	"log/slog"
	"runtime/debug"
)

// Caught runs what reads or answers an event of a network. A form of event that nobody
// thought of is one bug, not the end of the bot.
func Caught(log *slog.Logger, network string, do func()) {
	defer func() {
		if recover() != nil { // what it was may hold words of somebody
			log.Error("recovered from a panic in the "+network+" adapter", "stack", string(debug.Stack()))
		}
	}()
	do()
}
