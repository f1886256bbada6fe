package faq

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// A field is one key of front matter: a text or a list of texts. Nothing else
// is allowed there, so nothing else is read: no anchors, no nested mappings.
type field struct {
	line      int
	text      string
	isList    bool
	items     []string
	itemLines []int
}

// parseFront reads front matter into its fields.
func parseFront(file string, front located) (fields map[string]field, err error) {
	// The YAML reader has panicked on odd input before. An entry that breaks it
	// is a bad entry, not a reason to stop the program.
	defer func() {
		if recover() != nil {
			fields, err = nil, Problem{File: file, Line: front.line, Rule: ruleFormat, Message: "the front matter is not YAML; compare it with another entry"}
		}
	}()
	tree, err := parser.ParseBytes([]byte(front.text), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, syntaxProblem(file, front.line, err)
	}
	if len(tree.Docs) != 1 {
		return nil, Problem{File: file, Line: front.line, Rule: ruleFormat, Message: "the front matter must be one list of keys"}
	}
	values, ok := mapping(tree.Docs[0].Body)
	if !ok {
		return nil, Problem{File: file, Line: front.line, Rule: ruleFormat, Message: "the front matter must be lines of the form key: value"}
	}
	fields = make(map[string]field, len(values))
	for _, v := range values {
		line := front.line + lineOf(v.Key) - 1
		key := v.Key.String()
		if _, twice := fields[key]; twice {
			return nil, Problem{file, line, key, ruleFormat, fmt.Sprintf("the key %q stands twice; keep one", key)}
		}
		f, err := fieldOf(v.Value, front.line-1)
		if err != nil {
			return nil, Problem{file, line, key, ruleFormat, fmt.Sprintf("%q %v", key, err)}
		}
		f.line = line
		fields[key] = f
	}
	return fields, nil
}

func syntaxProblem(file string, first int, err error) Problem {
	line, what := first, "unreadable"
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) {
		what = syntax.Message
		if syntax.Token != nil && syntax.Token.Position != nil {
			line = first + syntax.Token.Position.Line - 1
		}
	}
	return Problem{File: file, Line: line, Rule: ruleFormat, Message: "the front matter is not YAML: " + what +
		"; put a text that holds a colon or a quote sign between quote signs"}
}

// mapping gives the key-value pairs of a node; YAML readers hold one pair in
// another type than several.
func mapping(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func fieldOf(n ast.Node, offset int) (field, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		text, err := scalar(n)
		return field{text: text}, err
	}
	f := field{isList: true}
	for _, item := range seq.Values {
		text, err := scalar(item)
		if err != nil {
			return field{}, err
		}
		f.items = append(f.items, strings.TrimSpace(text))
		f.itemLines = append(f.itemLines, offset+lineOf(item))
	}
	return f, nil
}

// scalar gives the text of a plain value as it was written: 2026-11-23 stays
// that, and so does yes.
func scalar(n ast.Node) (string, error) {
	switch n := n.(type) {
	case *ast.NullNode:
		return "", nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.StringNode:
		return n.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	}
	return "", errors.New("must be a text or a list of texts")
}

func lineOf(n ast.Node) int {
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}
