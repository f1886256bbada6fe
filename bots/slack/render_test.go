package slack

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"kapbot/internal/chat"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/prompts"
)

func english(t testing.TB) prompts.Texts {
	t.Helper()
	all, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	return all["en"]
}

func TestEveryCardOpensWithTheLine(t *testing.T) {
	texts := english(t)
	for _, lang := range prompts.Languages() {
		for _, name := range prompts.Cards() {
			text := prompts.Card(name, lang)
			r := chat.Reply{Kind: chat.Crisis, Card: &chat.Card{Name: name, Text: text}}
			if name == prompts.Line || name == prompts.Banner {
				r = chat.Reply{Kind: chat.Answer, Banner: text, Title: "Q", Text: "A"}
			}
			m := render(r, texts)
			if len(m) != 1 {
				t.Fatalf("%s.%s is %d messages", name, lang, len(m))
			}
			first := m[0].Blocks[0].(*slack.SectionBlock).Text.Text
			for what, s := range map[string]string{"block": first, "fallback": m[0].Text} {
				plain := strings.ReplaceAll(s, "*", "")
				line := strings.Index(plain, "Dial 988 then Press 1")
				if name == prompts.Danger || name == prompts.Overdose {
					if !strings.Contains(strings.SplitN(plain, "\n", 2)[0], "911") || line < 0 {
						t.Errorf("%s.%s: the %s opens with %q", name, lang, what, plain[:40])
					}
				} else if line != 0 {
					t.Errorf("%s.%s: the %s opens with %q", name, lang, what, plain[:40])
				}
			}
		}
	}
}

func TestAnAnswerInItsOrder(t *testing.T) {
	r := chat.Reply{
		Kind: chat.Answer, Lang: "en", Banner: "**Dial 988 then Press 1**", Title: "What is KAP?", Text: "One.\n\n- Two [1]",
		Sources: []chat.Source{{Title: "A & B", URL: "https://va.gov/x"}, {Title: "A book"}}, Footer: "Reviewed 2026-11-23.",
		Buttons: []chat.Button{{Label: "More", Action: chat.ActionShow, Value: "more"}, {Label: "Chat", URL: "https://va.gov/chat"}},
	}
	m := render(r, english(t))
	got, err := json.Marshal(m[0].Blocks)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"type":"section","text":{"type":"mrkdwn","text":"*Dial 988 then Press 1*","verbatim":true}},` +
		`{"type":"header","text":{"type":"plain_text","text":"What is KAP?","emoji":false}},` +
		`{"type":"section","text":{"type":"mrkdwn","text":"One.\n\n• Two [1]","verbatim":true}},` +
		`{"type":"context","elements":[{"type":"mrkdwn","text":"*Sources:*\n[1] \u003chttps://va.gov/x|A \u0026amp; B\u003e\n[2] A book","verbatim":true}]},` +
		`{"type":"context","elements":[{"type":"mrkdwn","text":"Reviewed 2026-11-23.","verbatim":true}]},` +
		`{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"More","emoji":false},"action_id":"show.en.0","value":"more"},` +
		`{"type":"button","text":{"type":"plain_text","text":"Chat","emoji":false},"action_id":"link.en.1","url":"https://va.gov/chat"}]}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(m) != 1 || !strings.HasPrefix(m[0].Text, "*Dial 988 then Press 1*\n\n*What is KAP?*") {
		t.Errorf("the fallback is %q", m[0].Text)
	}
}

// TestSlackTakesWhateverIsRendered posts replies of any size and content to a
// server that refuses what Slack refuses.
func TestSlackTakesWhateverIsRendered(t *testing.T) {
	s := slackserver.New(slackserver.App{})
	defer s.Close()
	team := s.AddTeam("T1", "chat:write")
	s.AddChannel(slackserver.Channel{ID: "C1", Kind: slackserver.Public, Teams: []string{"T1"}, Members: []string{team.BotUser}})
	api := slack.New(team.Token, slack.OptionAPIURL(s.APIURL()), slack.OptionHTTPClient(s.Client()))
	texts := english(t)
	long := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(typed().Draw(t, "text"), rapid.SampledFrom([]int{0, 1, 1, 40, 2000}).Draw(t, "times"))
	})
	reply := rapid.Custom(func(t *rapid.T) chat.Reply {
		return chat.Reply{
			Kind: chat.Kind(rapid.IntRange(0, 5).Draw(t, "kind")), Lang: "en", Banner: long.Draw(t, "banner"), Title: long.Draw(t, "title"),
			Text: long.Draw(t, "text"), Footer: long.Draw(t, "footer"), Reviewed: time.Now(),
			Sources: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) chat.Source {
				return chat.Source{Title: typed().Draw(t, "title"), URL: rapid.SampledFrom([]string{"", "https://va.gov", "x y"}).Draw(t, "url")}
			}), 0, 20).Draw(t, "sources"),
			Buttons: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) chat.Button {
				return chat.Button{Label: long.Draw(t, "label"), Action: "show", Value: typed().Draw(t, "value")}
			}), 0, 12).Draw(t, "buttons"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		for _, m := range render(reply.Draw(t, "reply"), texts) {
			_, _, err := api.PostMessage("C1", slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
			if err != nil {
				t.Fatalf("refused: %v %+v", err, err)
			}
		}
	})
	for _, m := range s.Bots("C1") {
		if m.Pings {
			t.Error("a message pings")
		}
	}
	if v := s.Violations(); len(v) > 0 {
		t.Error(v)
	}
}

func TestButtonsAreReadBack(t *testing.T) {
	action, lang, ok := parseAction(actionID(chat.Button{Action: chat.ActionShow}, "es", 3))
	if action != chat.ActionShow || lang != "es" || !ok {
		t.Errorf("got %q %q %v", action, lang, ok)
	}
	if _, _, ok := parseAction("somebody else's"); ok {
		t.Error("a foreign action was taken")
	}
}
