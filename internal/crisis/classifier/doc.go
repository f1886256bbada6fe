// Package classifier is the learnt layer of triage: a small network that reads
// a message as the sentence encoder's first layer sees it, token by token,
// beside the frames that the lexicon found, and says how likely it is that a
// reader would want the crisis card shown.
//
// The network is a convolution over three and over five tokens with the
// strongest place kept, a pooled view of the whole, and the lexicon's features
// (after Kim 2014, "Convolutional neural networks for sentence
// classification"). It is trained by Train from labeled lines alone, the same
// bytes for the same lines and seed, and is small enough to be read in with the
// program. The encoder itself is not trained.
//
// Triage does not call it yet: on plain first-person chat it still raises more
// false alarms than the lexicon is allowed.
package classifier
