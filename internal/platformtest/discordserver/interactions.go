package discordserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
	"unicode/utf8"
)

// Interaction and response types of the documentation.
const (
	typeCommand      = 2
	typeComponent    = 3
	typeAutocomplete = 4
	typeModal        = 5

	respondMessage  = 4
	respondDeferred = 5
	respondChoices  = 8
	respondModal    = 9

	ephemeral = 1 << 6
)

// An interaction waits for a response.
type interaction struct {
	id, token string
	kind      int
	channel   *channel
	began     time.Time
	late      bool
	answered  bool
	deferred  bool
	flags     int
	original  string // id of the response
	choices   []choice
	modal     *Modal
}

// ask sends an interaction to the bot. s.mu is held.
func (s *Server) ask(kind int, c *channel, person string, data any, more map[string]any) *interaction {
	i := &interaction{id: s.snowflake(), token: "token-" + s.snowflake(), kind: kind, channel: c, began: time.Now()}
	s.interactions[i.id] = i
	event := map[string]any{
		"id": i.id, "application_id": AppID, "type": kind, "token": i.token, "version": 1, "channel_id": c.id, "data": data, "locale": "en-US",
	}
	if c.direct == "" {
		event["guild_id"] = Guild
		event["member"] = map[string]any{"user": s.users[person], "roles": append([]string{}, s.roles[person]...), "permissions": "0"}
	} else {
		event["user"] = s.users[person]
	}
	for k, v := range more {
		event[k] = v
	}
	s.wg.Go(func() { s.watch(i) })
	s.dispatch("INTERACTION_CREATE", event)
	return i
}

// watch notes that an interaction was not answered in time.
func (s *Server) watch(i *interaction) {
	ctx, cancel := context.WithTimeout(context.Background(), s.AnswerWithin)
	defer cancel()
	if s.until(ctx, func() bool { return i.answered || s.gateway.ended }) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i.late = !i.answered
}

// AwaitResponse waits until an interaction has its first response, which may be that
// another one is coming. It reports false if there is none when ctx is done.
func (s *Server) AwaitResponse(ctx context.Context, id string) bool {
	return s.until(ctx, func() bool { return s.interactions[id].answered })
}

// of finds an interaction by its token.
func (s *Server) of(token string) *interaction {
	for _, i := range s.interactions {
		if i.token == token {
			return i
		}
	}
	return nil
}

func (s *Server) callback(r *http.Request, body []byte) (any, *apiError) {
	i := s.interactions[r.PathValue("id")]
	if i == nil || i.token != r.PathValue("token") || time.Since(i.began) > s.AnswerWithin {
		return nil, refuse(http.StatusNotFound, 10062, "Unknown interaction")
	}
	if i.answered {
		return nil, refuse(http.StatusBadRequest, 40060, "Interaction has already been acknowledged.")
	}
	var in struct {
		Type int             `json:"type"`
		Data json.RawMessage `json:"data"`
	}
	if refusal := decode(body, &in); refusal != nil {
		return nil, refusal
	}
	var data messageIn
	if refusal := decode(in.Data, &data); refusal != nil {
		return nil, refusal
	}
	if refusal := s.respond(i, in.Type, data); refusal != nil {
		return nil, refusal
	}
	i.answered = true
	s.change()
	return nil, nil
}

func (s *Server) respond(i *interaction, kind int, data messageIn) *apiError {
	switch kind {
	case respondMessage:
		if refusal := checkMessage(data); refusal != nil {
			return refusal
		}
		s.show(i, data, data.Flags)
	case respondDeferred:
		i.deferred, i.flags = true, data.Flags
	case respondChoices:
		if i.kind != typeAutocomplete {
			return invalid("type: choices answer autocomplete only")
		}
		if len(data.Choices) > maxChoices {
			return invalid("choices: Must be %d or fewer in length.", maxChoices)
		}
		for _, c := range data.Choices {
			if n := utf8.RuneCountInString(c.Name); n < 1 || n > maxChoiceText || utf8.RuneCountInString(c.Value) > maxChoiceText {
				return invalid("choices: a name has 1 to %d letters", maxChoiceText)
			}
		}
		i.choices = data.Choices
	case respondModal:
		if i.kind == typeModal || i.kind == typeAutocomplete {
			return invalid("type: a form cannot answer an interaction of type %d", i.kind)
		}
		modal, refusal := checkModal(data)
		if refusal != nil {
			return refusal
		}
		i.modal = modal
		s.operate("form", Message{ID: i.id, ChannelID: i.channel.id, Type: 20, Content: modal.text()})
	default:
		return invalid("type: %d is no response", kind)
	}
	return nil
}

// show makes the message of a response.
func (s *Server) show(i *interaction, data messageIn, flags int) *Message {
	m := s.create(i.channel, s.users[BotID], data.Content)
	m.Components, m.Flags = data.Components, flags
	if i.original == "" {
		i.original, m.Type = m.ID, 20
	}
	if flags&ephemeral != 0 && i.channel.direct == "" {
		s.operate("alone", *m)
		return m
	}
	s.operate("new", *m)
	s.dispatch("MESSAGE_CREATE", m)
	return m
}

func (s *Server) patchOriginal(r *http.Request, body []byte) (any, *apiError) {
	i := s.of(r.PathValue("token"))
	if i == nil || !i.answered {
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	}
	in, refusal := decodeMessage(body)
	if refusal != nil {
		return nil, refusal
	}
	if i.deferred {
		i.deferred = false
		return s.show(i, in, i.flags), nil
	}
	m := s.messages[i.original]
	s.alter(m, in)
	s.operate("edited", *m)
	return m, nil
}

func (s *Server) followUp(r *http.Request, body []byte) (any, *apiError) {
	i := s.of(r.PathValue("token"))
	if i == nil || !i.answered {
		return nil, refuse(http.StatusNotFound, 10015, "Unknown Webhook")
	}
	in, refusal := decodeMessage(body)
	if refusal != nil {
		return nil, refusal
	}
	return s.show(i, in, in.Flags), nil
}
