package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// watched are the counts that are kept elsewhere and read whenever they are asked
// for. What nobody keeps is zero.
type watched struct {
	mu      sync.RWMutex
	model   func() Model
	outbox  func() Outbox
	ready   func() bool
	entries func() Entries
	store   func() Store
	alerts  func() int
}

// Model is what a language model was used for since the start.
type Model struct {
	OK, Failed            int64 // requests that were answered, or not
	Malformed             int64 // answers that were not in the form asked for
	Busy, Budget, Resting int64 // not asked: too many at once, budget spent, left alone
	TokensIn, TokensOut   int64
}

// Outbox is how many cards are on their way, and for how long the oldest of them has
// been.
type Outbox struct {
	Cards  int
	Oldest time.Duration
}

// Entries are the published entries: how many in each language, and how many are past
// their review.
type Entries struct {
	ByLang  map[string]int
	Overdue int
}

// Store is whether the store answers, and whether other replicas are heard at once.
type Store struct{ Up, Listening bool }

// WatchStore says where is read whether the store is there.
func (m *Metrics) WatchStore(read func() Store) { m.watch(func(w *watched) { w.store = read }) }

// WatchAlerts says where the alerts to peer supporters are counted that nobody took yet.
func (m *Metrics) WatchAlerts(read func() int) { m.watch(func(w *watched) { w.alerts = read }) }

// WatchNetwork says where is read whether a network is connected, and how often it was
// connected again. Only networks that are set up have these series, so that none that
// nobody wants counts as down; call it once for each.
func (m *Metrics) WatchNetwork(network string, read func() (up bool, again int64)) {
	if !known(networks, network) {
		return
	}
	labels := prometheus.Labels{"network": network}
	m.look("kapbot_network_up", "1 while all connections are open over which events of the network are to come.", labels, func() float64 {
		up, _ := read()
		return number(up)
	})
	m.total("kapbot_network_reconnects_total", "Connections that were lost and opened again.", labels, func() float64 {
		_, again := read()
		return float64(again)
	})
}

// WatchModel says where the use of a language model is read.
func (m *Metrics) WatchModel(read func() Model) { m.watch(func(w *watched) { w.model = read }) }

// WatchOutbox says where the cards on their way are counted.
func (m *Metrics) WatchOutbox(read func() Outbox) { m.watch(func(w *watched) { w.outbox = read }) }

// WatchReady says where is read whether the program is ready.
func (m *Metrics) WatchReady(read func() bool) { m.watch(func(w *watched) { w.ready = read }) }

// WatchEntries says where the published entries are counted.
func (m *Metrics) WatchEntries(read func() Entries) { m.watch(func(w *watched) { w.entries = read }) }

func (m *Metrics) watch(set func(*watched)) {
	m.watched.mu.Lock()
	defer m.watched.mu.Unlock()
	set(&m.watched)
}

// ask reads one of them, the zero value where nobody keeps it.
func ask[T any](w *watched, which func() func() T) T {
	w.mu.RLock()
	read := which()
	w.mu.RUnlock()
	if read == nil {
		var none T
		return none
	}
	return read()
}

// pull makes the series of what is kept elsewhere.
func (m *Metrics) pull() {
	w := &m.watched
	model := func() Model { return ask(w, func() func() Model { return w.model }) }
	for result, of := range map[string]func(Model) int64{
		"ok":        func(u Model) int64 { return u.OK },
		"failed":    func(u Model) int64 { return u.Failed },
		"malformed": func(u Model) int64 { return u.Malformed },
		"busy":      func(u Model) int64 { return u.Busy },
		"budget":    func(u Model) int64 { return u.Budget },
		"resting":   func(u Model) int64 { return u.Resting },
	} {
		m.total("kapbot_model_calls_total", "Calls of the language model, those that were held back among them.",
			prometheus.Labels{"result": result}, func() float64 { return float64(of(model())) })
	}
	m.total("kapbot_model_tokens_total", "Tokens as the server counts them.", prometheus.Labels{"direction": "in"}, func() float64 { return float64(model().TokensIn) })
	m.total("kapbot_model_tokens_total", "Tokens as the server counts them.", prometheus.Labels{"direction": "out"}, func() float64 { return float64(model().TokensOut) })

	outbox := func() Outbox { return ask(w, func() func() Outbox { return w.outbox }) }
	m.look("kapbot_outbox_pending", "Cards on their way.", nil, func() float64 { return float64(outbox().Cards) })
	m.look("kapbot_outbox_oldest_seconds", "For how long the oldest of them has been.", nil, func() float64 { return outbox().Oldest.Seconds() })

	m.look("kapbot_ready", "1 as long as the program is ready.", nil, func() float64 {
		return number(ask(w, func() func() bool { return w.ready }))
	})

	store := func() Store { return ask(w, func() func() Store { return w.store }) }
	m.look("kapbot_store_up", "1 while the store answers.", nil, func() float64 { return number(store().Up) })
	m.look("kapbot_store_listening", "1 while other replicas are heard at once, over PostgreSQL.", nil, func() float64 { return number(store().Listening) })

	m.look("kapbot_alerts_open", "Alerts to peer supporters that nobody took yet.", nil, func() float64 {
		return float64(ask(w, func() func() int { return w.alerts }))
	})

	entries := func() Entries { return ask(w, func() func() Entries { return w.entries }) }
	for _, lang := range langs {
		m.look("kapbot_faq_entries", "Published entries.", prometheus.Labels{"lang": lang}, func() float64 { return float64(entries().ByLang[lang]) })
	}
	m.look("kapbot_faq_overdue_entries", "Published entries that are past their review.", nil, func() float64 { return float64(entries().Overdue) })
}

func number(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// total makes a counter that is read when it is asked for.
func (m *Metrics) total(name, help string, labels prometheus.Labels, read func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels}, read))
}

// look makes a gauge that is read when it is asked for.
func (m *Metrics) look(name, help string, labels prometheus.Labels, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, read))
}
