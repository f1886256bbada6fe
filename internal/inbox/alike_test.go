package inbox_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kapbot/internal/encoder"
	"kapbot/internal/inbox"
)

// asked is a question and the entries that answer it.
type asked struct {
	Text, Entry, Split string
	Also               []string
	vector             encoder.Vector
}

// same reports whether two questions ask for the same entry.
func (a asked) same(b asked) bool {
	return a.Entry == b.Entry || slices.Contains(a.Also, b.Entry) || slices.Contains(b.Also, a.Entry)
}

// questions reads those of one half, at most limit.
func questions(t *testing.T, half string, limit int) []asked {
	t.Helper()
	e, err := load()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../search/testdata/answerable.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []asked
	for in := bufio.NewScanner(f); in.Scan() && len(all) < limit; {
		var a asked
		if err := json.Unmarshal(in.Bytes(), &a); err != nil {
			t.Fatal("a line cannot be read")
		}
		if a.Split == half {
			a.vector = e.Encode(a.Text)
			all = append(all, a)
		}
	}
	return all
}

// joined counts pairs of questions: of those that are at least so much alike, how many
// ask the same and how many do not, and how many of all do and do not.
func joined(all []asked, alike float32) (right, wrong, same, other int) {
	for i, a := range all {
		for _, b := range all[:i] {
			near := encoder.Cosine(a.vector, b.vector) >= alike
			switch {
			case a.same(b) && near:
				right++
			case near:
				wrong++
			}
			if a.same(b) {
				same++
			} else {
				other++
			}
		}
	}
	return right, wrong, same, other
}

// A moderator who reads two clusters loses little; one who reads a mixed one may
// overlook a question. The whole table, and the half that nothing was chosen on, come
// with make measure-clusters.
func TestHardlyAnyOtherQuestionLiesInACluster(t *testing.T) {
	if os.Getenv("KAPBOT_WHOLE") == "" {
		if _, wrong, _, other := joined(questions(t, "dev", 150), inbox.Alike); wrong*1000 > other {
			t.Errorf("%d of %d pairs that ask something else lie together", wrong, other)
		}
		return
	}
	for _, half := range []string{"dev", "test"} {
		all := questions(t, half, 1000)
		for alike := 50; alike <= 90; alike += 5 {
			right, wrong, same, other := joined(all, float32(alike)/100)
			t.Logf("%s, %d questions, cosine %.2f: together lie %d of %d pairs that ask the same, and %d of %d that do not",
				half, len(all), float64(alike)/100, right, same, wrong, other)
		}
	}
}

// asClusters makes a cluster of each question.
func asClusters(all []asked) (open []inbox.Cluster) {
	for i, a := range all {
		open = append(open, inbox.Cluster{ID: strconv.Itoa(i), Notes: []inbox.Note{{ID: strconv.Itoa(i), Text: a.Text}}})
	}
	return open
}

// A moderator is shown what may ask the same. The whole table comes with make
// measure-clusters.
func TestWhatAsksTheSameIsOftenShown(t *testing.T) {
	half, limit, every := "dev", 150, 10
	if os.Getenv("KAPBOT_WHOLE") != "" {
		limit, every = 1000, 1
	}
	all := questions(t, half, limit)
	open := asClusters(all)
	w := newWorld(t)
	cold := newWorld(t)
	for _, c := range open { // as on the pages that were shown before
		w.Ranked(c, open)
	}
	could, byLetters, byFew, byBoth := 0, 0, 0, 0
	for i := 0; i < len(all); i += every {
		if !slices.ContainsFunc(all, func(b asked) bool { return b.Text != all[i].Text && all[i].same(b) }) {
			continue
		}
		could++
		shows := func(list []inbox.Cluster) bool {
			return slices.ContainsFunc(list[:min(10, len(list))], func(c inbox.Cluster) bool {
				n, _ := strconv.Atoi(c.ID)
				return all[i].same(all[n])
			})
		}
		if shows(inbox.Resembling(open[i], open)) {
			byLetters++
		}
		cold.Forget()
		if shows(cold.Ranked(open[i], open)) {
			byFew++
		}
		if shows(w.Ranked(open[i], open)) {
			byBoth++
		}
	}
	t.Logf("%s: of %d questions that another one asks too, one of those is among the first ten for %d by letters, for %d with the vectors of a first look, for %d with all", half, could, byLetters, byFew, byBoth)
	if byBoth*5 < could*2 {
		t.Errorf("only for %d of %d", byBoth, could)
	}
}

func TestLikenessTakesAnyText(t *testing.T) {
	texts := []string{"", " ", "a", "ha ha ha ha", "aaaaaaaaaaaaaaaa", "????", "ñandú ñandú ñandú", "\xff\xfe\xfd", strings.Repeat("over and ", 100)}
	var open []inbox.Cluster
	for i, text := range texts {
		open = append(open, inbox.Cluster{ID: strconv.Itoa(i), Notes: []inbox.Note{{ID: strconv.Itoa(i), Text: text}}})
	}
	for _, c := range open {
		inbox.Resembling(c, open)
	}
	same := inbox.Cluster{ID: "same", Notes: []inbox.Note{{Text: "Ha ha, HA ha!"}}}
	if got := inbox.Resembling(same, open); got[0].ID != "3" {
		t.Errorf("the same text comes as %+v", got)
	}
}
