// Package eval measures how well triage and search do on labeled examples, and
// draws what it measured.
//
// The measures know nothing of either: a [Rate] is so many of so many, with its
// interval; a [Scored] is a score and whether what it claims was true. From the
// latter come the ROC curve, the reliability diagram and the curve of how much is
// answered against how much of that is right.
package eval
