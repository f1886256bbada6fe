// Package crisis decides, for every message, whether somebody may be in danger
// and a crisis card must be shown. It is the first step of the pipeline and the
// only one that can let words go on to a language model.
//
// Check reads words through four layers: words (what was meant, whatever the
// spelling), frames (the lexicon, a floor that works alone), the classifier (what
// the lexicon does not spell out; it can only raise a level) and the conversation
// (risk that builds over turns and fades). It has no error result, no context and
// no I/O: there is no branch in which it fails open. The zero value of everything
// here is the safe one; a Verdict that nobody filled in asks for the card.
//
// Only Verdict.Cleared mints a Cleared, the proof that a text was checked and
// found free of any crisis, and it carries that very text.
package crisis
