package llm

import (
	"log/slog"
	"sync/atomic"
)

type counts struct {
	requests, failed, repairs, malformed, busy, overBudget, resting, tokensIn, tokensOut atomic.Int64
}

// Usage is what a client has done since it was made.
type Usage struct {
	Requests   int64 // sent
	Failed     int64 // of these
	Repairs    int64 // asked again for the form
	Malformed  int64 // not in the form the second time either
	Busy       int64 // not asked: too many at once
	OverBudget int64 // not asked: budget spent
	Resting    int64 // not asked: left alone after failures
	TokensIn   int64 // as the server counted them, or estimated where it did not
	TokensOut  int64
	Dollars    float64 // at the prices of the limits
}

// Usage returns the counts.
func (c *Client) Usage() Usage {
	u := Usage{
		Requests: c.counts.requests.Load(), Failed: c.counts.failed.Load(), Repairs: c.counts.repairs.Load(), Malformed: c.counts.malformed.Load(),
		Busy: c.counts.busy.Load(), OverBudget: c.counts.overBudget.Load(), Resting: c.counts.resting.Load(),
		TokensIn: c.counts.tokensIn.Load(), TokensOut: c.counts.tokensOut.Load(),
	}
	u.Dollars = c.budget.price(int(u.TokensIn), int(u.TokensOut))
	return u
}

// LogValue gives the counts to a log.
func (u Usage) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("requests", u.Requests), slog.Int64("failed", u.Failed), slog.Int64("repairs", u.Repairs),
		slog.Int64("malformed", u.Malformed), slog.Int64("busy", u.Busy), slog.Int64("over_budget", u.OverBudget), slog.Int64("resting", u.Resting),
		slog.Int64("tokens_in", u.TokensIn), slog.Int64("tokens_out", u.TokensOut), slog.Float64("dollars", u.Dollars))
}
