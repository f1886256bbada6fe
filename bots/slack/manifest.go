package slack

import (
	"github.com/slack-go/slack"

	"kapbot/prompts"
)

// Paths of Endpoints below the app's address.
const (
	pathEvents      = "/slack/events"
	pathInteractive = "/slack/interactive"
	pathCommands    = "/slack/commands"
	pathInstall     = "/slack/install"
	pathRedirect    = "/slack/oauth"
)

// A Setup says which app a manifest is for.
type Setup struct {
	// Address is the app's public https address, for deliveries over HTTP. Empty
	// means Socket Mode.
	Address string
	// Rooms lets the bot read the rooms it is in: it follows threads without being
	// mentioned each time, sees edits and deletions, and can watch rooms.
	Rooms bool
}

// Scopes are what a bot is allowed, and no more than it uses.
func (s Setup) Scopes() []string {
	scopes := []string{
		"app_mentions:read", // mentions
		"assistant:write",   // questions and titles in the assistant pane
		"chat:write",        // answers
		"commands",          // the slash command and the shortcut
		"im:history",        // direct messages
		"im:read",           // finding those that began while the bot was away
		"usergroups:read",   // who moderates
	}
	if s.Rooms {
		scopes = append(scopes, "channels:history", "channels:read", "groups:history", "groups:read", "mpim:history")
	}
	return scopes
}

// Events are what Slack is asked to deliver.
func (s Setup) Events() []string {
	events := []string{
		"app_home_opened", "app_mention", "app_uninstalled", "assistant_thread_context_changed", "assistant_thread_started", "message.im",
	}
	if s.Rooms {
		events = append(events, "message.channels", "message.groups", "message.mpim")
	}
	return events
}

// Manifest describes the app to Slack.
func (s Setup) Manifest(t prompts.Slack) slack.Manifest {
	m := slack.Manifest{
		Metadata: slack.ManifestMetadata{MajorVersion: 1},
		Display:  slack.Display{Name: t.Name, Description: t.Description, LongDescription: t.LongDescription},
		Features: slack.Features{
			AppHome:       slack.AppHome{HomeTabEnabled: true, MessagesTabEnabled: true},
			AssistantView: &slack.AssistantView{AssistantDescription: t.Description},
			BotUser:       slack.BotUser{DisplayName: t.Name, AlwaysOnline: true},
			Shortcuts: []slack.Shortcut{{
				Name: t.ShortcutName, CallbackID: shortcutAnswer, Description: t.ShortcutDescription, Type: slack.MessageShortcut,
			}},
			SlashCommands: []slack.ManifestSlashCommand{{
				Command: command, Description: t.CommandDescription, UsageHint: t.CommandHint,
			}, {
				Command: commandFAQ, Description: t.FAQDescription, UsageHint: t.FAQHint,
			}},
		},
		OAuthConfig: slack.OAuthConfig{Scopes: slack.OAuthScopes{Bot: s.Scopes()}},
		Settings: slack.Settings{
			EventSubscriptions: &slack.EventSubscriptions{BotEvents: s.Events()},
			Interactivity:      &slack.Interactivity{IsEnabled: true},
			SocketModeEnabled:  s.Address == "",
		},
	}
	for _, q := range t.Prompts {
		m.Features.AssistantView.SuggestedPrompts = append(m.Features.AssistantView.SuggestedPrompts,
			slack.ManifestSuggestedPrompt{Title: shorten(q, maxPromptTitle), Message: q})
	}
	if s.Address != "" {
		m.Settings.EventSubscriptions.RequestUrl = s.Address + pathEvents
		m.Settings.Interactivity.RequestUrl = s.Address + pathInteractive
		for i := range m.Features.SlashCommands {
			m.Features.SlashCommands[i].Url = s.Address + pathCommands
		}
		m.OAuthConfig.RedirectUrls = []string{s.Address + pathRedirect}
	}
	return m
}
