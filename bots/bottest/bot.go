package bottest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"kapbot/bots"
	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/answer/check"
	"kapbot/internal/chat"
	"kapbot/internal/courier"
	"kapbot/internal/crisis"
	"kapbot/internal/desk"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/faq/faqtest"
	"kapbot/internal/llm"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/modelserver"
	"kapbot/internal/responder"
	"kapbot/prompts"
	"kapbot/prompts/grounded"
)

// A Bot is the whole pipeline without a network.
type Bot struct {
	*responder.Responder
	Courier *courier.Courier
	Outbox  *outbox.Outbox
	texts   texts
}

// shared is what all bots have in common, since it never changes: among it a model
// that finds no answer in the entries, so that all is shown word for word, and
// remembers what it was told.
type shared struct {
	encoder *encoder.Encoder
	triage  *crisis.Triage
	answers *answer.Answers
	model   *llm.Client
	server  *modelserver.Server
}

// close ends what is shared and reports crisis words that reached the model.
func (p shared) close() error {
	p.model.Close()
	p.server.Close()
	return errors.Join(p.answers.Close(), p.inspect())
}

// inspect reports crisis words that reached the model, and forgets what it was told.
func (p shared) inspect() error {
	var errs []error
	for _, q := range p.server.Take() {
		for _, text := range append(q.Data.Earlier, q.Data.Question) {
			if v, _ := p.triage.Check(chat.Said{Text: text}, crisis.State{}, time.Now()); v.Level != crisis.None {
				errs = append(errs, fmt.Errorf("a message that triage flags (%s) reached the model", v.Level))
			}
		}
	}
	return errors.Join(errs...)
}

// Inspect fails the test if crisis words have reached the model, and lets the model
// forget what it was told: it remembers all, which a long test has to allow for.
func Inspect(tb testing.TB) {
	tb.Helper()
	p, err := parts()
	if err == nil {
		err = p.inspect()
	}
	if err != nil {
		tb.Error(err)
	}
}

// Hang lets the model take questions and answer none, from now on.
func Hang(tb testing.TB) {
	tb.Helper()
	p, err := parts()
	if err != nil {
		tb.Fatal(err)
	}
	p.server.Behave(modelserver.Stalls())
}

// made is what parts has returned, or nil, and few says that it is to have few entries.
var (
	made atomic.Pointer[shared]
	few  atomic.Bool
)

var parts = sync.OnceValues(func() (shared, error) {
	p, err := load()
	made.Store(&p)
	return p, err
})

// entries are those of the program, or so few that they are indexed at once.
func entries() (*faq.Snapshot, error) {
	if few.Load() {
		return faqtest.Few(seed.Files(), "session-length", "cost", "crisis-line-what-happens", "crisis-line-not-suicidal", "crisis-line-text-chat"), nil
	}
	return faq.Load(seed.Files())
}

func load() (shared, error) {
	var p shared
	e, err := encoder.Load()
	if err != nil {
		return p, err
	}
	p.encoder = e
	if p.triage, err = crisis.New(e); err != nil {
		return p, err
	}
	snapshot, err := entries()
	if err != nil {
		return p, err
	}
	if p.answers, err = answer.New(snapshot, e); err != nil {
		return p, err
	}
	checker, err := check.New(e, p.triage)
	if err != nil {
		return p, err
	}
	templates, err := grounded.Load(nil)
	if err != nil {
		return p, err
	}
	p.server = modelserver.Start()
	p.model, err = llm.New(llm.Options{BaseURL: p.server.URL(), Model: "test-model", Prompts: templates, Limits: llm.Limits{AtOnce: 1000}})
	if err == nil {
		p.answers.ShapeWith(p.model, checker)
	}
	return p, err
}

// NewBot returns a bot over a store of cards. It ends with the test, after all that
// is on its way has arrived.
func NewBot(tb testing.TB, notes outbox.Store, log *slog.Logger) *Bot {
	tb.Helper()
	return NewBotAt(tb, notes, log, time.Now)
}

// NewBotAt is NewBot with a clock of its own.
func NewBotAt(tb testing.TB, notes outbox.Store, log *slog.Logger, now func() time.Time) *Bot {
	tb.Helper()
	b, err := assemble(notes, log, now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(b.Close)
	return b
}

// Assemble makes the bot of a process that a test starts, to kill it or to measure it.
// All of triage is in it, but few entries: a test starts a dozen, and each would be
// seconds later to index all of them.
func Assemble(notes outbox.Store, log *slog.Logger) (*Bot, error) {
	few.Store(true)
	return assemble(notes, log, time.Now)
}

func assemble(notes outbox.Store, log *slog.Logger, now func() time.Time) (*Bot, error) {
	p, err := parts()
	if err != nil {
		return nil, err
	}
	b := &Bot{Responder: responder.New(p.triage, p.answers, log, now), texts: texts{p.answers}}
	b.Lead(routes())
	b.Outbox = outbox.New(notes, b.texts, log)
	claims, _ := notes.(courier.Claims)
	b.Courier = courier.New(b.Responder, b.Outbox, claims, log)
	return b, nil
}

// Moderator is the role whose holders may say how rooms are read, in a bot that
// KeepRooms was called for.
const Moderator = "980000000000000001"

// KeepRooms lets moderators of a bot's network say how its rooms are read.
func KeepRooms(tb testing.TB, b *Bot, notes outbox.Store, n chat.Network, rooms *bots.Rooms) {
	tb.Helper()
	kept, _ := notes.(desk.RoomStore)
	roles, err := desk.ParseRoles([]string{string(n) + ":" + Moderator + "=moderator"})
	if err != nil {
		tb.Fatal(err)
	}
	r := desk.NewRooms(roles, kept, time.Now)
	r.Add(n, rooms)
	if err := r.Refresh(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	b.KeepRooms(r)
}

// Card is the reply that the outbox would make of a note.
func (b *Bot) Card(c outbox.Card) (chat.Reply, bool) { return b.texts.Card(c) }

// Close ends what a bot does. It may be called twice.
func (b *Bot) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	b.Courier.Close(ctx)
	b.Outbox.Close()
	b.Responder.Close()
}

// texts makes cards again as cmd does.
type texts struct{ answers *answer.Answers }

func (t texts) Card(c outbox.Card) (chat.Reply, bool) {
	return t.answers.NamedCard(c.Name, c.Lang, c.Kind)
}

func (t texts) Alert(c outbox.Card, link string) chat.Reply {
	return t.answers.Notice(c.Lang, func(t prompts.Texts) string { return prompts.Fill(t.Alert, "link", link, "level", c.Kind.String()) })
}

// Main runs the tests of an adapter, frees what its bots share and wants no
// goroutine to be left.
func Main(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil { // they mostly wait
		panic(err)
	}
	code := m.Run()
	if p := made.Load(); p != nil && p.model != nil {
		if err := p.close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	// The search index of package bleve keeps its analysis workers for the life of
	// the process.
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
