package counter_test

import (
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

func TestTwoTakeAnEntryAboutSuicideAway(t *testing.T) {
	s := newShop(t, desk.Rules{OneModerator: true})
	form, _ := s.command("ann", "faq retire", "bot-crisis")
	if _, r := s.fill("ann", form, map[string]string{"why": "out of date"}); !strings.Contains(r.Text, "needs a second moderator") {
		t.Fatalf("%+v", r)
	}
	answers := func() bool {
		s.refresh()
		_, ok := s.desk.Published().Entry("bot-crisis", "en")
		return ok
	}
	review := func(who string) chat.Reply {
		s.command(who, "faq review", "")
		if _, r := s.press(who, "bot-crisis"); !strings.Contains(r.Text, "This takes the entry away") || !strings.Contains(r.Footer, "ANN: out of date") {
			t.Fatalf("%+v", r)
		}
		_, r := s.press(who, "Take it away")
		return r
	}
	if r := review("ann"); !strings.Contains(r.Text, "another moderator has to agree") || !answers() {
		t.Errorf("alone: %+v", r)
	}
	if r := review("bob"); !strings.Contains(r.Text, "don't answer with this entry") || answers() {
		t.Errorf("by two: %+v", r)
	}
	s.command("bob", "faq restore", "bot-crisis")
	form, _ = s.press("bob", "Version 2")
	s.fill("bob", form, map[string]string{"why": "it was right"})
	s.command("bob", "faq diff", "bot-crisis")
	if _, r := s.press("bob", "Publish"); !strings.Contains(r.Text, "another moderator") || answers() {
		t.Errorf("back by one: %+v", r)
	}
}
