package discordserver

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits from the public documentation.
const (
	maxContent    = 2000
	maxRows       = 5
	maxInRow      = 5
	maxLabel      = 80
	maxCustomID   = 100
	maxURL        = 512
	maxNonce      = 25
	maxChoices    = 25
	maxChoiceText = 100
)

// A messageIn is what a bot sends. A field that is not here is refused.
type messageIn struct {
	Content         string          `json:"content"`
	Components      []component     `json:"components"`
	AllowedMentions *mentions       `json:"allowed_mentions"`
	Reference       *reference      `json:"message_reference"`
	Flags           int             `json:"flags"`
	Nonce           string          `json:"nonce"`
	EnforceNonce    bool            `json:"enforce_nonce"`
	TTS             bool            `json:"tts"`
	Embeds          json.RawMessage `json:"embeds"`
	Choices         []choice        `json:"choices"`
	CustomID        string          `json:"custom_id"`
	Title           string          `json:"title"`
}

type mentions struct {
	Parse       []string `json:"parse"`
	RepliedUser bool     `json:"replied_user"`
	Roles       []string `json:"roles"`
	Users       []string `json:"users"`
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type component struct {
	Type       int         `json:"type"`
	ID         int         `json:"id,omitempty"`
	Components []component `json:"components,omitempty"`
	Label      string      `json:"label,omitempty"`
	Style      int         `json:"style,omitempty"`
	CustomID   string      `json:"custom_id,omitempty"`
	URL        string      `json:"url,omitempty"`
	Disabled   bool        `json:"disabled,omitempty"`
	Value      string      `json:"value,omitempty"`
	Required   *bool       `json:"required,omitempty"`
	MinLength  int         `json:"min_length,omitempty"`
	MaxLength  int         `json:"max_length,omitempty"`
	Holder     string      `json:"placeholder,omitempty"`
}

func decode(body []byte, v any) *apiError {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return invalid("%v", err)
	}
	return nil
}

func decodeMessage(body []byte) (messageIn, *apiError) {
	var in messageIn
	if refusal := decode(body, &in); refusal != nil {
		return in, refusal
	}
	return in, checkMessage(in)
}

func checkMessage(in messageIn) *apiError {
	switch {
	case strings.TrimSpace(in.Content) == "" && len(in.Components) == 0:
		return refuse(400, 50006, "Cannot send an empty message")
	case utf8.RuneCountInString(in.Content) > maxContent:
		return invalid("content: Must be %d or fewer in length.", maxContent)
	case utf8.RuneCountInString(in.Nonce) > maxNonce:
		return invalid("nonce: Must be %d or fewer in length.", maxNonce)
	case in.AllowedMentions == nil:
		return invalid("allowed_mentions: this bot must say whom it mentions")
	case len(in.AllowedMentions.Parse)+len(in.AllowedMentions.Roles)+len(in.AllowedMentions.Users) > 0 || in.AllowedMentions.RepliedUser:
		return invalid("allowed_mentions: this bot may mention nobody")
	}
	return checkRows(in.Components)
}

func checkRows(rows []component) *apiError {
	if len(rows) > maxRows {
		return invalid("components: Must be between 1 and %d in length.", maxRows)
	}
	ids := map[string]bool{}
	for _, row := range rows {
		if row.Type != 1 {
			return invalid("components: a message holds rows, not components of type %d", row.Type)
		}
		if len(row.Components) < 1 || len(row.Components) > maxInRow {
			return invalid("components: a row holds 1 to %d buttons", maxInRow)
		}
		for _, b := range row.Components {
			if refusal := checkButton(b, ids); refusal != nil {
				return refusal
			}
		}
	}
	return nil
}

func checkButton(b component, ids map[string]bool) *apiError {
	link := b.Style == 5
	switch {
	case b.Type != 2:
		return invalid("components: unknown component of type %d", b.Type)
	case b.Style < 1 || b.Style > 5:
		return invalid("style: Value must be one of 1 to 5")
	case b.Label == "" || utf8.RuneCountInString(b.Label) > maxLabel:
		return invalid("label: Must be between 1 and %d in length.", maxLabel)
	case link && (b.CustomID != "" || len(b.URL) > maxURL || !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "https://")):
		return invalid("url: a link has an address of at most %d letters and no custom id", maxURL)
	case !link && (b.URL != "" || b.CustomID == "" || utf8.RuneCountInString(b.CustomID) > maxCustomID):
		return invalid("custom_id: Must be between 1 and %d in length.", maxCustomID)
	case !link && ids[b.CustomID]:
		return invalid("custom_id: Component custom id cannot be duplicated")
	}
	ids[b.CustomID] = true
	return nil
}

var commandName = regexp.MustCompile(`^[-_\p{L}\p{N}]{1,32}$`)

type commandIn struct {
	Type        int               `json:"type"`
	Name        string            `json:"name"`
	Names       map[string]string `json:"name_localizations"`
	Description string            `json:"description"`
	Texts       map[string]string `json:"description_localizations"`
	Options     []optionIn        `json:"options"`
}

type optionIn struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations"`
	Description  string            `json:"description"`
	Texts        map[string]string `json:"description_localizations"`
	Required     bool              `json:"required"`
	Autocomplete bool              `json:"autocomplete"`
	Options      []optionIn        `json:"options"`
	ChannelTypes []int             `json:"channel_types"`
	Choices      json.RawMessage   `json:"choices"`
}

func checkCommand(c commandIn) *apiError {
	if c.Type == 3 { // in the menu of a message
		if c.Description != "" || len(c.Options) > 0 || c.Name == "" || utf8.RuneCountInString(c.Name) > 32 {
			return invalid("a message command has a name of at most 32 letters and no more")
		}
		return nil
	}
	if refusal := checkNamed(c.Name, c.Description, c.Texts); refusal != nil {
		return refusal
	}
	return checkOptions(c.Options)
}

func checkOptions(options []optionIn) *apiError {
	if len(options) > 25 {
		return invalid("options: Must be 25 or fewer in length.")
	}
	for _, o := range options {
		if refusal := checkNamed(o.Name, o.Description, o.Texts); refusal != nil {
			return refusal
		}
		if refusal := checkOptions(o.Options); refusal != nil {
			return refusal
		}
	}
	return nil
}

func checkNamed(name, description string, texts map[string]string) *apiError {
	if !commandName.MatchString(name) || strings.ToLower(name) != name {
		return invalid("name: %q is no name of a command", name)
	}
	for _, d := range append([]string{description}, values(texts)...) {
		if n := utf8.RuneCountInString(d); n < 1 || n > 100 {
			return invalid("description: Must be between 1 and 100 in length.")
		}
	}
	return nil
}

func values(m map[string]string) []string {
	var all []string
	for _, v := range m {
		all = append(all, v)
	}
	return all
}
