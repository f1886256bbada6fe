// Package seed holds the curated entries of the FAQ as they were when the
// program was built: one Markdown file for each entry, and the lists of
// sources, recorded facts and help lines that entries are checked against.
//
// Moderators read and edit these files. Nothing here is code but this file;
// package faq reads them and knows the rules they must keep.
package seed

import (
	"embed"
	"io/fs"
)

//go:embed *.md es/*.md *.yaml
var files embed.FS

// Files gives the entries and lists as a file system that package faq can load.
func Files() fs.FS { return files }
