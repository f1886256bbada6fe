package prompts

import (
	_ "embed" // for desk.yaml
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed desk.yaml
var deskTexts []byte

// Desk is what moderators read in chat.
type Desk struct {
	CommandFAQ string        `yaml:"command_faq"`
	Commands   []DeskCommand `yaml:"commands"`
	// Texts are all others by name.
	Texts map[string]string `yaml:"texts"`
}

// A DeskCommand is one of the parts of /faq, in the order of menus.
type DeskCommand struct {
	Name     string `yaml:"name"`
	Text     string `yaml:"text"`
	Arg      string `yaml:"arg"` // the name of its argument; "" for none
	ArgText  string `yaml:"arg_text"`
	Optional bool   `yaml:"optional"`
	Suggest  bool   `yaml:"suggest"` // entries are suggested
}

// LoadDesk reads them.
func LoadDesk() (Desk, error) {
	var d Desk
	if err := yaml.UnmarshalWithOptions(deskTexts, &d, yaml.Strict()); err != nil {
		return Desk{}, fmt.Errorf("read desk.yaml: %w", err)
	}
	return d, nil
}
