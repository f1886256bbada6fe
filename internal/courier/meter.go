package courier

import "kapbot/internal/chat"

// A Meter counts what networks bring and how they take answers.
type Meter interface {
	// Event counts an event by its kind: message, edit, delete, command, press, form.
	Event(network, kind string)
	// Limited counts that a network asked to wait with an answer.
	Limited(network string)
}

// MeterWith counts from now on. It is called once, before the first event.
func (c *Courier) MeterWith(m Meter) { c.meter = m }

// uncounted is the Meter where nobody counts.
type uncounted struct{}

func (uncounted) Event(string, string) {}
func (uncounted) Limited(string)       {}

// kindOf names an event for the count.
func kindOf(b chat.Body) string {
	switch b.(type) {
	case chat.Edited:
		return "edit"
	case chat.Deleted:
		return "delete"
	case chat.Command:
		return "command"
	case chat.Pressed:
		return "press"
	case chat.Filled:
		return "form"
	}
	return "message"
}
