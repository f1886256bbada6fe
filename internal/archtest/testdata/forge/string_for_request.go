package forge

import (
	"kapbot/internal/faq"
	"kapbot/internal/llm"
)

// A model gets no plain text of a person's, and no text that was not published.
func ask(text string, from []faq.Entry) {
	_, _ = llm.NewRequest("", text, nil, nil) // want: cannot use text
	var none faq.Passage
	none.text = text // want: none.text undefined
	_ = from
}
