// Package prompts holds every word that the bot itself says: the crisis cards
// and the short texts around an answer, in English and Spanish. They are text
// files, embedded, so that a reviewer can read them without reading Go and the
// crisis path needs nothing from outside the binary.
package prompts

import (
	"embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// The crisis cards by name. Danger and Overdose open with 911 and name the
// Veterans Crisis Line next; all others open with the line.
const (
	Crisis    = "crisis"    // the full card
	Concern   = "concern"   // the full card in its gentle wording
	Other     = "other"     // for somebody who worries about somebody else
	Danger    = "danger"    // violence: 911 first
	Overdose  = "overdose"  // an overdose or bad reaction: 911 and Poison Help first
	Doors     = "doors"     // for somebody who refuses the line: the other doors
	Resources = "resources" // who to call, for somebody who asked for the list
	Reminder  = "reminder"  // two sentences, within minutes of a full card
	Line      = "line"      // one line above other replies after a card
	Banner    = "banner"    // above a curated entry that touches the subject
)

// Cards lists the names of all cards.
func Cards() []string {
	return []string{Crisis, Concern, Other, Danger, Overdose, Doors, Resources, Reminder, Line, Banner}
}

// Languages lists the languages that every text exists in, the default first.
func Languages() []string { return []string{"en", "es"} }

//go:embed cards/*.md
var cards embed.FS

// fullCard is what a person sees when a card asked for by name is missing: the
// crisis path has no error branch.
//
//go:embed cards/crisis.en.md
var fullCard string

//go:embed texts.*.yaml
var texts embed.FS

// Card returns the Markdown of a card. A name or language that does not exist
// gives the full English card.
func Card(name, lang string) string {
	text, err := cards.ReadFile("cards/" + name + "." + lang + ".md")
	if err != nil {
		return strings.TrimSpace(fullCard)
	}
	return strings.TrimSpace(string(text))
}

// Texts are the short texts of one language. Placeholders such as {date} are
// filled with Fill.
type Texts struct {
	Welcome        string `yaml:"welcome"`
	Help           string `yaml:"help"`
	Topics         string `yaml:"topics"`
	Education      string `yaml:"education"`
	Sources        string `yaml:"sources"`
	Reviewed       string `yaml:"reviewed"`
	Expired        string `yaml:"expired"`
	WordForWord    string `yaml:"word_for_word"`
	Shaped         string `yaml:"shaped"`
	Unknown        string `yaml:"unknown"`
	Nearest        string `yaml:"nearest"`
	DidYouMean     string `yaml:"did_you_mean"`
	WhereToAsk     string `yaml:"where_to_ask"`
	ConcernPages   string `yaml:"concern_pages"`
	ChatButton     string `yaml:"chat_button"`
	Empty          string `yaml:"empty"`
	TooLong        string `yaml:"too_long"`
	TooFast        string `yaml:"too_fast"`
	TooBusy        string `yaml:"too_busy"`
	Safe           string `yaml:"safe"`
	Goodbye        string `yaml:"goodbye"`
	Prompt         string `yaml:"prompt"`
	Thinking       string `yaml:"thinking"`
	UnknownCommand string `yaml:"unknown_command"`
	PrivateCopy    string `yaml:"private_copy"`
	Pointer        string `yaml:"pointer"`
	Alert          string `yaml:"alert"`

	// What the menus of a chat network say.
	CommandKap       string `yaml:"command_kap"`
	CommandAsk       string `yaml:"command_ask"`
	CommandQuestion  string `yaml:"command_question"`
	CommandResources string `yaml:"command_resources"`
	CommandTopics    string `yaml:"command_topics"`
	CommandHelp      string `yaml:"command_help"`
	CommandWatch     string `yaml:"command_watch"`
	CommandSupport   string `yaml:"command_support"`
	CommandState     string `yaml:"command_state"`
	CommandConsole   string `yaml:"command_console"`
	CommandAlerts    string `yaml:"command_alerts"`
	CommandDo        string `yaml:"command_do"`
	// The link to the moderators' page.
	Console        string `yaml:"console"`
	ConsoleButton  string `yaml:"console_button"`
	ConsoleTooMany string `yaml:"console_too_many"`
	ConsoleFailed  string `yaml:"console_failed"`
	NoConsole      string `yaml:"no_console"`
	// How a room is read, and by whom that may be changed.
	RoomWatch     string            `yaml:"room_watch"`
	RoomSupport   string            `yaml:"room_support"`
	RoomQuiet     string            `yaml:"room_quiet"`
	RoomIsWatch   string            `yaml:"room_is_watch"`
	RoomIsSupport string            `yaml:"room_is_support"`
	RoomIsQuiet   string            `yaml:"room_is_quiet"`
	RoomBy        string            `yaml:"room_by"` // {person} is an id
	RoomFailed    string            `yaml:"room_failed"`
	NoRoom        string            `yaml:"no_room"`
	NeedsRole     string            `yaml:"needs_role"` // {role} is one of Roles
	Roles         map[string]string `yaml:"roles"`
	AnswerFromFAQ string            `yaml:"answer_from_faq"`

	// Forms.
	FormProblems string `yaml:"form_problems"`
	FormAgain    string `yaml:"form_again"`
	FormReady    string `yaml:"form_ready"`
	FormOpen     string `yaml:"form_open"`
	FormGone     string `yaml:"form_gone"`
	FormCancel   string `yaml:"form_cancel"`
	FormKeep     string `yaml:"form_keep"`
	FormEnd      string `yaml:"form_end"`
	FormLeft     string `yaml:"form_left"`
}

// Load reads the short texts of every language.
func Load() (map[string]Texts, error) {
	all := map[string]Texts{}
	for _, lang := range Languages() {
		data, err := texts.ReadFile("texts." + lang + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("read the texts for %q: %w", lang, err)
		}
		var t Texts
		if err := yaml.UnmarshalWithOptions(data, &t, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("read texts.%s.yaml: %w", lang, err)
		}
		all[lang] = t
	}
	return all, nil
}

// Fill replaces {key} by its value; pairs alternate key and value.
func Fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}
