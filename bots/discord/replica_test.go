//go:build unix

package discord_test

import (
	"context"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
)

// TestReplicas lets three bots share a PostgreSQL, and kills or pauses one of them or
// the database again and again while people write. Each crisis message has exactly one
// card, and no question more than one answer. REPLICAS sets how long; "make
// soak-replicas" takes ten minutes, in one of which the database is paused.
func TestReplicas(t *testing.T) {
	long := 12 * time.Second
	if d, err := time.ParseDuration(os.Getenv("REPLICAS")); err == nil {
		long = d
	}
	s := newServer(t)
	s.HeartbeatEvery = 10 * time.Second
	cluster := storetest.NewCluster(t)
	where, err := cluster.Create(t.Context(), "replicas")
	if err != nil {
		t.Fatal(err)
	}
	r := &replicas{t: t, server: s, where: where, long: long}
	for i := range r.all {
		r.launch(i)
	}
	r.await(func(logins int) bool { return logins >= 2 }) // of both shards
	c := newCrowd(s, 200)
	end, trouble, paused := time.Now().Add(long), time.Now().Add(time.Second), false
	for time.Now().Before(end) {
		c.say()
		time.Sleep(20 * time.Millisecond)
		switch {
		case time.Now().Before(trouble):
		case !paused && time.Until(end) < long/2:
			paused = true
			r.pauseCluster(cluster, c)
			trouble = time.Now().Add(time.Second)
		default:
			trouble = time.Now().Add(r.trouble())
		}
	}
	r.wake()
	took := c.cards(t)
	t.Logf("%d messages, %d crises; the slowest card took %v; %d replicas were killed, %d put to sleep", c.n, len(c.crises), took[len(took)-1], r.killed, r.slept)
	answered := repliesTo(s.Operations(), c.asked)
	for id, n := range answered {
		if n > 1 {
			t.Errorf("the question %s has %d answers", id, n)
		}
	}
	t.Logf("%d of %d questions were answered", len(answered), len(c.asked))
}

// pauseCluster stops the database for a while, in which people go on writing. In a long
// test two of the three die just before it: nobody can tell the third one.
func (r *replicas) pauseCluster(cluster *storetest.Cluster, c *crowd) {
	r.wake()
	dying := 0
	if r.long > time.Minute {
		dying = 2
	}
	for i := range dying {
		r.killed++
		r.all[i].kill()
	}
	if err := cluster.Pause(); err != nil {
		r.t.Fatal(err)
	}
	for end := time.Now().Add(min(r.long/10, time.Minute)); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		c.say()
	}
	if err := cluster.Continue(); err != nil {
		r.t.Fatal(err)
	}
	for i := range dying {
		r.launch(i)
	}
}

type replicas struct {
	t             *testing.T
	server        *discordserver.Server
	where         string
	long          time.Duration
	all           [3]*process
	asleep        *process
	killed, slept int
}

func (r *replicas) launch(i int) {
	r.all[i] = launch(r.t, r.server, r.where, childShards+"=2")
}

func (r *replicas) await(ok func(logins int) bool) {
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	if !r.server.AwaitGateway(ctx, func(logins, _ int) bool { return ok(logins) }) {
		r.t.Fatal("the bots did not connect")
	}
}

// trouble kills or pauses one of them, and returns how long that is to be left so.
func (r *replicas) trouble() time.Duration {
	r.wake()
	i := rand.IntN(len(r.all))
	if r.killed <= r.slept {
		r.killed++
		r.all[i].kill()
		r.launch(i)
	} else {
		r.slept++
		r.asleep = r.all[i]
		r.signal(syscall.SIGSTOP)
	}
	return time.Second + rand.N(min(11*time.Second, r.long/4)) // also longer than a lease
}

// wake lets go on what sleeps.
func (r *replicas) wake() {
	if r.asleep != nil {
		r.signal(syscall.SIGCONT)
		r.asleep = nil
	}
}

func (r *replicas) signal(s syscall.Signal) {
	if err := r.asleep.cmd.Process.Signal(s); err != nil {
		r.t.Error(err)
	}
}
