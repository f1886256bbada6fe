package discord_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// The process of a bot that is killed finds its server and store in these.
const (
	childServer = "KAPBOT_TEST_SERVER"
	childStore  = "KAPBOT_TEST_STORE"
)

// child is a bot that runs until it is killed.
func child() {
	err := func() error {
		to, err := url.Parse(os.Getenv(childServer))
		if err != nil {
			return err
		}
		ctx := context.Background()
		notes, err := store.Open(ctx, os.Getenv(childStore))
		if err != nil {
			return err
		}
		log := slog.New(slog.NewTextHandler(os.Stderr, nil))
		bot, err := bottest.Assemble(notes, log)
		if err != nil {
			return err
		}
		p, err := newPlatform(discordserver.Redirect(to), 30*time.Second, notes, log, listed())
		if err != nil {
			return err
		}
		net := outbox.Network{Name: p.Name(), Sender: p}
		if err := bot.Outbox.Resume(ctx, []outbox.Network{net}); err != nil {
			return err
		}
		return p.Run(ctx, bot.Courier.Handler(net))
	}()
	fmt.Fprintln(os.Stderr, "the bot ended:", err)
	os.Exit(1)
}

// A process is a bot in a process of its own.
type process struct {
	cmd  *exec.Cmd
	once sync.Once
}

func (p *process) kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
}

func startProcess(t testing.TB, s *discordserver.Server, file string) *process {
	t.Helper()
	before := s.Logins()
	p := launch(t, s, file)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if !s.AwaitGateway(ctx, func(logins, _ int) bool { return logins > before }) {
		t.Fatal("the bot did not connect")
	}
	return p
}

// launch starts a bot and does not wait for it.
func launch(t testing.TB, s *discordserver.Server, where string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0])} //nolint:noctx // it is killed
	p.cmd.Env = append(os.Environ(), childServer+"="+s.URL(), childStore+"="+where)
	p.cmd.Stderr = io.Discard
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// A killing is a way to kill a bot while a person writes.
type killing struct {
	name   string
	direct bool
	// arm prepares it; the function it returns is called after the person wrote.
	arm func(s *discordserver.Server, p *process) func()
}

// killings returns n points between the receipt of a message and the arrival of its
// card: around the request that sends the card, and times in between.
func killings(n int) []killing {
	atRequest := func(f discordserver.Fault) func(*discordserver.Server, *process) func() {
		return func(s *discordserver.Server, p *process) func() {
			dead := make(chan struct{})
			s.Break(func(r *http.Request) *discordserver.Fault {
				if !isPost(r) {
					return nil
				}
				go func() { p.kill(); close(dead) }()
				return &f
			})
			return func() { <-dead }
		}
	}
	all := []killing{
		{"as the card is sent", false, atRequest(discordserver.Fault{Cut: true})},
		{"as the card has arrived", false, atRequest(discordserver.Fault{Cut: true, After: true})},
		{"as the card is sent, alone", true, atRequest(discordserver.Fault{Cut: true})},
		{"as the card has arrived, alone", true, atRequest(discordserver.Fault{Cut: true, After: true})},
	}
	for i := len(all); i < n; i++ {
		wait := time.Duration(i-4) * 700 * time.Microsecond
		all = append(all, killing{fmt.Sprint(wait, " after the message"), false, func(_ *discordserver.Server, p *process) func() {
			return func() { time.Sleep(wait); p.kill() }
		}})
	}
	return all
}

// TestKill kills a bot and starts another on the same store: each crisis message has
// exactly one card. KILLS sets the number of points; "make kill" takes them all.
func TestKill(t *testing.T) {
	points := 4
	if n, err := strconv.Atoi(os.Getenv("KILLS")); err == nil {
		points = n
	}
	for _, k := range killings(points) {
		t.Run(k.name, func(t *testing.T) {
			s := newServer(t)
			s.HeartbeatEvery = 10 * time.Second
			file := storetest.File(t)
			first := startProcess(t, s, file)
			channel := watch
			if k.direct {
				channel = s.Direct("ann")
			}
			then := k.arm(s, first)
			id := s.Say(channel, "ann", wish, discordserver.Said{})
			then()
			s.Mend()
			startProcess(t, s, file)
			w := &world{Server: s, t: t}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w.Await(ctx, func(all []discordserver.Operation) bool { return repliesTo(all, map[string]bool{id: true})[id] > 0 })
			w.settled(t, file)
			if got := repliesTo(w.Operations(), map[string]bool{id: true})[id]; got != 1 {
				t.Errorf("%d cards", got)
			}
		})
	}
}

// settled waits until no card is on its way and what the bot looked back at has
// been handled.
func (w *world) settled(t *testing.T, file string) {
	t.Helper()
	for range 2 { // what was read before the first is handled before the second
		w.fence()
	}
	notes := openStore(t, file)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if left, err := notes.Pending(t.Context()); err == nil && len(left) == 0 {
			return
		}
	}
	t.Error("a card is still on its way")
}

// TestWhatWasWrittenMeanwhile writes while no bot is there.
func TestWhatWasWrittenMeanwhile(t *testing.T) {
	notes := openStore(t, storetest.File(t))
	first := &world{Server: newServer(t), t: t}
	first.start(notes, io.Discard)
	thread := first.Thread("930000000000000001", room, true)
	direct := first.Direct("ann")
	first.Say(direct, "ann", question, discordserver.Said{})
	first.fence()
	first.Close()
	before := len(first.Operations())
	if got, err := notes.LastDirects(t.Context(), "discord", 9); err != nil || len(got) != 1 {
		t.Fatalf("direct messages %q, %v", got, err)
	}
	crises := map[string]bool{}
	for i, channel := range []string{direct, watch, support, thread} {
		crises[first.Say(channel, fmt.Sprint("person", i), wish, discordserver.Said{})] = true
		first.Say(channel, fmt.Sprint("other", i), question, discordserver.Said{})
	}
	unread := first.Say(room, "zoe", wish, discordserver.Said{})
	second := &world{Server: first.Server, t: t}
	second.start(notes, io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	second.Await(ctx, func(all []discordserver.Operation) bool { return len(repliesTo(all, crises)) == len(crises) })
	second.Close()
	all := second.Operations()
	for id, n := range repliesTo(all, crises) {
		if n != 1 {
			t.Errorf("%s has %d cards", id, n)
		}
	}
	if got := len(repliesTo(all, crises)); got != len(crises) {
		t.Errorf("%d of %d have a card", got, len(crises))
	}
	cards := 0
	for _, o := range all[before:] {
		if o.Message.Reference != nil {
			cards++
		}
		if o.Message.Reference != nil && o.Message.Reference.MessageID == unread {
			t.Error("a room that is not read was read")
		}
	}
	if cards != len(crises) {
		t.Errorf("%d replies to %d crisis messages and as many questions", cards, len(crises))
	}
}
