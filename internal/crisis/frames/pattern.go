package frames

import (
	"fmt"
	"strconv"
	"strings"
)

// A node is one part of a parsed pattern.
type node struct {
	kind nodeKind
	word string  // for a word
	n    int     // for a gap: how many words at most
	kids []*node // for a sequence or a choice
}

type nodeKind uint8

const (
	wordNode nodeKind = iota
	seqNode
	altNode
	optNode // kids[0] or nothing
	gapNode
	startNode
	endNode
)

// parse reads one pattern:
//
//	die          the word
//	<want>       any of the class "want"
//	[to]         may be missing
//	(a | b c)    one of several
//	..3          up to three words in between, within the sentence
//	^ and $      the beginning and the end of a sentence
func (c *compiler) parse(pattern string) (*node, error) {
	p := parser{compiler: c, tokens: lex(pattern)}
	n, err := p.choice("")
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, fmt.Errorf("unexpected %q", p.tokens[0])
	}
	return n, nil
}

func lex(pattern string) []string {
	for _, sign := range []string{"[", "]", "(", ")", "|"} {
		pattern = strings.ReplaceAll(pattern, sign, " "+sign+" ")
	}
	return strings.Fields(pattern)
}

type parser struct {
	*compiler
	tokens []string
}

// choice reads alternatives up to the closing sign.
func (p *parser) choice(closing string) (*node, error) {
	alts := []*node{{kind: seqNode}}
	for len(p.tokens) > 0 && p.tokens[0] != closing {
		t := p.tokens[0]
		if t == "|" {
			p.tokens = p.tokens[1:]
			alts = append(alts, &node{kind: seqNode})
			continue
		}
		n, err := p.part()
		if err != nil {
			return nil, err
		}
		last := alts[len(alts)-1]
		last.kids = append(last.kids, n)
	}
	if closing != "" {
		if len(p.tokens) == 0 {
			return nil, fmt.Errorf("%q is missing", closing)
		}
		p.tokens = p.tokens[1:]
	}
	for _, a := range alts {
		if len(a.kids) == 0 {
			return nil, fmt.Errorf("an empty choice")
		}
	}
	if len(alts) == 1 {
		return alts[0], nil
	}
	return &node{kind: altNode, kids: alts}, nil
}

func (p *parser) part() (*node, error) {
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	switch {
	case t == "(":
		return p.choice(")")
	case t == "[":
		n, err := p.choice("]")
		return &node{kind: optNode, kids: []*node{n}}, err
	case t == "^":
		return &node{kind: startNode}, nil
	case t == "$":
		return &node{kind: endNode}, nil
	case strings.HasPrefix(t, ".."):
		n, err := strconv.Atoi(t[2:])
		if err != nil || n < 1 || n > 12 {
			return nil, fmt.Errorf("a gap is written ..1 to ..12, not %q", t)
		}
		return &node{kind: gapNode, n: n}, nil
	case strings.HasPrefix(t, "<"):
		return p.class(strings.Trim(t, "<>"))
	case strings.ContainsAny(t, ")]>"):
		return nil, fmt.Errorf("unexpected %q", t)
	}
	return &node{kind: wordNode, word: t}, nil
}

// class returns the choice that <name> stands for.
func (c *compiler) class(name string) (*node, error) {
	if n, ok := c.parsed[name]; ok {
		if n == nil {
			return nil, fmt.Errorf("class <%s> names itself", name)
		}
		return n, nil
	}
	ways, ok := c.classes[name]
	if !ok {
		return nil, fmt.Errorf("no class is called <%s>", name)
	}
	c.parsed[name] = nil
	n := &node{kind: altNode}
	for _, way := range ways {
		kid, err := c.parse(way)
		if err != nil {
			return nil, fmt.Errorf("class <%s>, %q: %w", name, way, err)
		}
		n.kids = append(n.kids, kid)
	}
	c.parsed[name] = n
	return n, nil
}
