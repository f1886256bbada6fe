package eval

import (
	"cmp"
	"slices"
)

// A Scored is one example: the score it got, and whether what a high score
// claims is true of it.
type Scored struct {
	Score float64
	True  bool
}

// A Cut is what follows from saying yes to all examples that score at least
// Threshold.
type Cut struct {
	Threshold         float64
	TruePositiveRate  float64 // share of the true examples at or above Threshold
	FalsePositiveRate float64 // share of the others at or above it
}

// ROC returns the receiver operating characteristic, from the strictest cut,
// which says yes to nothing, to the loosest, which says yes to all. Examples of
// equal score are never told apart. It is empty unless there are examples of
// both kinds.
func ROC(examples []Scored) []Cut {
	sorted := descending(examples)
	positives, negatives := count(sorted)
	if positives == 0 || negatives == 0 {
		return nil
	}
	cuts := []Cut{{Threshold: sorted[0].Score + 1}}
	tp, fp := 0, 0
	for i, e := range sorted {
		if e.True {
			tp++
		} else {
			fp++
		}
		if i+1 < len(sorted) && sorted[i+1].Score == e.Score {
			continue
		}
		cuts = append(cuts, Cut{e.Score, float64(tp) / float64(positives), float64(fp) / float64(negatives)})
	}
	return cuts
}

// AUC returns the area under a ROC curve: the chance that a true example scores
// above one that is not, ties counting half. It is 0 for an empty curve.
func AUC(roc []Cut) float64 {
	area := 0.0
	for i := 1; i < len(roc); i++ {
		a, b := roc[i-1], roc[i]
		area += (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2
	}
	return area
}

// A Bin is the examples whose score, read as a chance, lies between From and To.
type Bin struct {
	From, To float64
	Mean     float64 // the chance that was claimed, on average
	Seen     Rate    // how often it came true
}

// Reliability sorts examples into n bins of equal width between 0 and 1 and
// compares the chance that each claims with how often it came true. Bins without
// examples are left out.
func Reliability(examples []Scored, n int) []Bin {
	bins := make([]Bin, n)
	for _, e := range examples {
		i := min(max(int(e.Score*float64(n)), 0), n-1)
		bins[i].Mean += e.Score
		bins[i].Seen.Add(e.True)
	}
	for i := range bins {
		b := &bins[i]
		b.From, b.To = float64(i)/float64(n), float64(i+1)/float64(n)
		if b.Seen.Of > 0 {
			b.Mean /= float64(b.Seen.Of)
		}
	}
	return slices.DeleteFunc(bins, func(b Bin) bool { return b.Seen.Of == 0 })
}

// CalibrationError returns the expected calibration error: how far the claimed
// chance is from what was seen, averaged over the examples of all bins.
func CalibrationError(bins []Bin) float64 {
	sum, n := 0.0, 0
	for _, b := range bins {
		gap := b.Mean - b.Seen.Value()
		sum += float64(b.Seen.Of) * max(gap, -gap)
		n += b.Seen.Of
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Brier returns the mean square of the difference between the chance claimed and
// what came true (1 or 0): 0 is perfect, 0.25 is a coin. It is 0 for no examples.
func Brier(examples []Scored) float64 {
	if len(examples) == 0 {
		return 0
	}
	sum := 0.0
	for _, e := range examples {
		gap := e.Score
		if e.True {
			gap--
		}
		sum += gap * gap
	}
	return sum / float64(len(examples))
}

// A Share is what follows from acting only on examples that score at least
// Threshold.
type Share struct {
	Threshold float64
	Answered  float64 // share of the examples that are acted on
	Accuracy  float64 // share of those that are true
}

// Shares returns the curve of the answered share against its accuracy, from the
// few surest examples to all of them, one point for each different score.
func Shares(examples []Scored) []Share {
	sorted := descending(examples)
	var out []Share
	right := 0
	for i, e := range sorted {
		if e.True {
			right++
		}
		if i+1 < len(sorted) && sorted[i+1].Score == e.Score {
			continue
		}
		out = append(out, Share{e.Score, float64(i+1) / float64(len(sorted)), float64(right) / float64(i+1)})
	}
	return out
}

func descending(examples []Scored) []Scored {
	sorted := slices.Clone(examples)
	slices.SortStableFunc(sorted, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	return sorted
}

func count(examples []Scored) (positives, negatives int) {
	for _, e := range examples {
		if e.True {
			positives++
		} else {
			negatives++
		}
	}
	return positives, negatives
}
