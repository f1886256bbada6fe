package archtest_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "kapbot"

// root is the folder of go.mod, from this one.
const root = "../.."

// A source is one file of the module that is not a test.
type source struct {
	path    string // from the root, with slashes
	syntax  *ast.File
	imports []string
}

// dir is the folder of the source: the path of its package without the module.
func (s source) dir() string { return path.Dir(s.path) }

// at says where a node of the source stands.
func (s source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", s.path, files.Position(n.Pos()).Line)
}

var files = token.NewFileSet()

var readModule = sync.OnceValues(func() ([]source, error) {
	skip, err := ignored()
	if err != nil {
		return nil, err
	}
	var all []source
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel := filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator)))
		if entry.IsDir() {
			base := entry.Name()
			if name != root && (base == "testdata" || base == "vendor" || strings.HasPrefix(base, ".") && base != ".." || slices.Contains(skip, rel)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse %s: %w", rel, err)
		}
		s := source{path: rel, syntax: f}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("imports of %s: %w", rel, err)
			}
			s.imports = append(s.imports, imported)
		}
		all = append(all, s)
		return nil
	})
	return all, err
})

// ignored returns the folders that git leaves out of the repository.
func ignored() ([]string, error) {
	data, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		return nil, fmt.Errorf("read what is ignored: %w", err)
	}
	var dirs []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "/") && strings.HasSuffix(line, "/") {
			dirs = append(dirs, strings.Trim(line, "/"))
		}
	}
	return dirs, nil
}

func sources(t *testing.T) []source {
	t.Helper()
	all, err := readModule()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 30 {
		t.Fatalf("%d files read: this is not the module", len(all))
	}
	return all
}

// own returns the folder of one of our packages, or false for another's.
func own(imported string) (string, bool) { return strings.CutPrefix(imported, module+"/") }

// under reports whether a folder fits one of the patterns: a folder, or a
// folder and all below it ("bots/...").
func under(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if tree, ok := strings.CutSuffix(p, "/..."); ok {
			return dir == tree || strings.HasPrefix(dir, tree+"/")
		}
		return dir == p
	})
}
