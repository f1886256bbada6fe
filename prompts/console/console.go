// Package console holds the pages of the moderators' console: templates, which a
// reviewer can read without reading Go. Names in braces are filled in by package
// internal/web/console, which also says what each page is given.
package console

import (
	"embed"
	"io/fs"
)

//go:embed *.html
var files embed.FS

// Files holds layout.html, parts.html and a file for each page.
func Files() fs.FS { return files }

// Pages lists the pages.
func Pages() []string {
	return []string{"audit", "calendar", "diff", "edit", "enter", "entries", "entry", "figures", "history", "question", "questions", "refused", "try"}
}
