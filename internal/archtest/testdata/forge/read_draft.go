package forge

import "kapbot/internal/llm"

// A draft cannot be shown before it was checked.
func show(d llm.Draft) string {
	_ = d.Text()               // want: d.Text undefined
	return d.sentences[0].Text // want: d.sentences undefined
}
