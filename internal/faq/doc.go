// Package faq holds the curated entries that kapbot answers from, and says
// whether they are fit to be shown.
//
// An [Entry] is one Markdown file with YAML front matter: a question, the other
// ways people ask it, and a short answer in which every factual sentence ends
// with the marks of its sources, such as [abdallah2022]. [Load] reads a folder
// of such files into a [Snapshot], which never changes afterwards; a program
// that publishes a new revision makes a new snapshot and swaps it in.
//
// A [Passage] is the proof that a text comes from a published entry: only a
// snapshot gives one out, so a draft cannot become the ground of an answer.
//
// [Lint] holds entries to the editorial rules: sources for every figure, plain
// words, no doses, no advice on starting or stopping a medicine, review dates.
// Its messages are written for moderators, and end in what to do next.
//
// [Format] writes an entry back as a file, so that edits made elsewhere can be
// compared and exported.
//
// The package does no input or output but reading the file system it is given,
// and imports nothing else of this program.
package faq
