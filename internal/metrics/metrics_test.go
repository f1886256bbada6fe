package metrics_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"kapbot/internal/metrics"
)

func read(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
	return w.Body.String()
}

func TestWhatIsCounted(t *testing.T) {
	m := metrics.New("v1")
	m.Event("discord", "message")
	m.Triaged("slack", "crisis", 3*time.Millisecond)
	m.Answered("slack", "shaped", time.Second)
	m.Recovered("triage")
	m.Carded("discord", true, time.Second)
	m.Carded("discord", true, 6*time.Second)
	m.Carded("slack", false, time.Minute)
	m.Undurable()
	m.Searched("ask")
	m.Drafted(2 * time.Second)
	m.Checked(3, 1)
	m.Limited("slack")
	m.Stored("write", time.Millisecond, false)
	m.Stored("read", time.Millisecond, true)
	m.Sang(true, time.Unix(1e9, 0))
	m.Sang(false, time.Unix(2e9, 0))
	m.WatchModel(func() metrics.Model { return metrics.Model{OK: 5, Budget: 2, TokensIn: 70} })
	m.WatchOutbox(func() metrics.Outbox { return metrics.Outbox{Cards: 2, Oldest: 4 * time.Second} })
	m.WatchReady(func() bool { return true })
	m.WatchEntries(func() metrics.Entries { return metrics.Entries{ByLang: map[string]int{"en": 204}, Overdue: 3} })
	m.WatchStore(func() metrics.Store { return metrics.Store{Up: true} })
	m.WatchAlerts(func() int { return 3 })
	m.WatchNetwork("slack", func() (bool, int64) { return true, 4 })
	m.WatchNetwork("zebra", func() (bool, int64) { return true, 4 })
	text := read(t, m)
	if strings.Contains(text, "zebra") || strings.Contains(text, `kapbot_network_up{network="discord"}`) {
		t.Error("a network that is not set up has a series")
	}
	for _, want := range []string{
		`kapbot_build_info{go_version="go`,
		`kapbot_events_total{kind="message",network="discord"} 1`,
		`kapbot_events_total{kind="edit",network="slack"} 0`,
		`kapbot_verdicts_total{level="crisis"} 1`,
		`kapbot_triage_seconds_bucket{le="0.005"} 1`,
		`kapbot_answers_total{kind="shaped"} 1`,
		`kapbot_answer_seconds_count 1`,
		`kapbot_panics_total{step="triage"} 1`,
		`kapbot_cards_total{network="discord",result="sent"} 1`,
		`kapbot_cards_total{network="discord",result="late"} 1`,
		`kapbot_cards_total{network="slack",result="failed"} 1`,
		`kapbot_card_seconds_count{network="discord"} 2`,
		`kapbot_card_seconds_count{network="slack"} 0`,
		`kapbot_outbox_undurable_total 1`,
		`kapbot_searches_total{outcome="ask"} 1`,
		`kapbot_model_seconds_count 1`,
		`kapbot_model_sentences_total{result="kept"} 3`,
		`kapbot_model_sentences_total{result="dropped"} 1`,
		`kapbot_rate_limited_total{network="slack"} 1`,
		`kapbot_store_seconds_count{op="write"} 1`,
		`kapbot_store_errors_total{op="read"} 1`,
		`kapbot_selftest_total{result="ok"} 1`,
		`kapbot_selftest_total{result="failed"} 1`,
		`kapbot_selftest_last_ok_seconds 1e+09`,
		`kapbot_model_calls_total{result="ok"} 5`,
		`kapbot_model_calls_total{result="budget"} 2`,
		`kapbot_model_tokens_total{direction="in"} 70`,
		`kapbot_outbox_pending 2`,
		`kapbot_outbox_oldest_seconds 4`,
		`kapbot_ready 1`,
		`kapbot_store_up 1`,
		`kapbot_store_listening 0`,
		`kapbot_alerts_open 3`,
		`kapbot_network_up{network="slack"} 1`,
		`kapbot_network_reconnects_total{network="slack"} 4`,
		`kapbot_faq_entries{lang="en"} 204`,
		`kapbot_faq_overdue_entries 3`,
		`go_goroutines `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s", want)
		}
	}
}

// Whatever comes from outside in the place of a label, it becomes no series.
func TestNoWordBecomesASeries(t *testing.T) {
	m := metrics.New("v1")
	before := regexp.MustCompile(`(?m)^kapbot.*$`).FindAllString(read(t, m), -1)
	const word = "zebra"
	m.Event(word, "message")
	m.Event("discord", word)
	m.Triaged(word, "crisis", time.Second)
	m.Triaged("slack", word, 0)
	m.Answered(word, "shaped", time.Second)
	m.Answered("slack", word, 0)
	m.Recovered(word)
	m.Carded(word, true, time.Second)
	m.Searched(word)
	m.Limited(word)
	m.Stored(word, time.Second, true)
	after := regexp.MustCompile(`(?m)^kapbot.*$`).FindAllString(read(t, m), -1)
	if len(before) != len(after) || strings.Contains(strings.Join(after, "\n"), word) {
		t.Errorf("%d series, before %d", len(after), len(before))
	}
	if len(after) < 100 {
		t.Errorf("only %d series from the start", len(after))
	}
}
