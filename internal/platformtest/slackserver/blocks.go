package slackserver

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"
)

// A surface is where blocks are shown.
type surface int

const (
	inMessage surface = iota
	inView
)

// Slack's limits on a list of blocks.
const (
	maxInMessage = 50
	maxInView    = 100
	maxMarkdown  = 12_000 // letters of all markdown blocks of a message
	maxLetters   = 13_200 // of all blocks of a message
)

// A rule says what a field of a component may hold. The zero rule takes
// anything.
type rule struct {
	text     int      // a string of at most so many letters
	object   string   // a text object, "plain_text" or "" for either, of at most max letters
	max      int      // with object: letters; with list: items
	list     []string // a list of components of these types
	of       []string // one component of these types
	enum     []string
	isText   bool
	isBool   bool
	required bool
}

func str(n int) rule         { return rule{text: n} }
func plain(n int) rule       { return rule{isText: true, object: "plain_text", max: n} }
func words(n int) rule       { return rule{isText: true, max: n} }
func boolean() rule          { return rule{isBool: true} }
func (r rule) must() rule    { r.required = true; return r }
func oneOf(v ...string) rule { return rule{enum: v} }

var (
	interactive = []string{"button", "static_select", "overflow"}
	components  = map[string]map[string]rule{
		"section": {
			"text": words(3000), "fields": {list: []string{"text"}, max: 10}, "accessory": {of: append([]string{"image"}, interactive...)},
			"block_id": str(255), "expand": boolean(),
		},
		"header":   {"text": plain(150).must(), "block_id": str(255)},
		"divider":  {"block_id": str(255)},
		"context":  {"elements": rule{list: []string{"text", "image"}, max: 10}.must(), "block_id": str(255)},
		"actions":  {"elements": rule{list: interactive, max: 25}.must(), "block_id": str(255)},
		"markdown": {"text": str(maxMarkdown).must(), "block_id": str(255)},
		"input": {
			"label": plain(2000).must(), "element": rule{of: []string{"plain_text_input", "static_select"}}.must(),
			"hint": plain(2000), "optional": boolean(), "dispatch_action": boolean(), "block_id": str(255),
		},
		"image": {"image_url": str(3000), "alt_text": str(2000).must(), "title": plain(2000), "block_id": str(255)},
		"button": {
			"text": plain(75).must(), "action_id": str(255), "url": str(3000), "value": str(2000),
			"style": oneOf("primary", "danger"), "accessibility_label": str(75),
		},
		"static_select": {
			"placeholder": plain(150), "action_id": str(255), "options": rule{list: []string{"option"}, max: 100}.must(), "initial_option": {of: []string{"option"}},
		},
		"overflow": {"action_id": str(255), "options": rule{list: []string{"option"}, max: 5}.must()},
		"option":   {"text": words(75).must(), "value": str(150).must(), "description": plain(75), "url": str(3000)},
		"plain_text_input": {
			"action_id": str(255), "initial_value": str(3000), "multiline": boolean(), "min_length": {}, "max_length": {},
			"placeholder": plain(150), "focus_on_load": boolean(),
		},
	}
	views = map[string]map[string]rule{
		"home": {"private_metadata": str(3000), "callback_id": str(255), "external_id": str(255)},
		"modal": {
			"title": plain(24).must(), "submit": plain(24), "close": plain(24), "private_metadata": str(3000),
			"callback_id": str(255), "external_id": str(255), "clear_on_close": boolean(), "notify_on_close": boolean(),
		},
	}
	shown = map[surface][]string{
		inMessage: {"section", "header", "divider", "context", "actions", "markdown", "input", "image"},
		inView:    {"section", "header", "divider", "context", "actions", "input", "image"},
	}
)

// A checker gathers what is wrong, each with where it is, as Slack does.
type checker struct {
	problems []string
	markdown int
	letters  int
}

func (c *checker) add(at, format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf("[ERROR] %s [json-pointer:%s]", fmt.Sprintf(format, args...), at))
}

// checkBlocks says what is wrong with the blocks of a message or view.
func checkBlocks(raw json.RawMessage, where surface) []string {
	var list []map[string]any
	c := &checker{}
	if err := json.Unmarshal(raw, &list); err != nil {
		c.add("/blocks", "must be an array of objects")
		return c.problems
	}
	limit := maxInMessage
	if where == inView {
		limit = maxInView
	}
	if len(list) > limit {
		c.add("/blocks", "no more than %d items allowed", limit)
	}
	ids := map[any]bool{}
	for i, block := range list {
		at := fmt.Sprintf("/blocks/%d", i)
		c.component(at, block, shown[where])
		if id := block["block_id"]; id != nil && ids[id] {
			c.add(at+"/block_id", "must be unique")
		} else {
			ids[id] = true
		}
		if block["type"] == "section" && block["text"] == nil && block["fields"] == nil {
			c.add(at, "missing required field: text or fields")
		}
	}
	if where == inMessage && c.letters > maxLetters {
		c.add("/blocks", "all blocks must be less than %d characters", maxLetters+1)
	}
	if c.markdown > maxMarkdown {
		c.add("/blocks", "markdown of all blocks must be less than %d letters", maxMarkdown+1)
	}
	return c.problems
}

