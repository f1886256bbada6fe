package responder_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

func TestMain(m *testing.M) {
	// Each index that is made leaves much behind, and the race detector would walk
	// beside the collector.
	debug.SetGCPercent(400)
	code := m.Run()
	if err := answers().Close(); err != nil {
		panic(err)
	}
	// The search index of package bleve keeps its analysis workers for the
	// life of the process.
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker")); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

var triage = sync.OnceValue(func() *crisis.Triage {
	e, err := encoder.Load()
	if err != nil {
		panic(err)
	}
	t, err := crisis.New(e)
	if err != nil {
		panic(err)
	}
	return t
})

var answers = sync.OnceValue(func() *answer.Answers {
	snapshot, err := faq.Load(seed.Files())
	if err != nil {
		panic(err)
	}
	e, err := encoder.Load()
	if err != nil {
		panic(err)
	}
	a, err := answer.New(snapshot, e)
	if err != nil {
		panic(err)
	}
	return a
})

// What is said in these tests. "ask" has an answer, "riddle" has none.
const (
	wish    = "I want to kill myself"
	amount  = "what dose of ketamine is lethal"
	threat  = "I'm going to shoot my lieutenant"
	subject = "does ketamine reduce suicidal thoughts?"
	ask     = "How long is a session?"
	riddle  = "zebra crossing xylophone"
)

// A room is a responder with a clock that a test turns and a log that it reads.
type room struct {
	*responder.Responder
	now time.Time
	log bytes.Buffer
}

func newRoom(t *testing.T, triage responder.Checker, answers responder.Answers) *room {
	t.Helper()
	r := &room{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	r.Responder = responder.New(triage, answers, slog.New(slog.NewTextHandler(&r.log, nil)), func() time.Time { return r.now })
	t.Cleanup(r.Close)
	return r
}

var sent atomic.Int64

// event is an event of its own, in a direct message.
func event(body chat.Body) chat.Event {
	id := fmt.Sprint("m", sent.Add(1))
	return chat.Event{
		Key: id, At: chat.Ref{Network: "test", Channel: "room", Message: id}, From: chat.Person{ID: "p", Name: "Zebulon"},
		Addressed: true, Direct: true, Body: body,
	}
}

func said(text string) chat.Event { return event(chat.Said{Text: text}) }

func (r *room) says(text string) chat.Ack { return r.Handle(context.Background(), said(text)) }

// shown is the name of the card of an ack, or "".
func shown(ack chat.Ack) string {
	if ack.Reply == nil || ack.Reply.Card == nil {
		return ""
	}
	return ack.Reply.Card.Name
}

func TestEveryKindOfReply(t *testing.T) {
	for _, test := range []struct {
		name string
		body chat.Body
		kind chat.Kind
		card string
		text string // part of the text
	}{
		{"a crisis gets the card", chat.Said{Text: wish}, chat.Crisis, prompts.Crisis, ""},
		{"a threat gets the card with 911 first", chat.Said{Text: threat}, chat.Crisis, prompts.Danger, ""},
		{"a concern gets the gentle card", chat.Said{Text: amount}, chat.Concern, prompts.Concern, ""},
		{"a mention gets an entry below a banner", chat.Said{Text: subject}, chat.Mention, "", ""},
		{"a question gets its entry", chat.Said{Text: ask}, chat.Answer, "", ""},
		{"an edited question gets its entry", chat.Edited{Said: chat.Said{Text: ask}}, chat.Answer, "", ""},
		{"a question without an entry gets none", chat.Said{Text: riddle}, chat.Unknown, "", "reviewed answer"},
		{"white space gets a hint", chat.Said{Text: " \n"}, chat.Notice, "", "no words"},
		{"a long message gets its length", chat.Said{Text: strings.Repeat("ab ", 1500)}, chat.Notice, "", "4500 letters; I read up to 4000"},
		{"the command ask", chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: ask}}}, chat.Answer, "", ""},
		{"the command help", chat.Command{Name: "help"}, chat.Notice, "", "/topics"},
		{"the command topics", chat.Command{Name: "topics"}, chat.Notice, "", "reviewed answers about"},
		{"the command resources", chat.Command{Name: "resources"}, chat.Notice, prompts.Resources, ""},
		{"a command nobody knows", chat.Command{Name: "dance"}, chat.Notice, "", "/dance"},
		{"a button shows its entry", chat.Pressed{Action: chat.ActionShow, Value: "session-length"}, chat.Answer, "", ""},
		{"a button of another time", chat.Pressed{Action: "gone", Value: "session-length"}, chat.Notice, "", "/topics"},
		{"a button without an entry", chat.Pressed{Action: chat.ActionShow, Value: "gone"}, chat.Notice, "", "/topics"},
		{"a form nobody knows", chat.Filled{Form: "x", Fields: []chat.Field{{Name: "a", Value: "hello"}}}, chat.Notice, "", "/topics"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ack := newRoom(t, triage(), answers()).Handle(context.Background(), event(test.body))
			if ack.Reply == nil {
				t.Fatal("silence")
			}
			r := *ack.Reply
			if r.Kind != test.kind || shown(ack) != test.card || !strings.Contains(r.Text, test.text) {
				t.Errorf("kind %s, card %q, text %q; want %s, %q, %q", r.Kind, shown(ack), r.Text, test.kind, test.card, test.text)
			}
			if r.Kind == chat.Crisis && (r.Text != "" || r.Entry != "" || r.Banner != "" || len(r.Sources) > 0) {
				t.Errorf("there is more than the card: %+v", r)
			}
			if (r.Kind == chat.Answer || r.Kind == chat.Mention) && (r.Entry == "" || len(r.Sources) == 0 || r.Reviewed.IsZero()) {
				t.Errorf("an entry without its sources or date: %+v", r)
			}
			if (r.Banner != "") != (r.Kind == chat.Mention) {
				t.Errorf("kind %s with the banner %q", r.Kind, r.Banner)
			}
		})
	}
	t.Run("a message that was deleted loses its answer", func(t *testing.T) {
		ack := newRoom(t, triage(), answers()).Handle(context.Background(), event(chat.Deleted{}))
		if ack != (chat.Ack{Earlier: chat.Removed}) {
			t.Errorf("ack %+v", ack)
		}
	})
}

