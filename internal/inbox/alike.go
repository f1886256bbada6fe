package inbox

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"kapbot/internal/encoder"
)

// How much is compared, so that it takes no longer however much is open.
const (
	// candidates are those that share the most letters; only they are encoded.
	candidates = 24
	// compared is how many notes of a cluster are looked at.
	compared = 8
	// encoded is how many vectors are made at once where a person waits for a page.
	encoded = 8
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

// resembling are the open clusters of questions of the same language that share the most
// runs of letters with one, rare ones above all. It looks at all of them.
func resembling(c Cluster, open []Cluster) []resemblance {
	number := map[string]int{} // the runs of c
	eachRun(c, func(run string) {
		if _, ok := number[run]; !ok {
			number[run] = len(number)
		}
	})
	var all []resemblance
	var shared [][]int
	in := make([]int, len(number)) // how many clusters hold a run
	for i := range open {
		o := &open[i]
		if o.Comment || o.Lang != c.Lang || o.ID == c.ID {
			continue
		}
		var runs []int
		size, met := 0, make([]bool, len(number))
		eachRun(*o, func(run string) {
			size++
			if n, ok := number[run]; ok && !met[n] {
				met[n] = true
				in[n]++
				runs = append(runs, n)
			}
		})
		all, shared = append(all, resemblance{o, 1 / math.Sqrt(float64(size+1))}), append(shared, runs)
	}
	weight := func(n int) float64 {
		rare := math.Log(float64(len(all)+2) / float64(in[n]+1))
		return rare * rare
	}
	whole := 0.0
	for n := range in {
		whole += weight(n)
	}
	for i := range all {
		sum := 0.0
		for _, n := range shared[i] {
			sum += weight(n)
		}
		all[i].score *= sum / (whole + 1) * math.Sqrt(float64(len(number)))
	}
	slices.SortStableFunc(all, func(a, b resemblance) int { return cmp.Compare(b.score, a.score) })
	return all
}

// run is how many bytes are compared at once: more than most stems' endings, fewer than
// most words.
const run = 4

// eachRun hands over the runs of a cluster's texts, across words too.
func eachRun(c Cluster, do func(run string)) {
	for _, n := range c.Notes[:min(len(c.Notes), compared)] {
		words := strings.FieldsFunc(strings.ToLower(n.Text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		text := " " + strings.Join(words, " ") + " "
		for i := 0; i+run <= len(text); i++ {
			do(text[i : i+run])
		}
	}
}
