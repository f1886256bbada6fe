package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"kapbot/internal/config"
	"kapbot/internal/setup"
)

type initCmd struct{}

// Run asks for what a start needs and writes .env, which only its owner can read.
func (initCmd) Run(s streams) error {
	file := filepath.Join(s.dir, ".env")
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return errors.New(".env is there already: change it with an editor (.env.example lists all settings), or move it away and call kapbot init again")
	}
	who := setup.Person{In: s.in, Out: s.out, Check: func(environ []string) error {
		_, err := config.Load(s.dir, environ)
		return err
	}}
	if in, ok := s.in.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		who.Hidden = func() (string, error) {
			line, err := term.ReadPassword(int(in.Fd()))
			return string(line), err
		}
	}
	text, err := setup.Ask(who)
	if err != nil {
		return err
	}
	if err := writeNew(file, text); err != nil {
		return err
	}
	done, err := setup.Done(".env")
	if err != nil {
		return err
	}
	fmt.Fprint(s.out, "\n", done)
	return nil
}

// writeNew makes a file for its owner alone, and none over another.
func writeNew(file, text string) (err error) {
	f, err := os.OpenFile(filepath.Clean(file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(text); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
