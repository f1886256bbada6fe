//go:build unix

package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// shared is the cluster of all tests of a package; it is made for the first of them.
var shared struct {
	sync.Mutex
	cluster *Cluster
	err     error
	made    atomic.Int64 // databases in it
}

// Main runs the tests of a package, by run, and ends its cluster.
func Main(run func() int) (code int) {
	code = run()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		shared.cluster.Stop()
	}
	return code
}

// Postgres returns the address of an empty database. Where PostgreSQL is not installed
// the test is skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.Lock()
	if shared.cluster == nil && shared.err == nil {
		shared.cluster, shared.err = Start(context.Background())
	}
	cluster, err := shared.cluster, shared.err
	shared.Unlock()
	if errors.Is(err, errNone) {
		t.Skip("NOT TESTED on PostgreSQL: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	where, err := cluster.Create(t.Context(), fmt.Sprint("test", shared.made.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// NewCluster returns a cluster for one test alone, which may pause it. Where PostgreSQL
// is not installed the test is skipped.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := Start(t.Context())
	if errors.Is(err, errNone) {
		t.Skip("NOT TESTED on PostgreSQL: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

var errNone = errors.New("its server is not installed in /usr/lib/postgresql")

// A Cluster is a PostgreSQL server of one's own, which nobody reaches but through a
// socket in its folder. It ends when its program does, however that ends.
type Cluster struct {
	dir    string
	server *exec.Cmd
	leash  io.Closer // the server ends when it is closed
}

// Start makes a cluster.
func Start(ctx context.Context) (_ *Cluster, err error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		return nil, errNone
	}
	bin := filepath.Dir(slices.Max(found))
	dir, err := os.MkdirTemp("", "kapbot-pg")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	c := &Cluster{dir: dir}
	defer func() {
		if err != nil {
			c.Stop()
		}
	}()
	as, err := unprivileged(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	//nolint:gosec // the program is one that was found, and nothing comes from outside
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--no-sync", "--auth=trust", "--username=kapbot", "--encoding=UTF8", "--no-locale", "-D", data)
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	// The shell keeps the server on a leash: a pipe that closes when we end.
	//nolint:gosec,noctx // as above; it ends with its leash
	c.server = exec.Command("/bin/sh", "-c", `"$@" & read -r _; kill -INT $!; wait $!`, "sh",
		filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=16MB")
	c.server.SysProcAttr, c.server.Dir = as, dir
	var said bytes.Buffer
	c.server.Stderr, c.server.WaitDelay = &said, time.Second
	if c.leash, err = c.server.StdinPipe(); err != nil {
		return nil, fmt.Errorf("hold the server: %w", err)
	}
	if err := c.server.Start(); err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	if err := c.wait(ctx); err != nil {
		c.Stop()
		return nil, fmt.Errorf("%w\n%s", err, said.String())
	}
	return c, nil
}

// unprivileged gives a folder to somebody who is not root, as whom the server is to
// run: it refuses to run as root.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nothing has to change
	}
	someone, err := user.Lookup("nobody")
	if err != nil {
		return nil, fmt.Errorf("find a user to run PostgreSQL as: %w", err)
	}
	uid, err := strconv.Atoi(someone.Uid)
	if err != nil {
		return nil, fmt.Errorf("read a user's id: %w", err)
	}
	gid, err := strconv.Atoi(someone.Gid)
	if err != nil {
		return nil, fmt.Errorf("read a user's id: %w", err)
	}
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, fmt.Errorf("give the folder away: %w", err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
}

// wait waits until the server answers.
func (c *Cluster) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		err := c.do(ctx, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Create makes an empty database and returns its address.
func (c *Cluster) Create(ctx context.Context, database string) (where string, err error) {
	if err := c.do(ctx, "CREATE DATABASE "+database); err != nil {
		return "", err
	}
	return c.address(database), nil
}

func (c *Cluster) address(database string) string {
	return "postgres://kapbot@/" + database + "?" + url.Values{"host": {c.dir}}.Encode()
}

// do runs a statement in the database that every cluster has.
func (c *Cluster) do(ctx context.Context, statement string) error {
	db, err := sql.Open("pgx", c.address("postgres"))
	if err != nil {
		return fmt.Errorf("open the cluster: %w", err)
	}
	_, err = db.ExecContext(ctx, statement)
	if err := errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// Pause stops the server in the middle of whatever it does. Connections stay open, and
// nothing answers.
func (c *Cluster) Pause() error { return c.signal(syscall.SIGSTOP) }

// Continue lets a paused server go on.
func (c *Cluster) Continue() error { return c.signal(syscall.SIGCONT) }

// signal sends a signal to each process of the server.
func (c *Cluster) signal(s syscall.Signal) error {
	first, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("find the server: %w", err)
	}
	id, _, _ := strings.Cut(string(first), "\n")
	main, err := strconv.Atoi(id)
	if err != nil {
		return fmt.Errorf("find the server: %w", err)
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", main, main))
	if err != nil {
		return fmt.Errorf("find the processes of the server: %w", err)
	}
	for _, id := range append(strings.Fields(string(children)), id) {
		if n, err := strconv.Atoi(id); err == nil {
			_ = syscall.Kill(n, s) // one that has ended meanwhile needs none
		}
	}
	return nil
}

// Stop ends the server and takes away its files.
func (c *Cluster) Stop() {
	if c.leash != nil {
		_ = c.Continue()    // it may be paused, or not there
		_ = c.leash.Close() // it may be gone
		_ = c.server.Wait() // its exit code says nothing
		c.leash = nil
	}
	_ = os.RemoveAll(c.dir) // it is in the folder for temporary files
}
