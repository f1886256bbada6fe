package frames

import (
	"errors"
	"math"
	"math/bits"
)

// bitset of word ids.
type bitset []uint64

func (b bitset) has(id int32) bool {
	return id >= 0 && int(id>>6) < len(b) && b[id>>6]&(1<<(id&63)) != 0
}

func (b *bitset) add(id int32) {
	for int(id>>6) >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[id>>6] |= 1 << (id & 63)
}

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// countBoth is how many words are in both sets.
func (b bitset) countBoth(other bitset) int {
	n := 0
	for i, w := range b[:min(len(b), len(other))] {
		n += bits.OnesCount64(w & other[i])
	}
	return n
}

// addAll adds the words of another set.
func (b *bitset) addAll(other bitset) {
	if missing := len(other) - len(*b); missing > 0 {
		*b = append(*b, make(bitset, missing)...)
	}
	for i, w := range other {
		(*b)[i] |= w
	}
}

// An op is one step of a program.
type op uint8

const (
	opSet   op = iota // take one word of set
	opSplit           // go on at next, or at x
	opJump            // go on at x
	opGap             // skip up to x words
	opStart
	opEnd
	opMatch
)

type inst struct {
	op  op
	x   int
	set bitset
}

type owner struct {
	frame, brake int
	doubtful     bool
}

// A program is one compiled pattern.
type program struct {
	owner   owner
	code    []inst
	first   bitset // words it may begin with
	pattern string
}

type compiler struct {
	lex     *Lexicon
	classes map[string][]string
	parsed  map[string]*node
	common  bitset // everyday words, once they were asked for
}

func (c *compiler) id(word string) int32 {
	if id, ok := c.lex.ids[word]; ok {
		return id
	}
	id := int32(len(c.lex.ids))
	c.lex.ids[word] = id
	return id
}

func (c *compiler) bitsOf(words []string) bitset {
	var b bitset
	for _, w := range words {
		b.add(c.id(w))
	}
	return b
}

// add compiles a pattern and files it under the rarest words that it needs.
func (c *compiler) add(o owner, pattern string) error {
	n, err := c.parse(pattern)
	if err != nil {
		return err
	}
	p := program{owner: o, pattern: pattern}
	c.emit(&p, n)
	p.code = append(p.code, inst{op: opMatch})
	var needs []bitset
	c.needs(n, &needs)
	if len(needs) == 0 {
		return errors.New("a pattern needs at least one word that cannot be missing")
	}
	if c.first(n, &p.first) {
		return errors.New("a pattern must begin with a word")
	}
	index := int32(len(c.lex.programs))
	c.lex.programs = append(c.lex.programs, p)
	for id := range c.rarest(needs).each {
		c.lex.byTrigger[id] = append(c.lex.byTrigger[id], index)
	}
	return nil
}

func (b bitset) each(yield func(int32) bool) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if !yield(int32(i*64 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// everyday words make poor triggers: nearly every message has one.
var everyday = []string{
	"i", "me", "my", "you", "he", "she", "they", "it", "we", "the", "a", "an", "to", "of", "in", "on", "is", "am", "are",
	"was", "be", "been", "do", "does", "did", "have", "has", "had", "not", "can", "will", "would", "and", "but", "that",
	"this", "with", "for", "so", "just", "what", "how", "if", "when", "there", "want", "need", "going", "get", "got",
	"feel", "know", "think", "all", "no", "up", "out", "at", "your", "his", "her", "him", "them", "take", "go",
	"que", "de", "la", "el", "me", "mi", "no", "a", "en", "y", "se", "lo", "yo", "por", "para", "con", "un", "una", "es",
}

func (c *compiler) rarest(sets []bitset) bitset {
	if c.common == nil {
		c.common = c.bitsOf(everyday)
	}
	best, least := bitset(nil), math.MaxInt
	for _, s := range sets {
		if cost := s.count() + 10_000*s.countBoth(c.common); cost < least {
			best, least = s, cost
		}
	}
	return best
}

func (c *compiler) emit(p *program, n *node) {
	if set, ok := c.single(n); ok {
		p.code = append(p.code, inst{op: opSet, set: set})
		return
	}
	switch n.kind {
	case seqNode:
		for _, k := range n.kids {
			c.emit(p, k)
		}
	case optNode:
		split := len(p.code)
		p.code = append(p.code, inst{op: opSplit})
		c.emit(p, n.kids[0])
		p.code[split].x = len(p.code)
	case altNode:
		c.emitChoice(p, n)
	case gapNode:
		p.code = append(p.code, inst{op: opGap, x: n.n})
	case startNode:
		p.code = append(p.code, inst{op: opStart})
	case endNode:
		p.code = append(p.code, inst{op: opEnd})
	}
}

// emitChoice merges the one-word choices into a single set.
func (c *compiler) emitChoice(p *program, n *node) {
	var singles bitset
	var rest []*node
	for _, k := range n.kids {
		if set, ok := c.single(k); ok {
			singles.addAll(set)
			continue
		}
		rest = append(rest, k)
	}
	var ends []int
	emitOne := func(emit func(), last bool) {
		if last {
			emit()
			return
		}
		split := len(p.code)
		p.code = append(p.code, inst{op: opSplit})
		emit()
		ends = append(ends, len(p.code))
		p.code = append(p.code, inst{op: opJump})
		p.code[split].x = len(p.code)
	}
	if singles != nil {
		emitOne(func() { p.code = append(p.code, inst{op: opSet, set: singles}) }, len(rest) == 0)
	}
	for i, k := range rest {
		emitOne(func() { c.emit(p, k) }, i == len(rest)-1)
	}
	for _, e := range ends {
		p.code[e].x = len(p.code)
	}
}

// single returns the words of a node that always takes exactly one.
func (c *compiler) single(n *node) (bitset, bool) {
	switch n.kind {
	case wordNode:
		return c.bitsOf([]string{n.word}), true
	case seqNode:
		if len(n.kids) == 1 {
			return c.single(n.kids[0])
		}
	case altNode:
		var all bitset
		for _, k := range n.kids {
			set, ok := c.single(k)
			if !ok {
				return nil, false
			}
			all.addAll(set)
		}
		return all, true
	}
	return nil, false
}

// needs collects sets of which every match takes a word.
func (c *compiler) needs(n *node, out *[]bitset) {
	if set, ok := c.single(n); ok {
		*out = append(*out, set)
		return
	}
	switch n.kind {
	case seqNode:
		for _, k := range n.kids {
			c.needs(k, out)
		}
	case altNode:
		var all bitset
		for _, k := range n.kids {
			var own []bitset
			c.needs(k, &own)
			if len(own) == 0 {
				return
			}
			all.addAll(c.rarest(own))
		}
		*out = append(*out, all)
	}
}

// first adds the words a node may begin with and reports whether it may match
// no word at all.
func (c *compiler) first(n *node, out *bitset) bool {
	if set, ok := c.single(n); ok {
		out.addAll(set)
		return false
	}
	switch n.kind {
	case seqNode:
		for _, k := range n.kids {
			if !c.first(k, out) {
				return false
			}
		}
		return true
	case altNode:
		empty := false
		for _, k := range n.kids {
			empty = c.first(k, out) || empty
		}
		return empty
	case optNode:
		c.first(n.kids[0], out)
	}
	return true
}
