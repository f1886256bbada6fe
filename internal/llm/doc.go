// Package llm is the one place that talks to a language model. It speaks the
// protocol of OpenAI, which Azure, Ollama, vLLM and llama.cpp understand too.
//
// The types carry the rules. A [Request] holds words of a person only as
// crisis.Cleared, and text of entries only as faq.Passage of published ones. A
// [Draft] cannot be read: its one method holds it against the entries, and what
// comes back is what passed.
//
// A [Client] spends within limits: time, tokens and money a day, tokens a day for
// each person, and a number of requests at once. After a few failures it leaves
// the server alone for a while. No error of this package holds anything that a
// person typed or that the server said.
package llm
