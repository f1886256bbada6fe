package discord

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Limits of Discord on a modal, counted in UTF-16.
const (
	maxTitle  = 45
	maxHolder = 100
	maxInput  = 4000
)

// formFor is how long a form that could not be opened waits for its person, maxForms
// how many wait.
const (
	formFor  = 15 * time.Minute
	maxForms = 500
)

// actionForm is the adapter's own: it opens a form that waits. Discord opens no form in
// answer to a form, nor after it has been told to wait.
const actionForm = "form"

// forms are those that wait, by the id of the interaction that they could not answer.
// What is in them is in memory only.
type forms struct {
	mu  sync.Mutex
	all map[string]waiting
}

type waiting struct {
	form   chat.Form
	person string
	until  time.Time
}

func newForms() *forms { return &forms{all: map[string]waiting{}} }

func (f *forms) put(id string, w waiting) {
	f.mu.Lock()
	defer f.mu.Unlock()
	oldest := ""
	for key, one := range f.all {
		if time.Now().After(one.until) {
			delete(f.all, key)
		} else if oldest == "" || one.until.Before(f.all[oldest].until) {
			oldest = key
		}
	}
	if len(f.all) >= maxForms {
		delete(f.all, oldest)
	}
	f.all[id] = w
}

// take returns a form for the person that it waits for. It goes on waiting: who closes
// a form by mistake may open it again.
func (f *forms) take(id, person string) (chat.Form, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w, ok := f.all[id]
	return w.form, ok && w.person == person && time.Now().Before(w.until)
}

// openForm shows a form as the response to an interaction or, where Discord does not
// open it, what is wrong in it and a button that does.
func (p *Platform) openForm(ctx context.Context, i *interaction, person string, f chat.Form) {
	i.mu.Lock()
	direct := !i.began && i.Type != discordgo.InteractionModalSubmit
	i.began = i.began || direct
	i.mu.Unlock()
	if direct {
		if err := p.callback(ctx, p.api, i, discordgo.InteractionResponseModal, modal(f)); err != nil {
			p.Log.Warn("a form could not be opened", "err", err)
		}
		return
	}
	p.forms.put(i.ID, waiting{f, person, time.Now().Add(formFor)})
	if _, err := p.respond(ctx, p.api, i, render(formReply(i.ID, f, p.texts(language(i.Locale))), p.texts(chat.English))); err != nil {
		p.Log.Warn("a form could not be offered", "err", err)
	}
}

// formReply offers a form that waits.
func formReply(id string, f chat.Form, t prompts.Texts) chat.Reply {
	text, label := t.FormReady, t.FormOpen
	var lines []string
	for _, field := range f.Fields {
		if field.Problem != "" {
			lines = append(lines, "- **"+field.Label+"**: "+field.Problem)
		}
	}
	if len(lines) > 0 {
		text, label = t.FormProblems+"\n"+strings.Join(lines, "\n"), t.FormAgain
	}
	return chat.Reply{Kind: chat.Notice, Text: text, Private: true, Buttons: []chat.Button{{Label: label, Action: actionForm, Value: id}}}
}

// reopen opens a form that waits, if the interaction asks for that. It needs no
// Handler: no words of anybody's are in a button.
func (p *Platform) reopen(ctx context.Context, i *discordgo.Interaction, person string) bool {
	if i.Type != discordgo.InteractionMessageComponent {
		return false
	}
	b, ok := parseButton(i.MessageComponentData().CustomID)
	if !ok || b.Action != actionForm {
		return false
	}
	asked, _ := p.asked.add(i, i.GuildID != "")
	if f, ok := p.forms.take(b.Value, person); ok {
		p.openForm(ctx, asked, person, f)
		return true
	}
	gone := chat.Reply{Kind: chat.Notice, Text: p.texts(language(i.Locale)).FormGone}
	if _, err := p.respond(ctx, p.api, asked, render(gone, p.texts(chat.English))); err != nil {
		p.Log.Warn("a form that is gone could not be explained", "err", err)
	}
	return true
}

// modal is a form as Discord shows it. A field with choices is typed, with the choices
// as its hint: the SDK reads no menus in modals.
func modal(f chat.Form) *responseData {
	data := &responseData{CustomID: formID(f), Title: cut(f.Title, maxTitle)}
	for _, field := range f.Fields[:min(len(f.Fields), maxRows)] {
		limit := maxInput
		if field.Max > 0 {
			limit = min(field.Max, maxInput)
		}
		input := discordgo.TextInput{
			CustomID: field.Name, Label: cut(field.Label, maxTitle), Placeholder: cut(field.Help, maxHolder), Required: field.Required,
			Value: cut(field.Value, limit), MaxLength: limit, Style: discordgo.TextInputShort,
		}
		if field.Long {
			input.Style = discordgo.TextInputParagraph
		}
		if len(field.Choices) > 0 {
			input.Value, input.Placeholder = labelOf(field, field.Value), cut(strings.Join(labels(field), " / "), maxHolder)
		}
		data.Components = append(data.Components, discordgo.ActionsRow{Components: []discordgo.MessageComponent{input}})
	}
	return data
}

func labels(f chat.FormField) []string {
	var all []string
	for _, c := range f.Choices {
		all = append(all, c.Label)
	}
	return all
}

func labelOf(f chat.FormField, value string) string {
	i := slices.IndexFunc(f.Choices, func(c chat.Choice) bool { return c.Value == value })
	if i < 0 {
		return value
	}
	return f.Choices[i].Label
}

// formID is how a form comes back: its name and its state.
func formID(f chat.Form) string { return f.Name + ":" + f.State }

// filled reads a form.
func filled(data discordgo.ModalSubmitInteractionData) chat.Filled {
	name, state, _ := strings.Cut(data.CustomID, ":")
	form := chat.Filled{Form: name, State: state}
	for _, row := range data.Components {
		r, ok := row.(*discordgo.ActionsRow)
		if !ok {
			continue
		}
		for _, c := range r.Components {
			if field, ok := c.(*discordgo.TextInput); ok {
				form.Fields = append(form.Fields, chat.Field{Name: field.CustomID, Value: field.Value})
			}
		}
	}
	return form
}
