package discord

import (
	"context"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Limits of Discord on autocomplete.
const (
	maxChoices = 25
	maxChoice  = 100 // letters
)

// The commands, whose parts are what a person picks.
const (
	commandKap = "kap"
	commandFAQ = "faq"
)

// commands are what the bot offers in Discord's menus.
func (p *Platform) commands() []*discordgo.ApplicationCommand {
	en, es := p.texts(chat.English), p.texts(chat.Spanish)
	spanish := func(text string) map[discordgo.Locale]string {
		return map[discordgo.Locale]string{discordgo.SpanishES: text, discordgo.SpanishLATAM: text}
	}
	sub := func(name string, text func(prompts.Texts) string, options ...*discordgo.ApplicationCommandOption) *discordgo.ApplicationCommandOption {
		return &discordgo.ApplicationCommandOption{
			Type: discordgo.ApplicationCommandOptionSubCommand, Name: name, Description: text(en), DescriptionLocalizations: spanish(text(es)), Options: options,
		}
	}
	state := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: "state", Description: en.CommandState, DescriptionLocalizations: spanish(es.CommandState), Required: true,
		Choices: []*discordgo.ApplicationCommandOptionChoice{{Name: "on", Value: "on"}, {Name: "off", Value: "off"}, {Name: "show", Value: "show"}},
	}
	menu := spanish(es.AnswerFromFAQ)
	all := []*discordgo.ApplicationCommand{
		{
			Type: discordgo.ChatApplicationCommand, Name: commandKap, Description: en.CommandKap,
			Options: []*discordgo.ApplicationCommandOption{
				sub("ask", func(t prompts.Texts) string { return t.CommandAsk }, &discordgo.ApplicationCommandOption{
					Type: discordgo.ApplicationCommandOptionString, Name: "question", Description: en.CommandQuestion,
					DescriptionLocalizations: spanish(es.CommandQuestion), Required: true, Autocomplete: true,
				}),
				sub("resources", func(t prompts.Texts) string { return t.CommandResources }),
				sub("topics", func(t prompts.Texts) string { return t.CommandTopics }),
				sub("help", func(t prompts.Texts) string { return t.CommandHelp }),
				sub("console", func(t prompts.Texts) string { return t.CommandConsole }),
				sub("watch", func(t prompts.Texts) string { return t.CommandWatch }, state),
				sub("support", func(t prompts.Texts) string { return t.CommandSupport }, state),
				sub("alerts", func(t prompts.Texts) string { return t.CommandAlerts }, alerts(en, spanish(es.CommandDo))),
			},
		},
		{Type: discordgo.MessageApplicationCommand, Name: en.AnswerFromFAQ, NameLocalizations: &menu},
	}
	if len(p.Desk.Commands) > 0 {
		all = append(all, deskCommand(p.Desk))
	}
	return all
}

// deskCommand is what moderators have.
func deskCommand(d prompts.Desk) *discordgo.ApplicationCommand {
	command := &discordgo.ApplicationCommand{Type: discordgo.ChatApplicationCommand, Name: commandFAQ, Description: d.CommandFAQ}
	for _, c := range d.Commands {
		sub := &discordgo.ApplicationCommandOption{Type: discordgo.ApplicationCommandOptionSubCommand, Name: c.Name, Description: c.Text}
		if c.Arg != "" {
			sub.Options = []*discordgo.ApplicationCommandOption{{
				Type: discordgo.ApplicationCommandOptionString, Name: c.Arg, Description: c.ArgText, Required: !c.Optional, Autocomplete: c.Suggest,
			}}
		}
		command.Options = append(command.Options, sub)
	}
	return command
}

// alerts is what can be done about alerts to peer supporters.
func alerts(en prompts.Texts, spanish map[discordgo.Locale]string) *discordgo.ApplicationCommandOption {
	option := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: "do", Description: en.CommandDo, DescriptionLocalizations: spanish, Required: true,
	}
	for _, name := range []string{"me off", "me on", "join", "leave", "on", "off", "counts"} {
		option.Choices = append(option.Choices, &discordgo.ApplicationCommandOptionChoice{Name: name, Value: name})
	}
	return option
}

// registerCommands tells Discord the commands. Without them the bot works all the
// same, by messages.
func (p *Platform) registerCommands(ctx context.Context) {
	err := p.persist(ctx, "register the commands", func() error {
		_, err := p.api.ApplicationCommandBulkOverwrite(p.self(), "", p.commands(), discordgo.WithContext(ctx))
		return err //nolint:wrapcheck // it is logged with what was done
	})
	if err != nil {
		p.Log.Error("the commands could not be registered: /kap is missing or old", "err", clean(err))
	}
}

// suggest offers questions or, to moderators, entries for what somebody has typed so
// far.
func (p *Platform) suggest(ctx context.Context, i *discordgo.Interaction) {
	choices := []*discordgo.ApplicationCommandOptionChoice{}
	data := i.ApplicationCommandData()
	if len(data.Options) > 0 && data.Options[0] != nil {
		for _, o := range data.Options[0].Options {
			text, ok := typedText(o)
			if !ok || !o.Focused {
				continue
			}
			for _, c := range p.suggested(data.Name, text, language(i.Locale)) {
				if len(choices) < maxChoices && utf8.RuneCountInString(c.Value) <= maxChoice {
					choices = append(choices, &discordgo.ApplicationCommandOptionChoice{Name: cut(c.Label, maxChoice), Value: c.Value})
				}
			}
		}
	}
	err := p.callback(ctx, p.api, &interaction{Interaction: i}, discordgo.InteractionApplicationCommandAutocompleteResult, &responseData{Choices: &choices})
	if err != nil {
		p.Log.Warn("questions could not be suggested", "err", err)
	}
}

// suggested are the choices for what was typed after a command.
func (p *Platform) suggested(command, typed string, lang chat.Lang) (all []chat.Choice) {
	if command == commandFAQ && p.Entries != nil {
		return p.Entries(typed)
	}
	if command == commandKap && p.Suggest != nil {
		for _, q := range p.Suggest(typed, lang) {
			all = append(all, chat.Choice{Label: q, Value: q})
		}
	}
	return all
}

func language(l discordgo.Locale) chat.Lang {
	if l == discordgo.SpanishES || l == discordgo.SpanishLATAM {
		return chat.Spanish
	}
	return chat.English
}

func (p *Platform) texts(lang chat.Lang) prompts.Texts {
	if t, ok := p.Texts[string(lang)]; ok {
		return t
	}
	return p.Texts[string(chat.English)]
}
