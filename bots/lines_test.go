package bots_test

import (
	"testing"

	"kapbot/bots"
)

func TestLines(t *testing.T) {
	var l bots.Lines
	is := func(what string, up bool, again int64) {
		t.Helper()
		if u, a := l.Connection(); u != up || a != again {
			t.Errorf("%s: up %v, %d times again; want %v, %d", what, u, a, up, again)
		}
	}
	is("before it runs", false, 0)
	end := l.Run()
	is("without a connection of its own", true, 0)
	one, other := l.Want(), l.Want()
	one.Opened()
	is("with one of two", false, 0)
	other.Opened()
	other.Opened()
	is("with both", true, 0)
	one.Lost()
	one.Lost()
	is("with one lost", false, 0)
	one.Opened()
	is("with it back", true, 1)
	one.Lost()
	one.End()
	is("with the other alone, as another replica has the first", true, 1)
	other.End()
	end()
	is("after the end", false, 1)
}
