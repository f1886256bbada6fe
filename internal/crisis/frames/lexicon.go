package frames

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/goccy/go-yaml"
)

//go:embed lexicon/*.yaml
var lexiconFiles embed.FS

// Files are the lexicon's files, for whoever wants to name them.
func Files() fs.FS { return lexiconFiles }

// A Level is what a frame alone says of a message. The order is that of
// gravity; Risk frames matter only together with others.
type Level uint8

// The levels a frame may have.
const (
	Risk Level = iota
	Mention
	Concern
	Crisis
)

// UnmarshalText reads the names used in the YAML files.
func (l *Level) UnmarshalText(text []byte) error {
	at := slices.Index([]string{"risk", "mention", "concern", "crisis"}, string(text))
	if at < 0 {
		return fmt.Errorf("%q is no level: want risk, mention, concern or crisis", text)
	}
	*l = Level(at)
	return nil
}

// A Frame is one idea and the ways people put it.
type Frame struct {
	Name  string `yaml:"name"`
	Level Level  `yaml:"level"`
	// Who, Act, Object, Tense and Polarity say what the frame means. They are
	// read by people and, as features, by the classifier.
	Who      string `yaml:"who"`
	Act      string `yaml:"act"`
	Object   string `yaml:"object"`
	Tense    string `yaml:"tense"`
	Polarity string `yaml:"polarity"`
	// Risk is what the frame adds to the running risk of a conversation, from
	// 0 to 1; at 1 the risk alone is a concern.
	Risk float64 `yaml:"risk"`
	// Card names the crisis card that fits, where it is not the usual one.
	Card string `yaml:"card"`
	// Negated is the level when a negation stands before the frame; without it
	// a negated frame is a mention.
	Negated *Level `yaml:"negated"`
	// Unbraked frames hold whatever else the message says.
	Unbraked bool     `yaml:"unbraked"`
	Say      []string `yaml:"say"`
	// Doubt lists ways that are said as often of something harmless. Such a hit
	// asks the classifier and shows no card by itself.
	Doubt []string `yaml:"doubt"`
}

// A Scope says how near a brake must stand to the frame that it holds.
type Scope string

// The scopes of a brake.
const (
	Overlap  Scope = "overlap"  // shares a word with it
	Sentence Scope = "sentence" // stands in the same sentence
	Message  Scope = "message"  // stands anywhere
)

// A Brake is a reading that takes frames back.
type Brake struct {
	Name   string   `yaml:"name"`
	Holds  []string `yaml:"holds"` // names of frames, as path.Match patterns
	Scope  Scope    `yaml:"scope"`
	Lowers string   `yaml:"lowers"` // to "mention" or to "none"
	Say    []string `yaml:"say"`
}

// A Joint is a set of frames that together mean more than each alone.
type Joint struct {
	Name  string   `yaml:"name"`
	Level Level    `yaml:"level"`
	Card  string   `yaml:"card"`
	All   []string `yaml:"all"` // each a path.Match pattern that some frame must fit
}

// file is one YAML file of the lexicon.
type file struct {
	Classes     map[string][]string `yaml:"classes"`
	Fillers     []string            `yaml:"fillers"`
	Negators    []string            `yaml:"negators"`
	Transparent []string            `yaml:"transparent"`
	Guarded     []string            `yaml:"guarded"`
	Frames      []Frame             `yaml:"frames"`
	Brakes      []Brake             `yaml:"brakes"`
	Joints      []Joint             `yaml:"joints"`
}

// Lexicon is the compiled set of frames. It is immutable and safe for
// concurrent use.
type Lexicon struct {
	Frames []Frame
	Brakes []Brake
	Joints []Joint

	guarded     []string
	ids         map[string]int32
	fillers     bitset
	negators    bitset
	transparent bitset
	programs    []program
	byTrigger   map[int32][]int32 // word id → programs that need a word like it
	holds       [][]int           // frame → brakes that may hold it
}

// Load reads and compiles the embedded lexicon.
func Load() (*Lexicon, error) {
	all, err := readAll(lexiconFiles)
	if err != nil {
		return nil, err
	}
	return compile(all)
}

