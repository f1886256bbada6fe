package classifier

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestGradient compares the slopes that backward computes with those measured
// by moving each kind of parameter a little.
func TestGradient(t *testing.T) {
	const features, tokens, h = 7, 6, 1e-2
	dice := rand.New(rand.NewPCG(1, 2))
	tr := trainer{net: newNet(features), rng: dice}
	tr.start()
	states, feats := make([]float32, tokens*inWidth), make([]float32, features)
	for i := range states {
		states[i] = float32(dice.NormFloat64())
	}
	for i := range feats {
		feats[i] = float32(dice.Float64())
	}
	var p pass
	tr.net.forward(&p, states, feats)
	grad := newNet(features)
	tr.net.backward(&p, grad, 1)
	slopes := grad.layers()
	for at, l := range tr.net.layers() {
		for _, part := range [][2][]float32{{l.weights, slopes[at].weights}, {l.bias, slopes[at].bias}} {
			for range 8 {
				i := dice.IntN(len(part[0]))
				was := part[0][i]
				part[0][i] = was + h
				up := tr.net.forward(&pass{}, states, feats)
				part[0][i] = was - h
				down := tr.net.forward(&pass{}, states, feats)
				part[0][i] = was
				measured, computed := float64(up-down)/(2*h), float64(part[1][i])
				if math.Abs(measured-computed) > 2e-2*(1+math.Abs(measured)) {
					t.Errorf("layer %d, parameter %d: slope %v, measured %v", at, i, computed, measured)
				}
			}
		}
	}
}
