package weightfile

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"testing"
)

func sample(t testing.TB) *File {
	t.Helper()
	half, err := NewTensor("half", Half, []float32{1, -2, 0.5, 0, 65504, -0x1p-24}, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	single, err := NewTensor("single", Single, []float32{3.1415927, float32(math.Inf(-1))}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return &File{
		Pieces:  []Piece{{Text: "▁the", Score: -3.56637144089}, {Text: "", Score: 30}},
		Tensors: []Tensor{half, single},
	}
}

func written(t testing.TB, f *File) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestParseReadsWhatWriteWrites(t *testing.T) {
	want := sample(t)
	got, err := Parse(written(t, want))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

func TestRead(t *testing.T) {
	half := sample(t).Tensors[0]
	single := sample(t).Tensors[1]
	tests := []struct {
		name   string
		tensor Tensor
		size   int
		from   int
		want   []float32
	}{
		{"all", half, 6, 0, []float32{1, -2, 0.5, 0, 65504, -0x1p-24}},
		{"a row", half, 3, 3, []float32{0, 65504, -0x1p-24}},
		{"over the end", half, 3, 5, []float32{-0x1p-24, 7, 7}},
		{"past the end", half, 1, 6, []float32{7}},
		{"before the start", half, 1, -1, []float32{7}},
		{"32 bits", single, 2, 0, []float32{3.1415927, float32(math.Inf(-1))}},
		{"nothing", Tensor{}, 1, 0, []float32{7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := make([]float32, tt.size)
			for i := range got {
				got[i] = 7
			}
			tt.tensor.Read(got, tt.from)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEveryHalfSurvives(t *testing.T) {
	for h := range 1 << 16 {
		if h>>10&31 == 31 {
			continue // infinities and not-a-number
		}
		if got, ok := toHalf(fromHalf(uint16(h))); !ok || got != uint16(h) {
			t.Fatalf("%#04x came back as %#04x", h, got)
		}
	}
}

func TestToHalfRounds(t *testing.T) {
	tests := []struct {
		name string
		in   float32
		want uint16
		ok   bool
	}{
		{"one", 1, 0x3c00, true},
		{"tie to even, down", 1 + 0x1p-11, 0x3c00, true},
		{"tie to even, up", 1 + 3*0x1p-11, 0x3c02, true},
		{"above a tie", 1 + 0x1p-11 + 0x1p-20, 0x3c01, true},
		{"carry into the exponent", 2 - 0x1p-20, 0x4000, true},
		{"largest", 65519, 0x7bff, true},
		{"too large", 65520, 0, false},
		{"smallest", 0x1p-24, 0x0001, true},
		{"half the smallest", 0x1p-25, 0x0000, true},
		{"subnormal up to normal", 0x1p-14 - 0x1p-30, 0x0400, true},
		{"minus zero", float32(math.Copysign(0, -1)), 0x8000, true},
		{"infinite", float32(math.Inf(1)), 0, false},
		{"not a number", float32(math.NaN()), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := toHalf(tt.in); got != tt.want || ok != tt.ok {
				t.Errorf("toHalf(%v) = %#04x, %v; want %#04x, %v", tt.in, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestParseRefusesOtherFiles(t *testing.T) {
	good := written(t, sample(t))
	for n := range len(good) {
		if _, err := Parse(good[:n]); err == nil {
			t.Errorf("no error for the first %d bytes of %d", n, len(good))
		}
	}
	tests := []struct{ name, file, want string }{
		{"a pointer left by large-file storage", "version https://example.org/spec/v1\n", "not a weight file"},
		{"something left over", good + "x", "1 bytes left over"},
		{"a count beyond the file", magic + "\xff\xff\xff\xff", "ends too early"},
		{"dimensions beyond the file", magic + "\x00\x00\x00\x00\x01\x00\x00\x00\x01a\x02\x02" +
			"\xff\xff\xff\xff\xff\xff\xff\xff", "ends too early"},
		{"a width unheard of", magic + "\x00\x00\x00\x00\x01\x00\x00\x00\x01a\x03\x00", "numbers of 3 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(tt.file); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestTensorIsFoundByNameAndShape(t *testing.T) {
	f := sample(t)
	if _, err := f.Tensor("half", 2, 3); err != nil {
		t.Error(err)
	}
	if _, err := f.Tensor("half", 3, 2); err == nil {
		t.Error("no error for another shape")
	}
	if _, err := f.Tensor("none", 2, 3); err == nil {
		t.Error("no error for another name")
	}
}

func TestNewTensorRefusesWhatItCannotHold(t *testing.T) {
	if _, err := NewTensor("t", Half, []float32{1, 2}, 3); err == nil {
		t.Error("no error for too few numbers")
	}
	if _, err := NewTensor("t", Half, []float32{1e6}, 1); err == nil {
		t.Error("no error for a number too large")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(written(f, sample(f)))
	f.Add(magic)
	f.Fuzz(func(t *testing.T, s string) {
		file, err := Parse(s)
		if err != nil {
			return
		}
		for _, tensor := range file.Tensors {
			if tensor.Len()*tensor.Width != len(tensor.Data) {
				t.Errorf("tensor of shape %v has %d bytes", tensor.Shape, len(tensor.Data))
			}
		}
		if written(t, file) != s {
			t.Error("the file is written differently from how it was read")
		}
	})
}
