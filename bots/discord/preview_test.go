package discord_test

import (
	"strings"
	"testing"

	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

func TestAPreviewShowsWhatDiscordShows(t *testing.T) {
	reply := chat.Reply{
		Title: "What is it?", Text: "**Approval.** As of 2026.\n\n- one\n- two <script>alert(1)</script>\n\n[x](javascript:alert(1))",
		Sources: []chat.Source{{Title: "A source", URL: "https://example.org/s"}}, Footer: "Reviewed.",
		Buttons: []chat.Button{{Label: "Why <not>?", Action: "show", Value: "x"}},
	}
	got := string(discord.Preview(reply, prompts.Texts{Sources: "Sources"}))
	for _, want := range []string{
		"<p><strong>What is it?</strong></p>", "<strong>Approval.</strong>", "<li>one</li>",
		`<div class="small"><p>Reviewed.</p>`, "[1] A source", `<span class="push">Why &lt;not&gt;?</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "<script") || strings.Contains(got, "javascript:") {
		t.Error("something runs")
	}
}
