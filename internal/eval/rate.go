package eval

import (
	"fmt"
	"math"
)

// confidence is the two-sided normal quantile of a 95 % interval.
const confidence = 1.959963984540054

// A Rate is how many of a number of examples had some property.
type Rate struct {
	Hits int `json:"hits"`
	Of   int `json:"of"`
}

// Add counts one more example.
func (r *Rate) Add(hit bool) {
	r.Of++
	if hit {
		r.Hits++
	}
}

// Value is the share of hits, 0 to 1. It is 0 if nothing was counted.
func (r Rate) Value() float64 {
	if r.Of == 0 {
		return 0
	}
	return float64(r.Hits) / float64(r.Of)
}

// String gives the share in percent with its interval and the counts.
func (r Rate) String() string {
	lo, hi := Wilson(r.Hits, r.Of)
	return fmt.Sprintf("%5.1f %% (95 %%: %.1f to %.1f; %d of %d)", 100*r.Value(), 100*lo, 100*hi, r.Hits, r.Of)
}

// Wilson returns the 95 % score interval of Wilson (1927) for a share of which
// successes of n were seen. Unlike the normal interval it is right for shares
// near 0 and 1, which is where ours should be. Nothing seen gives 0 to 1.
func Wilson(successes, n int) (lo, hi float64) {
	if n <= 0 {
		return 0, 1
	}
	count, p := float64(n), float64(successes)/float64(n)
	z2 := confidence * confidence
	middle := p + z2/(2*count)
	half := confidence * math.Sqrt(p*(1-p)/count+z2/(4*count*count))
	scale := 1 + z2/count
	return max(0, (middle-half)/scale), min(1, (middle+half)/scale)
}
