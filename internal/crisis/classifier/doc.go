// Package classifier is the learned layer of triage. It says how likely it is
// that a reader would want the crisis card shown, from two views of a message:
//
//   - Networks read it as the sentence encoder's first layer sees it, token by
//     token, beside the frames that the lexicon found: a convolution over three
//     and over five tokens with the strongest place kept, and a pooled view of
//     the whole (after Kim 2014, "Convolutional neural networks for sentence
//     classification"). A few that differ only by their dice vote. They know what
//     words are like.
//   - A logistic regression over hashed n-grams knows the phrases by heart.
//
// What both say is joined into a probability. Train makes a Model from labeled
// texts alone, the same bytes for the same texts and seed; it is compiled in. The
// encoder itself is not trained.
package classifier
