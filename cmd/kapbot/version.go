package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"runtime"
	"runtime/debug"

	"kapbot/internal/crisis/classifier"
	"kapbot/internal/crisis/frames"
	"kapbot/internal/encoder"
	"kapbot/internal/search"
)

type versionCmd struct{}

// Run prints what this binary was built from: the code, and the data in it that
// decides what people are told.
func (versionCmd) Run(s streams) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("this binary carries no build information")
	}
	snapshot, err := s.parts.entries()
	if err != nil {
		return err
	}
	lexicon, err := revisionOf(frames.Files())
	if err != nil {
		return err
	}
	model, vectors := search.Files()
	fmt.Fprintf(s.out, "kapbot %s (%s %s/%s)\n", info.Main.Version, info.GoVersion, runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(s.out, "commit   %s\n", commit(info))
	fmt.Fprintf(s.out, "entries  %s, %d of them\n", brief(snapshot.Revision()), len(snapshot.Entries()))
	fmt.Fprintf(s.out, "lexicon  %s\n", lexicon)
	fmt.Fprintf(s.out, "triage   %s\n", revision(string(classifier.File())))
	fmt.Fprintf(s.out, "search   %s\n", revision(model, vectors))
	fmt.Fprintf(s.out, "encoder  %s\n", revision(encoder.File()))
	return nil
}

// commit is where in the history of the code the binary was built.
func commit(info *debug.BuildInfo) string {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	if set["vcs.revision"] == "" {
		return "unknown (go run does not note it)"
	}
	at := brief(set["vcs.revision"]) + " of " + set["vcs.time"]
	if set["vcs.modified"] == "true" {
		at += ", changed since"
	}
	return at
}

// revision names data by its hash.
func revision(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		_, _ = io.WriteString(h, p)
	}
	return sum(h)
}

// revisionOf names the files of a folder by their hash.
func revisionOf(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, path)
		fmt.Fprintln(h, path, len(data))
		_, _ = h.Write(data)
		return err //nolint:wrapcheck // wrapped below
	})
	if err != nil {
		return "", fmt.Errorf("read what is compiled in: %w", err)
	}
	return sum(h), nil
}

func sum(h hash.Hash) string { return brief(fmt.Sprintf("%x", h.Sum(nil))) }

// brief is enough of a hash to tell revisions apart.
func brief(hash string) string { return hash[:min(12, len(hash))] }
