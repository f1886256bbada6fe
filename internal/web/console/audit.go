package console

import (
	"encoding/json"
	"fmt"
	"strconv"

	"kapbot/internal/desk"
)

// doings is the page of who did what.
type doings struct {
	Actions []desk.Action
	Pages
}

// audit lists who did what, newest first.
func (c *Console) audit(v *visit) error {
	before := max(0, number(v.r.URL.Query().Get("before")))
	found, err := c.Desk.Audit(v.r.Context(), v.actor, desk.Span{Before: int64(before), Limit: perPage + 1})
	if err != nil {
		return err
	}
	var d doings
	if before > 0 {
		d.Before = Path + "audit"
	}
	if len(found) > perPage {
		found = found[:perPage]
		d.After = withQuery(v, "before", strconv.FormatInt(found[len(found)-1].Seq, 10))
	}
	d.Actions = found
	return c.ok(v, "audit", d)
}

// exportedAction is a line of the exported audit.
type exportedAction struct {
	Seq   int64     `json:"seq"`
	At    string    `json:"at"`
	Who   string    `json:"who"`
	Name  string    `json:"name"`
	Deed  desk.Deed `json:"deed"`
	Entry string    `json:"entry"`
	Lang  string    `json:"lang"`
	N     int       `json:"revision"`
	Why   string    `json:"why"`
}

// exportAudit writes the whole audit as JSON lines, oldest first.
func (c *Console) exportAudit(v *visit) error {
	ctx := v.r.Context()
	actions, err := c.Desk.Audit(ctx, v.actor, desk.Span{Oldest: true})
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="kapbot-audit.jsonl"`)
	lines := json.NewEncoder(v.w)
	for len(actions) > 0 {
		for _, a := range actions {
			line := exportedAction{a.Seq, a.At.UTC().Format("2006-01-02T15:04:05Z"), a.Who, a.Name, a.Deed, a.ID, a.Lang, a.N, a.Why}
			if err := lines.Encode(line); err != nil {
				return fmt.Errorf("write the audit: %w", err)
			}
		}
		if actions, err = c.Desk.Audit(ctx, v.actor, desk.Span{Oldest: true, After: actions[len(actions)-1].Seq}); err != nil {
			return err
		}
	}
	return nil
}
