package main

import (
	"fmt"
	"sync"

	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
)

// parts are what is compiled into the program and never changes: each is unpacked when
// it is first asked for, since no command needs them all, and then stays.
type parts struct {
	encoder func() (*encoder.Encoder, error)
	triage  func() (*crisis.Triage, error)
	entries func() (*faq.Snapshot, error)
	linter  func() (*faq.Linter, error)
	// answers are those of the entries, and whoever asks for them closes them: what is
	// published takes their place, and a program keeps no index that it does not use.
	answers func() (*answer.Answers, error)
}

// newParts returns parts of which none is unpacked.
func newParts() *parts {
	p := &parts{
		encoder: sync.OnceValues(encoder.Load),
		entries: sync.OnceValues(func() (*faq.Snapshot, error) {
			snapshot, err := faq.Load(seed.Files())
			if err != nil {
				return nil, fmt.Errorf("load the FAQ: %w", err)
			}
			return snapshot, nil
		}),
		linter: sync.OnceValues(func() (*faq.Linter, error) {
			linter, err := faq.NewLinter(seed.Files())
			if err != nil {
				return nil, fmt.Errorf("load what entries are checked against: %w", err)
			}
			return linter, nil
		}),
	}
	p.triage = sync.OnceValues(func() (*crisis.Triage, error) {
		e, err := p.encoder()
		if err != nil {
			return nil, err
		}
		return crisis.New(e)
	})
	p.answers = func() (*answer.Answers, error) {
		e, err := p.encoder()
		if err != nil {
			return nil, err
		}
		snapshot, err := p.entries()
		if err != nil {
			return nil, err
		}
		return answer.New(snapshot, e)
	}
	return p
}
