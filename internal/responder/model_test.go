package responder_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/answer/check"
	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/faq/faqtest"
	"kapbot/internal/llm"
	"kapbot/internal/platformtest/modelserver"
	"kapbot/internal/responder"
	"kapbot/prompts"
	"kapbot/prompts/grounded"
)

var sentences = sync.OnceValue(func() *encoder.Encoder {
	e, err := encoder.Load()
	if err != nil {
		panic(err)
	}
	return e
})

// checker is what drafts are held against.
var checker = sync.OnceValue(func() *check.Checker {
	c, err := check.New(sentences(), triage())
	if err != nil {
		panic(err)
	}
	return c
})

// few is a FAQ of a few entries.
var few = sync.OnceValue(func() *faq.Snapshot {
	return faqtest.Few(seed.Files(), "session-length", "cost", "what-is-kap", "driving-after", "insurance", "is-it-legal")
})

// A modelRoom is a room whose answers a model may word. The model remembers every
// byte that reaches it.
type modelRoom struct {
	*room
	*modelserver.Server
}

func newModelRoom(t *testing.T, opinion bool) modelRoom {
	t.Helper()
	a, err := answer.New(few(), sentences())
	if err != nil {
		t.Fatal(err)
	}
	s := modelserver.New(t)
	s.Behave(modelserver.Copies(2))
	p, err := grounded.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := llm.New(llm.Options{Key: "k", BaseURL: s.URL(), Model: "m", Prompts: p, Limits: llm.Limits{Timeout: 20 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	a.ShapeWith(c, checker())
	r := modelRoom{newRoom(t, triage(), a), s}
	if opinion {
		r.WithSecondOpinion(c)
	}
	t.Cleanup(func() {
		c.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// from is an event of one person.
func from(person string, body chat.Body) chat.Event {
	ev := event(body)
	ev.From.ID = person
	return ev
}

func TestAModelWordsWhatTriageCleared(t *testing.T) {
	r := newModelRoom(t, false)
	if reply := r.says(ask).Reply; reply == nil || !reply.Shaped || !strings.Contains(reply.Footer, "language model") {
		t.Fatalf("reply %+v", reply)
	}
	q := r.Requests()[0]
	if q.Data.Question != ask || len(q.Data.Earlier) != 0 {
		t.Errorf("the model was told %+v", q.Data)
	}
	if r.Holds("Zebulon") {
		t.Error("a name was sent")
	}
	t.Run("a follow-up within the minute has what was asked before", func(t *testing.T) {
		r.says("What does ketamine treatment cost?")
		all := r.Requests()
		if q := all[len(all)-1]; len(q.Data.Earlier) != 1 || q.Data.Earlier[0] != ask {
			t.Errorf("the model was told %+v", q.Data)
		}
	})
	t.Run("a minute later it is forgotten", func(t *testing.T) {
		r.now = r.now.Add(time.Minute)
		r.says("Is KAP legal?")
		all := r.Requests()
		if q := all[len(all)-1]; len(q.Data.Earlier) != 0 {
			t.Errorf("the model was told %+v", q.Data)
		}
	})
	t.Run("nobody else's words go along", func(t *testing.T) {
		r.Handle(context.Background(), from("other", chat.Said{Text: "What is KAP?"}))
		all := r.Requests()
		if q := all[len(all)-1]; len(q.Data.Earlier) != 0 {
			t.Errorf("the model was told %+v", q.Data)
		}
	})
}

// Law 1, in the ways in which words reach the bot.
func TestNoCrisisReachesTheModel(t *testing.T) {
	for _, test := range []struct {
		name   string
		events func() []chat.Event
	}{
		{"said", func() []chat.Event { return []chat.Event{said(wish)} }},
		{"a concern", func() []chat.Event { return []chat.Event{said(amount)} }},
		{"a mention", func() []chat.Event { return []chat.Event{said(subject)} }},
		{"with a question", func() []chat.Event { return []chat.Event{said(ask + " Not that it matters, " + wish + ".")} }},
		{"quoted", func() []chat.Event { return []chat.Event{event(chat.Said{Text: ask, Quoted: []string{wish}})} }},
		{"as a file's name", func() []chat.Event {
			return []chat.Event{event(chat.Said{Text: ask, Files: []string{"i want to kill myself.txt"}})}
		}},
		{"in a command", func() []chat.Event {
			return []chat.Event{event(chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: wish}}})}
		}},
		{"beside the question of a command", func() []chat.Event {
			return []chat.Event{event(chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: ask}, {Name: "note", Value: wish}}})}
		}},
		{"in a form", func() []chat.Event {
			return []chat.Event{event(chat.Filled{Form: "f", Fields: []chat.Field{{Name: "x", Value: wish}}})}
		}},
		{"twice, by a network that tries again", func() []chat.Event {
			ev := said(wish)
			return []chat.Event{ev, ev}
		}},
		{"in pieces", func() []chat.Event { return []chat.Event{event(chat.Said{Text: "i want to kill"}), said("myself")} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newModelRoom(t, true)
			for _, ev := range test.events() {
				if shown(r.Handle(context.Background(), ev)) == "" && test.name != "a mention" && test.name != "in pieces" {
					continue // the second delivery is silent
				}
			}
			if test.name != "in pieces" && len(r.Bytes()) > 0 {
				t.Errorf("%d bytes reached the model: %s", len(r.Bytes()), r.Bytes())
			}
			if r.Holds(wish) || r.Holds("myself") {
				t.Error("words of a crisis reached the model")
			}
		})
	}
	t.Run("after a card nothing is sent for half an hour, and never what was said", func(t *testing.T) {
		r := newModelRoom(t, true)
		r.says(ask)
		before := len(r.Bytes())
		r.says(wish)
		if reply := r.says("What does ketamine treatment cost?").Reply; reply.Shaped || len(r.Bytes()) != before {
			t.Errorf("%d bytes more: %+v", len(r.Bytes())-before, reply)
		}
		r.now = r.now.Add(crisis.HoldFor + time.Second)
		if reply := r.says("Is KAP legal?").Reply; reply == nil || !reply.Shaped {
			t.Errorf("half an hour later: %+v", reply)
		}
		all := r.Requests()
		if q := all[len(all)-1]; len(q.Data.Earlier) != 0 || r.Holds("kill") {
			t.Errorf("the model was told %+v", q.Data)
		}
	})
	t.Run("an edit into a crisis", func(t *testing.T) {
		r := newModelRoom(t, true)
		ev := said(ask)
		r.Handle(context.Background(), ev)
		before := len(r.Bytes())
		ev.Key, ev.Body = ev.Key+".2", chat.Edited{Said: chat.Said{Text: wish}}
		if ack := r.Handle(context.Background(), ev); shown(ack) != prompts.Crisis || len(r.Bytes()) != before {
			t.Errorf("%d bytes more, card %q", len(r.Bytes())-before, shown(ack))
		}
	})
}

