package metrics

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// A label is one with all values that it may have.
type label struct {
	name   string
	values []string
}

func known(values []string, value string) bool { return slices.Contains(values, value) }

// fits reports whether each label knows its value.
func fits(labels []label, values []string) bool {
	for i, l := range labels {
		if !known(l.values, values[i]) {
			return false
		}
	}
	return len(labels) == len(values)
}

// each calls do with every combination of the labels' values.
func each(labels []label, do func(values []string), so ...string) {
	if len(labels) == 0 {
		do(so)
		return
	}
	for _, v := range labels[0].values {
		each(labels[1:], do, append(slices.Clone(so), v)...)
	}
}

func names(labels []label) []string {
	var out []string
	for _, l := range labels {
		out = append(out, l.name)
	}
	return out
}

// A counter counts by labels, and leaves out what these do not know.
type counter struct {
	*prometheus.CounterVec
	labels []label
}

func (m *Metrics) counter(name, help string, labels ...label) *counter {
	c := &counter{prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, names(labels)), labels}
	m.registry.MustRegister(c)
	each(labels, func(values []string) { c.WithLabelValues(values...) })
	return c
}

func (c *counter) add(n int, values ...string) {
	if fits(c.labels, values) {
		c.WithLabelValues(values...).Add(float64(n))
	}
}

// only is the counter without labels.
func (c *counter) only() prometheus.Counter { return c.WithLabelValues() }

// A timer times by one label.
type timer struct {
	*prometheus.HistogramVec
	label label
}

func (m *Metrics) timer(name, help string, l label, buckets ...float64) *timer {
	t := &timer{prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{l.name}), l}
	m.registry.MustRegister(t)
	for _, v := range l.values {
		t.WithLabelValues(v)
	}
	return t
}

func (t *timer) observe(took time.Duration, value string) {
	if known(t.label.values, value) {
		t.WithLabelValues(value).Observe(took.Seconds())
	}
}

func (m *Metrics) histogram(name, help string, buckets ...float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
	m.registry.MustRegister(h)
	return h
}

func (m *Metrics) gauge(name, help string, labels prometheus.Labels) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels})
	m.registry.MustRegister(g)
	return g
}
