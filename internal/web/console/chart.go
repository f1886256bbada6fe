package console

import "fmt"

// The measures of a chart, in its own units.
const (
	chartWidth  = 640
	chartHeight = 190 // of the standing bars
	chartBelow  = 24  // for the labels
	chartAbove  = 20  // for the values
	rowHeight   = 26  // of a lying bar
	rowLabels   = 150
	rowValues   = 60
	unknownSize = 3 // of a bar whose value is not shown
)

// A drawing is a chart as it is laid out.
type drawing struct {
	Width, Height int
	Bars          []drawnBar
}

// A drawnBar is a rectangle with its label and its value.
type drawnBar struct {
	bar
	X, Y, Width, Height int
	LabelX, LabelY      int
	ValueX, ValueY      int
	Text                string // of the value, "" if it is not shown
}

// Drawing lays a figure out.
func (f figure) Drawing() drawing {
	most := 0.0
	for _, b := range f.Bars {
		most = max(most, b.Value)
	}
	if f.Percent {
		most = 1
	}
	if f.Flat {
		return f.lying(most)
	}
	return f.standing(most)
}

func (f figure) standing(most float64) drawing {
	d := drawing{Width: chartWidth, Height: chartAbove + chartHeight + chartBelow}
	step := chartWidth / max(1, len(f.Bars))
	for i, b := range f.Bars {
		h := length(b, most, chartHeight)
		middle := i*step + step/2
		top := chartAbove + chartHeight - h
		d.Bars = append(d.Bars, drawnBar{
			bar: b, X: i*step + step/6, Y: top, Width: step * 2 / 3, Height: h,
			LabelX: middle, LabelY: d.Height - 6, ValueX: middle, ValueY: top - 5, Text: f.Text(b),
		})
	}
	return d
}

func (f figure) lying(most float64) drawing {
	d := drawing{Width: chartWidth, Height: rowHeight * len(f.Bars)}
	for i, b := range f.Bars {
		w := length(b, most, chartWidth-rowLabels-rowValues)
		y := i * rowHeight
		d.Bars = append(d.Bars, drawnBar{
			bar: b, X: rowLabels, Y: y + 4, Width: w, Height: rowHeight - 8,
			LabelX: rowLabels - 8, LabelY: y + rowHeight - 8, ValueX: rowLabels + w + 6, ValueY: y + rowHeight - 8, Text: f.Text(b),
		})
	}
	return d
}

// length is that of a bar where the longest has a length of whole.
func length(b bar, most float64, whole int) int {
	if !b.Known || most == 0 {
		return unknownSize
	}
	return max(unknownSize, int(b.Value/most*float64(whole)))
}

// Text is a value as people read it; "" if it is not shown.
func (f figure) Text(b bar) string {
	switch {
	case !b.Known:
		return ""
	case f.Percent:
		return percent(b.Value)
	}
	return fmt.Sprintf("%.0f", b.Value)
}

func percent(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }
