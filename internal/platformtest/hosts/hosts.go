//go:build unix

// Package hosts is further machines on this one, for tests of what happens when a
// network loses packets: network namespaces of Linux, each with cables to the test that
// can be pulled out. Neither side is told of that, as when a router fails.
//
// Such a test has to run as root and in a network of its own (.ci/apart starts it so),
// from which no packet gets out.
package hosts

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// Apart is the variable that says that the test runs in a network of its own.
const Apart = "KAPBOT_TEST_APART"

// made counts the hosts of this program: each has a network with its number.
var made atomic.Int64

// A Host is a machine with some cables to the test. They are known by their numbers,
// from 0 on.
type Host struct {
	name   string
	number int64
}

// New returns a host that ends with the test.
func New(tb testing.TB, cables int) *Host {
	tb.Helper()
	if os.Getenv(Apart) == "" {
		tb.Fatalf("hosts are only made in a network of their own: %s is not set", Apart)
	}
	n := made.Add(1)
	h := &Host{name: fmt.Sprintf("kapbot-%d-%d", os.Getpid(), n), number: n}
	ip(tb, "netns add", h.name)
	tb.Cleanup(func() { ip(tb, "netns del", h.name) })
	ip(tb, "-n", h.name, "link set lo up")
	for cable := range cables {
		// Packets pass through a bridge. A cable that is pulled out of it leaves both of
		// its ends as they were: what is sent is lost, and no error comes back.
		bridge, plug, socket := h.bridge(cable), h.plug(cable), fmt.Sprint("eth", cable)
		ip(tb, "link add", bridge, "type bridge")
		ip(tb, "addr add", h.Outside(cable)+"/30 dev", bridge)
		ip(tb, "link set", bridge, "up")
		ip(tb, "link add", plug, "type veth peer name", socket, "netns", h.name)
		ip(tb, "link set", plug, "master", bridge, "up")
		ip(tb, "-n", h.name, "addr add", h.Inside(cable)+"/30 dev", socket)
		ip(tb, "-n", h.name, "link set", socket, "up")
		tb.Cleanup(func() { ip(tb, "link del", bridge) })
	}
	return h
}

func (h *Host) bridge(cable int) string { return fmt.Sprintf("b%d-%d", h.number, cable) }
func (h *Host) plug(cable int) string   { return fmt.Sprintf("p%d-%d", h.number, cable) }

// Outside is the test's address at a cable, at which it serves this host.
func (h *Host) Outside(cable int) string { return fmt.Sprintf("10.%d.%d.1", h.number, cable) }

// Inside is the host's address at a cable.
func (h *Host) Inside(cable int) string { return fmt.Sprintf("10.%d.%d.2", h.number, cable) }

// Command returns a command that runs on the host.
func (h *Host) Command(program string) *exec.Cmd {
	return exec.Command("ip", "netns", "exec", h.name, program) //nolint:gosec,noctx // a test names the program and ends it
}

// Pull pulls a cable out: what is sent through it is lost, in both directions.
func (h *Host) Pull(tb testing.TB, cable int) { ip(tb, "link set", h.plug(cable), "nomaster") }

// Plug plugs a cable in, also one that is.
func (h *Host) Plug(tb testing.TB, cable int) {
	ip(tb, "link set", h.plug(cable), "master", h.bridge(cable))
}

// ip runs the program of that name. Words of its arguments may stand together.
func ip(tb testing.TB, args ...string) {
	tb.Helper()
	line := strings.Fields(strings.Join(args, " "))
	if out, err := exec.Command("ip", line...).CombinedOutput(); err != nil { //nolint:gosec,noctx // a test names them, also when it ends
		tb.Errorf("ip %s: %v\n%s", strings.Join(line, " "), err, out)
	}
}