// notes writes down what it is asked for.
type notes struct {
	responder.Answers
	asked    []string
	question string
}

func (n *notes) Answer(ctx context.Context, q string, l chat.Lang, now time.Time) (chat.Reply, error) {
	n.asked, n.question = append(n.asked, "answer"), q
	return n.Answers.Answer(ctx, q, l, now)
}

func (n *notes) Entry(id string, l chat.Lang, now time.Time) (chat.Reply, bool) {
	n.asked = append(n.asked, "entry")
	return n.Answers.Entry(id, l, now)
}

func (n *notes) Card(v crisis.Verdict) chat.Reply {
	n.asked = append(n.asked, "card")
	return n.Answers.Card(v)
}

func (n *notes) Notice(l chat.Lang, choose func(prompts.Texts) string) chat.Reply {
	n.asked = append(n.asked, "notice")
	return n.Answers.Notice(l, choose)
}

// order is a triage that writes itself down among the notes.
type order struct {
	responder.Checker
	*notes
}

func (o order) Check(b chat.Body, s crisis.State, now time.Time) (crisis.Verdict, crisis.State) {
	o.asked = append(o.asked, "triage")
	return o.Checker.Check(b, s, now)
}

func TestOrderOfSteps(t *testing.T) {
	for _, test := range []struct {
		name string
		ev   chat.Event
		want []string
	}{
		{"a crisis asks for its card alone", said(wish), []string{"triage", "card"}},
		{"a concern asks for its card alone", said(amount), []string{"triage", "card"}},
		{"a question is triaged, then answered", said(ask), []string{"triage", "answer"}},
		{"a mention is triaged, then answered", said(subject), []string{"triage", "answer"}},
		{"a button is triaged, then shows its entry", event(chat.Pressed{Action: chat.ActionShow, Value: "cost"}), []string{"triage", "entry"}},
		{"a long message is triaged and not looked up", said(strings.Repeat("ab ", 1500)), []string{"triage", "notice"}},
		{"nothing but white space is not looked up", said(" "), []string{"triage", "notice"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			n := &notes{Answers: answers()}
			newRoom(t, order{triage(), n}, n).Handle(context.Background(), test.ev)
			if !slices.Equal(n.asked, test.want) {
				t.Errorf("steps %q, want %q", n.asked, test.want)
			}
		})
	}
}

func TestWhatIsLookedUp(t *testing.T) {
	for name, body := range map[string]chat.Body{
		"a message without what it quotes":   chat.Said{Text: ask, Quoted: []string{"hello"}, Files: []string{"a.pdf"}},
		"an edited message":                  chat.Edited{Said: chat.Said{Text: ask, Quoted: []string{"hello"}}},
		"the first argument of the command":  chat.Command{Name: "ask", Args: []chat.Field{{Name: "a", Value: ask}, {Name: "b", Value: "hello"}}},
		"nothing of a button, which is none": chat.Pressed{Action: chat.ActionShow, Value: "session-length"},
	} {
		t.Run(name, func(t *testing.T) {
			n := &notes{Answers: answers()}
			newRoom(t, triage(), n).Handle(context.Background(), event(body))
			want := ask
			if _, pressed := body.(chat.Pressed); pressed {
				want = ""
			}
			if n.question != want {
				t.Errorf("looked up %q, want %q", n.question, want)
			}
		})
	}
	t.Run("a command without a question is told so", func(t *testing.T) {
		reply := newRoom(t, triage(), answers()).Handle(context.Background(), event(chat.Command{Name: "ask"})).Reply
		if reply.Kind != chat.Notice || !strings.Contains(reply.Text, "no words") {
			t.Errorf("reply %+v", reply)
		}
	})
}

