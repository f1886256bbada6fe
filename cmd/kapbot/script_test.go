package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childIn); dir != "" { // the program itself, as a process that a test may kill
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		code := run(ctx, []string{"run"}, streams{os.Stdin, os.Stdout, os.Stderr, os.Environ(), dir, newParts()})
		stop()
		os.Exit(code)
	}
	// Each script starts the program a dozen times, and the collector would look at each
	// start's garbage with the race detector at its side.
	if err := os.Setenv("GOGC", "400"); err != nil {
		panic(err)
	}
	debug.SetGCPercent(400)
	os.Exit(runAll(m))
}

// childIn names the folder in which a process of the test binary is to be the program.
const childIn = "KAPBOT_TEST_CHILD"

// TestScripts runs each script of testdata/script. The commands that scripts
// have beside the usual ones:
//
//	kapbot [<file] arg…  runs the program; "!" before it wants it to fail
//	code n               the exit code of the last kapbot
//	talk file            a conversation, see talk; what the program says first
//	                     and last is its stdout
//	letters n file       makes a file of n letters and a line end
//	write file text      makes a file of a text with Go's escapes
//	mode file octal      wants these permissions of a file
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"kapbot": kapbot, "code": code, "talk": talk, "letters": letters, "write": write, "mode": mode,
		},
	})
}

func kapbot(ts *testscript.TestScript, neg bool, args []string) {
	in := io.Reader(strings.NewReader(""))
	if len(args) > 0 && strings.HasPrefix(args[0], "<") {
		in = strings.NewReader(ts.ReadFile(args[0][1:]))
		args = args[1:]
	}
	out, got := execute(ts, in, args)
	_, err := io.WriteString(ts.Stdout(), out)
	ts.Check(err)
	if neg != (got != exitOK) {
		ts.Fatalf("exit code %d", got)
	}
}

// execute runs the program in this process and returns what it printed, its
// errors apart. Neither holds a stack trace or anything of the source code.
func execute(ts *testscript.TestScript, in io.Reader, args []string) (string, int) {
	var out, errs bytes.Buffer
	var env []string
	for _, name := range []string{"DISCORD_TOKEN", "SLACK_BOT_TOKEN", "KAPBOT_ROLES", "KAPBOT_STORE"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	got := run(context.Background(), args, streams{in, &out, &errs, env, ts.MkAbs("."), unpacked().parts})
	ts.Setenv("code", strconv.Itoa(got))
	_, err := ts.Stderr().Write(errs.Bytes())
	ts.Check(err)
	for _, printed := range []string{out.String(), errs.String()} {
		for _, trace := range []string{"goroutine ", "panic: ", "runtime error", ".go:"} {
			if strings.Contains(printed, trace) {
				ts.Fatalf("it prints %q: %s", trace, printed)
			}
		}
	}
	return out.String(), got
}

func code(ts *testscript.TestScript, _ bool, args []string) {
	if got := ts.Getenv("code"); len(args) != 1 || got != args[0] {
		ts.Fatalf("exit code %s, want %q", got, args)
	}
}

func letters(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Repeat("word ", n/5+1)[:n]+"\n"), 0o600))
}

func write(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[1] && runtime.GOOS != "windows" {
		ts.Fatalf("%s has the mode %s", args[0], got)
	}
}

// A turn is one line of a conversation and what its reply must say, in order;
// "!" before a part wants it absent.
type turn struct {
	line  int
	says  string
	wants []string
}

// talk holds the conversation in a file: "> " and what a person types, below
// it what the reply must say, each indented. {n} stands for n letters.
func talk(ts *testscript.TestScript, _ bool, args []string) {
	turns := conversation(ts.ReadFile(args[0]))
	var typed strings.Builder
	for _, turn := range turns {
		fmt.Fprintln(&typed, turn.says)
	}
	out, got := execute(ts, strings.NewReader(typed.String()), []string{"chat"})
	if got != exitOK {
		ts.Fatalf("exit code %d", got)
	}
	replies := strings.Split(out, "\nyou> ")
	if len(replies) != len(turns)+2 {
		ts.Fatalf("%d replies to %d lines", len(replies)-2, len(turns))
	}
	_, err := io.WriteString(ts.Stdout(), replies[0]+replies[len(turns)+1])
	ts.Check(err)
	failed := 0
	for i, turn := range turns {
		reply := strings.TrimPrefix(replies[i+1], turn.says)
		if fault := turn.check(reply); fault != "" {
			failed++
			ts.Logf("%s:%d: %q: %s, in the reply:\n%s", args[0], turn.line, head(turn.says), fault, reply)
		}
	}
	if failed > 0 {
		ts.Fatalf("%d of %d replies are wrong", failed, len(turns))
	}
}

func head(s string) string { return s[:min(len(s), 80)] }

func conversation(text string) []turn {
	var turns []turn
	for i, line := range strings.Split(text, "\n") {
		switch says, ok := strings.CutPrefix(line, ">"); {
		case ok:
			says = strings.TrimPrefix(says, " ")
			if n, err := strconv.Atoi(strings.Trim(says, "{}")); err == nil && strings.HasPrefix(says, "{") {
				says = strings.Repeat("word ", n/5)
			}
			turns = append(turns, turn{line: i + 1, says: says})
		case strings.HasPrefix(line, "  ") && len(turns) > 0:
			last := &turns[len(turns)-1]
			last.wants = append(last.wants, strings.TrimSpace(line))
		}
	}
	return turns
}

func (c turn) check(reply string) string {
	flat := strings.Join(strings.Fields(reply), " ")
	if len(c.wants) == 0 {
		return "the script wants nothing of it"
	}
	at := 0
	for _, want := range c.wants {
		if not, ok := strings.CutPrefix(want, "!"); ok {
			if strings.Contains(flat, not) {
				return fmt.Sprintf("%q is there", not)
			}
			continue
		}
		next := strings.Index(flat[at:], want)
		if next < 0 {
			return fmt.Sprintf("no %q", want)
		}
		at += next + len(want)
	}
	return ""
}
