package intent_test

import (
	"bytes"
	"testing"

	"kapbot/internal/search/intent"
)

// FuzzRead wants an error of a file that is damaged, or else a model that can be asked.
func FuzzRead(f *testing.F) {
	m, err := intent.Train(f.Context(), examples(), intent.Options{Seed: 1, Epochs: 1})
	if err != nil {
		f.Fatal(err)
	}
	var whole bytes.Buffer
	if err := m.Write(&whole); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, 0)
	f.Add([]byte{0xff, 0xff}, 40)
	f.Add([]byte("entries"), whole.Len()-9)
	f.Fuzz(func(_ *testing.T, data []byte, at int) {
		damaged := bytes.Clone(whole.Bytes())
		copy(damaged[max(0, at%len(damaged)):], data)
		for _, file := range []string{string(damaged), string(damaged[:max(0, at%len(damaged))]), string(data)} {
			if m, err := intent.Read(file); err == nil {
				m.Probabilities(input("what does it cost"))
			}
		}
	})
}
