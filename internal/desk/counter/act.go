package counter

import (
	"context"
	"errors"
	"strconv"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// publish lets a revision answer.
func (c *Counter) publish(ctx context.Context, v visit) (chat.Reply, error) {
	m, err := read(v.about())
	if err != nil {
		return chat.Reply{}, err
	}
	r, err := c.Desk.Publish(ctx, v.by, m.Key, m.N)
	if errors.Is(err, desk.ErrSecond) {
		r, readErr := c.Desk.Revision(ctx, v.by, m.Key, m.N)
		switch {
		case readErr != nil:
		case r.Retires:
			return c.notice("second_retire"), nil
		case desk.NeedsTwo(r.Entry):
			return c.notice("second_suicide"), nil
		}
	}
	if err != nil {
		return chat.Reply{}, err
	}
	if r.State == desk.Retired {
		return c.notice("retired"), nil
	}
	reply := c.notice("published")
	reply.Buttons = []chat.Button{c.button("button_show", actionShow, m.Name())}
	return reply, nil
}

// reasons are the forms that only ask why, by the command or button that opens them.
var reasons = map[string]struct{ form, title string }{
	retire:         {retire, "form_retire"},
	actionRestore:  {restore, "form_restore"},
	actionSendBack: {formSendBack, "form_send_back"},
}

// openReason asks why. What it is about is in the state of the form.
func (c *Counter) openReason(ctx context.Context, v visit) (*chat.Form, error) {
	name := ""
	switch b := v.Body.(type) {
	case chat.Command:
		name = b.Name
	case chat.Pressed:
		name = b.Action
	}
	opens, ok := reasons[name]
	if !ok { // the list of versions, or a form that was sent
		return nil, nil //nolint:nilnil // no form is to be opened
	}
	m, err := read(v.about())
	if err != nil {
		return nil, err
	}
	if _, err := c.Desk.Revision(ctx, v.by, m.Key, m.N); err != nil {
		return nil, err
	}
	return &chat.Form{Name: opens.form, State: m.String(), Title: c.say(opens.title), Submit: c.say("submit"), Fields: []chat.FormField{
		{Name: fieldWhy, Label: c.say("field_reason"), Help: c.say("help_reason"), Required: true, Max: 200},
	}}, nil
}

// because is the entry that a form is about, and the reason in it.
func (c *Counter) because(ctx context.Context, v visit) (m desk.Mark, why string, err error) {
	f, ok := v.Body.(chat.Filled)
	if !ok { // the form was not opened; say why
		if _, err := c.openReason(ctx, v); err != nil {
			return m, "", err
		}
		return m, "", errForm
	}
	m, err = read(f.State)
	return m, oneLine(f.Value(fieldWhy)), err
}

func (c *Counter) retire(ctx context.Context, v visit) (chat.Reply, error) {
	m, why, err := c.because(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	r, err := c.Desk.Retire(ctx, v.by, m.Key, why)
	if err != nil || r.State == desk.Retired {
		return c.notice("retired"), err
	}
	return c.notice("retire_waits"), nil
}

func (c *Counter) sendBack(ctx context.Context, v visit) (chat.Reply, error) {
	m, why, err := c.because(ctx, v)
	if err == nil {
		_, err = c.Desk.SendBack(ctx, v.by, m.Key, m.N, why)
	}
	return c.notice("sent_back"), err
}

// restore brings an earlier version back. The command lists the versions; their buttons
// ask why.
func (c *Counter) restore(ctx context.Context, v visit) (chat.Reply, error) {
	if _, ok := v.Body.(chat.Command); ok {
		return c.versions(ctx, v)
	}
	m, why, err := c.because(ctx, v)
	if err != nil {
		return chat.Reply{}, err
	}
	r, err := c.Desk.Restore(ctx, v.by, m.Key, m.N, why)
	if err != nil {
		return chat.Reply{}, err
	}
	reply := c.waiting(r)
	reply.Text = c.say("restored", "n", strconv.Itoa(m.N))
	return reply, nil
}
