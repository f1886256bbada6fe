package archtest_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// TestForgeriesDoNotCompile type-checks each file of testdata/forge, which says
// in a comment what the compiler must find wrong with it.
func TestForgeriesDoNotCompile(t *testing.T) {
	sources(t) // opens every file, so that the test cache knows this test reads them
	files, err := filepath.Glob("testdata/forge/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d forgeries: %v", len(files), err)
	}
	set := token.NewFileSet()
	imports := importer.ForCompiler(set, "gc", exported(t))
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".go"), func(t *testing.T) {
			f, err := parser.ParseFile(set, file, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			wants := wanted(set, f)
			var faults []types.Error
			config := types.Config{Importer: imports, Error: func(err error) {
				var fault types.Error
				if errors.As(err, &fault) {
					faults = append(faults, fault)
				}
			}}
			_, _ = config.Check("forge", set, []*ast.File{f}, nil)
			for _, fault := range faults {
				line := set.Position(fault.Pos).Line
				if want, ok := wants[line]; !ok || !strings.Contains(fault.Msg, want) {
					t.Errorf("line %d: %s; want %q", line, fault.Msg, want)
				}
				delete(wants, line)
			}
			for line, want := range wants {
				t.Errorf("line %d compiles; want %q", line, want)
			}
		})
	}
}

// wanted reads the faults that a file expects, by line.
func wanted(set *token.FileSet, f *ast.File) map[int]string {
	out := map[int]string{}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if want, ok := strings.CutPrefix(c.Text, "// want: "); ok {
				out[set.Position(c.Pos()).Line] = want
			}
		}
	}
	return out
}

// raced reports whether this test was built with the race detector. The go command has
// compiled the packages that way then; another way would take a minute.
func raced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// exported asks the go command for the compiled form of every package that a
// forgery may import.
func exported(t *testing.T) importer.Lookup {
	t.Helper()
	var stderr bytes.Buffer
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}
	if raced() {
		args = append(args, "-race")
	}
	list := exec.CommandContext(t.Context(), "go", append(args, "./internal/responder", "./internal/answer")...)
	list.Dir, list.Stderr = root, &stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v: %s", err, &stderr)
	}
	paths := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if name, file, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			paths[name] = file
		}
	}
	return func(path string) (io.ReadCloser, error) {
		file, ok := paths[path]
		if !ok {
			return nil, fmt.Errorf("no compiled form of %s", path)
		}
		return os.Open(file)
	}
}
