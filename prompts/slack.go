package prompts

import (
	_ "embed" // for slack.yaml
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed slack.yaml
var slackTexts []byte

// Slack is what the bot says on its own pages in Slack.
type Slack struct {
	Name                string   `yaml:"name"`
	Description         string   `yaml:"description"`
	LongDescription     string   `yaml:"long_description"`
	CommandDescription  string   `yaml:"command_description"`
	CommandHint         string   `yaml:"command_hint"`
	FAQDescription      string   `yaml:"faq_description"`
	FAQHint             string   `yaml:"faq_hint"`
	ShortcutName        string   `yaml:"shortcut_name"`
	ShortcutDescription string   `yaml:"shortcut_description"`
	Greeting            string   `yaml:"greeting"`
	Thinking            string   `yaml:"thinking"`
	Prompts             []string `yaml:"prompts"` // questions to begin with
	HomeAbout           string   `yaml:"home_about"`
	HomePrivacy         string   `yaml:"home_privacy"`
	Installed           string   `yaml:"installed"`
	NotInstalled        string   `yaml:"not_installed"`
}

// LoadSlack reads them.
func LoadSlack() (Slack, error) {
	var s Slack
	if err := yaml.UnmarshalWithOptions(slackTexts, &s, yaml.Strict()); err != nil {
		return Slack{}, fmt.Errorf("read slack.yaml: %w", err)
	}
	return s, nil
}
