package slackserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// A trigger opens one view, for the person who did something.
type trigger struct {
	user string
	at   time.Time
}

// openModal is a form that stands before a person.
type openModal struct {
	id   string
	view View
}

type textObject struct {
	Text string `json:"text"`
}

// inputBlock is a field of a form.
type inputBlock struct {
	Type     string     `json:"type"`
	BlockID  string     `json:"block_id"`
	Label    textObject `json:"label"`
	Hint     textObject `json:"hint"`
	Optional bool       `json:"optional"`
	Element  struct {
		Type     string `json:"type"`
		ActionID string `json:"action_id"`
		Value    string `json:"initial_value"`
		Min      int    `json:"min_length"`
		Max      int    `json:"max_length"`
		Initial  *struct {
			Value string `json:"value"`
		} `json:"initial_option"`
	} `json:"element"`
}

func (v View) inputs() []inputBlock {
	var all, inputs []inputBlock
	if json.Unmarshal(v.Blocks, &all) != nil {
		return nil
	}
	for _, b := range all {
		if b.Type == "input" {
			inputs = append(inputs, b)
		}
	}
	return inputs
}

// text is what its person reads.
func (v View) text() string {
	lines := []string{v.head.Title.Text}
	for _, in := range v.inputs() {
		lines = append(lines, in.Label.Text, in.Element.Value, in.Hint.Text)
	}
	return strings.Join(lines, "\n")
}

// errNoForm says that a person has no form before them.
var errNoForm = errors.New("no form is open")

// Fill lets a person write into the form before them, and send it. Fields that are not
// named keep what is in them. It returns once the app has answered: the form is closed
// then, or has problems beside its fields. The error is what Slack's own client would
// not send.
func (s *Server) Fill(team, user string, values map[string]string) (problems map[string]string, err error) {
	d, modal, err := s.submit(team, user, values)
	if err != nil {
		return nil, err
	}
	select {
	case <-d.settled:
	case <-time.After(s.app.AckWait):
		return nil, errors.New("the form was not acknowledged")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	if len(d.Answer) > 0 {
		if err := json.Unmarshal(d.Answer, &answer); err != nil {
			s.violation("a form was answered with no JSON: %v", err)
		}
	}
	switch answer.Action {
	case "":
		if s.modals[user].id == modal.id {
			delete(s.modals, user)
		}
	case "errors":
		s.misplaced(modal, answer.Errors)
	default:
		s.violation("a form was answered with %q", answer.Action)
	}
	return answer.Errors, nil
}

// misplaced checks problems as Slack does: each belongs to an input. The lock is held.
func (s *Server) misplaced(m openModal, problems map[string]string) {
	known := map[string]bool{}
	for _, in := range m.view.inputs() {
		known[in.BlockID] = true
	}
	for block := range problems {
		if !known[block] {
			s.violation("a problem belongs to %q, which is no input", block)
		}
	}
	if len(problems) == 0 {
		s.violation("a form was answered with no problems")
	}
}

// submit sends the form before a person.
func (s *Server) submit(team, user string, values map[string]string) (*Delivery, openModal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	modal, ok := s.modals[user]
	if !ok {
		return nil, modal, errNoForm
	}
	state := map[string]any{}
	for _, in := range modal.view.inputs() {
		value, named := values[in.BlockID]
		if !named {
			value = in.Element.Value
			if in.Element.Initial != nil {
				value = in.Element.Initial.Value
			}
		}
		n := utf8.RuneCountInString(value)
		if n == 0 && !in.Optional || n > 0 && n < in.Element.Min || in.Element.Max > 0 && n > in.Element.Max {
			return nil, modal, fmt.Errorf("%s: %d letters cannot be sent", in.BlockID, n)
		}
		field := map[string]any{"type": in.Element.Type, "value": value}
		switch {
		case in.Element.Type == "static_select":
			field = map[string]any{"type": in.Element.Type, "selected_option": map[string]any{"value": value}}
		case n == 0:
			field["value"] = nil
		}
		state[in.BlockID] = map[string]any{in.Element.ActionID: field}
	}
	var blocks any
	if err := json.Unmarshal(modal.view.Blocks, &blocks); err != nil {
		return nil, modal, fmt.Errorf("read the form: %w", err)
	}
	s.send(interaction, map[string]any{
		"type": "view_submission", "trigger_id": s.trigger(user), "api_app_id": s.app.ID,
		"team": map[string]any{"id": team, "domain": "kap"}, "user": map[string]any{"id": user, "team_id": team},
		"view": map[string]any{
			"id": modal.id, "team_id": team, "type": "modal", "callback_id": modal.view.head.CallbackID,
			"private_metadata": modal.view.head.Metadata, "blocks": blocks, "state": map[string]any{"values": state},
		},
	})
	return s.sent[len(s.sent)-1], modal, nil
}
