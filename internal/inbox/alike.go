package inbox

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"kapbot/internal/encoder"
)

// How much is compared, so that it takes no longer however much is open.
const (
	// candidates are those that share the most letters; only they are encoded.
	candidates = 24
	// beside is with how many open clusters one is compared that a moderator looks at.
	// Reading them takes longest.
	beside = 1000
	// compared is how many notes of a cluster are looked at.
	compared = 8
	// encoded is how many vectors are made at once where a person waits for a page.
	encoded = 2
	// maxVectors is how many are remembered.
	maxVectors = 2000
)

// likeness compares what people wrote. It remembers vectors, but no words. The zero value
// remembers nothing yet.
type likeness struct {
	mu      sync.Mutex
	vectors map[string]encoder.Vector // by id of a note
	since   time.Time
}

// daily drops all vectors once a day: texts are erased in time, and so is what was made
// of them.
func (l *likeness) daily(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.since) > 24*time.Hour {
		clear(l.vectors)
		l.since = now
	}
}

// known is the vector of a note; false if it was not made yet.
func (l *likeness) known(n Note) (encoder.Vector, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.vectors[n.ID]
	return v, ok
}

// vector is that of a note, which is made if it is not known.
func (l *likeness) vector(e Encoder, n Note) encoder.Vector {
	if v, ok := l.known(n); ok {
		return v
	}
	v := e.Encode(n.Text)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.vectors == nil || len(l.vectors) >= maxVectors {
		l.vectors = map[string]encoder.Vector{}
	}
	l.vectors[n.ID] = v
	return v
}

// nearest is the cluster that asks what a note asks in nearly the same words, or nil.
func (l *likeness) nearest(e Encoder, c Cluster, n Note, open []Cluster) (near *Cluster) {
	c.Notes = []Note{n}
	best := float32(Alike)
	mine := l.vector(e, n)
	like := resembling(c, open)
	for _, o := range like[:min(len(like), candidates)] {
		for _, theirs := range o.Notes[:min(len(o.Notes), compared)] {
			if cosine := encoder.Cosine(mine, l.vector(e, theirs)); cosine >= best {
				best, near = cosine, o.Cluster
			}
		}
	}
	return near
}

// ranked orders open clusters by how near they are to one, the nearest first. It makes a
// few vectors, of those that share the most letters; what has none yet counts as one whose
// vector is neither near nor far.
func (l *likeness) ranked(e Encoder, c Cluster, open []Cluster) []Cluster {
	near := resembling(c, open)
	mine := l.vector(e, c.Notes[0])
	var unknown []int
	left, sum := encoded, 0.0
	for i := range near {
		first := near[i].Notes[0]
		theirs, known := l.known(first)
		if !known && left == 0 {
			unknown = append(unknown, i)
			continue
		}
		if !known {
			left--
			theirs = l.vector(e, first)
		}
		cosine := float64(encoder.Cosine(mine, theirs))
		near[i].score += cosine
		sum += cosine
	}
	for _, i := range unknown {
		near[i].score += sum / float64(max(1, len(near)-len(unknown)))
	}
	slices.SortStableFunc(near, func(a, b resemblance) int { return cmp.Compare(b.score, a.score) })
	var all []Cluster
	for _, n := range near[:min(len(near), candidates)] {
		all = append(all, *n.Cluster)
	}
	return all
}

// A resemblance is a cluster and how much it looks like another.
type resemblance struct {
	*Cluster
	score float64 // 0 to 1
}

// resembling are the open clusters of questions of the same language, those first that
// share the most runs of letters with one, rare ones above all.
func resembling(c Cluster, open []Cluster) []resemblance {
	number := map[uint32]int{} // the runs of c
	var maybe [1 << 12]bool    // no run of c where it is false: most are told apart by it
	eachRun(c, func(run uint32) {
		if _, ok := number[run]; !ok {
			number[run] = len(number)
			maybe[slot(run)] = true
		}
	})
	var all []resemblance
	var shared [][]int
	in := make([]int, len(number)) // how many clusters hold a run
	met := make([]int, len(number))
	for i := range open {
		o := &open[i]
		if o.Comment || o.Lang != c.Lang || o.ID == c.ID {
			continue
		}
		var runs []int
		size := 0
		eachRun(*o, func(run uint32) {
			size++
			if !maybe[slot(run)] {
				return
			}
			if n, ok := number[run]; ok && met[n] != i+1 {
				met[n] = i + 1
				in[n]++
				runs = append(runs, n)
			}
		})
		all, shared = append(all, resemblance{o, 1 / math.Sqrt(float64(size+1))}), append(shared, runs)
	}
	weight, whole := make([]float64, len(in)), 1.0
	for n := range in {
		rare := math.Log(float64(len(all)+2) / float64(in[n]+1))
		weight[n] = rare * rare
		whole += weight[n]
	}
	for i := range all {
		sum := 0.0
		for _, n := range shared[i] {
			sum += weight[n]
		}
		all[i].score *= sum / whole * math.Sqrt(float64(len(number)))
	}
	slices.SortStableFunc(all, func(a, b resemblance) int { return cmp.Compare(b.score, a.score) })
	return all
}

// slot spreads runs over the places of a table.
func slot(run uint32) uint32 { return run * 2654435769 >> 20 }

// eachRun hands over the runs of a cluster's texts, across words too. A run is four bytes:
// more than most stems' endings, fewer than most words.
func eachRun(c Cluster, do func(run uint32)) {
	for _, n := range c.Notes[:min(len(c.Notes), compared)] {
		run, length := uint32(' '), 1
		add := func(b byte) {
			run = run<<8 | uint32(b)
			if length++; length >= 4 {
				do(run)
			}
		}
		for _, r := range n.Text {
			switch {
			case r < utf8.RuneSelf && ('a' <= r && r <= 'z' || '0' <= r && r <= '9'):
				add(byte(r))
			case unicode.IsLetter(r) || unicode.IsDigit(r):
				for _, b := range utf8.AppendRune(nil, unicode.ToLower(r)) {
					add(b)
				}
			case byte(run) != ' ':
				add(' ')
			}
		}
		if byte(run) != ' ' {
			add(' ')
		}
	}
}
