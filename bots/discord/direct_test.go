package discord_test

import (
	"net/http"
	"strings"
	"testing"

	"kapbot/internal/platformtest/discordserver"
)

// A question that somebody asks in a direct message goes to the moderators of their
// server; who is on several chooses one.
func TestADirectMessageBelongsToACommunity(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t)
	const other = "930000000000000001"
	w.Elsewhere(other, "Veterans of the test", "both")
	w.Leave("gone")
	n := 0
	last := func() (kind, message, text string) {
		t.Helper()
		n++
		return w.last(n)
	}
	asks := func(who, words string) (message, text string) {
		t.Helper()
		w.Say(w.Direct(who), who, words, discordserver.Said{})
		_, message, text = last()
		return message, text
	}
	sends := func(who, message, label, words string) {
		t.Helper()
		form := w.Press(message, w.CustomID(message, label), who)
		if kind, _, text := last(); kind != "form" || !strings.Contains(text, words) {
			t.Fatalf("%s %q", kind, text)
		}
		if _, err := w.Fill(form, who, map[string]string{"name": "no"}); err != nil {
			t.Fatal(err)
		}
		if _, _, text := last(); !strings.Contains(text, "> "+words) {
			t.Fatalf("%q", text)
		}
	}
	const send = "Send my question to the moderators"
	w.HideMembers(http.StatusBadGateway)
	if _, text := asks("ann", "canaryzero xylophone"); strings.Contains(text, send) || !strings.Contains(text, "I don't have a reviewed answer") {
		t.Errorf("while Discord does not tell: %q", text)
	}
	if _, text := asks("ann", wish); !strings.Contains(text, "Dial 988 then Press 1") {
		t.Errorf("a crisis while Discord does not tell: %q", text)
	}
	w.HideMembers(0)
	if _, text := asks("gone", "canaryone xylophone"); strings.Contains(text, "moderators") {
		t.Errorf("who is on no server gets %q", text)
	}
	message, text := asks("bob", "canarytwo xylophone")
	if !strings.Contains(text, send) {
		t.Fatalf("who is on one server gets %q", text)
	}
	sends("bob", message, send, "canarytwo xylophone")
	message, text = asks("both", "canarythree xylophone")
	if strings.Contains(text, send) || !strings.Contains(text, "Send it to the moderators of Test") {
		t.Fatalf("who is on two servers gets %q", text)
	}
	sends("both", message, "Send it to the moderators of Veterans of the test", "canarythree xylophone")
	w.Command(room, "mod", "faq questions", "")
	if _, _, text := last(); !strings.Contains(text, "canarytwo") || strings.Contains(text, "canarythree") {
		t.Errorf("moderators of the first server see %q", text)
	}
	if _, text := asks("bob", "Is ketamine addictive?"); !strings.Contains(text, "Not helpful") {
		t.Errorf("no votes in a direct message: %q", text)
	}
	if _, text := asks("both", "Is ketamine addictive?"); strings.Contains(text, "Not helpful") {
		t.Errorf("a vote for one of two communities: %q", text)
	}
}
