package slack_test

import (
	"strings"
	"testing"

	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

func TestAPreviewShowsWhatSlackShows(t *testing.T) {
	reply := chat.Reply{
		Title: "What <is> it?", Text: "**Approval.** As of 2026, see [the page](https://example.org/a_b?x=1&y=2).\n\n- one\n- two <script>alert(1)</script>",
		Sources: []chat.Source{{Title: "A \"source\"", URL: "https://example.org/s"}}, Footer: "Reviewed.",
		Buttons: []chat.Button{{Label: "Why <not>?", Action: "show", Value: "x"}},
	}
	got := string(slack.Preview(reply, prompts.Texts{Sources: "Sources"}))
	for _, want := range []string{
		`<div class="title">What &lt;is&gt; it?</div>`, `<strong>Approval.</strong>`, `<a href="https://example.org/a_b?x=1&amp;y=2" rel="noreferrer">the page</a>`,
		"• one", "&lt;script&gt;", `<div class="lines small">`, `<a href="https://example.org/s"`, `<span class="push">Why &lt;not&gt;?</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "<script") {
		t.Error("something runs")
	}
}
