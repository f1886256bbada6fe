package slack_test

import (
	"strings"
	"testing"

	"kapbot/bots/bottest"
)

func TestMistakesStandBesideTheirFields(t *testing.T) {
	for name, http := range map[string]bool{"Socket Mode": false, "HTTP": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(open(t, setting{http: http}))
			c.Command(bottest.Room, "ann", "faq note", "x")
			c.Await(1)
			if _, err := c.Server.Fill(c.team.ID, "UANN", map[string]string{"title": ""}); err == nil {
				t.Error("a field that is required was sent empty")
			}
			problems, err := c.Server.Fill(c.team.ID, "UANN", map[string]string{"title": bottest.BadTitle, "words": "two words"})
			if err != nil || len(problems) != 1 || problems["title"] != bottest.Problem {
				t.Fatalf("%v, %v", problems, err)
			}
			if problems, err = c.Server.Fill(c.team.ID, "UANN", map[string]string{"title": "naps"}); err != nil || len(problems) > 0 {
				t.Fatalf("%v, %v", problems, err)
			}
			all := c.Await(2)
			if len(all) != 2 || all[1].Op != bottest.Alone || !strings.Contains(all[1].Text, "Kept naps with a state") {
				t.Errorf("%+v", all)
			}
		})
	}
}
