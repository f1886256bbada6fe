package answer

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"sync"
	"unicode"

	"kapbot/internal/faq"
	"kapbot/internal/llm"
)

// The size of the cache: answers, and letters in all of them.
const (
	maxCached  = 500
	maxLetters = 1 << 20
)

// A cacheKey stands for a question without holding its words: nobody can turn it
// back, since the secret in it dies with the program.
type cacheKey [sha256.Size]byte

// cache remembers answers that passed, the last used longest. They are words of
// published entries.
type cache struct {
	secret  [32]byte
	mu      sync.Mutex
	known   map[cacheKey]*list.Element
	order   *list.List
	letters int
}

type cached struct {
	key     cacheKey
	answer  llm.Grounded
	letters int
}

func newCache() *cache {
	c := &cache{known: map[cacheKey]*list.Element{}, order: list.New()}
	_, _ = rand.Read(c.secret[:]) // it never fails
	return c
}

// key changes with the entries, the model, its prompts, and the question but for
// case, spaces and signs.
func (c *cache) key(revision, version, question string, from []faq.Passage) cacheKey {
	sum := hmac.New(sha256.New, c.secret[:])
	plain := strings.Join(strings.FieldsFunc(strings.ToLower(question), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
	for _, part := range []string{revision, version, plain} {
		_, _ = sum.Write([]byte(part + "\x00"))
	}
	for _, p := range from {
		_, _ = sum.Write([]byte(p.Lang() + " " + p.EntryID() + "\x00"))
	}
	return cacheKey(sum.Sum(nil))
}

func (c *cache) get(k cacheKey) (llm.Grounded, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.known[k]
	if !ok {
		return llm.Grounded{}, false
	}
	c.order.MoveToFront(at)
	return at.Value.(*cached).answer, true
}

func (c *cache) put(k cacheKey, g llm.Grounded) {
	one := &cached{key: k, answer: g}
	for _, s := range g.Sentences() {
		one.letters += len(s.Text)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.known[k]; ok {
		c.drop(at)
	}
	c.known[k] = c.order.PushFront(one)
	c.letters += one.letters
	for c.order.Len() > maxCached || c.letters > maxLetters {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(at *list.Element) {
	one := at.Value.(*cached)
	c.order.Remove(at)
	delete(c.known, one.key)
	c.letters -= one.letters
}
