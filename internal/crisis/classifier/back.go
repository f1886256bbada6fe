package classifier

import "kapbot/internal/matrix"

// backward adds to grad what the parameters did to the logit of the last
// forward pass, times d, the slope of the loss at that logit.
func (n *net) backward(p *pass, grad *net, d float32) {
	pooled := make([]float32, len(p.pooled))
	axpy(d, n.skip.weights, pooled)
	axpy(d, p.pooled, grad.skip.weights)
	grad.skip.bias[0] += d

	inner := make([]float32, hidden)
	axpy(d, p.hidden, grad.out.weights)
	grad.out.bias[0] += d
	for i := range inner {
		if p.hidden[i] > 0 {
			inner[i] = d * n.out.weights[i]
		}
	}
	mask(inner, p.keep.hidden)
	n.mix.back(&grad.mix, inner, p.pooled, pooled, 1)
	mask(pooled, p.keep.pooled)
	if p.tokens > 0 {
		n.backPool(p, grad, pooled)
	}
}

// backPool goes back from the pooled view through the convolutions.
func (n *net) backPool(p *pass, grad *net, pooled []float32) {
	var da [2][]float32
	for i := range spans {
		da[i] = make([]float32, p.tokens*filters)
		for f, t := range p.best[i] {
			da[i][t*filters+f] += pooled[i*filters+f]
		}
	}
	for h := range heads {
		n.backFocus(p, grad, h, pooled[(2+h)*filters:][:filters], da[0])
	}
	dz := make([]float32, p.tokens*narrow)
	for i, span := range spans {
		for j, v := range p.a[i] {
			if v <= 0 {
				da[i][j] = 0
			}
		}
		windows := make([]float32, len(p.windows[i]))
		n.conv[i].back(&grad.conv[i], da[i], p.windows[i], windows, p.tokens)
		for t := range p.tokens {
			for k := range span {
				if from := t + k - span/2; from >= 0 && from < p.tokens {
					axpy(1, windows[(t*span+k)*narrow:][:narrow], dz[from*narrow:][:narrow])
				}
			}
		}
	}
	mask(dz, p.keep.z)
	for i, v := range p.z {
		if v <= 0 {
			dz[i] = 0
		}
	}
	n.lift.back(&grad.lift, dz, p.x, nil, p.tokens)
}

// backFocus goes back through one head of attention.
func (n *net) backFocus(p *pass, grad *net, h int, d, da []float32) {
	focus := p.focus[h*p.tokens:][:p.tokens]
	slope := make([]float32, p.tokens)
	mean := float32(0)
	for t, w := range focus {
		row := p.a[0][t*filters:][:filters]
		slope[t] = dot(d, row)
		mean += w * slope[t]
		axpy(w, d, da[t*filters:][:filters])
	}
	weights, dweights := n.attend.weights[h*filters:][:filters], grad.attend.weights[h*filters:][:filters]
	for t, w := range focus {
		s := w * (slope[t] - mean)
		axpy(s, p.a[0][t*filters:][:filters], dweights)
		axpy(s, weights, da[t*filters:][:filters])
		grad.attend.bias[h] += s
	}
}

// back adds to grad the slopes of a layer that mapped rows of x, given the
// slopes of what it made; into dx, unless nil, the slopes of x.
func (l *layer) back(grad *layer, d, x, dx []float32, rows int) {
	slopes := matrix.View{Data: d, Stride: l.rows}
	matrix.AddTMul(grad.view(), slopes, matrix.View{Data: x, Stride: l.columns}, l.rows, l.columns, rows)
	for i := range rows {
		axpy(1, d[i*l.rows:][:l.rows], grad.bias)
	}
	if dx != nil {
		matrix.AddMul(matrix.View{Data: dx, Stride: l.columns}, slopes, l.view(), rows, l.columns, l.rows)
	}
}
