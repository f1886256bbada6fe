package console

import (
	"context"
	"slices"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/tally"
)

// Figures counts, by community.
type Figures interface {
	// Weeks returns the weeks from a Monday on, oldest first, those without a count
	// left out.
	Weeks(ctx context.Context, network chat.Network, space string, from time.Time) ([]tally.Week, error)
}

// weeksShown is how many weeks the charts show, this one included.
const weeksShown = 12

// A figure is a chart. Its page also has its bars in a table.
type figure struct {
	Name    string // of the texts around it
	Bars    []bar
	Percent bool
	Flat    bool // the bars lie
}

// A bar is one value; one that is not Known stands for "fewer than 5".
type bar struct {
	Label string
	Value float64
	Known bool
}

// figures shows the charts of the session's community.
func (c *Console) figures(v *visit) error {
	all, err := c.allFigures(v)
	if err != nil {
		return err
	}
	return c.ok(v, "figures", all)
}

func (c *Console) allFigures(v *visit) ([]figure, error) {
	from := tally.Monday(c.Now()).AddDate(0, 0, -7*(weeksShown-1))
	var weeks []tally.Week
	if c.Figures != nil {
		var err error
		if weeks, err = c.Figures.Weeks(v.r.Context(), v.pass.Network, v.pass.Space, from); err != nil {
			return nil, err
		}
	}
	asked := figure{Name: "questions"}
	share := figure{Name: "answered", Percent: true}
	cards := figure{Name: "cards"}
	topics := map[string]int{}
	for i := range weeksShown {
		w := weekOf(weeks, from.AddDate(0, 0, 7*i))
		label := w.Monday.Format("Jan 2")
		asked.Bars = append(asked.Bars, counted(label, w.Asked))
		share.Bars = append(share.Bars, bar{label, part(w.Answered, w.Asked), w.Asked >= tally.AtLeast})
		cards.Bars = append(cards.Bars, counted(label, w.Cards))
		for topic, n := range w.Topics {
			topics[topic] += n
		}
	}
	return []figure{asked, share, {Name: "topics", Flat: true, Bars: top(topics, 10)}, cards}, nil
}

func counted(label string, n int) bar {
	if n < tally.AtLeast { // none is hidden too, or the others would say "one to four"
		return bar{Label: label}
	}
	return bar{label, float64(n), true}
}

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

func weekOf(weeks []tally.Week, monday time.Time) tally.Week {
	if i := slices.IndexFunc(weeks, func(w tally.Week) bool { return w.Monday.Equal(monday) }); i >= 0 {
		return weeks[i]
	}
	return tally.Week{Monday: monday}
}

// top lists the topics with most answers, those with few left out.
func top(topics map[string]int, most int) []bar {
	var bars []bar
	for topic, n := range topics {
		if n >= tally.AtLeast {
			bars = append(bars, bar{topic, float64(n), true})
		}
	}
	slices.SortFunc(bars, func(a, b bar) int {
		if a.Value != b.Value {
			return int(b.Value - a.Value)
		}
		if a.Label < b.Label {
			return -1
		}
		return 1
	})
	return bars[:min(most, len(bars))]
}
