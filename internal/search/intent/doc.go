// Package intent says which entry a question asks for, as learned from the ways
// in which people asked before.
//
// The model is linear but for one narrow place in the middle (after Joulin and
// others 2016, "Bag of tricks for efficient text classification"): a question is
// the sum of a learned vector for each of its grams (words, pairs of words, and
// runs of three to five letters, which survive typing errors) and of its sentence
// vector, mapped; a second map gives a logit for each entry, and one for "none of
// them". It knows only the entries that it was trained on. Train makes the same
// bytes from the same examples and seed.
package intent
