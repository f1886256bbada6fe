// Package words turns what a person typed into the plain words that were
// meant, so that a rule written once for "kill myself" also reads "K1LL
// mys3lf", "k i l l  m y s e l f", Cyrillic look-alikes, zero-width spaces and
// a chat client's markup.
//
// It works in four steps: plain (Unicode), unmark (markup), split (words and
// pauses) and repair (one word at a time). Every repair is taken only when it
// leads from something that is no word to something that is one: a word of the
// lexicon or its slang, so that ordinary text passes through untouched.
//
// The package keeps nothing and does no I/O. Its tables are in tables.yaml and
// read like a dictionary; english.txt.gz is the SCOWL word list, size 35 (see
// LICENSE.scowl), used only to know which tokens need no repair.
package words
