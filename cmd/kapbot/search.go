package main

import (
	"context"
	"errors"
	"math"

	"kapbot/internal/chat"
)

type searchCmd struct {
	JSON bool `help:"JSON lines, the only form there is." default:"true"`
}

type searchIn struct {
	ID   any     `json:"id"`
	Text *string `json:"text"`
}

type searchHit struct {
	Entry string  `json:"entry"`
	Score float64 `json:"score"`
}

type searchOut struct {
	ID         any         `json:"id"`
	Entry      string      `json:"entry"`
	Score      float64     `json:"score"`
	Answerable bool        `json:"answerable"`
	Top        []searchHit `json:"top"`
}

// Run searches for each line.
func (searchCmd) Run(ctx context.Context, s streams) (err error) {
	answers, err := s.parts.answers()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answers.Close()) }()
	return eachLine(s, func(in searchIn) error {
		if in.Text == nil {
			return errors.New(`want {"id", "text"}`)
		}
		found, err := answers.Find(ctx, *in.Text, chat.English)
		if err != nil {
			return err
		}
		out := searchOut{ID: in.ID, Score: rounded(found.Score), Answerable: found.Answerable(), Top: []searchHit{}}
		for _, h := range found.Hits {
			out.Top = append(out.Top, searchHit{h.Entry, rounded(h.Score)})
		}
		if len(out.Top) > 0 {
			out.Entry = out.Top[0].Entry
		}
		return encode(s.out, out)
	})
}

func rounded(x float64) float64 { return math.Round(x*1e4) / 1e4 }
