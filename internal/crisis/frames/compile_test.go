package frames_test

import (
	"slices"
	"strings"
	"testing"

	"kapbot/internal/crisis/frames"
)

func TestLoad(t *testing.T) {
	lexicon, err := frames.Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("every guarded word is in a rule", func(t *testing.T) {
		vocabulary := lexicon.Vocabulary()
		for _, w := range lexicon.Guarded() {
			if _, ok := slices.BinarySearch(vocabulary, w); !ok {
				t.Errorf("%q is guarded and in no rule", w)
			}
		}
	})
	t.Run("every frame says who does what", func(t *testing.T) {
		for _, f := range lexicon.Frames {
			if len(f.Say)+len(f.Doubt) == 0 {
				t.Errorf("%s has no pattern", f.Name)
			}
			if f.Name != "safe" && (f.Who == "" || f.Act == "" || f.Object == "" || f.Tense == "" || f.Polarity == "") {
				t.Errorf("%s does not say who, act, object, tense and polarity", f.Name)
			}
			if f.Risk < 0 || f.Risk > 1 {
				t.Errorf("%s: risk %v is not between 0 and 1", f.Name, f.Risk)
			}
		}
	})
	t.Run("patterns are written in plain words", func(t *testing.T) {
		for _, w := range lexicon.Vocabulary() {
			if w != strings.ToLower(w) || strings.ContainsAny(w, " \t’“”") {
				t.Errorf("%q can never be read: package words leaves no such token", w)
			}
		}
	})
	t.Run("the list of guarded words is a copy", func(t *testing.T) {
		first := lexicon.Guarded()
		first[0] = "changed"
		if lexicon.Guarded()[0] == "changed" {
			t.Error("a caller can change it")
		}
	})
}

func TestCompileRefuses(t *testing.T) {
	pattern := func(p string) string {
		return "frames: [{name: f, level: crisis, say: ['" + p + "']}]"
	}
	const f = "{name: f, level: crisis, say: [die]}"
	for _, test := range []struct{ name, source, want string }{
		{"a fault in a doubtful way", "frames: [{name: f, level: crisis, say: [die], doubt: ['(x']}]", `f: pattern "(x": ")" is missing`},
		{"an unknown class", pattern("want <nothing>"), "no class is called <nothing>"},
		{"a class that names itself", "classes: {a: ['<b> x'], b: ['y <a>']}\n" + pattern("<a>"), "names itself"},
		{"a fault inside a class", "classes: {a: ['(x']}\n" + pattern("<a>"), `class <a>, "(x": ")" is missing`},
		{"an open bracket", pattern("want (to die"), `")" is missing`},
		{"an open square bracket", pattern("want [to die"), `"]" is missing`},
		{"a stray bracket", pattern("want to) die"), `unexpected ")"`},
		{"a stray square bracket", pattern("want to] die"), `unexpected "]"`},
		{"brackets that cross", pattern("want (to [die) now]"), `unexpected ")"`},
		{"an empty choice", pattern("want (to | ) die"), "an empty choice"},
		{"an empty bracket", pattern("want () die"), "an empty choice"},
		{"an empty pattern", pattern(""), "an empty choice"},
		{"a gap of none", pattern("want ..0 die"), "a gap is written ..1 to ..12"},
		{"a gap too wide", pattern("want ..13 die"), "a gap is written ..1 to ..12"},
		{"a gap without a number", pattern("want ..x die"), "a gap is written ..1 to ..12"},
		{"a pattern that may be missing whole", pattern("[die]"), "at least one word that cannot be missing"},
		{"a pattern of gaps and anchors", pattern("^ ..3 $"), "at least one word that cannot be missing"},
		{"a choice that may be missing", pattern("(die | [now])"), "at least one word that cannot be missing"},
		{"a pattern that is a choice with nothing to take", pattern("(die | ..2) $"), "at least one word that cannot be missing"},
		{"an unknown level", "frames: [{name: f, level: grave, say: [die]}]", `"grave" is no level`},
		{"an unknown key", "frames: [{name: f, levle: crisis, say: [die]}]", "levle"},
		{"broken YAML", "frames: [", "lexicon file 0.yaml"},
		{"a frame without a name", "frames: [{level: crisis, say: [die]}]", "has no name of its own"},
		{"two frames of one name", "frames: [" + f + ", " + f + "]", `"f" has no name of its own`},
		{"a brake with the name of a frame", "frames: [" + f + "]\nbrakes: [{name: f, holds: [f], scope: message, lowers: none, say: [x]}]", `"f" has no name of its own`},
		{"an unknown scope", "frames: [" + f + "]\nbrakes: [{name: b, holds: [f], scope: near, lowers: none, say: [x]}]", `"near" is no scope`},
		{"a brake without a scope", "frames: [" + f + "]\nbrakes: [{name: b, holds: [f], lowers: none, say: [x]}]", `"" is no scope`},
		{"a brake that lowers to a card", "frames: [" + f + "]\nbrakes: [{name: b, holds: [f], scope: message, lowers: concern, say: [x]}]", "want none or mention"},
		{"a brake that holds no frame", "frames: [" + f + "]\nbrakes: [{name: b, holds: [g.*], scope: message, lowers: none, say: [x]}]", "brake b holds no frame"},
		{"a joint of a frame that is not there", "frames: [" + f + "]\njoints: [{name: j, level: crisis, all: [f, g]}]", "joint j: no frame is called g"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := frames.Compile(test.source)
			if err == nil {
				t.Fatal("it compiles")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not say %q", err, test.want)
			}
		})
	}
	t.Run("a class defined in two files", func(t *testing.T) {
		_, err := frames.Compile("classes: {a: [x]}", "classes: {a: [y]}")
		if err == nil || !strings.Contains(err.Error(), "class <a> is defined twice") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("every fault at once", func(t *testing.T) {
		_, err := frames.Compile(pattern("want (to") + "\njoints: [{name: j, level: crisis, all: [g]}]")
		if err == nil || !strings.Contains(err.Error(), "missing") || !strings.Contains(err.Error(), "joint j") {
			t.Errorf("error %v", err)
		}
	})
}

func TestFits(t *testing.T) {
	for _, test := range []struct {
		pattern, name string
		want          bool
	}{
		{"wish.die", "wish.die", true},
		{"wish.*", "wish.die", true},
		{"*", "wish.die", true},
		{"wish.*", "wishes.die", false},
		{"wish", "wish.die", false},
		{"[", "wish.die", false},
	} {
		t.Run(test.pattern+" and "+test.name, func(t *testing.T) {
			if got := frames.Fits(test.pattern, test.name); got != test.want {
				t.Errorf("fits: %v, want %v", got, test.want)
			}
		})
	}
}