// component checks one block, element or option. A text object counts as the
// component "text" where a list may hold one.
func (c *checker) component(at string, fields map[string]any, allowed []string) {
	kind, _ := fields["type"].(string)
	if slices.Equal(allowed, []string{"option"}) { // an option has no type
		c.object(at, fields, components["option"])
		return
	}
	if kind == "mrkdwn" || kind == "plain_text" {
		if slices.Contains(allowed, "text") {
			c.text(at, fields, words(3000))
			return
		}
	}
	if !slices.Contains(allowed, kind) {
		c.add(at, "unsupported type: %s", kind)
		return
	}
	rest := map[string]any{}
	for key, value := range fields {
		if key != "type" {
			rest[key] = value
		}
	}
	c.object(at, rest, components[kind])
	if text, ok := fields["text"].(string); ok && kind == "markdown" {
		c.markdown += utf8.RuneCountInString(text)
	}
}

// object checks the fields of a component against its rules.
func (c *checker) object(at string, fields map[string]any, rules map[string]rule) {
	for key := range fields {
		if _, known := rules[key]; !known && key != "type" {
			c.add(at+"/"+key, "no additional properties allowed")
		}
	}
	for key, r := range rules {
		value, there := fields[key]
		switch {
		case there:
			c.value(at+"/"+key, value, r)
		case r.required:
			c.add(at, "missing required field: %s", key)
		}
	}
}

func (c *checker) value(at string, value any, r rule) {
	switch {
	case r.isText:
		c.textValue(at, value, r)
	case r.isBool:
		if _, ok := value.(bool); !ok {
			c.add(at, "must be true or false")
		}
	case r.enum != nil:
		if v, ok := value.(string); !ok || !slices.Contains(r.enum, v) {
			c.add(at, "must be one of %v", r.enum)
		}
	case r.list != nil:
		c.list(at, value, r)
	case r.of != nil:
		if v, ok := value.(map[string]any); ok {
			c.component(at, v, r.of)
			return
		}
		c.add(at, "must be an object")
	case r.text > 0:
		v, ok := value.(string)
		c.length(at, v, ok, r.text)
	}
}

func (c *checker) length(at, text string, ok bool, limit int) {
	n := utf8.RuneCountInString(text)
	c.letters += n
	switch {
	case !ok:
		c.add(at, "must be a string")
	case n == 0:
		c.add(at, "must be more than 0 characters")
	case n > limit:
		c.add(at, "must be less than %d characters", limit+1)
	}
}

func (c *checker) textValue(at string, value any, r rule) {
	fields, ok := value.(map[string]any)
	if !ok {
		c.add(at, "must be a text object")
		return
	}
	c.text(at, fields, r)
}

func (c *checker) text(at string, fields map[string]any, r rule) {
	kind, _ := fields["type"].(string)
	allowed := map[string]rule{"type": {}, "text": str(r.max).must()}
	switch {
	case r.object != "" && kind != r.object:
		c.add(at, "must be of type %s", r.object)
	case kind == "plain_text":
		allowed["emoji"] = boolean()
	case kind == "mrkdwn":
		allowed["verbatim"] = boolean()
	default:
		c.add(at, "unsupported type: %s", kind)
	}
	c.object(at, fields, allowed)
}

func (c *checker) list(at string, value any, r rule) {
	list, ok := value.([]any)
	if !ok || len(list) == 0 || len(list) > r.max {
		c.add(at, "must be a list of 1 to %d items", r.max)
		return
	}
	ids := map[any]bool{}
	for i, item := range list {
		fields, ok := item.(map[string]any)
		if !ok {
			c.add(at, "must be a list of objects")
			continue
		}
		c.component(fmt.Sprintf("%s/%d", at, i), fields, r.list)
		if id := fields["action_id"]; id != nil && ids[id] {
			c.add(fmt.Sprintf("%s/%d/action_id", at, i), "must be unique")
		} else {
			ids[id] = true
		}
	}
}

// named returns blocks with an id for each that has none, as Slack keeps them.
func (s *Server) named(raw json.RawMessage) json.RawMessage {
	var list []map[string]any
	if json.Unmarshal(raw, &list) != nil {
		return raw
	}
	for _, block := range list {
		if block["block_id"] == nil {
			block["block_id"] = fmt.Sprintf("b%d", s.next())
		}
	}
	out, err := json.Marshal(list)
	if err != nil {
		return raw
	}
	return out
}
