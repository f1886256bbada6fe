// Package frames holds the lexicon of crisis triage: frames that say who does
// what to whom (a wish to die, a goodbye, a means at hand, somebody else in
// danger), and brakes, the few curated readings that take one back (an idiom,
// education, a past told as past).
//
// A frame is not a bag of words. It is a list of patterns over plain words
// (see package words), each an order of words with optional parts and short
// gaps, together with what it means: who, act, object, tense, polarity. What is said
// as often of something harmless is listed apart, as its doubtful ways. The
// YAML files under lexicon/ are the source that people read and edit; how to
// write a pattern is at the head of lexicon/classes.yaml.
//
// The package decides no level for a message. It reports every frame that is
// there, where, whether it is negated and whether a brake holds it.
package frames
