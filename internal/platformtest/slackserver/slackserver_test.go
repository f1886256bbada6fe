package slackserver_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.uber.org/goleak"

	"kapbot/internal/platformtest/slackserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds a wait for something that takes milliseconds.
const patience = 20 * time.Second

var all = []string{
	"app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands",
	"groups:history", "groups:read", "im:history", "im:read", "im:write", "users:read",
}

// start returns a Slack with the workspace T1, its people U1 and U2, the
// channel C1 and the bot in it.
func start(t *testing.T, app slackserver.App, scopes ...string) (*slackserver.Server, *slack.Client) {
	t.Helper()
	if scopes == nil {
		scopes = all
	}
	s := slackserver.New(app)
	t.Cleanup(s.Close)
	team := s.AddTeam("T1", scopes...)
	s.AddUser(slackserver.User{ID: "U1", Team: "T1"})
	s.AddUser(slackserver.User{ID: "U2", Team: "T1"})
	s.AddChannel(slackserver.Channel{ID: "C1", Kind: slackserver.Public, Teams: []string{"T1"}, Members: []string{team.BotUser, "U1", "U2"}})
	s.AddChannel(slackserver.Channel{ID: "C2", Kind: slackserver.Public, Teams: []string{"T1"}, Members: []string{"U1"}})
	return s, slack.New(team.Token, slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.App().Token))
}

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func TestWhatIsPostedStandsInTheChannel(t *testing.T) {
	s, api := start(t, slackserver.App{})
	ctx := within(t)
	_, ts, err := api.PostMessageContext(ctx, "C1", slack.MsgOptionText("hello", false))
	if err != nil {
		t.Fatal(err)
	}
	_, reply, err := api.PostMessageContext(ctx, "C1", slack.MsgOptionText("there", false), slack.MsgOptionTS(ts),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "kapbot_reply", EventPayload: map[string]any{"key": "k1"}}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.PostEphemeralContext(ctx, "C1", "U1", slack.MsgOptionText("psst", false)); err != nil {
		t.Fatal(err)
	}
	thread, _, _, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: "C1", Timestamp: ts, IncludeAllMetadata: true})
	if err != nil || len(thread) != 2 || thread[1].Metadata.EventPayload["key"] != "k1" {
		t.Fatalf("the thread is %v, %v", thread, err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, "C1", reply, slack.MsgOptionText("changed", false)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.DeleteMessageContext(ctx, "C1", ts); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range s.Bots("C1") {
		texts = append(texts, m.Text+"/"+m.Ephemeral)
	}
	if got := strings.Join(texts, " "); got != "changed/ psst/U1" {
		t.Errorf("the channel shows %q", got)
	}
}

func TestWhatSlackRefuses(t *testing.T) {
	s, api := start(t, slackserver.App{})
	s.AddChannel(slackserver.Channel{ID: "C3", Kind: slackserver.Public, Teams: []string{"T1"}, Members: []string{"UBOTT1"}, Archived: true})
	own := s.Say(slackserver.Say{Channel: "C1", User: "U1", Text: "mine"})
	long := strings.Repeat("x", 50_000)
	text := slack.MsgOptionText("x", false)
	section := func(n int) slack.Block {
		return slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, strings.Repeat("y", n), false, false), nil, nil)
	}
	post := func(channel string, options ...slack.MsgOption) func(context.Context) error {
		return func(ctx context.Context) error {
			_, _, err := api.PostMessageContext(ctx, channel, options...)
			return err
		}
	}
	tests := []struct {
		name string
		do   func(context.Context) error
		want string
	}{
		{"no text", post("C1"), "no_text"},
		{"over-long text", post("C1", slack.MsgOptionText(long, false)), "msg_too_long"},
		{"over-long block", post("C1", text, slack.MsgOptionBlocks(section(3001))), "invalid_blocks"},
		{"too many blocks", post("C1", text, slack.MsgOptionBlocks(make51(section(1))...)), "invalid_blocks"},
		{"a channel without the bot", post("C2", text), "not_in_channel"},
		{"an archived channel", post("C3", text), "is_archived"},
		{"no such channel", post("C9", text), "channel_not_found"},
		{"metadata without a type", post("C1", text, slack.MsgOptionMetadata(slack.SlackMetadata{EventPayload: map[string]any{"a": 1}})), "invalid_metadata_format"},
		{"somebody else's message", func(ctx context.Context) error {
			_, _, _, err := api.UpdateMessageContext(ctx, "C1", own, text)
			return err
		}, "cant_update_message"},
		{"deleting somebody else's message", func(ctx context.Context) error {
			_, _, err := api.DeleteMessageContext(ctx, "C1", own)
			return err
		}, "cant_delete_message"},
		{"an ephemeral for somebody outside", func(ctx context.Context) error {
			_, err := api.PostEphemeralContext(ctx, "C1", "U9", text)
			return err
		}, "user_not_in_channel"},
		{"a home in a modal's place", func(ctx context.Context) error {
			_, err := api.OpenViewContext(ctx, "none", slack.ModalViewRequest{Type: slack.VTModal})
			return err
		}, "invalid_trigger_id"},
		{"a bad token", func(ctx context.Context) error {
			_, err := slack.New("xoxb-no", slack.OptionAPIURL(s.APIURL())).AuthTestContext(ctx)
			return err
		}, "invalid_auth"},
		{"the bot's token for a socket", func(ctx context.Context) error {
			_, _, err := slack.New("", slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken("xoxb-T1-test")).StartSocketModeContext(ctx)
			return err
		}, "not_allowed_token_type"},
		{"five prompts", func(ctx context.Context) error {
			p := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: "C1", ThreadTS: own}
			for range 5 {
				p.AddPrompt("a", "b")
			}
			return api.SetAssistantThreadsSuggestedPromptsContext(ctx, p)
		}, "invalid_arguments"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.do(within(t))
			if err == nil || err.Error() != test.want {
				t.Errorf("the error is %v, want %s", err, test.want)
			}
		})
	}
	if got := s.Bots("C1"); len(got) != 0 {
		t.Errorf("a refused message stands in the channel: %v", got)
	}
}

