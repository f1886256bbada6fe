package discord

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/bwmarrin/discordgo"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Preview shows a reply as Discord would, as HTML without anything that runs: what is
// bold, small, a list or a button, and where one message ends.
func Preview(r chat.Reply, t prompts.Texts) template.HTML {
	markdown := goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough), goldmark.WithRendererOptions(html.WithHardWraps()))
	var out bytes.Buffer
	for i, p := range render(r, t) {
		if i > 0 {
			out.WriteString("<hr>\n")
		}
		for _, block := range strings.Split(p.text, "\n\n") {
			small := strings.HasPrefix(block, "-# ")
			if small {
				out.WriteString(`<div class="small">`)
				block = strings.ReplaceAll(strings.TrimPrefix(block, "-# "), "\n-# ", "\n")
			}
			_ = markdown.Convert([]byte(block), &out) // it writes to memory
			if small {
				out.WriteString("</div>\n")
			}
		}
		for _, row := range p.rows {
			out.WriteString(`<p class="buttons">`)
			for _, b := range row.(discordgo.ActionsRow).Components {
				out.WriteString(`<span class="push">` + template.HTMLEscapeString(b.(discordgo.Button).Label) + `</span>`)
			}
			out.WriteString("</p>\n")
		}
	}
	return template.HTML(out.String()) //nolint:gosec // goldmark leaves raw HTML out, and labels are escaped
}
