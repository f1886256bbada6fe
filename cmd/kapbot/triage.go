package main

import (
	"errors"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/eval"
)

type triageCmd struct {
	JSON bool `help:"JSON lines, the only form there is." default:"true"`
}

type triageIn struct {
	ID    any      `json:"id"`
	Text  *string  `json:"text"`
	Turns []string `json:"turns"`
}

type triageOut struct {
	ID      any            `json:"id"`
	Level   crisis.Level   `json:"level"`
	Signals []string       `json:"signals"`
	Score   float64        `json:"score"`
	Levels  []crisis.Level `json:"levels,omitempty"`
}

// Run triages each line.
func (triageCmd) Run(s streams) error {
	t, err := s.parts.triage()
	if err != nil {
		return err
	}
	return eachLine(s, func(in triageIn) error {
		switch {
		case in.Turns != nil && in.Text != nil:
			return errors.New(`give "text" or "turns", not both`)
		case in.Text != nil:
			v, _ := t.Check(chat.Said{Text: *in.Text}, crisis.State{}, time.Now())
			return encode(s.out, triageLine(in.ID, v))
		case len(in.Turns) > 0:
			return encode(s.out, triageTurns(t, in))
		}
		return errors.New(`want {"id", "text"} or {"id", "turns"}`)
	})
}

func triageLine(id any, v crisis.Verdict) triageOut {
	out := triageOut{ID: id, Level: v.Level, Signals: v.Signals, Score: rounded(v.Score)}
	if out.Signals == nil {
		out.Signals = []string{}
	}
	return out
}

// triageTurns reads a conversation; the line's level is that of the last turn.
func triageTurns(t *crisis.Triage, in triageIn) triageOut {
	var levels []crisis.Level
	var state crisis.State
	var v crisis.Verdict
	now := time.Now()
	for _, turn := range in.Turns {
		v, state = t.Check(chat.Said{Text: turn}, state, now)
		levels = append(levels, v.Level)
		now = now.Add(eval.TurnEvery)
	}
	out := triageLine(in.ID, v)
	out.Levels = levels
	return out
}
