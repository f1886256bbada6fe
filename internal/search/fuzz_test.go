package search_test

import (
	"testing"

	"kapbot/internal/search"
)

// FuzzReadModel wants an error of a file that is damaged, and no panic.
func FuzzReadModel(f *testing.F) {
	model, _ := search.Files()
	f.Add([]byte(model[:4096]), 0)
	f.Add([]byte(nil), 9)
	f.Fuzz(func(_ *testing.T, data []byte, at int) {
		damaged := []byte(model)
		copy(damaged[max(0, at%len(damaged)):], data)
		_, _ = search.ReadModel(string(damaged))
		_, _ = search.ReadModel(string(data))
	})
}
