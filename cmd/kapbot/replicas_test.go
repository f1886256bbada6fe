//go:build unix

package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/hosts"
)

// TestReplicas lets three processes of the program share a PostgreSQL, a Discord and a
// Slack, and kills one, stops one, cuts one off from the database, from the networks or
// from both, or pauses the database, again and again while people write. Each crisis
// message has exactly one card, no question more than one answer, and in the end each
// shard one holder.
// REPLICAS sets how long; "make soak-replicas" takes ten minutes, in one of which the
// database is paused. Without it only one process starts, before its database is there.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts a process")
	}
	long, err := time.ParseDuration(os.Getenv("REPLICAS"))
	alone := err != nil
	w := newFleet(t, !alone && os.Getenv(hosts.Apart) != "")
	w.withoutDatabase()
	if alone {
		return
	}
	for i := range w.all {
		if i > 0 {
			w.launch(i)
		}
	}
	for i := range w.all {
		w.metric(i, "kapbot_store_up", 1)
	}
	w.people(long)
	w.heal()
	w.check()
}

// withoutDatabase starts the first one while its database is not there: it shows cards
// and answers, says so, and takes the database once it has come.
func (w *fleet) withoutDatabase() {
	w.launch(0)
	w.metric(0, "kapbot_ready", 1)
	for name, want := range map[string]float64{"kapbot_store_up": 0, `kapbot_network_up{network="slack"}`: 1} {
		w.metric(0, name, want)
	}
	if ready := w.get(0, "/readyz"); !strings.HasPrefix(ready, "ready\nstore: ") {
		w.t.Errorf("without a store readyz says %q", ready)
	}
	card, answer := w.slackSays(w.danger(0)), w.slackSays("How long is a session?")
	w.await("a card and an answer without a store", func() bool {
		return len(w.slack.Bots(card)) == 1 && len(w.slack.Bots(answer)) == 1
	})
	if _, err := w.cluster.Create(w.t.Context(), database); err != nil {
		w.t.Fatal(err)
	}
	w.metric(0, "kapbot_store_up", 1)
	w.metric(0, "kapbot_store_listening", 1)
	w.metric(0, `kapbot_network_up{network="discord"}`, 1)
	w.await("what a start takes over", func() bool { return w.count("SELECT count(*) FROM entry") > 100 })
	if ready := w.get(0, "/readyz"); ready != "ready\n" {
		w.t.Errorf("with a store readyz says %q", ready)
	}
}

// friends are those who write in direct messages.
func friends() []string { return []string{"ann", "ben", "cat", "dan", "eve"} }

// people write for a while, and something goes wrong all the time.
func (w *fleet) people(long time.Duration) {
	for _, friend := range friends() {
		w.discord.Say(w.discord.Direct(friend), friend, "hello", discordserver.Said{})
	}
	w.await("the direct messages of friends", func() bool { return w.count("SELECT count(*) FROM direct WHERE network = 'discord'") == len(friends()) })
	end, next, paused := time.Now().Add(long), time.Now().Add(time.Second), false
	for time.Now().Before(end) {
		w.say()
		switch {
		case time.Now().Before(next):
		case !paused && time.Until(end) < long/2:
			paused = true
			w.pauseDatabase(min(long/10, time.Minute), long > time.Minute)
			next = time.Now().Add(time.Second)
		default:
			w.trouble()
			next = time.Now().Add(time.Second + rand.N(min(14*time.Second, long/4))) // also longer than a lease
		}
	}
}

