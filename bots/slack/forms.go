package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"kapbot/internal/chat"
)

// Slack's limits on a view, counted in letters.
const (
	maxViewTitle = 24
	maxChoice    = 75
	maxHint      = 2000
	maxInput     = 3000
	maxViewLabel = 2000
)

// answerAction is the action of every field of a form; its block is named for the field.
const answerAction = "answerAction"

// formed stands before the trigger in the Message of a Ref that is a form.
const formed = "form "

// An origin is where a form was asked for, and so where its answer goes. Slack keeps it
// with the form and shows it to nobody.
type origin struct {
	State   string `json:"state,omitempty"`
	Channel string `json:"channel,omitempty"`
	Thread  string `json:"thread,omitempty"`
	Message string `json:"message,omitempty"`
}

// triggerOf is what opens a form in answer to a delivery, within three seconds.
func triggerOf(delivery any) string {
	switch d := delivery.(type) {
	case slack.SlashCommand:
		return d.TriggerID
	case slack.InteractionCallback:
		return d.TriggerID
	}
	return ""
}

// view is a form as Slack shows it. A problem that Slack has not shown beside its field
// stands below it.
func (p *Platform) view(f chat.Form, at chat.Ref) (slack.ModalViewRequest, error) {
	state, err := json.Marshal(origin{State: f.State, Channel: at.Channel, Thread: at.Thread, Message: at.Message})
	if err != nil {
		return slack.ModalViewRequest{}, err //nolint:wrapcheck // it holds strings only
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: f.Name, PrivateMetadata: string(state), Title: plain(shorten(f.Title, maxViewTitle)),
		Submit: plain(shorten(f.Submit, maxViewTitle)), Close: plain(shorten(p.o.Texts[string(chat.English)].FormCancel, maxViewTitle)),
	}
	for _, field := range f.Fields {
		input := slack.NewInputBlock(field.Name, plain(shorten(field.Label, maxViewLabel)), nil, element(field)).WithOptional(!field.Required)
		if hint := strings.TrimSpace(field.Problem + " " + field.Help); hint != "" {
			input.Hint = plain(shorten(hint, maxHint))
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, input)
	}
	return v, nil
}

func element(f chat.FormField) slack.BlockElement {
	if len(f.Choices) == 0 {
		limit := maxInput
		if f.Max > 0 {
			limit = min(f.Max, maxInput)
		}
		return slack.NewPlainTextInputBlockElement(nil, answerAction).WithMultiline(f.Long).WithMaxLength(limit).WithInitialValue(shorten(f.Value, limit))
	}
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, answerAction)
	for _, c := range f.Choices {
		option := slack.NewOptionBlockObject(c.Value, plain(shorten(c.Label, maxChoice)), nil)
		menu.Options = append(menu.Options, option)
		if c.Value == f.Value {
			menu.InitialOption = option
		}
	}
	return menu
}

// openForm shows a form. A form that was sent with mistakes in it and could not be
// answered in time is opened anew.
func (p *Platform) openForm(ctx context.Context, trigger string, at chat.Ref, f chat.Form) {
	ctx, cancel := context.WithTimeout(ctx, callFor)
	defer cancel()
	view, err := p.view(f, at)
	if err == nil {
		var api *slack.Client
		if api, err = p.clients.of(ctx, at.Space, false); err == nil {
			_, err = api.OpenViewContext(ctx, trigger, view)
		}
	}
	if err != nil {
		p.o.Log.Warn("a form could not be opened", "err", withoutURL(err))
	}
}

// mistakes is what Slack shows beside the fields of a form that was sent; nil for none.
func mistakes(f *chat.Form) any {
	if f == nil {
		return nil
	}
	found := map[string]string{}
	for _, field := range f.Fields {
		if field.Problem != "" {
			found[field.Name] = shorten(field.Problem, maxHint)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return slack.NewErrorsViewSubmissionResponse(found)
}

// readForm reads a form that was sent. It is answered where it was asked for.
func (p *Platform) readForm(c slack.InteractionCallback) (chat.Event, bool) {
	var from origin
	if json.Unmarshal([]byte(c.View.PrivateMetadata), &from) != nil || c.View.State == nil {
		return chat.Event{}, false
	}
	at := chat.Ref{Network: Network, Space: c.Team.ID, Channel: from.Channel, Thread: from.Thread, Message: formed + c.TriggerID}
	asked := at
	asked.Message = from.Message
	if h, ok := p.hooks.get(asked); ok {
		p.hooks.put(at, h)
	} else if from.Message == "" {
		at.Message = "" // a direct message, which can be answered for ever
	}
	body := chat.Filled{Form: c.View.CallbackID, State: from.State}
	for _, b := range c.View.Blocks.BlockSet {
		input, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		a := c.View.State.Values[input.BlockID][answerAction]
		value := a.Value
		if a.SelectedOption.Value != "" {
			value = a.SelectedOption.Value
		}
		body.Fields = append(body.Fields, chat.Field{Name: input.BlockID, Value: value})
	}
	return chat.Event{
		Key: formed + c.TriggerID, At: at, From: chat.Person{ID: c.User.ID}, Addressed: true, Direct: true, Prefix: prefix, Body: body,
	}, true
}

// alone reports that a Ref is what only its person saw: a command, a pressed button or a
// form. It is answered at its hook.
func alone(at chat.Ref) bool {
	return slices.ContainsFunc([]string{used, pressed, formed}, func(mark string) bool { return strings.HasPrefix(at.Message, mark) })
}
