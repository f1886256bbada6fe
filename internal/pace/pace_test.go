package pace_test

import (
	"runtime"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kapbot/internal/pace"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// taken is how many of n a key may take.
func taken[K comparable](p *pace.Pace[K], key K, at time.Time, n int) (got int) {
	for range n {
		if p.Take(key, at) {
			got++
		}
	}
	return got
}

func TestPace(t *testing.T) {
	p := pace.New[string](3, 10*time.Second)
	for _, step := range []struct {
		name string
		key  string
		at   time.Duration
		want int // of ten
	}{
		{"a few at once", "ann", 0, 3},
		{"then none", "ann", 9 * time.Second, 0},
		{"and somebody else has their own", "bob", 9 * time.Second, 3},
		{"one after a while", "ann", 11 * time.Second, 1},
		{"never more than at first", "ann", time.Hour, 3},
		{"a clock that goes back gives nothing", "ann", 0, 0},
	} {
		if got := taken(p, step.key, noon.Add(step.at), 10); got != step.want {
			t.Errorf("%s: %d of ten, want %d", step.name, got, step.want)
		}
	}
	if got := taken((*pace.Pace[string])(nil), "ann", noon, 10); got != 10 {
		t.Errorf("without a pace %d of ten", got)
	}
}

// However takes are spread over time, nobody gets more than the pace allows.
func TestNobodyTakesMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const every, burst = time.Second, 4
		p := pace.New[int](burst, every)
		var got [3]int
		at := noon
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 3000), 1, 200).Draw(t, "pauses in ms") {
			at = at.Add(time.Duration(step) * time.Millisecond)
			key := step % len(got)
			if p.Take(key, at) {
				got[key]++
			}
			if most := burst + int(at.Sub(noon)/every) + 1; got[key] > most {
				t.Fatalf("%d were taken in %v", got[key], at.Sub(noon))
			}
		}
	})
}

func TestMemoryHasABound(t *testing.T) {
	p := pace.New[int](3, time.Hour)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 400_000 {
		p.Take(i, noon)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 32<<20 {
		t.Errorf("%d MB for many people", grown>>20)
	}
	runtime.KeepAlive(p)
}