// say lets somebody write. Of 20 messages three are a crisis of somebody who writes
// nothing else, three a question and the rest chatter.
func (w *fleet) say() {
	time.Sleep(25 * time.Millisecond)
	n := w.said
	w.said++
	who := fmt.Sprint("person", n)
	w.watchShards()
	switch n % 20 {
	case 2:
		w.crises[w.discord.Say(watchRoom, who, w.danger(n), discordserver.Said{})] = time.Now()
	case 9:
		// Of somebody who has written before: Discord lists no direct messages, so one
		// that begins while nobody is connected is found by nobody.
		who = friends()[n/20%len(friends())]
		w.crises[w.discord.Say(w.discord.Direct(who), who, w.danger(n), discordserver.Said{})] = time.Now()
	case 15:
		w.slackCrises[w.slackSays(w.danger(n))] = time.Now()
	case 5, 12:
		w.asked[w.discord.Say(supportRoom, who, "How long is a session?", discordserver.Said{})] = true
	case 18:
		w.slackAsked = append(w.slackAsked, w.slackSays("how much does it cost?"))
	default:
		w.discord.Say(watchRoom, fmt.Sprint("person", n%200), "anyone going to the cookout on saturday?", discordserver.Said{})
	}
}

// trouble makes something go wrong that lasts until the next trouble.
func (w *fleet) trouble() {
	w.heal()
	i := rand.IntN(len(w.all))
	kinds := 3
	if w.all[i].host != nil {
		kinds = 5
	}
	switch w.troubles++; w.troubles % kinds {
	case 0:
		w.t.Logf("%s: process %d sleeps", clock(time.Now()), i)
		w.asleep = w.all[i]
		w.signal(w.asleep, syscall.SIGSTOP)
	case 1:
		w.t.Logf("%s: process %d is killed and starts again", clock(time.Now()), i)
		w.all[i].kill()
		w.launch(i)
	case 2:
		w.t.Logf("%s: process %d is cut off from the database", clock(time.Now()), i)
		w.all[i].cut(w.t, toDatabase)
	case 3:
		w.t.Logf("%s: process %d is cut off from Discord and Slack", clock(time.Now()), i)
		w.all[i].cut(w.t, toNetworks)
	case 4:
		w.t.Logf("%s: process %d is cut off from everything", clock(time.Now()), i)
		w.all[i].cut(w.t, toDatabase)
		w.all[i].cut(w.t, toNetworks)
	}
}

// pauseDatabase stops the database for a while, in which people go on writing. In a
// long test two of the three are killed just before it: nobody can tell the third one,
// and those that start again meanwhile find no database.
func (w *fleet) pauseDatabase(long time.Duration, kill bool) {
	w.heal()
	if kill {
		w.all[0].kill()
		w.all[1].kill()
	}
	w.t.Logf("%s: the database stops for %v", clock(time.Now()), long)
	if err := w.cluster.Pause(); err != nil {
		w.t.Fatal(err)
	}
	w.databaseAway = true
	begun := time.Now()
	for i := 0; time.Since(begun) < long; {
		w.say()
		if kill && i < 2 && time.Since(begun) > time.Duration(i+1)*long/3 {
			w.launch(i)
			i++
		}
	}
	if err := w.cluster.Continue(); err != nil {
		w.t.Fatal(err)
	}
	w.databaseAway = false
	w.gap = map[int]time.Time{}
}

// heal ends the last trouble.
func (w *fleet) heal() {
	if w.asleep != nil {
		w.signal(w.asleep, syscall.SIGCONT)
		w.asleep = nil
	}
	for _, p := range w.all {
		p.mend(w.t)
	}
}

// watchShards notes for how long a shard has no connection.
func (w *fleet) watchShards() {
	held := w.discord.Held()
	for shard := range shards {
		began, lost := w.gap[shard]
		switch {
		case held[shard] > 0 || w.databaseAway:
			delete(w.gap, shard)
		case !lost:
			w.gap[shard] = time.Now()
		default:
			w.longest = max(w.longest, time.Since(began))
		}
	}
}

