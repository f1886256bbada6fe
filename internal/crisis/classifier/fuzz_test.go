package classifier_test

import (
	"bytes"
	"compress/gzip"
	"testing"

	"kapbot/internal/crisis/classifier"
)

// FuzzRead wants an error of a file that is damaged, and no panic.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format":2,"features":["a"],"nets":1,"join":[0,0,0]}` + "\n"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _ = classifier.Read(data)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		_, _ = classifier.Read(packed.Bytes())
	})
}
