package eval_test

import (
	"bytes"
	"image/png"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/eval"
)

func near(a, b float64) bool { return math.Abs(a-b) < 5e-4 }

func TestWilson(t *testing.T) {
	// The third row is the example of Newcombe (1998), 81 of 263; the rest follows
	// from the formula.
	tests := []struct {
		name         string
		successes, n int
		lo, hi       float64
	}{
		{"nothing seen", 0, 0, 0, 1},
		{"none of ten", 0, 10, 0, 0.2775},
		{"Newcombe's first example", 81, 263, 0.2553, 0.3662},
		{"Newcombe's second example", 15, 148, 0.0624, 0.1605},
		{"all of ten", 10, 10, 0.7225, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lo, hi := eval.Wilson(tt.successes, tt.n)
			if !near(lo, tt.lo) || !near(hi, tt.hi) {
				t.Errorf("Wilson(%d, %d) = %.4f, %.4f; want %.4f, %.4f", tt.successes, tt.n, lo, hi, tt.lo, tt.hi)
			}
		})
	}
}

func TestWilsonHoldsTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		lo, hi := eval.Wilson(k, n)
		p := float64(k) / float64(n)
		if lo < 0 || hi > 1 || lo > p+1e-12 || hi < p-1e-12 {
			t.Errorf("Wilson(%d, %d) = %v, %v", k, n, lo, hi)
		}
	})
}

func TestRate(t *testing.T) {
	var r eval.Rate
	if r.Value() != 0 {
		t.Errorf("nothing counted gives %v, want 0", r.Value())
	}
	for _, hit := range []bool{true, false, true, true} {
		r.Add(hit)
	}
	if r.Value() != 0.75 {
		t.Errorf("three of four gives %v", r.Value())
	}
	if got, want := r.String(), " 75.0 % (95 %: 30.1 to 95.4; 3 of 4)"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
}

var mixed = []eval.Scored{{0.9, true}, {0.8, true}, {0.7, false}, {0.6, true}, {0.6, false}, {0.2, false}}

func TestROC(t *testing.T) {
	tests := []struct {
		name     string
		examples []eval.Scored
		points   int
		area     float64
	}{
		{"no examples", nil, 0, 0},
		{"only one kind", []eval.Scored{{1, true}, {0, true}}, 0, 0},
		{"told apart", []eval.Scored{{0.9, true}, {0.1, false}}, 3, 1},
		{"the wrong way round", []eval.Scored{{0.1, true}, {0.9, false}}, 3, 0},
		{"all alike", []eval.Scored{{0.5, true}, {0.5, false}, {0.5, false}}, 2, 0.5},
		{"mixed", mixed, 6, 7.5 / 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			roc := eval.ROC(tt.examples)
			if len(roc) != tt.points {
				t.Fatalf("%d points, want %d: %v", len(roc), tt.points, roc)
			}
			if got := eval.AUC(roc); !near(got, tt.area) {
				t.Errorf("area %v, want %v", got, tt.area)
			}
		})
	}
}

// The area under the curve is the share of pairs in the right order.
func TestAreaCountsPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		examples := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) eval.Scored {
			return eval.Scored{Score: float64(rapid.IntRange(0, 5).Draw(t, "score")) / 5, True: rapid.Bool().Draw(t, "true")}
		}), 2, 40).Draw(t, "examples")
		won, pairs := 0.0, 0.0
		for _, a := range examples {
			for _, b := range examples {
				if !a.True || b.True {
					continue
				}
				pairs++
				switch {
				case a.Score > b.Score:
					won++
				case a.Score == b.Score:
					won += 0.5
				}
			}
		}
		if pairs == 0 {
			return
		}
		if got := eval.AUC(eval.ROC(examples)); !near(got, won/pairs) {
			t.Errorf("area %v, want %v", got, won/pairs)
		}
	})
}

