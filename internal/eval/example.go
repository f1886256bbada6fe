package eval

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"

	"kapbot/internal/crisis"
)

// maxLine is the longest line of labeled text that is read, in bytes.
const maxLine = 8 << 20

// Unlabeled is what a file of development text calls a line that nobody judged.
const Unlabeled = "unlabelled"

// An Example is one message with what a reader made of it.
type Example struct {
	ID    string        `json:"id"`
	Level *crisis.Level `json:"level"` // the reader's level, or nil
	Label string        `json:"label"` // without a level: "crisis", "not_crisis" or Unlabeled
	Skip  bool          `json:"skip"`  // the reader could not decide
	Tag   string        `json:"tag"`
	Lang  string        `json:"lang"`
	Pair  string        `json:"pair"` // lines of one pair differ by little
	Text  string        `json:"text"`
}

// Card reports whether the reader wants the crisis card shown.
func (l Example) Card() bool {
	if l.Level != nil {
		return l.Level.ShowsCard()
	}
	return l.Label == "crisis"
}

// HeldBack reports whether a line belongs to the fifth that is never trained
// on, chosen by a hash. Lines of one pair stay together.
func (l Example) HeldBack() bool {
	h := fnv.New32a()
	h.Write([]byte(cmp.Or(l.Pair, l.ID))) //nolint:gosec // a hash does not fail
	return h.Sum32()%5 == 0
}

// ReadLines reads JSON lines with a text and a level or label. An error names
// the line and never quotes it.
func ReadLines(r io.Reader, name string) ([]Example, error) {
	lines, err := readJSON[Example](r, name)
	if err != nil {
		return nil, err
	}
	for i, l := range lines {
		if l.Text == "" || l.Level == nil && l.Label == "" {
			return nil, fmt.Errorf(`%s:%d: a line needs "text" and "level" or "label"`, name, i+1)
		}
	}
	return lines, nil
}

// A Relabeling is what somebody who read the lines of a file made of them, by
// id, where the file's own labels are noisy.
type Relabeling map[string]Example

// ReadRelabeling reads JSON lines with an id and a level, or with "skip".
func ReadRelabeling(r io.Reader, name string) (Relabeling, error) {
	lines, err := readJSON[Example](r, name)
	if err != nil {
		return nil, err
	}
	out := make(Relabeling, len(lines))
	for i, l := range lines {
		if l.ID == "" || l.Level == nil && !l.Skip {
			return nil, fmt.Errorf(`%s:%d: a label needs "id" and "level" or "skip"`, name, i+1)
		}
		out[l.ID] = l
	}
	return out, nil
}

// Apply puts the reader's level in the place of a line's own label.
func (r Relabeling) Apply(l Example) Example {
	if judged, ok := r[l.ID]; ok {
		l.Level, l.Skip = judged.Level, judged.Skip
	}
	return l
}

func readJSON[T any](r io.Reader, name string) ([]T, error) {
	var all []T
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	for in.Scan() {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			return nil, fmt.Errorf("%s:%d: not the expected JSON object", name, len(all)+1)
		}
		all = append(all, v)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return all, nil
}
