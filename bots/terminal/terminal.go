// Package terminal is the adapter for a person at a keyboard: one line in is a
// message, "/word" is a command, a number presses the button of that number.
// It talks to the same Handler as every other adapter.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Network is the name of this network in a Ref.
const Network chat.Network = "terminal"

// commandFAQ is the command for moderators. The word after it belongs to its name.
const commandFAQ = "faq"

// maxLine is the longest line that is read, in bytes. A longer one is read to
// its end in pieces, each a message: nothing typed goes untriaged.
const maxLine = 256 << 10

// Platform is one conversation over a pair of streams.
type Platform struct {
	in     io.Reader
	out    io.Writer
	texts  map[string]prompts.Texts
	style  Style
	offers []chat.Button // what a number presses now
	lang   chat.Lang     // of the reply that they were on
	sent   int
	// filling is the form before the person, nil for none.
	filling *filling
}

var _ bots.Platform = (*Platform)(nil)

// New returns a conversation that reads lines from in and writes to out. texts
// holds the short texts by language; its own words are the English ones.
func New(in io.Reader, out io.Writer, texts map[string]prompts.Texts, style Style) *Platform {
	return &Platform{in: in, out: out, texts: texts, style: style}
}

// Name returns Network.
func (*Platform) Name() chat.Network { return Network }

// Run holds the conversation until the input ends, "/quit", or ctx is done.
func (p *Platform) Run(ctx context.Context, h bots.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Fprintln(p.out, p.own().Welcome)
	lines, failed := p.lines(ctx)
	for {
		fmt.Fprintf(p.out, "\n%s", p.own().Prompt)
		select {
		case <-ctx.Done():
			p.leave()
			return nil
		case line, ok := <-lines:
			if !ok {
				p.leave()
				return <-failed
			}
			if p.style.Echo {
				fmt.Fprintln(p.out, line)
			}
			if strings.TrimSpace(line) == "/quit" {
				p.leave()
				return nil
			}
			ev, ready := p.event(line), true
			if p.filling != nil {
				ev, ready = p.fill(line)
			}
			if ready {
				p.show(h.Handle(ctx, ev))
			}
		}
	}
}

func (p *Platform) own() prompts.Texts { return p.texts[string(chat.English)] }

func (p *Platform) leave() { fmt.Fprintf(p.out, "\n%s\n", p.own().Goodbye) }

// lines reads the input beside the conversation, so that Run can end while a
// read is still waiting. The goroutine ends with the input or with ctx.
func (p *Platform) lines(ctx context.Context) (<-chan string, <-chan error) {
	lines, failed := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		failed <- readLines(ctx, p.in, lines)
	}()
	return lines, failed
}

func readLines(ctx context.Context, in io.Reader, lines chan<- string) error {
	r := bufio.NewReaderSize(in, maxLine)
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = nil
		}
		if len(line) > 0 {
			select {
			case lines <- strings.TrimRight(string(line), "\r\n"):
			case <-ctx.Done():
				return nil
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read what was typed: %w", err)
		}
	}
}

// event turns a line into what it means.
func (p *Platform) event(line string) chat.Event {
	p.sent++
	ev := chat.Event{
		Key:       strconv.Itoa(p.sent),
		At:        chat.Ref{Network: Network, Channel: "chat", Message: strconv.Itoa(p.sent)},
		From:      chat.Person{ID: "you"},
		Addressed: true,
		Direct:    true,
		Body:      chat.Said{Text: line},
	}
	trimmed := strings.TrimSpace(line)
	if n, err := strconv.Atoi(trimmed); err == nil && n >= 1 && n <= len(p.offers) {
		b := p.offers[n-1]
		ev.Body = chat.Pressed{Action: b.Action, Value: b.Value, Lang: p.lang}
	} else if name, ok := strings.CutPrefix(trimmed, "/"); ok {
		line := name
		name, rest, _ := strings.Cut(name, " ")
		if name == commandFAQ {
			part, after, _ := strings.Cut(strings.TrimSpace(rest), " ")
			name, rest = strings.TrimSpace(name+" "+part), after
		}
		// Elsewhere a command is picked from a menu. Here its name is typed, so
		// it is among the words.
		ev.Body = chat.Command{Name: name, Args: []chat.Field{{Name: "text", Value: rest}, {Name: "line", Value: line}}}
	}
	return ev
}

func (p *Platform) show(ack chat.Ack) {
	if ack.Form != nil && len(ack.Form.Fields) > 0 {
		p.begin(*ack.Form)
	}
	if ack.Reply == nil {
		return
	}
	p.offers, p.lang = p.offers[:0], ack.Reply.Lang
	for _, b := range ack.Reply.Buttons {
		if b.Action != "" {
			p.offers = append(p.offers, b)
		}
	}
	fmt.Fprintf(p.out, "\n%s\n", Render(*ack.Reply, p.textsOf(ack.Reply.Lang), p.style))
}

func (p *Platform) textsOf(lang chat.Lang) prompts.Texts {
	if t, ok := p.texts[string(lang)]; ok {
		return t
	}
	return p.own()
}
