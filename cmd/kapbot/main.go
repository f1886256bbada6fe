// Command kapbot answers questions about ketamine-assisted psychotherapy from
// curated entries, and sends anyone in a crisis to the Veterans Crisis Line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// The exit codes of every command.
const (
	exitOK    = 0
	exitFault = 1 // something was wrong with the input or the installation
	exitUsage = 2 // the command line could not be read
)

// streams are what a command reads and writes, and where it runs; tests give their
// own.
type streams struct {
	in       io.Reader
	out, err io.Writer
	env      []string // as os.Environ gives it
	dir      string   // the folder of .env, to which file names are relative
	parts    *parts   // what is compiled in
}

// commands is the command line.
type commands struct {
	Chat         chatCmd         `cmd:"" default:"1" help:"Talk with the bot here in the terminal."`
	Ask          askCmd          `cmd:"" help:"Answer one question."`
	Init         initCmd         `cmd:"" help:"Ask for tokens, rooms and moderators, and write .env."`
	Run          runCmd          `cmd:"" help:"Connect to the chat networks whose tokens are set."`
	Doctor       doctorCmd       `cmd:"" help:"Check settings, tokens and permissions, and say how to mend what is wrong."`
	Discord      discordCmd      `cmd:"" help:"Set up Discord."`
	Slack        slackCmd        `cmd:"" help:"Set up Slack."`
	Triage       triageCmd       `cmd:"" help:"Say how grave each message is: JSON lines in, JSON lines out."`
	Search       searchCmd       `cmd:"" help:"Say which entry answers each question: JSON lines in, JSON lines out."`
	Faq          faqCmd          `cmd:"" help:"Work on the FAQ entries."`
	Eval         evalCmd         `cmd:"" help:"Measure how well the bot does."`
	Train        trainCmd        `cmd:"" help:"Train the crisis classifier from labeled JSON lines."`
	TrainSearch  trainSearchCmd  `cmd:"" help:"Train search from questions and the entries that answer them."`
	Backup       backupCmd       `cmd:"" help:"Write all that is stored to a file, also while the bot runs."`
	Restore      restoreCmd      `cmd:"" help:"Bring a backup back."`
	MigrateStore migrateStoreCmd `cmd:"" help:"Copy the file of KAPBOT_STORE to the empty database of DATABASE_URL."`
	Version      versionCmd      `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, os.Environ(), ".", newParts()})
	stop()
	os.Exit(code)
}

// run is the whole program; main and the tests call it alike.
func run(ctx context.Context, args []string, s streams) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("kapbot"),
		kong.Description("Answers questions about ketamine-assisted psychotherapy from reviewed pages.\nIn a crisis: Dial 988 then Press 1 (Veterans Crisis Line)."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(s),
	)
	if err != nil {
		fmt.Fprintln(s.err, "kapbot:", err)
		return exitFault
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help was printed
		return exited
	}
	if err != nil {
		fmt.Fprintln(s.err, "kapbot:", err)
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(s.err, "kapbot:", err)
		}
		return exitFault
	}
	return exitOK
}

// errReported says that the command has already said what was wrong.
var errReported = errors.New("already reported")