func make51(b slack.Block) []slack.Block {
	out := make([]slack.Block, 51)
	for i := range out {
		out[i] = b
	}
	return out
}

func TestBlocksMustBeAsSlackWantsThem(t *testing.T) {
	s, api := start(t, slackserver.App{})
	tests := []struct {
		name, blocks, want string
	}{
		{"unknown type", `[{"type":"carousel9"}]`, "unsupported type: carousel9"},
		{"unknown field", `[{"type":"divider","color":"red"}]`, "no additional properties allowed"},
		{"empty text", `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "must be more than 0 characters"},
		{"a section of nothing", `[{"type":"section"}]`, "missing required field"},
		{"a header with markup", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "must be of type plain_text"},
		{"emoji in mrkdwn", `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}]`, "no additional properties"},
		{"no buttons", `[{"type":"actions","elements":[]}]`, "must be a list of 1 to 25"},
		{"an odd style", `[{"type":"actions","elements":[{"type":"button","style":"red","text":{"type":"plain_text","text":"x"}}]}]`, "must be one of"},
		{"a label of 76", `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + strings.Repeat("é", 76) + `"}}]}]`, "less than 76"},
		{"one action twice", `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"y"}}]}]`, "must be unique"},
		{"one block twice", `[{"type":"divider","block_id":"b"},{"type":"divider","block_id":"b"}]`, "must be unique"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := api.PostMessageContext(within(t), "C1", slack.MsgOptionText("x", false), raw(s, test.blocks))
			var refused slack.SlackErrorResponse
			if !errors.As(err, &refused) || !strings.Contains(strings.Join(refused.ResponseMetadata.Messages, "; "), test.want) {
				t.Errorf("the error is %v %v, want %q", err, refused.ResponseMetadata.Messages, test.want)
			}
		})
	}
	label := strings.Repeat("é", 75)
	if _, _, err := api.PostMessageContext(within(t), "C1", slack.MsgOptionText("x", false), raw(s,
		`[{"type":"header","text":{"type":"plain_text","text":"x","emoji":true}},{"type":"context","elements":[{"type":"mrkdwn","text":"y"}]},
		{"type":"actions","elements":[{"type":"button","action_id":"a","url":"https://va.gov","text":{"type":"plain_text","text":"`+label+`"}}]}]`)); err != nil {
		t.Errorf("good blocks were refused: %v", err)
	}
}

// raw sends blocks as they stand.
func raw(s *slackserver.Server, blocks string) slack.MsgOption {
	return slack.UnsafeMsgOptionEndpoint(s.APIURL()+"chat.postMessage", func(v url.Values) { v.Set("blocks", blocks) })
}

