package answer

import (
	"errors"
	"fmt"
	"sync"

	"kapbot/internal/chat"
	"kapbot/internal/faq"
	"kapbot/internal/search"
	"kapbot/prompts"
)

// pages are the entries of one moment and their indexes. They never change, until
// they are closed.
type pages struct {
	snapshot *faq.Snapshot
	indexes  map[chat.Lang]*search.Index
	reading  sync.RWMutex // held while an index is searched
	holders  int          // how many Answers have them; the last one closes the indexes
	closed   bool
}

// Use answers from another snapshot from now on. Its indexes are made beside those in
// use; wordings that were known keep their vectors, so that little is encoded.
func (a *Answers) Use(snapshot *faq.Snapshot) error {
	next, err := a.read(snapshot)
	if err != nil {
		return err
	}
	return a.live.Swap(next).close()
}

// Revision names the snapshot that answers.
func (a *Answers) Revision() string { return a.live.Load().snapshot.Revision() }

// read indexes a snapshot.
func (a *Answers) read(snapshot *faq.Snapshot) (*pages, error) {
	p := &pages{snapshot: snapshot, indexes: map[chat.Lang]*search.Index{}, holders: 1}
	for _, lang := range prompts.Languages() {
		index, err := search.New(snapshot.Entries(), lang, a.encoder, a.model)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("index the %q entries: %w", lang, err), p.close())
		}
		p.indexes[chat.Lang(lang)] = index
	}
	return p, nil
}

// hold returns the pages to search in, with their lock for reading.
func (a *Answers) hold() *pages {
	for {
		p := a.live.Load()
		p.reading.RLock()
		if !p.closed || p == a.live.Load() { // nothing takes the place of the last ones
			return p
		}
		p.reading.RUnlock()
	}
}

// close frees the indexes when nobody holds them and searches in them any more.
func (p *pages) close() error {
	p.reading.Lock()
	defer p.reading.Unlock()
	if p.holders--; p.holders > 0 {
		return nil
	}
	p.closed = true
	var errs []error
	for _, x := range p.indexes {
		errs = append(errs, x.Close())
	}
	return errors.Join(errs...)
}

// index returns that of a language. One without entries is served from the English.
func (p *pages) index(lang chat.Lang) *search.Index {
	if x := p.indexes[lang]; x != nil && !x.Empty() {
		return x
	}
	return p.indexes[chat.English]
}

// passage returns an entry in a language, in English where there is no other.
func (p *pages) passage(id string, lang chat.Lang) (faq.Passage, bool) {
	if one, ok := p.snapshot.Passage(id, string(lang)); ok {
		return one, true
	}
	return p.snapshot.Passage(id, string(chat.English))
}
