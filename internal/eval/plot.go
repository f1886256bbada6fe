package eval

import (
	"fmt"
	"image/color"
	"io"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// A Point is one point of a Line.
type Point struct{ X, Y float64 }

// A Line is one curve of a Chart.
type Line struct {
	Name   string
	Points []Point
	Dots   bool // draw a dot at each point as well
}

// A Chart is a picture of curves between 0 and 1, or of Growth.
type Chart struct {
	Title    string
	X, Y     string // what the axes say
	Diagonal bool   // draw the line on which both axes agree
	// Growth draws both axes by powers of ten, as far as the points reach. All of
	// them must be above 0.
	Growth bool
	Lines  []Line
}

// chart sizes, at the 96 dots an inch that gonum draws with.
const (
	chartWidth  = 5 * vg.Inch
	chartHeight = 4 * vg.Inch
)

// lineColors are told apart by people who are color-blind (Okabe and Ito 2008).
var lineColors = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xB2, A: 0xFF},
	color.RGBA{R: 0xD5, G: 0x5E, B: 0x00, A: 0xFF},
	color.RGBA{R: 0x00, G: 0x9E, B: 0x73, A: 0xFF},
	color.RGBA{R: 0xCC, G: 0x79, B: 0xA7, A: 0xFF},
	color.RGBA{R: 0x56, G: 0xB4, B: 0xE9, A: 0xFF},
}

// WritePNG draws charts side by side as one PNG picture.
func WritePNG(w io.Writer, charts ...Chart) error {
	canvas := vgimg.New(chartWidth*vg.Length(max(1, len(charts))), chartHeight)
	for i, c := range charts {
		p, err := c.plot()
		if err != nil {
			return fmt.Errorf("draw %q: %w", c.Title, err)
		}
		p.Draw(draw.Tiles{Rows: 1, Cols: len(charts)}.At(draw.New(canvas), i, 0))
	}
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(w); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}

func (c Chart) plot() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = c.Title, c.X, c.Y
	if c.Growth {
		p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	} else {
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	}
	p.Legend.Left = true
	p.Add(plotter.NewGrid())
	if c.Diagonal {
		line, err := plotter.NewLine(plotter.XYs{{X: 0, Y: 0}, {X: 1, Y: 1}})
		if err != nil {
			return nil, fmt.Errorf("draw the diagonal: %w", err)
		}
		line.Dashes = []vg.Length{vg.Points(3), vg.Points(3)}
		p.Add(line)
	}
	for i, l := range c.Lines {
		if err := l.addTo(p, lineColors[i%len(lineColors)]); err != nil {
			return nil, fmt.Errorf("draw %q: %w", l.Name, err)
		}
	}
	if c.Growth { // what grows ends high: the names stand above all of it
		p.Legend.Top = true
		p.Y.Max *= 20
	}
	return p, nil
}

func (l Line) addTo(p *plot.Plot, c color.Color) error {
	if len(l.Points) == 0 {
		return nil
	}
	xys := make(plotter.XYs, len(l.Points))
	for i, pt := range l.Points {
		xys[i] = plotter.XY{X: pt.X, Y: pt.Y}
	}
	line, dots, err := plotter.NewLinePoints(xys)
	if err != nil {
		return fmt.Errorf("read the points: %w", err)
	}
	line.Color, dots.Color = c, c
	line.Width = vg.Points(1.5)
	dots.Shape = draw.CircleGlyph{}
	p.Add(line)
	if l.Dots {
		p.Add(dots)
	}
	if l.Name != "" {
		p.Legend.Add(l.Name, line)
	}
	return nil
}
