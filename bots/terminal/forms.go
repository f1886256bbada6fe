package terminal

import (
	"fmt"
	"slices"
	"strings"

	"kapbot/internal/chat"
)

// A filling is a form that is being filled in, field by field.
type filling struct {
	form  chat.Form
	at    int      // the field that is asked for
	lines []string // of a field of several lines
}

// end is what ends a field of several lines, and empties a field.
const end = "."

// leave leaves a form.
const leave = "/leave"

// begin shows a form and asks for its first field.
func (p *Platform) begin(f chat.Form) {
	p.filling = &filling{form: f}
	p.filling.form.Fields = slices.Clone(f.Fields)
	fmt.Fprintf(p.out, "\n%s\n%s\n", f.Title, p.own().FormEnd)
	for _, field := range f.Fields {
		if field.Problem != "" {
			fmt.Fprintf(p.out, "%s: %s\n", field.Label, field.Problem)
		}
	}
	p.ask()
}

// ask asks for a field.
func (p *Platform) ask() {
	f := p.filling.form.Fields[p.filling.at]
	fmt.Fprintf(p.out, "\n%s\n", f.Label)
	if f.Help != "" {
		fmt.Fprintln(p.out, f.Help)
	}
	for _, c := range f.Choices {
		fmt.Fprintln(p.out, "- "+c.Label)
	}
	if f.Value != "" {
		fmt.Fprintf(p.out, "%s\n%s\n", f.Value, p.own().FormKeep)
	}
}

// fill takes a line for a form. It reports true with the event once the form is full.
func (p *Platform) fill(line string) (ev chat.Event, full bool) {
	w := p.filling
	if strings.TrimSpace(line) == leave {
		p.filling = nil
		fmt.Fprintln(p.out, p.own().FormLeft)
		return ev, false
	}
	field := &w.form.Fields[w.at]
	dot := strings.TrimSpace(line) == end
	switch {
	case line == "" && len(w.lines) == 0: // as it is
	case field.Long && !dot:
		w.lines = append(w.lines, line)
		return ev, false
	case field.Long:
		field.Value = strings.Join(w.lines, "\n")
	case dot:
		field.Value = ""
	default:
		field.Value = chosen(*field, line)
	}
	w.lines = nil
	if field.Required && strings.TrimSpace(field.Value) == "" {
		p.ask()
		return ev, false
	}
	if w.at++; w.at < len(w.form.Fields) {
		p.ask()
		return ev, false
	}
	p.filling = nil
	body := chat.Filled{Form: w.form.Name, State: w.form.State}
	for _, f := range w.form.Fields {
		body.Fields = append(body.Fields, chat.Field{Name: f.Name, Value: f.Value})
	}
	ev = p.event("")
	ev.Body = body
	return ev, true
}

// chosen is the value of the choice that a line names.
func chosen(f chat.FormField, line string) string {
	for _, c := range f.Choices {
		if strings.EqualFold(c.Label, strings.TrimSpace(line)) {
			return c.Value
		}
	}
	return line
}