func TestFaults(t *testing.T) {
	s, api := start(t, slackserver.App{})
	post := func() error {
		_, _, err := api.PostMessageContext(within(t), "C1", slack.MsgOptionText("x", false))
		return err
	}
	s.Fail("chat.postMessage", slackserver.Fault{Status: 429, RetryAfter: 7 * time.Second}, slackserver.Fault{Status: 503},
		slackserver.Fault{Error: "internal_error"}, slackserver.Fault{Drop: true}, slackserver.Fault{DropAfter: true})
	var limited *slack.RateLimitedError
	if err := post(); !errors.As(err, &limited) || limited.RetryAfter != 7*time.Second {
		t.Errorf("want a rate limit of 7 s, got %v", err)
	}
	var status slack.StatusCodeError
	if err := post(); !errors.As(err, &status) || status.Code != 503 {
		t.Errorf("want status 503, got %v", err)
	}
	if err := post(); err == nil || err.Error() != "internal_error" {
		t.Errorf("want internal_error, got %v", err)
	}
	if err := post(); err == nil || len(s.Bots("C1")) != 0 {
		t.Errorf("a dropped call gave %v and %d messages", err, len(s.Bots("C1")))
	}
	if err := post(); err == nil || len(s.Bots("C1")) != 1 {
		t.Errorf("a call whose answer was lost gave %v and %d messages", err, len(s.Bots("C1")))
	}
	if err := post(); err != nil {
		t.Errorf("the faults are over: %v", err)
	}
}

func TestScopesAreNeeded(t *testing.T) {
	_, api := start(t, slackserver.App{}, "commands")
	_, _, err := api.PostMessageContext(within(t), "C1", slack.MsgOptionText("x", false))
	var refused slack.SlackErrorResponse
	if !errors.As(err, &refused) || refused.Err != "missing_scope" || refused.Needed != "chat:write" || refused.Provided != "commands" {
		t.Errorf("got %+v", refused)
	}
	auth, err := api.AuthTestContext(within(t))
	if err != nil || auth.Header.Get("X-OAuth-Scopes") != "commands" {
		t.Errorf("auth.test says %v, %v", auth, err)
	}
}

func TestOAuthGivesATokenOnce(t *testing.T) {
	s, _ := start(t, slackserver.App{})
	code, app := s.Code("T1"), s.App()
	exchange := func(secret string) (*slack.OAuthV2Response, error) {
		return slack.GetOAuthV2ResponseContext(within(t), s.Client(), app.ClientID, secret, code, "", slack.OAuthOptionAPIURL(s.APIURL()))
	}
	if _, err := exchange("wrong"); err == nil || err.Error() != "bad_client_secret" {
		t.Errorf("a wrong secret gave %v", err)
	}
	got, err := exchange(app.ClientSecret)
	if err != nil || got.AccessToken != "xoxb-T1-test" || got.Team.ID != "T1" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := exchange(app.ClientSecret); err == nil || err.Error() != "invalid_code" {
		t.Errorf("a used code gave %v", err)
	}
}

func TestHomeAndAssistant(t *testing.T) {
	s, api := start(t, slackserver.App{})
	ctx := within(t)
	_, err := api.PublishViewContext(ctx, slack.PublishViewContextRequest{
		UserID: "U1", View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}},
	})
	if home, ok := s.Home("U1"); err != nil || !ok || !strings.Contains(string(home.Blocks), "divider") {
		t.Errorf("home is %s, %v", home.Blocks, err)
	}
	channel, thread := s.StartAssistant("T1", "U1")
	if err := api.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{ChannelID: channel, ThreadTS: thread, Status: "is looking"}); err != nil {
		t.Fatal(err)
	}
	if err := api.SetAssistantThreadsTitleContext(ctx, slack.AssistantThreadsSetTitleParameters{ChannelID: channel, ThreadTS: thread, Title: "KAP"}); err != nil {
		t.Fatal(err)
	}
	if a := s.Assistant(channel, thread); a.Status != "is looking" || a.Title != "KAP" {
		t.Errorf("the thread has %+v", a)
	}
}

func TestBlocksWithoutFallbackAreNoted(t *testing.T) {
	s, api := start(t, slackserver.App{})
	if _, _, err := api.PostMessageContext(within(t), "C1", slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "x", false, false), nil, nil))); err != nil {
		t.Fatal(err)
	}
	if got := s.Violations(); len(got) != 1 || !strings.Contains(got[0], "fallback") {
		t.Errorf("violations: %v", got)
	}
}

func TestACallForEverybodyIsNoted(t *testing.T) {
	s, api := start(t, slackserver.App{})
	block := func(kind string) slack.MsgOption {
		return slack.MsgOptionBlocks(slack.NewSectionBlock(slack.NewTextBlockObject(kind, "<!channel>", false, false), nil, nil))
	}
	for _, options := range [][]slack.MsgOption{
		{slack.MsgOptionText("<!here>", false)},
		{slack.MsgOptionText("x", false), block(slack.MarkdownType)},
		{slack.MsgOptionText("x", false), block(slack.PlainTextType)},
	} {
		if _, _, err := api.PostMessageContext(within(t), "C1", options...); err != nil {
			t.Fatal(err)
		}
	}
	if m := s.Bots("C1"); !m[0].Pings || !m[1].Pings || m[2].Pings {
		t.Errorf("pings: %v %v %v", m[0].Pings, m[1].Pings, m[2].Pings)
	}
}
