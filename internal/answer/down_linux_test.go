package answer_test

import (
	"fmt"
	"net"
	"syscall"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/llm"
)

// silentHost is an address whose machine does not answer an attempt to connect: the
// queue of a port there is full, and nobody takes from it.
func silentHost(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)
	for range 10 {
		c, err := (&net.Dialer{Timeout: 300 * time.Millisecond}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return address
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	t.Skip("SKIPPED: the queue of a port cannot be filled on this machine")
	return ""
}

// A host that is silent costs the time to connect, and after a few questions nothing.
func TestWithAModelThatDoesNotConnect(t *testing.T) {
	b := newBench(t, llm.Limits{})
	client, err := llm.New(llm.Options{Key: "k", BaseURL: "http://" + silentHost(t) + "/v1", Model: "m", Prompts: parts().prompts})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	b.ShapeWith(client, parts().checker)
	var times []time.Duration
	for range 10 {
		start := time.Now()
		if r, _ := b.shape(t, "session-length", chat.English, ask); r.Shaped {
			t.Fatalf("reply %+v", r)
		}
		times = append(times, time.Since(start).Round(100*time.Microsecond))
	}
	t.Logf("answers took %v", times)
	for _, took := range times {
		if took > 5*time.Second {
			t.Errorf("an answer took %v", took)
		}
	}
}
