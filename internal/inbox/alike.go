package inbox

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"kapbot/internal/encoder"
)

// How much is compared, so that it takes no longer however much is open.
const (
	// candidates are those that share the most letters; only they are encoded.
	candidates = 24
	// encoded is how many new vectors are made at once where a person waits for a page.
	encoded = 8
	// maxVectors is how many are remembered.
	maxVectors = 2000
)

// likeness compares what people wrote. It remembers vectors, but no words. The zero value
// remembers nothing yet.
type likeness struct {
	mu      sync.Mutex
	vectors map[string]encoder.Vector // by id of a note
}

// forget drops all vectors: texts are erased in time, and what was made of them too.
func (l *likeness) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.vectors)
}

// vector is that of a note; false if it is not known and may not be made.
func (l *likeness) vector(e Encoder, n Note, make bool) (encoder.Vector, bool) {
	l.mu.Lock()
	v, ok := l.vectors[n.ID]
	l.mu.Unlock()
	if ok || !make {
		return v, ok
	}
	v = e.Encode(n.Text)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.vectors == nil || len(l.vectors) >= maxVectors {
		l.vectors = map[string]encoder.Vector{}
	}
	l.vectors[n.ID] = v
	return v, true
}

// nearest is the cluster that asks what a note asks in nearly the same words, or nil.
func (l *likeness) nearest(e Encoder, c Cluster, n Note, open []Cluster) (near *Cluster) {
	c.Notes = []Note{n}
	best := float32(Alike)
	mine, _ := l.vector(e, n, true)
	for _, o := range resembling(c, open) {
		for _, theirs := range o.Notes[:min(len(o.Notes), candidates)] {
			v, _ := l.vector(e, theirs, true)
			if cosine := encoder.Cosine(mine, v); cosine >= best {
				best, near = cosine, o.Cluster
			}
		}
	}
	return near
}

// ranked orders clusters by how near they are to one, the nearest first.
func (l *likeness) ranked(e Encoder, c Cluster, open []Cluster) []Cluster {
	near := resembling(c, open)
	left := encoded
	vector := func(n Note) (encoder.Vector, bool) {
		v, ok := l.vector(e, n, false)
		if !ok && left > 0 {
			left--
			v, ok = l.vector(e, n, true)
		}
		return v, ok
	}
	mine, ok := vector(c.Notes[0])
	for i := range near {
		if theirs, known := vector(near[i].Notes[0]); known && ok {
			near[i].score += float64(encoder.Cosine(mine, theirs))
		}
	}
	slices.SortStableFunc(near, func(a, b resemblance) int { return cmp.Compare(b.score, a.score) })
	var all []Cluster
	for _, n := range near {
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
	eachRun(c, func(run string) { number[run] = len(number) })
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
	return all[:min(len(all), candidates)]
}

// run is how many bytes are compared at once: more than most stems' endings, fewer than
// most words.
const run = 4

// eachRun hands over the runs of a cluster's texts, across words too.
func eachRun(c Cluster, do func(run string)) {
	for _, n := range c.Notes[:min(len(c.Notes), candidates)] {
		words := strings.FieldsFunc(strings.ToLower(n.Text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		text := " " + strings.Join(words, " ") + " "
		for i := 0; i+run <= len(text); i++ {
			do(text[i : i+run])
		}
	}
}