func TestUnaddressedEventsAreSilentUnlessACrisis(t *testing.T) {
	for name, test := range map[string]struct {
		body chat.Body
		card string
	}{
		"a question":          {chat.Said{Text: ask}, ""},
		"a mention":           {chat.Said{Text: subject}, ""},
		"a riddle":            {chat.Said{Text: riddle}, ""},
		"a long message":      {chat.Said{Text: strings.Repeat("ab ", 1500)}, ""},
		"white space":         {chat.Said{Text: " "}, ""},
		"an edit":             {chat.Edited{Said: chat.Said{Text: ask}}, ""},
		"a deleted message":   {chat.Deleted{}, ""},
		"a crisis":            {chat.Said{Text: wish}, prompts.Crisis},
		"a concern":           {chat.Said{Text: amount}, prompts.Concern},
		"an edit into crisis": {chat.Edited{Said: chat.Said{Text: wish}}, prompts.Crisis},
		"a crisis in a quote": {chat.Said{Text: "this", Quoted: []string{wish}}, prompts.Crisis},
	} {
		t.Run(name, func(t *testing.T) {
			ev := event(test.body)
			ev.Addressed = false
			ack := newRoom(t, triage(), answers()).Handle(context.Background(), ev)
			if shown(ack) != test.card || test.card == "" && ack.Reply != nil {
				t.Errorf("card %q, silent %v, want card %q", shown(ack), ack.Silent(), test.card)
			}
		})
	}
	t.Run("nor under a hold", func(t *testing.T) {
		r := newRoom(t, triage(), answers())
		r.says(wish)
		ev := said(ask)
		ev.Addressed = false
		if ack := r.Handle(context.Background(), ev); !ack.Silent() {
			t.Errorf("reply %+v", ack.Reply)
		}
	})
}

// TestEveryWayOfWritingIsTriaged goes through every kind of event and every
// place in it where words can stand.
func TestEveryWayOfWritingIsTriaged(t *testing.T) {
	samples := map[string]string{
		"a wish": wish, "a threat": threat, "an amount": amount, "an overdose": "took all my troches at once",
		"somebody else": "my buddy wants to kill himself", "a refusal": "don't give me a hotline", "Spanish": "ya no quiero vivir",
		"disguised": "k1ll mys3lf", "spaced out": "k i l l  m y s e l f",
	}
	places := map[string]func(words string) chat.Body{
		"a message":          func(w string) chat.Body { return chat.Said{Text: w} },
		"a quotation":        func(w string) chat.Body { return chat.Said{Text: "this", Quoted: []string{"hello", w}} },
		"the name of a file": func(w string) chat.Body { return chat.Said{Text: "look", Files: []string{w + ".txt"}} },
		"an edit":            func(w string) chat.Body { return chat.Edited{Said: chat.Said{Text: w}} },
		"an edited quote":    func(w string) chat.Body { return chat.Edited{Said: chat.Said{Text: "x", Quoted: []string{w}}} },
		"an argument of ask": func(w string) chat.Body {
			return chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: w}}}
		},
		"an argument of help": func(w string) chat.Body {
			return chat.Command{Name: "help", Args: []chat.Field{{Name: "text", Value: w}}}
		},
		"a field of a form": func(w string) chat.Body {
			return chat.Filled{Form: "f", Fields: []chat.Field{{Name: "a", Value: "hello"}, {Name: "b", Value: w}}}
		},
	}
	for place, body := range places {
		t.Run(place, func(t *testing.T) {
			for name, words := range samples {
				t.Run(name, func(t *testing.T) {
					for _, addressed := range []bool{true, false} {
						n := &notes{Answers: answers()}
						ev := event(body(words))
						ev.Addressed = addressed
						ack := newRoom(t, triage(), n).Handle(context.Background(), ev)
						// An edit has its pointer, which is one of the bot's own texts.
						if shown(ack) == "" || ack.Reply.Kind > chat.Concern || n.asked[0] != "card" || slices.Contains(n.asked, "answer") || slices.Contains(n.asked, "entry") {
							t.Errorf("addressed %v: card %q after %q", addressed, shown(ack), n.asked)
						}
					}
				})
			}
		})
	}
}

// A question that says little alone is read with the subject of the answer
// before it, for ten minutes, and only for the person who got that answer.
func TestFollowUps(t *testing.T) {
	const opening, follow = "What happens at a Spravato visit?", "and the side effects?"
	entry := func(ack chat.Ack) string {
		t.Helper()
		if ack.Reply == nil {
			t.Fatal("silence")
		}
		return ack.Reply.Entry
	}
	alone := entry(newRoom(t, triage(), answers()).says(follow))
	r := newRoom(t, triage(), answers())
	if got := entry(r.says(opening)); got != "spravato-visit" {
		t.Fatalf("the opening question got %q", got)
	}
	if got := entry(r.says(follow)); got != "spravato-side-effect-rates" || got == alone {
		t.Errorf("the follow-up got %q, alone %q", got, alone)
	}
	other := said(follow)
	other.From.ID = "q"
	if got := entry(r.Handle(context.Background(), other)); got != alone {
		t.Errorf("somebody else's follow-up got %q, want %q", got, alone)
	}
	r.says(opening)
	r.now = r.now.Add(11 * time.Minute)
	if got := entry(r.says(follow)); got != alone {
		t.Errorf("eleven minutes later the follow-up got %q, want %q", got, alone)
	}
}