func TestReliability(t *testing.T) {
	bins := eval.Reliability([]eval.Scored{{0.05, false}, {0.15, false}, {0.9, true}, {1, true}, {0.95, false}}, 5)
	want := []eval.Bin{
		{From: 0, To: 0.2, Mean: 0.1, Seen: eval.Rate{Hits: 0, Of: 2}},
		{From: 0.8, To: 1, Mean: 0.95, Seen: eval.Rate{Hits: 2, Of: 3}},
	}
	if len(bins) != len(want) {
		t.Fatalf("bins %v, want %v", bins, want)
	}
	for i, b := range bins {
		if b.From != want[i].From || b.To != want[i].To || !near(b.Mean, want[i].Mean) || b.Seen != want[i].Seen {
			t.Errorf("bin %d is %v, want %v", i, b, want[i])
		}
	}
	if got, want := eval.CalibrationError(bins), (2*0.1+3*(0.95-2.0/3))/5; !near(got, want) {
		t.Errorf("calibration error %v, want %v", got, want)
	}
	if got := eval.CalibrationError(nil); got != 0 {
		t.Errorf("calibration error of nothing is %v", got)
	}
}

func TestBrier(t *testing.T) {
	if got := eval.Brier([]eval.Scored{{1, true}, {0.5, true}, {0.5, false}, {1, false}}); !near(got, 1.5/4) {
		t.Errorf("Brier score %v, want %v", got, 1.5/4)
	}
	if got := eval.Brier(nil); got != 0 {
		t.Errorf("Brier score of nothing is %v", got)
	}
}

func TestShares(t *testing.T) {
	got := eval.Shares(mixed)
	want := []eval.Share{{0.9, 1. / 6, 1}, {0.8, 2. / 6, 1}, {0.7, 3. / 6, 2. / 3}, {0.6, 5. / 6, 3. / 5}, {0.2, 1, 3. / 6}}
	if !slices.EqualFunc(got, want, func(a, b eval.Share) bool {
		return a.Threshold == b.Threshold && near(a.Answered, b.Answered) && near(a.Accuracy, b.Accuracy)
	}) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMeasuresLeaveTheirInputAlone(t *testing.T) {
	examples := []eval.Scored{{0.1, false}, {0.9, true}, {0.5, true}}
	before := slices.Clone(examples)
	eval.ROC(examples)
	eval.Shares(examples)
	eval.Reliability(examples, 10)
	if !slices.Equal(examples, before) {
		t.Errorf("the examples are now %v", examples)
	}
}

func TestWritePNG(t *testing.T) {
	line := eval.Line{Name: "curve", Points: []eval.Point{{0, 0}, {0.3, 0.8}, {1, 1}}, Dots: true}
	draw := func(charts ...eval.Chart) (width int, colors map[[3]uint32]bool) {
		t.Helper()
		var out bytes.Buffer
		if err := eval.WritePNG(&out, charts...); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(&out)
		if err != nil {
			t.Fatal(err)
		}
		colors = map[[3]uint32]bool{}
		for x := range picture.Bounds().Dx() {
			for y := range picture.Bounds().Dy() {
				r, g, b, _ := picture.At(x, y).RGBA()
				colors[[3]uint32{r >> 8, g >> 8, b >> 8}] = true
			}
		}
		return picture.Bounds().Dx(), colors
	}
	blue := [3]uint32{0x00, 0x72, 0xB2}
	one, colors := draw(eval.Chart{Title: "one", X: "x", Y: "y", Diagonal: true, Lines: []eval.Line{line, {Name: "no points"}}})
	if !colors[blue] {
		t.Error("the curve was not drawn")
	}
	if _, colors := draw(eval.Chart{Title: "empty"}); colors[blue] {
		t.Error("a curve was drawn that is not there")
	}
	if two, _ := draw(eval.Chart{Title: "a", Lines: []eval.Line{line}}, eval.Chart{Title: "b"}); two != 2*one {
		t.Errorf("two charts are %d wide, one is %d", two, one)
	}
}

func TestChartsOfGrowth(t *testing.T) {
	line := eval.Line{Name: "memory", Points: []eval.Point{{1, 0.02}, {10, 3}, {1000, 2500}}, Dots: true}
	var out bytes.Buffer
	if err := eval.WritePNG(&out, eval.Chart{Title: "growth", Growth: true, Lines: []eval.Line{line}}); err != nil || out.Len() < 1000 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}

func TestWritePNGRefusesPointsThatAreNone(t *testing.T) {
	err := eval.WritePNG(&bytes.Buffer{}, eval.Chart{Title: "t", Lines: []eval.Line{{Points: []eval.Point{{math.NaN(), 0}}}}})
	if err == nil {
		t.Error("want an error")
	}
}
