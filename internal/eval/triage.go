package eval

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// A Checker triages, as crisis.Triage does.
type Checker interface {
	Check(body chat.Body, s crisis.State, now time.Time) (crisis.Verdict, crisis.State)
}

// Prevalence is the share of messages that are a crisis for which precision is
// given. In the chats of a tele-health service it was below one in a hundred.
const Prevalence = 0.01

// A Group is the lines of one file or of one tag.
type Group struct {
	Name   string
	Recall Rate // cards shown on lines that need one
	Alarms Rate // cards shown on lines that need none
}

// Precision returns the share of cards that are due if one message in a hundred
// needs one, and its bounds where the lower of recall meets the upper of the
// alarms and the other way round.
func (g Group) Precision() (mean, lo, hi float64) {
	at := func(recall, alarms float64) float64 {
		due, undue := Prevalence*recall, (1-Prevalence)*alarms
		if due+undue == 0 {
			return 0
		}
		return due / (due + undue)
	}
	recallLo, recallHi := Wilson(g.Recall.Hits, g.Recall.Of)
	alarmsLo, alarmsHi := Wilson(g.Alarms.Hits, g.Alarms.Of)
	return at(g.Recall.Value(), g.Alarms.Value()), at(recallLo, alarmsHi), at(recallHi, alarmsLo)
}

func (g *Group) add(needed, shown bool) {
	if needed {
		g.Recall.Add(shown)
	} else {
		g.Alarms.Add(shown)
	}
}

// A Fault is a line on which triage and the reader disagree.
type Fault struct {
	Line   Example
	Missed bool // the card was due and did not show
	Level  crisis.Level
	Score  float64
}

// A TriageReport is what MeasureTriage found.
type TriageReport struct {
	Files  []*Group
	Tags   []*Group
	Scores []Scored // of every line, with whether the card was due
	Faults []Fault
}

// A File is the lines of one file under the name that the report gives it.
type File struct {
	Name  string
	Lines []Example
}

// MeasureTriage counts on which lines the card shows, each read as the first
// message of a conversation.
func MeasureTriage(c Checker, files []File) *TriageReport {
	r := &TriageReport{}
	tags := map[string]*Group{}
	start := time.Unix(0, 0)
	for _, f := range files {
		group := &Group{Name: f.Name}
		r.Files = append(r.Files, group)
		for _, l := range f.Lines {
			v, _ := c.Check(chat.Said{Text: l.Text}, crisis.State{}, start)
			tag := tags[l.Tag]
			if tag == nil {
				tag = &Group{Name: cmp.Or(l.Tag, "untagged")}
				tags[l.Tag] = tag
			}
			shown := v.Level.ShowsCard()
			group.add(l.Card(), shown)
			tag.add(l.Card(), shown)
			r.Scores = append(r.Scores, Scored{v.Score, l.Card()})
			if shown != l.Card() {
				r.Faults = append(r.Faults, Fault{l, l.Card(), v.Level, v.Score})
			}
		}
	}
	r.Tags = slices.SortedFunc(maps.Values(tags), func(a, b *Group) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

// Total joins the groups of all files.
func (r *TriageReport) Total() Group {
	all := Group{Name: "all"}
	for _, g := range r.Files {
		all.Recall.Hits, all.Recall.Of = all.Recall.Hits+g.Recall.Hits, all.Recall.Of+g.Recall.Of
		all.Alarms.Hits, all.Alarms.Of = all.Alarms.Hits+g.Alarms.Hits, all.Alarms.Of+g.Alarms.Of
	}
	return all
}

// Write prints the tables: files, tags if asked for, calibration.
func (r *TriageReport) Write(w io.Writer, tags bool) {
	total := r.Total()
	writeGroups(w, "file", append(slices.Clone(r.Files), &total))
	if tags {
		fmt.Fprintln(w)
		writeGroups(w, "tag", r.Tags)
	}
	bins := Reliability(r.Scores, 10)
	fmt.Fprintf(w, "\nscore as a probability: Brier %.3f, calibration error %.3f, area under ROC %.3f\n",
		Brier(r.Scores), CalibrationError(bins), AUC(ROC(r.Scores)))
	for _, b := range bins {
		fmt.Fprintf(w, "  claimed %.2f: card due in %s\n", b.Mean, b.Seen)
	}
}

func writeGroups(w io.Writer, kind string, groups []*Group) {
	fmt.Fprintf(w, "%-28s %-34s %-34s %s\n", kind, "card shown where due, % (95 %)", "false alarms, % (95 %)", "precision at 1 % prevalence, %")
	for _, g := range groups {
		precision := ""
		if g.Recall.Of > 0 && g.Alarms.Of > 0 {
			mean, lo, hi := g.Precision()
			precision = fmt.Sprintf("%.0f (%.0f-%.0f)", 100*mean, 100*lo, 100*hi)
		}
		fmt.Fprintf(w, "%-28s %-34s %-34s %s\n", g.Name, g.Recall.short(), g.Alarms.short(), precision)
	}
}

// short is a rate for a cell of a table.
func (r Rate) short() string {
	if r.Of == 0 {
		return "-"
	}
	lo, hi := Wilson(r.Hits, r.Of)
	return fmt.Sprintf("%.1f (%.1f-%.1f) %d/%d", 100*r.Value(), 100*lo, 100*hi, r.Hits, r.Of)
}

// Charts are the ROC curve and the reliability diagram.
func (r *TriageReport) Charts() []Chart {
	var roc, reliability []Point
	for _, c := range ROC(r.Scores) {
		roc = append(roc, Point{c.FalsePositiveRate, c.TruePositiveRate})
	}
	for _, b := range Reliability(r.Scores, 10) {
		reliability = append(reliability, Point{b.Mean, b.Seen.Value()})
	}
	return []Chart{
		{Title: "ROC", X: "false alarms", Y: "card shown where due", Diagonal: true, Lines: []Line{{Points: roc}}},
		{Title: "Reliability", X: "claimed chance", Y: "card due", Diagonal: true, Lines: []Line{{Points: reliability, Dots: true}}},
	}
}

// disguised is how many lines are measured in disguise; evenly spread over those
// given.
const disguised = 1000

// MeasureDisguises returns, for every way of disguising a text, on how many of
// the lines that need the card it still shows. The first group is the lines as
// they are. The alarms are those on disguised lines that need none.
func MeasureDisguises(c Checker, lines []Example, seed uint64) []*Group {
	if step := len(lines) / disguised; step > 1 {
		var some []Example
		for i := 0; i < len(lines); i += step {
			some = append(some, lines[i])
		}
		lines = some
	}
	groups := []*Group{measureAs(c, "as written", lines, func(s string) string { return s })}
	for i, d := range Disguises() {
		rng := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // nothing secret hangs on the dice
		groups = append(groups, measureAs(c, d.Name, lines, func(s string) string { return d.Of(rng, s) }))
	}
	return groups
}

func measureAs(c Checker, name string, lines []Example, of func(string) string) *Group {
	g := &Group{Name: name}
	for _, l := range lines {
		v, _ := c.Check(chat.Said{Text: of(l.Text)}, crisis.State{}, time.Unix(0, 0))
		g.add(l.Card(), v.Level.ShowsCard())
	}
	return g
}

// WriteDisguises prints what MeasureDisguises returned.
func WriteDisguises(w io.Writer, groups []*Group) { writeGroups(w, "disguise", groups) }
