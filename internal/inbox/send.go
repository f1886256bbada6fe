package inbox

import (
	"context"
	"crypto/rand"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// The names of buttons and forms.
const (
	actionSend    = "send"    // opens the form for a question
	actionComment = "comment" // opens the form for what is wrong with the entry that is the value
	formNote      = "note"
)

// What a form asks for.
const (
	fieldText = "text"
	fieldName = "name"
	withName  = "yes"
)

// maxNote is the longest text, in letters, and maxName how much of the name of a community
// stands on a button.
const (
	maxNote = 1000
	maxName = 40
)

// A subject is what a form is about: its language, the entry if it is a comment, and the
// community if its author chose one.
type subject struct {
	lang         chat.Lang
	entry, space string
}

func (s subject) String() string {
	return strings.Join([]string{string(s.lang), s.entry, s.space}, " ")
}

func subjectOf(state string) subject {
	parts := append(strings.SplitN(state, " ", 3), "", "")
	return subject{chat.Lang(parts[0]), parts[1], parts[2]}
}

// Serve leads what belongs here from a responder, and puts its buttons under replies.
func (b *Inbox) Serve(to *responder.Responder) {
	to.AddOffer(b.offer)
	to.Lead(b.routes())
}

func (b *Inbox) routes() responder.Routes {
	vote := responder.Route{Reply: b.vote}
	return responder.Routes{
		actionSend:           {Open: b.form, Reply: b.noForm},
		actionComment:        {Open: b.form, Reply: b.noForm},
		formNote:             {Reply: b.receive},
		voteActions[Helpful]: vote, voteActions[NotHelpful]: vote, voteActions[Wrong]: vote,
		"faq questions": {Reply: b.list},
		actionDraft:     {Reply: b.draft},
		actionSettle:    {Reply: b.settle},
		actionMerge:     {Open: b.mergeForm, Reply: b.noForm},
		formMerge:       {Reply: b.merge},
	}
}

// offer puts a button under a reply that has no answer, and three under an answer. In
// a direct message they are for the community of its person; who is in several chooses
// one. A card waits for none of this.
func (b *Inbox) offer(ev chat.Event, reply chat.Reply) []chat.Button {
	if reply.Kind.ShowsCard() || reply.Kind == chat.Notice {
		return nil
	}
	homes := b.homes(context.Background(), ev)
	t := b.text(reply.Lang)
	switch {
	case len(homes) == 0 || len(homes) > mostHomes:
	case reply.Entry != "" && len(homes) > 1:
	case reply.Entry != "" && (reply.Kind == chat.Answer || reply.Kind == chat.Mention):
		return []chat.Button{
			{Label: t.Helpful, Action: voteActions[Helpful], Value: reply.Entry},
			{Label: t.NotHelpful, Action: voteActions[NotHelpful], Value: reply.Entry},
			{Label: t.Wrong, Action: voteActions[Wrong], Value: reply.Entry},
		}
	case reply.Kind == chat.Unknown:
		b.remember(ev)
		if len(homes) == 1 {
			return []chat.Button{{Label: t.Send, Action: actionSend}}
		}
		var choices []chat.Button
		for _, h := range homes {
			choices = append(choices, chat.Button{Label: prompts.Fill(t.SendTo, "name", cut(h.name, maxName)), Action: actionSend, Value: h.of.Space})
		}
		return choices
	}
	return nil
}

// remember keeps what was asked for the form.
func (b *Inbox) remember(ev chat.Event) {
	var text string
	switch body := ev.Body.(type) {
	case chat.Said:
		text = body.Text
	case chat.Edited:
		text = body.Text
	case chat.Command:
		if len(body.Args) > 0 {
			text = body.Args[0].Value
		}
	}
	if text = strings.TrimSpace(text); text != "" {
		b.asked.put(asker{ev.At.Community(), ev.From.ID}, text)
	}
}

// form asks for a text, and shows exactly what will be sent. Of a question that was
// just asked it is filled in; only its author sees it.
func (b *Inbox) form(ev chat.Event) *chat.Form {
	p, ok := ev.Body.(chat.Pressed)
	if !ok {
		return nil
	}
	about := subject{lang: p.Lang, entry: p.Value}
	if p.Action == actionSend {
		about = subject{lang: p.Lang, space: p.Value}
	}
	if _, ok := b.home(context.Background(), ev, about.space); !ok {
		return nil
	}
	t := b.text(p.Lang)
	f := &chat.Form{
		Name: formNote, State: about.String(), Title: t.FormTitle, Submit: t.FormSubmit,
		Fields: []chat.FormField{
			{Name: fieldText, Label: t.FormText, Help: t.FormHelp, Long: true, Required: true, Max: maxNote},
			{Name: fieldName, Label: t.FormName, Help: t.FormNameHelp, Value: "no", Choices: []chat.Choice{{Label: t.FormNoName, Value: "no"}, {Label: t.FormWithName, Value: withName}}},
		},
	}
	if p.Action == actionComment {
		f.Title, f.Fields[0].Label = t.CommentTitle, t.CommentText
	} else {
		f.Fields[0].Value = cut(b.asked.get(asker{ev.At.Community(), ev.From.ID}), maxNote)
	}
	return f
}

func cut(text string, limit int) string {
	if letters := []rune(text); len(letters) > limit {
		return string(letters[:limit])
	}
	return text
}

// noForm is for a network that opens no form.
func (b *Inbox) noForm(_ context.Context, q responder.Request) chat.Reply {
	return notice(b.text(q.Lang).NoForm, q.Lang)
}

// receive keeps what somebody sent by the form. Triage has read it.
func (b *Inbox) receive(ctx context.Context, q responder.Request) chat.Reply {
	f, _ := q.Body.(chat.Filled)
	about := subjectOf(f.State)
	lang, entry := about.lang, about.entry
	t := b.text(lang)
	text := strings.TrimSpace(cut(f.Value(fieldText), maxNote))
	if text == "" {
		return notice(t.NothingSent, lang)
	}
	of, ok := b.home(ctx, q.Event, about.space)
	if !ok { // who has left since, or a network that does not tell
		return notice(t.NotSent, lang)
	}
	n := Note{ID: rand.Text(), Text: text, At: b.Now()}
	if f.Value(fieldName) == withName {
		n.Name = q.From.Name
	}
	if b.Sealer != nil && entry == "" {
		n.Sealed = b.Sealer.Seal(n.ID, []byte(q.From.ID))
	}
	c := Cluster{Of: of, Lang: lang, Entry: entry, Comment: entry != ""}
	if err := b.put(ctx, c, n); err != nil {
		b.Log.Error("what somebody sent could not be kept", "network", q.At.Network, "err", err)
		return notice(t.NotSent, lang)
	}
	sent := t.Sent
	if n.Sealed != nil {
		sent = t.SentTold
	}
	return notice(prompts.Fill(sent, "text", quoted(text)), lang)
}

// quoted is a text as a quotation in Markdown.
func quoted(text string) string { return "> " + strings.ReplaceAll(text, "\n", "\n> ") }

// put finds the cluster of a note and keeps it there. If that one was settled meanwhile,
// the note begins another.
func (b *Inbox) put(ctx context.Context, c Cluster, n Note) error {
	into, err := b.place(ctx, c, n)
	if err != nil {
		return err
	}
	kept, err := b.Store.PutNote(ctx, into, n)
	if err == nil && !kept {
		c.ID, c.Opened = rand.Text(), n.At
		_, err = b.Store.PutNote(ctx, c, n)
	}
	return err
}

// place is the open cluster that a note belongs to, or a new one.
func (b *Inbox) place(ctx context.Context, c Cluster, n Note) (Cluster, error) {
	open, err := b.Store.Clusters(ctx, c.Of, Filter{Entry: c.Entry, Lang: c.Lang})
	if err != nil {
		return c, err
	}
	c.ID, c.Opened = rand.Text(), n.At
	if !c.Comment {
		b.alike.daily(b.Now())
		if near := b.alike.nearest(b.Encoder, c, n, open); near != nil {
			return *near, nil
		}
		return c, nil
	}
	for _, o := range open {
		if o.Comment {
			return o, nil
		}
	}
	return c, nil
}
