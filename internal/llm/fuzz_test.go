package llm

import "testing"

// FuzzParse wants that whatever a model writes is a bounded draft or none. It stands
// in the package, since a draft has nothing to look at from outside.
func FuzzParse(f *testing.F) {
	f.Add("```json\n{\"found\":true,\"sentences\":[{\"text\":\"a\",\"entries\":[\"b\"],\"sources\":[]}]}\n```")
	f.Add(`{"found":null,"sentences":null}`)
	f.Add(`}{`)
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := parse(text, nil)
		if !ok && (d.found || len(d.sentences) > 0) {
			t.Errorf("%q is refused, and a draft all the same", text)
		}
		if len(d.sentences) > maxClaims {
			t.Errorf("%d sentences were read", len(d.sentences))
		}
	})
}
