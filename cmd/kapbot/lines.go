package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxJSONLine is the longest JSON line that is read, in bytes.
const maxJSONLine = 8 << 20

// eachLine decodes JSON lines and hands each to do. A line that cannot be used
// is reported with its number and the others are still done; the error then
// says how many failed.
func eachLine[T any](s streams, do func(T) error) error {
	r := bufio.NewReaderSize(s.in, 1<<16)
	bad := 0
	for number := 1; ; number++ {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errTooLong) {
			return fmt.Errorf("read line %d: %w", number, err)
		}
		if errors.Is(err, errTooLong) || len(bytes.TrimSpace(line)) > 0 {
			if fault := decodeLine(line, err, do); fault != nil {
				bad++
				fmt.Fprintf(s.err, "kapbot: line %d: %v\n", number, fault)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d lines could not be used; the others were answered", bad)
	}
	return nil
}

var errTooLong = fmt.Errorf("longer than %d bytes", maxJSONLine)

func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line) <= maxJSONLine {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if len(line) > maxJSONLine {
			return nil, errTooLong
		}
		return line, err //nolint:wrapcheck // io.EOF has to come through as it is
	}
}

func decodeLine[T any](line []byte, err error, do func(T) error) error {
	if errors.Is(err, errTooLong) {
		return err
	}
	var v T
	if !utf8.Valid(line) {
		return errors.New("not valid UTF-8")
	}
	if err := json.Unmarshal(line, &v); err != nil {
		// The decoder's message may quote the line; only where it broke is said.
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return fmt.Errorf("not valid JSON near byte %d", syntax.Offset)
		}
		return errors.New("not the expected JSON object")
	}
	return do(v)
}