func readAll(fsys fs.FS) (file, error) {
	names, err := fs.Glob(fsys, "lexicon/*.yaml")
	if err != nil {
		return file{}, fmt.Errorf("list the lexicon: %w", err)
	}
	all := file{Classes: map[string][]string{}}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return file{}, fmt.Errorf("read lexicon: %w", err)
		}
		var f file
		if err := yaml.UnmarshalWithOptions(data, &f, yaml.DisallowUnknownField()); err != nil {
			return file{}, fmt.Errorf("read lexicon file %s: %w", path.Base(name), err)
		}
		for class, words := range f.Classes {
			if _, twice := all.Classes[class]; twice {
				return file{}, fmt.Errorf("lexicon file %s: class <%s> is defined twice", path.Base(name), class)
			}
			all.Classes[class] = words
		}
		all.Fillers = append(all.Fillers, f.Fillers...)
		all.Negators = append(all.Negators, f.Negators...)
		all.Transparent = append(all.Transparent, f.Transparent...)
		all.Guarded = append(all.Guarded, f.Guarded...)
		all.Frames = append(all.Frames, f.Frames...)
		all.Brakes = append(all.Brakes, f.Brakes...)
		all.Joints = append(all.Joints, f.Joints...)
	}
	return all, nil
}

func compile(all file) (*Lexicon, error) {
	l := &Lexicon{
		Frames: all.Frames, Brakes: all.Brakes, Joints: all.Joints,
		guarded: all.Guarded, ids: map[string]int32{}, byTrigger: map[int32][]int32{},
	}
	c := compiler{lex: l, classes: all.Classes, parsed: map[string]*node{}}
	l.fillers = c.bitsOf(all.Fillers)
	l.negators = c.bitsOf(all.Negators)
	l.transparent = c.bitsOf(all.Transparent)
	var errs []error
	names := map[string]bool{}
	name := func(name string) {
		if name == "" || names[name] {
			errs = append(errs, fmt.Errorf("frame or brake %q has no name of its own", name))
		}
		names[name] = true
	}
	add := func(owner owner, name string, say []string) {
		for _, pattern := range say {
			if err := c.add(owner, pattern); err != nil {
				errs = append(errs, fmt.Errorf("%s: pattern %q: %w", name, pattern, err))
			}
		}
	}
	for i, f := range l.Frames {
		name(f.Name)
		add(owner{frame: i, brake: -1}, f.Name, f.Say)
		add(owner{frame: i, brake: -1, doubtful: true}, f.Name, f.Doubt)
	}
	for i, b := range l.Brakes {
		name(b.Name)
		add(owner{frame: -1, brake: i}, b.Name, b.Say)
	}
	errs = append(errs, l.link()...)
	return l, errors.Join(errs...)
}

// link resolves which brakes may hold which frames.
func (l *Lexicon) link() []error {
	var errs []error
	l.holds = make([][]int, len(l.Frames))
	for bi, b := range l.Brakes {
		if b.Scope != Overlap && b.Scope != Sentence && b.Scope != Message {
			errs = append(errs, fmt.Errorf("brake %s: %q is no scope", b.Name, b.Scope))
		}
		if b.Lowers != "none" && b.Lowers != "mention" {
			errs = append(errs, fmt.Errorf("brake %s: lowers to %q, want none or mention", b.Name, b.Lowers))
		}
		used := false
		for fi, f := range l.Frames {
			if !f.Unbraked && fits(b.Holds, f.Name) {
				l.holds[fi] = append(l.holds[fi], bi)
				used = true
			}
		}
		if !used {
			errs = append(errs, fmt.Errorf("brake %s holds no frame", b.Name))
		}
	}
	for _, j := range l.Joints {
		for _, want := range j.All {
			if !slices.ContainsFunc(l.Frames, func(f Frame) bool { return fits([]string{want}, f.Name) }) {
				errs = append(errs, fmt.Errorf("joint %s: no frame is called %s", j.Name, want))
			}
		}
	}
	return errs
}

func fits(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(p, name)
		return err == nil && ok
	})
}

// Fits reports whether the name of a frame fits a pattern such as "risk.*".
func Fits(pattern, name string) bool { return fits([]string{pattern}, name) }

// Vocabulary returns every word that a rule names.
func (l *Lexicon) Vocabulary() []string {
	words := make([]string, 0, len(l.ids))
	for w := range l.ids {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}

// Guarded returns the words that people misspell or hide on purpose.
func (l *Lexicon) Guarded() []string { return slices.Clone(l.guarded) }