// check waits for all cards and counts.
func (w *fleet) check() {
	w.t.Helper()
	crises := map[string]bool{}
	for id := range w.crises {
		crises[id] = true
	}
	defer func() {
		if w.t.Failed() {
			w.missing(crises)
		}
	}()
	w.await("all cards", func() bool {
		for channel := range w.slackCrises {
			if len(w.slack.Bots(channel)) == 0 {
				return false
			}
		}
		return len(w.repliesTo(crises)) == len(crises)
	})
	w.await("one holder of each shard", func() bool {
		held := w.discord.Held()
		return len(held) == shards && !slices.ContainsFunc(slices.Collect(maps.Values(held)), func(n int) bool { return n != 1 })
	})
	time.Sleep(time.Second) // what comes twice comes soon
	for id, n := range w.repliesTo(crises) {
		if n != 1 {
			w.t.Errorf("the crisis %s on Discord has %d cards", id, n)
		}
	}
	took := w.tookOnDiscord()
	for channel := range w.slackCrises {
		if n := len(w.slack.Bots(channel)); n != 1 {
			w.t.Errorf("the crisis %s on Slack has %d cards", channel, n)
		}
	}
	answered := 0
	for id, n := range w.repliesTo(w.asked) {
		answered++
		if n > 1 {
			w.t.Errorf("the question %s on Discord has %d answers", id, n)
		}
	}
	for _, channel := range w.slackAsked {
		n := len(w.slack.Bots(channel))
		answered += min(n, 1)
		if n > 1 {
			w.t.Errorf("the question %s on Slack has %d answers", channel, n)
		}
	}
	if w.longest > 30*time.Second {
		w.t.Errorf("a shard had nobody for %v", w.longest)
	}
	w.t.Logf("%d messages; %d crises on Discord, the slowest card took %v; %d on Slack; %d of %d questions answered; %d troubles; a shard had nobody for %v at most",
		w.said, len(w.crises), took, len(w.slackCrises), answered, len(w.asked)+len(w.slackAsked), w.troubles, w.longest.Round(time.Millisecond))
}

// missing says which cards are, and how they were written.
func (w *fleet) missing(crises map[string]bool) {
	got := w.repliesTo(crises)
	for id := range crises {
		if got[id] == 0 {
			w.t.Logf("the crisis %s on Discord, written at %v, has no card", id, clock(w.crises[id]))
		}
	}
	for channel, at := range w.slackCrises {
		if len(w.slack.Bots(channel)) == 0 {
			w.t.Logf("the crisis %s on Slack, written at %v, has no card", channel, clock(at))
		}
	}
}

// slow is how long a card takes that is worth a look: longer than a shard may be without
// a holder.
const slow = 30 * time.Second

// clock is a time as logs have it.
func clock(at time.Time) string { return at.UTC().Format("15:04:05.000") }

// tookOnDiscord is how long the slowest card took. It lists those that were slow.
func (w *fleet) tookOnDiscord() (slowest time.Duration) {
	for _, o := range w.discord.Operations() {
		if r := o.Message.Reference; r != nil && o.Kind == "new" {
			at, ok := w.crises[r.MessageID]
			if !ok {
				continue
			}
			took := o.At.Sub(at)
			slowest = max(slowest, took)
			if took > slow {
				w.t.Logf("the crisis %s on Discord, written at %s in %s, had its card after %v", r.MessageID, clock(at), o.Message.ChannelID, took.Round(time.Millisecond))
			}
		}
	}
	return slowest.Round(time.Millisecond)
}

func (w *fleet) repliesTo(to map[string]bool) map[string]int {
	n := map[string]int{}
	for _, o := range w.discord.Operations() {
		if r := o.Message.Reference; r != nil && to[r.MessageID] && o.Kind == "new" {
			n[r.MessageID]++
		}
	}
	return n
}

// patience is how long a test waits for what has to come, on a machine that does much
// else. It is reached only when something is broken.
const patience = 5 * time.Minute

func (w *fleet) await(what string, so func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	for ; !so(); time.Sleep(20 * time.Millisecond) {
		if ctx.Err() != nil {
			w.t.Fatalf("this does not come: %s\n%s", what, w.logs())
		}
	}
}
