package classifier

import (
	"math"
	"slices"
	"strings"

	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
	"kapbot/internal/encoder"
)

// A Message is what the classifier reads.
type Message struct {
	Words words.Reading
	Hits  []frames.Hit
}

// A window is a part of a message that the encoder reads at once.
type window struct {
	text   string
	tokens []words.Token
}

// windows cuts a message: one window that holds the text as typed, or, where a
// word had to be guessed or the message is longer than the encoder reads, its
// plain words.
func (m Message) windows(e *encoder.Encoder) []window {
	if !m.Words.Repaired && e.Fits(m.Words.Plain) {
		return []window{{m.Words.Plain, m.Words.Tokens}}
	}
	return m.plainWindows()
}

// plainWindows cuts the plain words into windows of at most about windowWords
// that end where a sentence does.
func (m Message) plainWindows() []window {
	var out []window
	for _, p := range m.cut(windowWords/2, windowWords, maxWindows) {
		out = append(out, plainWindow(m.Words.Tokens[p.from:p.to]))
	}
	return out
}

// A piece is what stands between two tokens of a message.
type piece struct{ from, to int }

// cut divides a message into pieces that end where a sentence does, of least words or
// more and at most as many as most; at limit pieces or fewer.
func (m Message) cut(least, most, limit int) []piece {
	var out []piece
	from := 0
	for i, t := range m.Words.Tokens {
		if count := i - from; count >= most || count >= least && t.Before == words.Stop {
			out = append(out, piece{from, i})
			from = i
		}
	}
	out = append(out, piece{from, len(m.Words.Tokens)})
	if len(out) > limit {
		// Both ends are read: a plea stands first or last, padding between.
		out = append(out[:limit/2:limit/2], out[len(out)-limit/2:]...)
	}
	return out
}

func plainWindow(tokens []words.Token) window {
	var b strings.Builder
	for i, t := range tokens {
		switch {
		case i == 0:
		case t.Before == words.Stop:
			b.WriteString(". ")
		default:
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return window{b.String(), tokens}
}

// windowWords is about as much as the encoder's 128 tokens hold.
const windowWords = 90

// maxWindows bounds the time that one message can take, to about a tenth of a second.
const maxWindows = 12

// sentences cuts a message that is longer than one window into pieces of about a
// sentence or two, so that one that is buried in a long text is read by itself too. Each
// has the frames that lie within it.
func (m Message) sentences() []Message {
	if len(m.Words.Tokens) <= windowWords {
		return nil
	}
	var out []Message
	for _, p := range m.cut(sentenceLeast, sentenceMost, maxSentences) {
		one := Message{Words: words.Reading{Tokens: m.Words.Tokens[p.from:p.to]}}
		for _, h := range m.Hits {
			if h.Start >= p.from && h.End <= p.to {
				one.Hits = append(one.Hits, h)
			}
		}
		out = append(out, one)
	}
	return out
}

// The words of such a piece, and how many of them are read.
const (
	sentenceLeast = 6
	sentenceMost  = 30
	maxSentences  = 60
)

// counters are the word lists whose shares of a message are features.
var counters = []struct {
	name  string
	words []string
}{
	{"count.me", []string{"i", "me", "my", "myself", "mine", "yo", "mi", "me"}},
	{"count.other", []string{"he", "she", "they", "his", "her", "him", "them", "their", "himself", "herself", "el", "ella"}},
	{"count.you", []string{"you", "your", "tu"}},
	{"count.we", []string{"we", "our", "us"}},
	{"count.not", []string{"not", "never", "no", "nobody", "nothing"}},
	{"count.past", []string{"was", "were", "had", "did", "used", "ago", "been"}},
	{"count.ask", []string{"what", "how", "does", "is", "can", "why", "which", "do", "are", "que", "como", "cuanto"}},
	{"count.laugh", []string{"lol", "haha", "lmao", "jaja", "jajaja", "hahaha"}},
}

// featureNames lists the features that a lexicon gives, in order.
func featureNames(lex *frames.Lexicon) []string {
	var names []string
	for _, f := range lex.Frames {
		names = append(names, "live:"+f.Name, "held:"+f.Name)
	}
	for _, c := range counters {
		names = append(names, c.name)
	}
	return append(names, "question", "length", "card")
}

// features fills the vector for the given names. A name that the lexicon no
// longer gives stays 0.
func (m Message) features(at map[string]int) []float32 {
	v := make([]float32, len(at))
	set := func(name string, x float32) {
		if i, ok := at[name]; ok {
			v[i] = x
		}
	}
	for _, h := range m.Hits {
		if !h.Live() {
			set("held:"+h.Frame.Name, 1)
			continue
		}
		set("live:"+h.Frame.Name, 1)
		if h.Frame.Level >= frames.Concern {
			set("card", 1)
		}
	}
	n := float32(max(1, len(m.Words.Tokens)))
	for _, c := range counters {
		count := float32(0)
		for _, t := range m.Words.Tokens {
			if slices.Contains(c.words, t.Text) {
				count++
			}
		}
		set(c.name, count/float32(math.Sqrt(float64(n))))
	}
	if strings.Contains(m.Words.Plain, "?") {
		set("question", 1)
	}
	set("length", float32(math.Log1p(float64(n)))/4)
	return v
}