// What happens while a draft is made decides too.
func TestADraftIsStopped(t *testing.T) {
	for _, test := range []struct {
		name  string
		event func(first chat.Event) chat.Event
		want  func(ack chat.Ack) bool
	}{
		{"by a crisis", func(chat.Event) chat.Event { return said(wish) }, func(ack chat.Ack) bool {
			return ack.Reply != nil && !ack.Reply.Shaped && ack.Reply.Banner != ""
		}},
		{"by an edit", func(ev chat.Event) chat.Event {
			ev.Key, ev.Body = ev.Key+".2", chat.Edited{Said: chat.Said{Text: "Thanks, found it."}}
			return ev
		}, func(ack chat.Ack) bool { return ack.Reply == nil }},
		{"by a deletion", func(ev chat.Event) chat.Event {
			ev.Key, ev.Body = ev.Key+".2", chat.Deleted{}
			return ev
		}, func(ack chat.Ack) bool { return ack.Reply == nil }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newModelRoom(t, false)
			first := said(ask)
			r.Behave(func(w http.ResponseWriter, req *http.Request, q modelserver.Request) {
				r.Receive(test.event(first)) // it comes while the model is at work
				modelserver.Stalls()(w, req, q)
			})
			if ack := r.Handle(context.Background(), first); !test.want(ack) {
				t.Errorf("ack %+v, reply %+v", ack, ack.Reply)
			}
		})
	}
}

