package slack

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxLink is the longest address and label together that are written as a link;
// of a longer one the label stays. A link is never cut, so it has to be well
// below the limit of a section.
const maxLink = 2000

// gap is a zero-width space. Slack has no sign that takes the meaning of a mark
// away; a gap beside it does.
const gap = "\u200b"

// markdown reads Markdown with bare links and strikethrough.
func markdown() parser.Parser {
	return goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough)).Parser()
}

// paragraphs returns Markdown as paragraphs of mrkdwn, Slack's own markup. No
// text in it can ping anybody or pass for markup.
func paragraphs(md string) []string {
	source := []byte(md)
	w := writer{source: source}
	doc := markdown().Parse(text.NewReader(source))
	var out []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		if p := strings.TrimRight(w.block(n, ""), "\n "); strings.TrimSpace(p) != "" {
			out = append(out, p)
		}
	}
	return out
}

// mrkdwn returns Markdown as mrkdwn in one piece.
func mrkdwn(md string) string { return strings.Join(paragraphs(md), "\n\n") }

// A writer turns nodes into mrkdwn.
type writer struct{ source []byte }

func (w writer) block(n ast.Node, indent string) string {
	switch n := n.(type) {
	case *ast.List:
		return w.list(n, indent)
	case *ast.Heading:
		return mark("*", w.inline(n))
	case *ast.Blockquote:
		var lines []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			for line := range strings.SplitSeq(w.block(c, ""), "\n") {
				lines = append(lines, "> "+line)
			}
		}
		return strings.Join(lines, "\n")
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		var b strings.Builder
		for i := range n.Lines().Len() {
			line := n.Lines().At(i)
			b.Write(line.Value(w.source))
		}
		return literal(strings.TrimRight(b.String(), "\n"))
	case *ast.ThematicBreak:
		return ""
	}
	return w.inline(n)
}

func (w writer) list(n *ast.List, indent string) string {
	var lines []string
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		bullet := "• "
		if n.IsOrdered() {
			bullet = fmt.Sprintf("%d. ", number)
			number++
		}
		inner := indent + "    "
		for c := item.FirstChild(); c != nil; c = c.NextSibling() {
			if l, ok := c.(*ast.List); ok {
				lines = append(lines, w.list(l, inner))
				continue
			}
			for line := range strings.SplitSeq(w.block(c, inner), "\n") {
				lines = append(lines, indent+bullet+line)
				bullet = "   "
			}
		}
	}
	return strings.Join(lines, "\n")
}

func (w writer) inline(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		join(&b, w.span(c))
	}
	return b.String()
}

// join appends a span. A mark that touches a letter outside of it would not be
// read as one, so a gap goes between.
func join(b *strings.Builder, span string) {
	if span == "" {
		return
	}
	last, _ := utf8.DecodeLastRuneInString(b.String())
	first, _ := utf8.DecodeRuneInString(span)
	if b.Len() > 0 && (isMark(last) && isWord(first) || isWord(last) && isMark(first)) {
		b.WriteString(gap)
	}
	b.WriteString(span)
}

func isMark(r rune) bool { return strings.ContainsRune("*_~`", r) }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func (w writer) span(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Value(w.source)
		if !n.IsRaw() {
			value = util.UnescapePunctuations(util.ResolveNumericReferences(util.ResolveEntityNames(value)))
		}
		s := literal(string(value))
		if n.SoftLineBreak() || n.HardLineBreak() {
			s += "\n"
		}
		return s
	case *ast.String:
		return literal(string(n.Value))
	case *ast.CodeSpan:
		return w.inline(n)
	case *ast.Emphasis:
		if n.Level == 2 {
			return mark("*", w.inline(n))
		}
		return mark("_", w.inline(n))
	case *extast.Strikethrough:
		return mark("~", w.inline(n))
	case *ast.Link:
		return link(string(n.Destination), w.inline(n))
	case *ast.AutoLink:
		return link(string(n.URL(w.source)), literal(string(n.Label(w.source))))
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			segment := n.Segments.At(i)
			b.Write(segment.Value(w.source))
		}
		return literal(b.String())
	}
	return w.inline(n)
}

// mark puts a mark around each line of a text: Slack's marks end with the line.
// One inside another of its kind would end it, so there is only the outer one.
func mark(m, s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if inner := strings.TrimSpace(strings.ReplaceAll(line, m, "")); inner != "" {
			lines[i] = m + inner + m
		}
	}
	return strings.Join(lines, "\n")
}

// link writes a link that Slack opens: to the web, to a mail program or to a
// phone. Of any other the label stays.
func link(address, label string) string {
	label = strings.TrimSpace(strings.NewReplacer("\n", " ", "|", "¦").Replace(label))
	good := false
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		good = good || strings.HasPrefix(address, scheme)
	}
	if !good || len(address)+len(label) > maxLink || strings.ContainsAny(address, "<>| \n") || strings.ContainsAny(label, "<>") {
		return label
	}
	address = strings.ReplaceAll(address, "&", "&amp;")
	if label == "" || label == address {
		return "<" + address + ">"
	}
	return "<" + address + "|" + label + ">"
}

// escape replaces the three signs that Slack reads as markup of its own.
var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// literal returns a text that shows as it stands: no mark in it is one.
func literal(s string) string {
	s = escape.Replace(s)
	if !strings.ContainsAny(s, "*_~`") {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isMark(r) {
			b.WriteString(gap)
			b.WriteRune(r)
			b.WriteString(gap)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// length counts as Slack may count at worst: in UTF-16, where an emoji is two.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// pack joins paragraphs into as few texts as possible, none over the limit.
func pack(list []string, limit int) []string {
	var out []string
	for _, p := range list {
		for _, piece := range split(p, limit) {
			if n := len(out); n > 0 && length(out[n-1])+2+length(piece) <= limit {
				out[n-1] += "\n\n" + piece
				continue
			}
			out = append(out, piece)
		}
	}
	return out
}

// split cuts a paragraph of mrkdwn that is over the limit: after a line, else
// after a word, else where it must be, and never inside a link or an entity.
func split(s string, limit int) []string {
	var out []string
	for length(s) > limit {
		at := cut(s, limit)
		out = append(out, strings.TrimSpace(s[:at]))
		s = strings.TrimSpace(s[at:])
	}
	if s != "" {
		out = append(out, s)
	}
	return out
}

// cut returns the byte at which a text is best cut to fit.
func cut(s string, limit int) int {
	size, inside := 0, false
	line, word, rest := 0, 0, 0
	for i, r := range s {
		if !inside && i > 0 {
			rest = i
		}
		size += max(1, utf16.RuneLen(r))
		if size > limit {
			break
		}
		switch {
		case r == '<' || r == '&':
			inside = true
		case r == '>' || r == ';':
			inside = false
		case inside:
		case r == '\n':
			line = i
		case r == ' ':
			word = i
		}
	}
	for _, at := range []int{line, word, rest} {
		if at > 0 {
			return at
		}
	}
	return len(s)
}
