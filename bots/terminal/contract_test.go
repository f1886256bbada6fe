package terminal_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"kapbot/bots/bottest"
	"kapbot/bots/terminal"
	"kapbot/internal/outbox"
	"kapbot/prompts"
)

// person is somebody at a terminal.
type person struct {
	t      *testing.T
	in     *io.PipeWriter
	out    *io.PipeReader
	prompt string
	texts  prompts.Texts
	shown  []bottest.Shown
}

func TestConversations(t *testing.T) {
	bottest.Run(t, func(t *testing.T) bottest.Client {
		texts, err := prompts.Load()
		if err != nil {
			t.Fatal(err)
		}
		in, typed := io.Pipe()
		screen, out := io.Pipe()
		bot := bottest.NewBot(t, outbox.Nowhere{}, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ended := make(chan error, 1)
		go func() {
			err := terminal.New(in, out, texts, terminal.Style{}).Run(context.Background(), bot)
			ended <- err
			out.Close()
		}()
		p := &person{t: t, in: typed, out: screen, prompt: "\n" + texts["en"].Prompt, texts: texts["en"]}
		p.read()
		t.Cleanup(func() {
			typed.Close()
			_, _ = io.Copy(io.Discard, screen)
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		return p
	})
}

// read returns what is shown up to the next prompt.
func (p *person) read() string {
	var b strings.Builder
	buf := make([]byte, 4096)
	for !strings.HasSuffix(b.String(), p.prompt) {
		n, err := p.out.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			p.t.Fatal(err)
		}
	}
	return strings.TrimSpace(strings.TrimSuffix(b.String(), p.prompt))
}

func (p *person) enter(line string) {
	fmt.Fprintln(p.in, line)
	p.note(p.read())
}

// note remembers what was shown.
func (p *person) note(text string) {
	if text == "" {
		return
	}
	op := bottest.New
	if strings.Contains(text, p.texts.FormEnd) {
		op = bottest.Form
	}
	p.shown = append(p.shown, bottest.Shown{Op: op, Text: text, ID: fmt.Sprint(len(p.shown))})
}

// Can reports what a terminal has: a button is a number.
func (p *person) Can(a bottest.Ability) bool { return a == bottest.Buttons || a == bottest.Forms }

// Fill answers the fields in the order of bottest's form, and keeps what is not named.
func (p *person) Fill(_ string, values map[string]string) {
	for _, field := range bottest.FormFields {
		line, ok := values[field.Name]
		if ok && field.Long {
			fmt.Fprintln(p.in, line)
			p.read()
			line = "."
		}
		fmt.Fprintln(p.in, line)
		text := p.read()
		if field.Name == bottest.FormFields[len(bottest.FormFields)-1].Name {
			p.note(text)
		}
	}
}

func (p *person) Say(_ bottest.Place, _, text string) string {
	p.enter(text)
	return ""
}

func (p *person) Command(_ bottest.Place, _, name, text string) {
	p.enter("/" + name + " " + text)
}

func (p *person) Press(_, label, _ string) {
	last := p.shown[len(p.shown)-1].Text
	for line := range strings.Lines(last) {
		if number, offer, ok := strings.Cut(strings.TrimSpace(line), ". "); ok && offer == label {
			p.enter(number)
			return
		}
	}
	p.t.Errorf("no number beside %q", label)
}

func (p *person) Edit(string, string) { p.t.Error("nothing can be edited here") }
func (p *person) Delete(string)       { p.t.Error("nothing can be deleted here") }
func (p *person) Again()              { p.t.Error("nothing comes twice here") }
func (p *person) Settle()             {}
func (p *person) Close()              {}

func (p *person) Await(int) []bottest.Shown { return p.shown }