func TestTheSecondOpinionOnlyRaises(t *testing.T) {
	for _, test := range []struct {
		name  string
		flags []string
		card  string
	}{
		{"nothing found", nil, ""},
		{"self-harm", []string{"self-harm"}, prompts.Concern},
		{"intent", []string{"self-harm", "self-harm/intent"}, prompts.Crisis},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newModelRoom(t, true)
			r.Moderate(modelserver.Flags(test.flags...))
			if got := shown(r.says(ask)); got != test.card {
				t.Errorf("card %q, want %q", got, test.card)
			}
			if asked := len(r.Requests()); (asked > 0) != (test.card == "") {
				t.Errorf("the model was asked %d times", asked)
			}
		})
	}
	t.Run("it holds the conversation", func(t *testing.T) {
		r := newModelRoom(t, true)
		r.Moderate(modelserver.Flags("self-harm/intent"))
		r.says(ask)
		r.Moderate(modelserver.Flags())
		reply := r.says("What does ketamine treatment cost?").Reply
		if reply.Shaped || !strings.Contains(reply.Banner, "988") || len(r.Moderated()) != 1 {
			t.Errorf("asked %d times, reply %+v", len(r.Moderated()), reply)
		}
	})
	t.Run("who says plainly that they are safe ends the hold", func(t *testing.T) {
		r := newModelRoom(t, true)
		r.Moderate(modelserver.Flags("self-harm/intent"))
		r.says(ask)
		r.Moderate(modelserver.Flags())
		r.says("I'm safe, I was asking for a class")
		if reply := r.says("What does ketamine treatment cost?").Reply; reply.Banner != "" || !reply.Shaped {
			t.Errorf("asked %d times, reply %+v", len(r.Moderated()), reply)
		}
	})
	t.Run("the second card within minutes is a reminder", func(t *testing.T) {
		r := newModelRoom(t, true)
		r.Moderate(modelserver.Flags("self-harm/intent"))
		r.says(ask)
		if got := shown(r.says(wish)); got != prompts.Reminder {
			t.Errorf("card %q", got)
		}
	})
	t.Run("it is not asked about what triage flags", func(t *testing.T) {
		r := newModelRoom(t, true)
		for _, text := range []string{wish, amount, subject, threat} {
			r.Handle(context.Background(), from(text, chat.Said{Text: text}))
		}
		if len(r.Bytes()) > 0 {
			t.Errorf("%d bytes reached the server", len(r.Bytes()))
		}
	})
	t.Run("a panic in it changes nothing", func(t *testing.T) {
		r := newModelRoom(t, false)
		r.WithSecondOpinion(panicky{})
		if reply := r.says(ask).Reply; reply == nil || reply.Kind != chat.Answer {
			t.Errorf("reply %+v", reply)
		}
	})
}

type panicky struct{}

func (panicky) SecondOpinion(context.Context, crisis.Cleared) crisis.Level { panic("a bug") }

// sample says that one line of so many is tried where KAPBOT_WHOLE is not set.
const sample = 97

// Law 1 over the corpus: a server in the place of the model sees not one byte of a
// message that triage flags, in whichever way it comes.
func TestNothingOfTheCorpusReachesTheModel(t *testing.T) {
	files, err := filepath.Glob("../crisis/testdata/corpus/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var lines, flagged atomic.Int64
	readers := runtime.GOMAXPROCS(0)
	t.Run("lines", func(t *testing.T) {
		for share := range readers {
			t.Run(strconv.Itoa(share), func(t *testing.T) {
				t.Parallel()
				r := newModelRoom(t, true)
				for _, file := range files {
					for i, text := range corpus(t, file) {
						lines.Add(1)
						if i%readers != share || os.Getenv("KAPBOT_WHOLE") == "" && i/readers%sample != 0 {
							continue
						}
						if v, _ := triage().Check(chat.Said{Text: text}, crisis.State{}, r.now); v.Level == crisis.None {
							continue
						}
						r.now = r.now.Add(time.Hour)
						if way := int(flagged.Add(1)); way%6 == 0 {
							r.Try(context.Background(), text) // as moderators do on their page
						} else {
							r.Handle(context.Background(), from(file+" "+text, wayIn(way, text)))
						}
						if n := len(r.Bytes()); n > 0 {
							t.Fatalf("line %d of %s: %d bytes reached the model", i+1, file, n)
						}
					}
				}
			})
		}
	})
	t.Logf("%d of %d lines were flagged and tried", flagged.Load(), lines.Load()/int64(readers))
	if flagged.Load() < 100 {
		t.Errorf("only %d lines were tried", flagged.Load())
	}
}

// wayIn gives a text in one of the ways in which words come.
func wayIn(n int, text string) chat.Body {
	switch n % 5 {
	case 0:
		return chat.Edited{Said: chat.Said{Text: text}}
	case 1:
		return chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: text}}}
	case 2:
		return chat.Filled{Form: "f", Fields: []chat.Field{{Name: "x", Value: text}}}
	default:
		return chat.Said{Text: text}
	}
}

// corpus reads the messages of a file, those of conversations one by one.
func corpus(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var line struct {
			Text  string
			Turns []string
		}
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if line.Text != "" {
			all = append(all, line.Text)
		}
		all = append(all, line.Turns...)
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

var _ responder.SecondOpinion = (*llm.Client)(nil)
