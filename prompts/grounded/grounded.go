// Package grounded holds what a language model is told: three templates, embedded,
// and replaced one by one by files of the same name in a folder. What they say is a
// request and no safeguard; internal/answer/check is the safeguard.
package grounded

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/template"
)

//go:embed *.md
var embedded embed.FS

// The names of the templates.
const (
	system   = "system.md"   // who the model is to be, filled with System
	question = "question.md" // the data of one question, filled with Question
	repair   = "repair.md"   // what follows an answer that could not be read
)

// System fills the first template.
type System struct{ Language string }

// Question fills the second. Data is one line of JSON; Fence is a random word that
// does not stand in it.
type Question struct{ Fence, Data string }

// Prompts are the templates. They never change once loaded.
type Prompts struct {
	system, question, repair *template.Template
	version                  string
}

// Load reads the templates. Files of folder take the place of the embedded ones;
// folder may be nil.
func Load(folder fs.FS) (*Prompts, error) {
	p := &Prompts{}
	sum := sha256.New()
	for _, t := range []struct {
		name string
		into **template.Template
		try  any
	}{{system, &p.system, System{"en"}}, {question, &p.question, Question{"f", "{}"}}, {repair, &p.repair, nil}} {
		text, err := read(folder, t.name)
		if err != nil {
			return nil, err
		}
		parsed, err := template.New(t.name).Option("missingkey=error").Parse(text)
		if err != nil {
			return nil, fmt.Errorf("read the prompt: %w", err)
		}
		if filled, err := fill(parsed, t.try); err != nil || strings.TrimSpace(filled) == "" {
			return nil, errors.Join(fmt.Errorf("the prompt %s cannot be filled in", t.name), err)
		}
		*t.into = parsed
		_, _ = sum.Write([]byte(text + "\x00"))
	}
	if filled, _ := p.Question(Question{"fence", "data"}); strings.Count(filled, "fence") < 2 || !strings.Contains(filled, "data") {
		return nil, fmt.Errorf("the prompt %s has to put {{.Data}} between two {{.Fence}}", question)
	}
	p.version = hex.EncodeToString(sum.Sum(nil)[:8])
	return p, nil
}

func read(folder fs.FS, name string) (string, error) {
	if folder != nil {
		own, err := fs.ReadFile(folder, name)
		if err == nil {
			return string(own), nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read the prompt %s: %w", name, err)
		}
	}
	text, err := embedded.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("read the prompt %s: %w", name, err)
	}
	return string(text), nil
}

func fill(t *template.Template, with any) (string, error) {
	var b strings.Builder
	if err := t.Execute(&b, with); err != nil {
		return "", fmt.Errorf("fill in the prompt: %w", err)
	}
	return strings.TrimSpace(b.String()), nil
}

// Version names the texts of the templates.
func (p *Prompts) Version() string { return p.version }

// System returns the first message.
func (p *Prompts) System(s System) (string, error) { return fill(p.system, s) }

// Question returns the second.
func (p *Prompts) Question(q Question) (string, error) { return fill(p.question, q) }

// Repair returns what is asked when an answer could not be read.
func (p *Prompts) Repair() (string, error) { return fill(p.repair, nil) }
