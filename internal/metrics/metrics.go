// Package metrics counts what the program does, for Prometheus to read. It counts
// and times: there is no word, no name and no id of a person, a room, a community or
// an entry in it, and no label that could take one. A value that a label does not
// know is not counted, so that nothing from outside can become a series; the canary,
// which is nobody, falls away by the same rule.
//
// The packages that count say what they need in interfaces of their own, named
// Meter; *Metrics is all of them.
package metrics

import (
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// What labels may hold. Every series is there from the start, at zero, so that an
// alert sees the first of its kind.
var (
	networks = []string{"discord", "slack"}
	kinds    = []string{"message", "edit", "delete", "command", "press", "form"}
	levels   = []string{"crisis", "concern", "mention", "none"}
	steps    = []string{"triage", "answer"}
	ends     = []string{"sent", "late", "failed"}
	answers  = []string{"verbatim", "shaped", "unknown", "notice", "failed", "limited"}
	outcomes = []string{"answer", "ask", "unknown"}
	parts    = []string{"kept", "dropped"}
	results  = []string{"ok", "failed"}
	langs    = []string{"en", "es"}
)

// lateAfter is when a card that arrived counts as late.
const lateAfter = 5 * time.Second

// Metrics are the counts of one program. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	watched  watched

	events, verdicts, panics, cards, limited *counter
	answers, searches, sentences, selftests  *counter
	undurable                                prometheus.Counter
	lastSelftest                             prometheus.Gauge

	triageTook, answerTook, draftTook prometheus.Histogram
	cardTook                          *timer
	storeTook                         *timer
	storeErrors                       *counter
}

// New returns counts at zero for a version of the program.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauge("kapbot_build_info", "The version that runs; always 1.", prometheus.Labels{"version": version, "go_version": runtime.Version()}).Set(1)

	m.events = m.counter("kapbot_events_total", "What networks brought.", label{"network", networks}, label{"kind", kinds})
	m.verdicts = m.counter("kapbot_verdicts_total", "What triage said of it.", label{"level", levels})
	m.triageTook = m.histogram("kapbot_triage_seconds", "How long triage took.", .0005, .001, .002, .005, .01, .02, .05, .1, .25, .5, 1)
	m.panics = m.counter("kapbot_panics_total", "Panics that ended in a card.", label{"step", steps})
	m.cards = m.counter("kapbot_cards_total", "Crisis cards by how their sending ended; late is after more than five seconds.", label{"network", networks}, label{"result", ends})
	m.cardTook = m.timer("kapbot_card_seconds", "From the event to the network's yes to its card.", label{"network", networks}, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300)
	m.undurable = m.counter("kapbot_outbox_undurable_total", "Cards that went out without a note on disk.").only()
	m.answers = m.counter("kapbot_answers_total", "Answers by what they were.", label{"kind", answers})
	m.answerTook = m.histogram("kapbot_answer_seconds", "From the question to its answer, without the sending.", .01, .025, .05, .1, .25, .5, 1, 2, 5, 10, 20)
	m.searches = m.counter("kapbot_searches_total", "Searches by what they led to.", label{"outcome", outcomes})
	m.draftTook = m.histogram("kapbot_model_seconds", "How long the language model took.", .1, .25, .5, 1, 2, 4, 8, 16)
	m.sentences = m.counter("kapbot_model_sentences_total", "Sentences of drafts by what the checks did with them.", label{"result", parts})
	m.limited = m.counter("kapbot_rate_limited_total", "Times that a network asked to wait with an answer.", label{"network", networks})
	m.storeTook = m.timer("kapbot_store_seconds", "How long the store took.", label{"op", []string{"read", "write"}}, .0005, .001, .005, .01, .05, .1, .5, 1, 5)
	m.storeErrors = m.counter("kapbot_store_errors_total", "What the store could not do.", label{"op", []string{"read", "write"}})
	m.selftests = m.counter("kapbot_selftest_total", "Canaries by whether their card came.", label{"result", results})
	m.lastSelftest = m.gauge("kapbot_selftest_last_ok_seconds", "When a canary last got its card, in seconds since 1970.", nil)
	m.pull()
	return m
}

// Handler serves the counts.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Event counts what a network brought.
func (m *Metrics) Event(network, kind string) { m.events.add(1, network, kind) }

// Limited counts that a network asked to wait.
func (m *Metrics) Limited(network string) { m.limited.add(1, network) }

// Triaged counts a verdict. Those of networks that are not known are left out.
func (m *Metrics) Triaged(network, level string, took time.Duration) {
	if known(networks, network) {
		m.verdicts.add(1, level)
		m.triageTook.Observe(took.Seconds())
	}
}

// Answered counts an answer of a kind.
func (m *Metrics) Answered(network, kind string, took time.Duration) {
	if known(networks, network) {
		m.answers.add(1, kind)
	}
	if known(networks, network) && took > 0 {
		m.answerTook.Observe(took.Seconds())
	}
}

// Recovered counts a panic.
func (m *Metrics) Recovered(step string) { m.panics.add(1, step) }

// Carded counts how the sending of a card ended.
func (m *Metrics) Carded(network string, arrived bool, took time.Duration) {
	switch {
	case !arrived:
		m.cards.add(1, network, "failed")
		return
	case took > lateAfter:
		m.cards.add(1, network, "late")
	default:
		m.cards.add(1, network, "sent")
	}
	m.cardTook.observe(took, network)
}

// Undurable counts a card that went out without a note.
func (m *Metrics) Undurable() { m.undurable.Inc() }

// Searched counts a search.
func (m *Metrics) Searched(outcome string) { m.searches.add(1, outcome) }

// Drafted times a draft of a language model.
func (m *Metrics) Drafted(took time.Duration) { m.draftTook.Observe(took.Seconds()) }

// Checked counts the sentences of a draft.
func (m *Metrics) Checked(kept, dropped int) {
	m.sentences.add(kept, "kept")
	m.sentences.add(dropped, "dropped")
}

// Sang counts a canary.
func (m *Metrics) Sang(ok bool, at time.Time) {
	if !ok {
		m.selftests.add(1, "failed")
		return
	}
	m.selftests.add(1, "ok")
	m.lastSelftest.Set(float64(at.Unix()))
}

// Stored times what the store did, and counts that it failed.
func (m *Metrics) Stored(op string, took time.Duration, failed bool) {
	m.storeTook.observe(took, op)
	if failed {
		m.storeErrors.add(1, op)
	}
}
