package discordserver

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of modals from the public documentation.
const (
	maxTitle  = 45
	maxInput  = 4000
	maxHolder = 100
)

// A Modal is a form that stands open before a person.
type Modal struct {
	CustomID, Title string
	Inputs          []Input
}

// An Input is a field of a form and what is in it.
type Input struct {
	CustomID, Label, Holder, Value string
	Required                       bool
	min, max                       int
}

// text is what its person reads.
func (m *Modal) text() string {
	lines := []string{m.Title}
	for _, in := range m.Inputs {
		lines = append(lines, in.Label, in.Value)
	}
	return strings.Join(lines, "\n")
}

// checkModal reads a form as Discord would.
func checkModal(in messageIn) (*Modal, *apiError) {
	switch {
	case in.CustomID == "" || utf8.RuneCountInString(in.CustomID) > maxCustomID:
		return nil, invalid("custom_id: Must be between 1 and %d in length.", maxCustomID)
	case in.Title == "" || utf8.RuneCountInString(in.Title) > maxTitle:
		return nil, invalid("title: Must be between 1 and %d in length.", maxTitle)
	case len(in.Components) < 1 || len(in.Components) > maxRows:
		return nil, invalid("components: Must be between 1 and %d in length.", maxRows)
	}
	m := &Modal{CustomID: in.CustomID, Title: in.Title}
	ids := map[string]bool{}
	for _, row := range in.Components {
		if row.Type != 1 || len(row.Components) != 1 {
			return nil, invalid("components: a row of a form holds one text input")
		}
		c := row.Components[0]
		if refusal := checkInput(c); refusal != nil {
			return nil, refusal
		}
		if ids[c.CustomID] {
			return nil, invalid("custom_id: Component custom id cannot be duplicated")
		}
		ids[c.CustomID] = true
		m.Inputs = append(m.Inputs, Input{
			CustomID: c.CustomID, Label: c.Label, Holder: c.Holder, Value: c.Value, Required: c.Required == nil || *c.Required, min: c.MinLength, max: c.MaxLength,
		})
	}
	return m, nil
}

func checkInput(c component) *apiError {
	switch {
	case c.Type != 4:
		return invalid("components: a form holds no component of type %d", c.Type)
	case c.CustomID == "" || utf8.RuneCountInString(c.CustomID) > maxCustomID:
		return invalid("custom_id: Must be between 1 and %d in length.", maxCustomID)
	case c.Label == "" || utf8.RuneCountInString(c.Label) > maxTitle:
		return invalid("label: Must be between 1 and %d in length.", maxTitle)
	case c.Style != 1 && c.Style != 2:
		return invalid("style: Value must be one of 1, 2")
	case utf8.RuneCountInString(c.Holder) > maxHolder:
		return invalid("placeholder: Must be %d or fewer in length.", maxHolder)
	case c.MinLength < 0 || c.MinLength > maxInput || c.MaxLength < 0 || c.MaxLength > maxInput:
		return invalid("max_length: Must be between 1 and %d.", maxInput)
	case utf8.RuneCountInString(c.Value) > maxInput || c.MaxLength > 0 && utf8.RuneCountInString(c.Value) > c.MaxLength:
		return invalid("value: Must be %d or fewer in length.", maxInput)
	case c.Style == 1 && strings.Contains(c.Value, "\n"):
		return invalid("value: a short input has one line")
	case c.URL != "" || len(c.Components) > 0:
		return invalid("components: a text input has no such field")
	}
	return nil
}

// Modal returns the form that an interaction has opened, nil if it has opened none.
func (s *Server) Modal(interaction string) *Modal {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[interaction]
	if i == nil {
		return nil
	}
	return i.modal
}

// Fill lets a person write into the form that an interaction has opened, and send it.
// Fields that are not named keep what is in them. It reports what Discord's own client
// would not send.
func (s *Server) Fill(interaction, person string, values map[string]string) (id string, problem error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.interactions[interaction]
	if i == nil || i.modal == nil {
		return "", errors.New("no form is open")
	}
	rows := []any{}
	for _, in := range i.modal.Inputs {
		value, ok := values[in.CustomID]
		if !ok {
			value = in.Value
		}
		n := utf8.RuneCountInString(value)
		if in.Required && n == 0 || n < in.min || in.max > 0 && n > in.max {
			return "", fmt.Errorf("%s: %d letters cannot be sent", in.CustomID, n)
		}
		rows = append(rows, map[string]any{"type": 1, "components": []any{map[string]any{"type": 4, "custom_id": in.CustomID, "value": value}}})
	}
	return s.ask(typeModal, i.channel, person, map[string]any{"custom_id": i.modal.CustomID, "components": rows}, nil).id, nil
}

// FillAnywhere lets a person send a form that the bot has not opened, as a forged client
// may.
func (s *Server) FillAnywhere(channel, person, form string, fields map[string]string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known(person, false)
	rows := []any{}
	for name, value := range fields {
		rows = append(rows, map[string]any{"type": 1, "components": []any{map[string]any{"type": 4, "custom_id": name, "value": value}}})
	}
	return s.ask(typeModal, s.channels[channel], person, map[string]any{"custom_id": form, "components": rows}, nil).id
}
