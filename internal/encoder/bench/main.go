// Command bench measures the encoder: how long a sentence takes, how long
// loading takes and how much memory the process holds. Run bench.sh beside it,
// which also measures the original JavaScript on the same sentences.
package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"kapbot/internal/encoder"
)

const (
	warmups = 2
	rounds  = 15
)

//go:embed sentences.txt
var sentences string

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	runtime.GOMAXPROCS(1)
	start := time.Now()
	e, err := encoder.Load()
	if err != nil {
		return err
	}
	load := time.Since(start)
	var times []time.Duration
	for round := range warmups + rounds {
		for s := range strings.Lines(sentences) {
			start := time.Now()
			e.Encode(strings.TrimSpace(s))
			if round >= warmups {
				times = append(times, time.Since(start))
			}
		}
	}
	slices.Sort(times)
	at := func(share float64) float64 { return times[int(share*float64(len(times)-1))].Seconds() * 1000 }
	fmt.Printf("%-10s median %6.2f ms   p95 %6.2f ms   load %6.1f ms   rss %6.1f MB   peak %6.1f MB\n",
		"go", at(0.5), at(0.95), load.Seconds()*1000, status("VmRSS"), status("VmHWM"))
	return nil
}

// status returns a figure of this process in megabytes, or 0 where the system
// does not tell.
func status(name string) float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		var kb float64
		if n, _ := fmt.Sscanf(lines.Text(), name+": %f kB", &kb); n == 1 {
			return kb * 1024 / 1e6
		}
	}
	return 0
}
