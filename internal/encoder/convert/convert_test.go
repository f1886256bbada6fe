package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTranspose(t *testing.T) {
	got := transpose([]float32{1, 2, 3, 4, 5, 6}, 3)
	if want := []float32{1, 4, 2, 5, 3, 6}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPieceScores(t *testing.T) {
	var got []piece
	if err := json.Unmarshal([]byte(`[["a",-1.5],[":",null],[":30",30]]`), &got); err != nil {
		t.Fatal(err)
	}
	if want := []piece{{"a", -1.5}, {":", 0}, {":30", 30}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSplit(t *testing.T) {
	var man manifest
	err := json.Unmarshal([]byte(`{"weightsManifest":[{"weights":[
		{"name":"axis","shape":[1],"dtype":"int32"},
		{"name":"w","shape":[2],"dtype":"float32"}]}]}`), &man)
	if err != nil {
		t.Fatal(err)
	}
	data := []byte{9, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0}
	got, err := split(man, data)
	if err != nil {
		t.Fatal(err)
	}
	if w := got["w"].values; len(got) != 1 || !slices.Equal(w, []float32{1, -2}) {
		t.Errorf("got %v, want w = 1, -2 and nothing else", got)
	}
	if _, err := split(man, data[:11]); err == nil {
		t.Error("no error for shards that end too early")
	}
}

func TestConvertRefusesWhatItIsNotWrittenFor(t *testing.T) {
	if _, err := convert(&model{pieces: []piece{{"🙂", -1}}}); err == nil || !strings.Contains(err.Error(), "basic plane") {
		t.Errorf("error is %v, want one about the piece", err)
	}
	if _, err := convert(&model{pieces: []piece{{"a", -1}}}); err == nil || !strings.Contains(err.Error(), "embeddings") {
		t.Errorf("error is %v, want one about the missing embeddings", err)
	}
}

func TestRunRefusesAnotherPackage(t *testing.T) {
	dir := t.TempDir()
	dist := filepath.Join(dir, "dist")
	if err := os.Mkdir(dist, 0o755); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{
		"model.json": `{"weightsManifest":[{"paths":["shard"],"weights":[]}]}`,
		"shard":      "1234",
		"vocab.json": `[]`,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dist, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out")
	err := run([]string{"-from", dir, "-out", out})
	if err == nil || !strings.Contains(err.Error(), "digest") {
		t.Errorf("error is %v, want one about the digest", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written all the same")
	}
}
