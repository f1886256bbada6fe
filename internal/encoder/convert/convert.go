package main

import (
	"fmt"
	"unicode/utf8"

	"kapbot/internal/encoder/weightfile"
)

// The graph's own names are long and mostly the same.
const (
	variables = "module/Encoder_en/"
	folded    = "module_apply_default/Encoder_en/"
	encode    = "KonaTransformer/Encode/"
	stack     = encode + "TransformerStack/"
	concat    = "/ConcatPartitions/concat"
)

// A matrix and a vector say which weight of the graph becomes which tensor.
type matrix struct {
	to, from string
	in, out  int
}

type vector struct {
	to, from string
	size     int
}

func matrices() []matrix {
	all := []matrix{
		{"lift/weights", folded + encode + "Layer_0/TransformerLayer/dense/kernel" + concat, 256, 512},
		{"head/weights", variables + "hidden_layers/tanh_layer_0/weights", 512, 512},
	}
	for i, width := range []int{256, 512} {
		to := fmt.Sprintf("layer%d/", i)
		attention := fmt.Sprintf("%s%sLayer_%d/TransformerLayer/MultiheadAttention/", variables, encode, i)
		ffn := fmt.Sprintf("%s%sLayer_%d/TransformerLayer/FFN/", folded, stack, i)
		all = append(all,
			matrix{to + "attention/project/weights", attention + "qkv_transform_single/kernel/part_0", width, 3 * width},
			matrix{to + "attention/output/weights", attention + "output_transform_single/kernel/part_0", width, 512},
			matrix{to + "feed/up/weights", ffn + "conv1/Tensordot/Reshape_1", 512, 1536},
			matrix{to + "feed/down/weights", ffn + "conv2/Tensordot/Reshape_1", 1536, 512},
		)
	}
	return all
}

func vectors() []vector {
	all := []vector{
		{"timescales", folded + stack + "Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1", 128},
		{"lift/bias", folded + encode + "Layer_0/TransformerLayer/dense/bias" + concat, 512},
		{"head/bias", variables + "hidden_layers/tanh_layer_0/bias", 512},
	}
	for i, width := range []int{256, 512} {
		to := fmt.Sprintf("layer%d/", i)
		from := fmt.Sprintf("%s%sLayer_%d/TransformerLayer/", folded, encode, i)
		const norm = "layer_prepostprocess/layer_norm/layer_norm_"
		all = append(all,
			vector{to + "attention/norm/scale", from + norm + "scale" + concat, width},
			vector{to + "attention/norm/bias", from + norm + "bias" + concat, width},
			vector{to + "attention/project/bias", from + "MultiheadAttention/qkv_transform_single/bias" + concat, 3 * width},
			vector{to + "attention/output/bias", from + "MultiheadAttention/output_transform_single/bias" + concat, 512},
			vector{to + "feed/norm/scale", from + "FFN/" + norm + "scale" + concat, 512},
			vector{to + "feed/norm/bias", from + "FFN/" + norm + "bias" + concat, 512},
			vector{to + "feed/up/bias", from + "FFN/conv1/bias" + concat, 1536},
			vector{to + "feed/down/bias", from + "FFN/conv2/bias" + concat, 512},
		)
	}
	return all
}

func convert(m *model) (*weightfile.File, error) {
	f := &weightfile.File{}
	for _, p := range m.pieces {
		// The tokeniser counts pieces in code points and the original in UTF-16
		// units; these agree as long as this holds.
		for _, r := range p.text {
			if r > 0xffff || r == utf8.RuneError && p.text != "\ufffd" {
				return nil, fmt.Errorf("convert the vocabulary: piece %q has a character beyond the basic plane", p.text)
			}
		}
		f.Pieces = append(f.Pieces, weightfile.Piece{Text: p.text, Score: p.score})
	}
	add := func(name string, width int, values []float32, shape ...int) error {
		t, err := weightfile.NewTensor(name, width, values, shape...)
		f.Tensors = append(f.Tensors, t)
		return err
	}
	const table = "module/Embeddings_en"
	if err := add("embeddings", weightfile.Half, m.weights[table].values, 8002, 256); err != nil {
		return nil, err
	}
	for _, x := range matrices() {
		if err := add(x.to, weightfile.Half, transpose(m.weights[x.from].values, x.out), x.out, x.in); err != nil {
			return nil, err
		}
	}
	for _, v := range vectors() {
		if err := add(v.to, weightfile.Single, m.weights[v.from].values, v.size); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// transpose turns rows of the given width into columns.
func transpose(values []float32, width int) []float32 {
	height := len(values) / width
	t := make([]float32, height*width)
	for i := range height {
		for j := range width {
			t[j*height+i] = values[i*width+j]
		}
	}
	return t
}
