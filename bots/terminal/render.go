package terminal

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Style says how text is shown.
type Style struct {
	Width int  // letters a line; 0 leaves lines as they are
	Bold  bool // the terminal shows ANSI bold
	Echo  bool // print what was read, where a script types instead of a person
}

const (
	boldOn  = "\x1b[1m"
	boldOff = "\x1b[0m"
)

// Render returns a reply as plain text, in the order that it is to be read.
func Render(r chat.Reply, t prompts.Texts, s Style) string {
	var parts []string
	add := func(markdown string) {
		if markdown != "" {
			parts = append(parts, Markdown(markdown, s))
		}
	}
	add(r.Banner)
	if r.Card != nil {
		add(r.Card.Text)
	}
	if r.Title != "" {
		add("**" + r.Title + "**")
	}
	add(r.Text)
	if len(r.Sources) > 0 {
		parts = append(parts, sources(r.Sources, t, s))
	}
	add(r.Footer)
	if offers := buttons(r, t, s); offers != "" {
		parts = append(parts, offers)
	}
	return strings.Join(parts, "\n\n")
}

func sources(list []chat.Source, t prompts.Texts, s Style) string {
	lines := []string{t.Sources + ":"}
	for i, src := range list {
		mark := fmt.Sprintf("[%d] ", i+1)
		lines = append(lines, wrap(mark+src.Title, s.Width, strings.Repeat(" ", len(mark))))
		if src.URL != "" {
			lines = append(lines, strings.Repeat(" ", len(mark))+src.URL)
		}
	}
	return strings.Join(lines, "\n")
}

// buttons lists the offers that a number presses. Links are in the text above.
func buttons(r chat.Reply, t prompts.Texts, s Style) string {
	var lines []string
	for _, b := range r.Buttons {
		if b.Action != "" {
			mark := fmt.Sprintf("  %d. ", len(lines)+1)
			lines = append(lines, wrap(mark+b.Label, s.Width, strings.Repeat(" ", len(mark))))
		}
	}
	if len(lines) > 0 && r.Kind == chat.Concern {
		lines = append([]string{t.ConcernPages}, lines...)
	}
	return strings.Join(lines, "\n")
}

// Markdown returns Markdown as plain text.
func Markdown(markdown string, s Style) string {
	source := []byte(markdown)
	doc := goldmark.DefaultParser().Parse(text.NewReader(source))
	var blocks []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		blocks = append(blocks, block(n, source, s))
	}
	return strings.Join(blocks, "\n\n")
}

func block(n ast.Node, source []byte, s Style) string {
	list, ok := n.(*ast.List)
	if !ok {
		return paragraph(inline(n, source, s), s.Width, "")
	}
	var items []string
	number := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		mark := "  - "
		if list.IsOrdered() {
			mark = fmt.Sprintf("  %d. ", number)
			number++
		}
		indent := strings.Repeat(" ", len(mark))
		items = append(items, mark+strings.TrimPrefix(paragraph(indent+inline(item, source, s), s.Width, indent), indent))
	}
	return strings.Join(items, "\n")
}

// paragraph wraps each line by itself: a card's first two lines stay two.
func paragraph(text string, width int, indent string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = wrap(l, width, indent)
	}
	return strings.Join(lines, "\n")
}

// inline returns the text under a node.
func inline(n ast.Node, source []byte, s Style) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Value(source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *ast.Emphasis:
			inner := inline(c, source, s)
			if s.Bold && c.Level == 2 {
				inner = boldOn + inner + boldOff
			}
			b.WriteString(inner)
		case *ast.Link:
			label := inline(c, source, s)
			fmt.Fprintf(&b, "%s (%s)", label, c.Destination)
		case *ast.AutoLink:
			b.Write(c.URL(source))
		default:
			b.WriteString(inline(c, source, s))
		}
	}
	return b.String()
}

// wrap breaks a line at spaces, letters counted without ANSI codes.
func wrap(line string, width int, indent string) string {
	if width <= 0 {
		return line
	}
	lead := line[:len(line)-len(strings.TrimLeft(line, " "))]
	var b strings.Builder
	b.WriteString(lead)
	at := len(lead)
	for i, word := range strings.Fields(line) {
		size := utf8.RuneCountInString(strings.NewReplacer(boldOn, "", boldOff, "").Replace(word))
		switch {
		case i == 0:
		case at+1+size > width:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += size
	}
	return b.String()
}
