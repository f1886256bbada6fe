package discord_test

import (
	"strings"
	"testing"

	"kapbot/bots/bottest"
)

// last is the newest operation, of n.
func (w *world) last(n int) (kind, id, text string) {
	w.t.Helper()
	all := w.await(n)
	if len(all) != n {
		w.t.Fatalf("there are %d operations, not %d: %+v", len(all), n, all)
	}
	o := all[n-1]
	return o.Kind, o.Message.ID, o.Text()
}

func TestAFormWithAMistakeIsOpenedAgainByAButton(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	open := w.Command(room, "ann", "faq note", "x")
	w.last(1)
	if _, err := w.Fill(open, "ann", map[string]string{"title": ""}); err == nil {
		t.Error("a field that is required was sent empty")
	}
	if _, err := w.Fill(open, "ann", map[string]string{"title": bottest.BadTitle, "words": "two words"}); err != nil {
		t.Fatal(err)
	}
	kind, message, text := w.last(2)
	if kind != "alone" || !strings.Contains(text, "What is it about?**: "+bottest.Problem) {
		t.Fatalf("%s %q", kind, text)
	}
	button := w.CustomID(message, "Open the form again")
	w.Press(message, button, "bob")
	if kind, _, text := w.last(3); kind != "alone" || !strings.Contains(text, "not here any more") {
		t.Errorf("somebody else sees %s %q", kind, text)
	}
	again := w.Press(message, button, "ann")
	if kind, _, text := w.last(4); kind != "form" || !strings.Contains(text, bottest.BadTitle) || !strings.Contains(text, "two words") {
		t.Fatalf("%s %q", kind, text)
	}
	if _, err := w.Fill(again, "ann", map[string]string{"title": "naps"}); err != nil {
		t.Fatal(err)
	}
	if kind, _, text := w.last(5); kind != "alone" || text != "Kept naps with a state" {
		t.Errorf("%s %q", kind, text)
	}
}
