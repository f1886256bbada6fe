package encoder

import (
	"strings"
	"testing"

	"kapbot/internal/encoder/weightfile"
)

func TestNetworkRefusesDamagedFiles(t *testing.T) {
	tests := []struct {
		name, want string
		damage     func(*weightfile.File)
	}{
		{"nothing in it", "none of that name", func(f *weightfile.File) { f.Tensors = nil }},
		{"one tensor gone", `"head/bias"`, func(f *weightfile.File) {
			for i := range f.Tensors {
				if f.Tensors[i].Name == "head/bias" {
					f.Tensors[i].Name = "other"
				}
			}
		}},
		{"another shape", "shape is [256 8002]", func(f *weightfile.File) {
			f.Tensors[0].Shape = []int{256, 8002}
		}},
		{"no vocabulary", "0 pieces", func(f *weightfile.File) { f.Pieces = nil }},
		{"more pieces than embeddings", "pieces for 8002 embeddings", func(f *weightfile.File) {
			f.Pieces = append(f.Pieces, make([]weightfile.Piece, 100)...)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := weightfile.Parse(weights)
			if err != nil {
				t.Fatal(err)
			}
			tt.damage(f)
			var n network
			if err := n.load(f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want one with %q", err, tt.want)
			}
		})
	}
}
