package prompts

import (
	"embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed peers.*.yaml
var peersTexts embed.FS

// Peers is what is said about alerts to peer supporters.
type Peers struct {
	// To whoever may need support.
	Ask         string `yaml:"ask"`
	AskTold     string `yaml:"ask_told"`
	AskWaits    string `yaml:"ask_waits"`
	AskedBefore string `yaml:"ask_before"`
	AskFailed   string `yaml:"ask_failed"`
	NoPeers     string `yaml:"no_peers"`
	Told        string `yaml:"told"`
	OptedOut    string `yaml:"opted_out"`
	OptedIn     string `yaml:"opted_in"`
	// To peers.
	Alert       string `yaml:"alert"`
	AlertAsked  string `yaml:"alert_asked"`
	AlertLast   string `yaml:"alert_last"`
	YourTurn    string `yaml:"your_turn"`
	Take        string `yaml:"take"`
	Taken       string `yaml:"taken"`
	TakenBefore string `yaml:"taken_before"`
	Yours       string `yaml:"yours"`
	Room        string `yaml:"room"`
	Profile     string `yaml:"profile"`
	Gone        string `yaml:"gone"`
	NotOnCall   string `yaml:"not_on_call"`
	Joined      string `yaml:"joined"`
	Left        string `yaml:"left"`
	JoinThere   string `yaml:"join_there"`
	// To moderators.
	On        string            `yaml:"on"`
	Off       string            `yaml:"off"`
	NotOn     string            `yaml:"not_on"`
	NoRoom    string            `yaml:"no_room"`
	Usage     string            `yaml:"usage"`
	Failed    string            `yaml:"failed"`
	Counts    string            `yaml:"counts"`
	Week      string            `yaml:"week"`
	NoCounts  string            `yaml:"no_counts"`
	NeedsRole string            `yaml:"needs_role"`
	Roles     map[string]string `yaml:"roles"`
}

// LoadPeers reads them in every language.
func LoadPeers() (map[string]Peers, error) { return load[Peers](peersTexts, "peers") }

// load reads texts of one kind in every language.
func load[T any](files embed.FS, name string) (map[string]T, error) {
	all := map[string]T{}
	for _, lang := range Languages() {
		data, err := files.ReadFile(name + "." + lang + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("read the texts for %q: %w", lang, err)
		}
		var t T
		if err := yaml.UnmarshalWithOptions(data, &t, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("read %s.%s.yaml: %w", name, lang, err)
		}
		all[lang] = t
	}
	return all, nil
}
