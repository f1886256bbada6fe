package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"

	"kapbot/internal/search"
)

// line is a question of a test set.
type line struct {
	Text  string   `json:"text"`
	Entry string   `json:"entry"` // "" if no entry answers it
	Also  []string `json:"also"`  // entries that answer it as well
	Split string   `json:"split"`
}

// ReadQuestions reads JSON lines of the form {"text", "entry", "also", "split"}.
// Only the questions of the split are returned; "" returns all. An error gives
// the line's number, never its text.
func ReadQuestions(r io.Reader, split string) ([]search.Question, error) {
	var out []search.Question
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil || l.Text == "" {
			return nil, fmt.Errorf("line %d is not a question", number)
		}
		if split != "" && l.Split != split {
			continue
		}
		q := search.Question{Text: l.Text}
		if l.Entry != "" {
			q.Entries = append([]string{l.Entry}, l.Also...)
		}
		out = append(out, q)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the questions: %w", err)
	}
	return out, nil
}
