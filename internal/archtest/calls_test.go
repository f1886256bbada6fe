package archtest_test

import (
	"go/ast"
	"testing"
)

// callers says who may call a method of that name with that many arguments.
// Anybody who may import crisis could else launder words: check harmless ones
// and send others.
var callers = []struct {
	method string
	args   int
	by     []string
	why    string
}{
	{"Check", 3, []string{"internal/responder/responder.go", "internal/answer/check/whole.go", "bots/bottest/bot.go", "cmd/kapbot/triage.go"}, "the responder is the one caller of triage; the checks read what a model wrote, bottest what reached one; kapbot triage prints what it says"},
	{"Cleared", 1, []string{"internal/responder/shape.go"}, "a proof is minted where the order of steps is"},
	{"Draft", 2, []string{"internal/answer/shape.go"}, "a model is asked where its answer is checked"},
}

func TestOnlyTheRightFilesCall(t *testing.T) {
	for _, s := range sources(t) {
		if under(s.dir(), []string{"internal/eval"}) {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			for _, rule := range callers {
				if method.Sel.Name == rule.method && len(call.Args) == rule.args && !under(s.path, rule.by) {
					t.Errorf("%s calls %s: %s", s.at(call), rule.method, rule.why)
				}
			}
			return true
		})
	}
}

func TestTheResponderDoesCallTriage(t *testing.T) {
	calls := 0
	for _, s := range sources(t) {
		if s.dir() != "internal/responder" {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if m, ok := call.Fun.(*ast.SelectorExpr); ok && m.Sel.Name == "Check" {
					calls++
				}
			}
			return true
		})
	}
	if calls != 1 {
		t.Errorf("the responder calls Check in %d places, want one", calls)
	}
}

// methodValues finds triage handed on as a value, which the rule above does
// not see.
func TestNobodyHandsTriageOn(t *testing.T) {
	for _, s := range sources(t) {
		if under(s.dir(), []string{"internal/eval"}) || !imports(s, module+"/internal/crisis") {
			continue
		}
		called := map[ast.Expr]bool{}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				called[call.Fun] = true
			}
			if m, ok := n.(*ast.SelectorExpr); ok && m.Sel.Name == "Check" && !called[m] {
				t.Errorf("%s uses Check as a value", s.at(m))
			}
			return true
		})
	}
}

func imports(s source, path string) bool {
	for _, imported := range s.imports {
		if imported == path {
			return true
		}
	}
	return false
}
