package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
)

// readFile reads a file that the caller named; read is told the name for its
// errors.
func readFile[T any](name string, read func(io.Reader, string) (T, error)) (out T, err error) {
	f, err := os.Open(name) //nolint:gosec // the file that the caller named
	if err != nil {
		return out, fmt.Errorf("open the file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return read(f, name)
}

// writeFile makes a file that the caller named.
func writeFile(name string, write func(io.Writer) error) (err error) {
	f, err := os.Create(name) //nolint:gosec // the file that the caller named
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
