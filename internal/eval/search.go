package eval

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"kapbot/internal/search"
)

// A Finder finds entries; *search.Index is one.
type Finder interface {
	Find(ctx context.Context, question string) (search.Result, error)
}

// Search is how well a Finder does on questions.
type Search struct {
	First, Third Rate // right entry first, and among the first three, of the questions that have one
	Reciprocal   float64
	Answered     Rate // questions with an entry that are answered
	Right        Rate // of those, with a right entry
	Offered      Rate // questions with an entry that is shown first or among the buttons
	False        Rate // questions without an entry that are answered all the same
	// Chances are the reported chances with whether the first entry was right,
	// of all questions.
	Chances []Scored
	// Times are how long each question took, shortest first.
	Times []time.Duration
}

// offered is how many entries a reply that is not sure offers.
const offered = 3

// MeasureSearch asks every question once.
func MeasureSearch(ctx context.Context, f Finder, questions []search.Question) (Search, error) {
	var s Search
	reciprocal := 0.0
	for i, q := range questions {
		start := time.Now()
		found, err := f.Find(ctx, q.Text)
		if err != nil {
			return Search{}, fmt.Errorf("search for question %d: %w", i+1, err)
		}
		s.Times = append(s.Times, time.Since(start))
		answered := found.Answerable()
		rank := slices.IndexFunc(found.Hits, func(h search.Hit) bool { return q.Answers(h.Entry) })
		s.Chances = append(s.Chances, Scored{found.Score, rank == 0})
		if len(q.Entries) == 0 {
			s.False.Add(answered)
			continue
		}
		s.First.Add(rank == 0)
		s.Third.Add(rank >= 0 && rank < offered)
		if rank >= 0 {
			reciprocal += 1 / float64(rank+1)
		}
		s.Answered.Add(answered)
		if answered {
			s.Right.Add(rank == 0)
		}
		s.Offered.Add(rank == 0 && answered || found.Outcome == search.Close && rank >= 0 && rank < offered)
	}
	s.Reciprocal = reciprocal / float64(max(1, s.First.Of))
	slices.SortFunc(s.Times, cmp.Compare[time.Duration])
	return s, nil
}

// Quantile returns the time that a share of the questions did not exceed.
func (s Search) Quantile(share float64) time.Duration {
	if len(s.Times) == 0 {
		return 0
	}
	return s.Times[min(len(s.Times)-1, int(share*float64(len(s.Times))))]
}

// WriteTo writes the measures as a table for people.
func (s Search) WriteTo(w io.Writer) (int64, error) {
	bins := Reliability(s.Chances, 10)
	n, err := fmt.Fprintf(w, `right entry first        %v
among the first three    %v
mean reciprocal rank     %5.3f
answered                 %v
right when answered      %v
shown or offered         %v
false answers            %v
calibration error        %5.3f
Brier score              %5.3f
time, median and 99 %%    %v, %v
`, s.First, s.Third, s.Reciprocal, s.Answered, s.Right, s.Offered, s.False, CalibrationError(bins), Brier(s.Chances),
		s.Quantile(0.5).Round(10*time.Microsecond), s.Quantile(0.99).Round(10*time.Microsecond))
	if err != nil {
		return int64(n), fmt.Errorf("write the measures: %w", err)
	}
	return int64(n), nil
}

// Charts draws how much is answered at which accuracy, and how far the reported
// chance can be believed.
func (s Search) Charts() []Chart {
	var shares, calibration []Point
	for _, c := range Shares(s.Chances) {
		shares = append(shares, Point{c.Answered, c.Accuracy})
	}
	for _, b := range Reliability(s.Chances, 10) {
		calibration = append(calibration, Point{b.Mean, b.Seen.Value()})
	}
	return []Chart{
		{Title: "What is answered", X: "share of all questions answered", Y: "share of answers that are right", Lines: []Line{{Points: shares}}},
		{Title: "What the chance is worth", X: "chance reported", Y: "share that was right", Diagonal: true, Lines: []Line{{Points: calibration, Dots: true}}},
	}
}
