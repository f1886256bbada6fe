package words_test

import (
	"strings"
	"sync"
	"testing"

	"kapbot/internal/crisis/frames"
	"kapbot/internal/crisis/words"
)

// real is the Normaliser as triage uses it: with the vocabulary of the whole
// lexicon, which is where a repair could do harm to an ordinary word.
var real = sync.OnceValue(func() *words.Normaliser {
	lexicon, err := frames.Load()
	if err != nil {
		panic(err)
	}
	n, err := words.New(lexicon.Vocabulary(), lexicon.Guarded())
	if err != nil {
		panic(err)
	}
	return n
})

// read returns the plain words of text with a space between them.
func read(text string) string {
	var plain []string
	for _, t := range real().Tokens(text) {
		plain = append(plain, t.Text)
	}
	return strings.Join(plain, " ")
}

// A reading is one way of writing and the words that were meant.
type reading struct{ name, in, want string }

func check(t *testing.T, readings []reading) {
	t.Helper()
	for _, r := range readings {
		t.Run(r.name, func(t *testing.T) {
			if got := read(r.in); got != r.want {
				t.Errorf("%q is read as %q, want %q", r.in, got, r.want)
			}
		})
	}
}

func TestUnicode(t *testing.T) {
	check(t, []reading{
		{"capitals", "I WANT To Die", "i want to die"},
		{"full-width letters", "ｗａｎｔ ｔｏ ｄｉｅ", "want to die"},
		{"mathematical letters", "𝐤𝐢𝐥𝐥 𝓶𝔂𝓼𝓮𝓵𝓯", "kill myself"},
		{"letters in circles", "ⓚⓘⓛⓛ ⓜⓨⓢⓔⓛⓕ", "kill myself"},
		{"letters in black squares and circles", "🅺🅸🅻🅻 🅜🅨🅢🅔🅛🅕", "kill myself"},
		{"small capitals", "ᴋɪʟʟ ᴍʏꜱᴇʟꜰ", "kill myself"},
		{"ligatures", "suﬀer", "suffer"},
		{"composed accents", "morír mañana", "morir manana"},
		{"accents as marks of their own", "mori\u0301r", "morir"},
		{"stacked marks", "d\u0334\u0310i\u0336e\u0337", "die"},
		{"struck through", "k̶i̶l̶l̶ m̶y̶s̶e̶l̶f̶", "kill myself"},
		{"Cyrillic letters among Latin ones", "wаnt to dіe", "want to die"},
		{"Greek letters among Latin ones", "suιcιde", "suicide"},
		{"a word all in look-alikes", "i want to ԁіе", "i want to die"},
		{"Armenian look-alikes", "want tօ die", "want to die"},
		{"real Cyrillic stays Cyrillic", "Сколько стоит лечение", "сколько стоит лечение"},
		{"zero-width space", "su\u200bicide", "suicide"},
		{"zero-width joiner and non-joiner", "su\u200di\u200ccide", "suicide"},
		{"soft hyphen", "sui\u00adcide", "suicide"},
		{"word joiner and byte order mark", "\ufeffsui\u2060cide", "suicide"},
		{"direction marks", "\u202esui\u202ccide", "suicide"},
		{"variation selectors and tags", "sui\ufe0fci\U000e0064de", "suicide"},
		{"Hangul and Braille fillers", "kill my\u3164self my\u2800self", "kill myself myself"},
		{"combining grapheme joiner", "sui\u034fcide", "suicide"},
		{"no-break and other odd spaces", "kill\u00a0myself\u2003now\u3000ok", "kill myself now ok"},
		{"line separator", "kill\u2028myself", "kill myself"},
		{"invalid UTF-8", "kill\xff\xfe myself", "kill myself"},
		{"invalid UTF-8 parts words", "lunch\xffdeli", "lunch deli"},
		{"nothing", "", ""},
		{"signs alone", "… — !!! 😀", ""},
	})
}

func TestQuotesAndDashes(t *testing.T) {
	check(t, []reading{
		{"curly apostrophe", "I can’t", "i can not"},
		{"other apostrophes", "I can‘t, don´t, won`t, isnʼt", "i can not do not will not is not"},
		{"prime", "I can′t", "i can not"},
		{"curly quotes", "“kill myself”", "kill myself"},
		{"guillemets", "«me quiero morir»", "me quiero morir"},
		{"long dashes", "tired—so tired – done", "tired so tired done"},
		{"ellipsis", "done… bye", "done bye"},
	})
}

func TestEmoji(t *testing.T) {
	check(t, []reading{
		{"stands for a word", "looking at my 🔫", "looking at my gun"},
		{"touches a word", "my🔫now", "my gun now"},
		{"several", "💊💊🔪", "pills pills knife"},
		{"with a variation selector", "my 🗡️", "my knife"},
		{"faces say nothing", "so tired 😭😭 today", "so tired today"},
		{"skin tones and families say nothing", "thanks 👍🏽 👨‍👩‍👧", "thanks"},
	})
}

func TestLeet(t *testing.T) {
	check(t, []reading{
		{"digits", "k1ll mys3lf", "kill myself"},
		{"signs", "su!c!de $uic1de", "suicide suicide"},
		{"at sign", "de@d", "dead"},
		{"zero", "n0 h0pe, m0rir", "no hope morir"},
		{"a bar", "k|ll myself", "kill myself"},
		{"with a typo", "su1cde", "suicide"},
		{"glued", "k1llmys3lf", "kill myself"},
		{"numbers stay numbers", "988 then 1, 838255, 24/7, $40 at 7pm", "988 then 1 838255 24 7 $40 at 7pm"},
		{"names with figures stay", "COVID19 F150 MDMA H2O", "covid19 f150 mdma h2o"},
	})
}

func TestMasked(t *testing.T) {
	check(t, []reading{
		{"a star for a letter", "k*ll myself", "kill myself"},
		{"a star for another letter", "su*cide", "suicide"},
		{"several stars", "s**cide", "suicide"},
		{"a hash for a letter", "k#ll", "kill"},
		{"a star as a mark inside", "kill*myself", "kill myself"},
	})
}

func TestStretched(t *testing.T) {
	check(t, []reading{
		{"one letter", "i wanna diiiiie", "i want to die"},
		{"a double letter longer", "killllll myself", "kill myself"},
		{"several letters", "kkkiiillll mmmyyyself", "kill myself"},
		{"slang", "kmsss", "kill myself"},
		{"an ordinary word", "sooooo goooood", "so good"},
		{"a real double letter stays", "good feeling, coffee, bookkeeper", "good feeling coffee bookkeeper"},
	})
}

func TestSpacedOut(t *testing.T) {
	check(t, []reading{
		{"wide gap between words", "k i l l  m y s e l f", "kill myself"},
		{"no gap between words", "k i l l m y s e l f", "kill myself"},
		{"inside a sentence", "going to k i l l  m y s e l f tonight", "going to kill myself tonight"},
		{"a whole sentence", "i  w a n t  t o  d i e", "i want to die"},
		{"dots", "k.i.l.l. m.y.s.e.l.f", "kill myself"},
		{"dashes", "s-u-i-c-i-d-e", "suicide"},
		{"underscores", "s_u_i_c_i_d_e", "suicide"},
		{"slashes and pipes", "d/i/e k|i|l|l", "die kill"},
		{"commas", "k,i,l,l", "kill"},
		{"spaced stars", "s * u * i * c * i * d * e", "suicide"},
		{"beside letters of another line", "x\nk i l l  m y s e l f\nb", "x kill myself b"},
		{"letters that spell nothing stay", "a b c d e f", "a b c d e f"},
		{"one word among others", "i want to d i e tonight", "i want to die tonight"},
		{"one word after I", "so i d i e", "so i die"},
		{"digits among the letters", "k 1 l l  m y s 3 l f", "kill myself"},
		{"sections of a word", "sui-ci.de", "suicide"},
		{"a word cut by a space", "my self and any more", "myself and anymore"},
		{"suicide cut by a space", "sui cide, su icide, sui cidal, over dose", "suicide suicide suicidal overdose"},
	})
}

func TestMarkup(t *testing.T) {
	check(t, []reading{
		{"Discord spoiler around words", "||I want to die||", "i want to die"},
		{"Discord spoiler inside a word", "kill my||self||", "kill myself"},
		{"bold, italic, underline, strike", "**kill** *my*__self__ ~~now~~ _ok_", "kill myself now ok"},
		{"bold inside a word", "sui**ci**de", "suicide"},
		{"code span", "`I want to die`", "i want to die"},
		{"code block with a language", "```go\nI want to die\n```", "i want to die"},
		{"quoted lines", "> I want to die\n> tonight", "i want to die tonight"},
		{"heading and list", "# Title\n- one\n- two", "title one two"},
		{"Markdown link keeps its label", "[kill myself](https://example.org/x_y)", "kill myself"},
		{"Slack link keeps its label", "<https://example.org|kill myself>", "kill myself"},
		{"mail link keeps its label", "<mailto:a@example.org|write me>", "write me"},
		{"bare address is dropped", "see https://example.org/kill-myself?x=1 ok", "see ok"},
		{"address in angles is dropped", "see <https://example.org/die> ok", "see ok"},
		{"www address is dropped", "see www.example.org ok", "see ok"},
		{"Discord mention is dropped", "<@123456> I want to die", "i want to die"},
		{"role, channel and nickname mentions", "<@&12> <#34> <@!56> hi", "hi"},
		{"Slack mention with a name", "<@U123|bob> <!here> hi", "hi"},
		{"mention inside a word", "kill my<@123>self", "kill myself"},
		{"link inside a word", "kill my[se](http://x.y)lf", "kill myself"},
		{"custom emoji is dropped", "so <:sad:123> tired <a:wave:9>", "so tired"},
		{"Discord time is dropped", "at <t:1700000000:R> ok", "at ok"},
		{"angle signs that are no markup stay words", "1 < 2 and kill > me", "1 2 and kill me"},
	})
}

func TestHashtags(t *testing.T) {
	check(t, []reading{
		{"one word", "#suicidal", "suicidal"},
		{"glued words", "#wanttodie", "want to die"},
		{"camel case", "#KillMyself", "kill myself"},
		{"glued without a sign", "wanttodie killmyself", "want to die kill myself"},
		{"an ordinary tag stays", "#firefighters #ems", "firefighters ems"},
	})
}

func TestSlang(t *testing.T) {
	check(t, []reading{
		{"kms", "gonna kms tn", "going to kill myself tonight"},
		{"unalive", "wanna unalive myself rn", "want to unalive myself right now"},
		{"ways round a filter", "sewerslide sui ctb", "suicide suicide catch the bus"},
		{"radio code", "10-56", "ten fifty six"},
		{"od", "od'd on it, oding, OD", "overdosed on it overdosing overdose"},
		{"self-harm", "s/h self-h selfharm", "self harm self harm self harm"},
		{"shorthand", "idk abt u", "i do not know about you"},
		{"off", "offing myself", "offing myself"},
	})
}

func TestContractions(t *testing.T) {
	check(t, []reading{
		{"I'm, I've, I'd, I'll", "I'm I've I'd I'll", "i am i have i would i will"},
		{"without the apostrophe", "im ive dont cant wont", "i am i have do not can not will not"},
		{"not", "don't can't won't isn't couldn't shouldn't", "do not can not will not is not could not should not"},
		{"is", "he's she's there's everyone's", "he is she is there is everyone is"},
		{"they", "they're they'd they'll they've", "they are they would they will they have"},
		{"a possessive says nothing", "my buddy's gun", "my buddy gun"},
		{"a plural possessive", "the guys' rifles", "the guys rifles"},
		{"others", "o'clock", "oclock"},
		{"is after a question word", "who's where's how's", "who is where is how is"},
		{"ain't and y'all", "ain't y'all", "is not you all"},
		{"gonna, wanna, gotta", "gonna wanna gotta", "going to want to got to"},
	})
}

func TestTypos(t *testing.T) {
	check(t, []reading{
		{"missing letter", "suicidl thoughs", "suicidal thoughts"},
		{"swapped letters", "kil mysefl", "kill myself"},
		{"wrong letter", "suixide", "suicide"},
		{"added letter", "suicidde", "suicide"},
		{"two slips in a long word", "suaccidal depresssd", "suicidal depressed"},
		{"common misspellings", "sucidal suicde dieing", "suicidal suicide dying"},
		{"dropped vowels", "scdl kll myslf", "suicidal kill myself"},
		{"a name is no typo", "Sussex skilled therapist", "sussex skilled therapist"},
	})
}

func TestPrefaces(t *testing.T) {
	check(t, []reading{
		{"not going to lie", "not going to lie I want to die", "honestly i want to die"},
		{"slang preface", "ngl i want to die", "honestly i want to die"},
		{"I'm not going to lie", "I'm not going to lie, I want to die", "honestly i want to die"},
		{"not kidding", "I'm not kidding I want to die", "honestly i want to die"},
	})
}

func TestOrdinarySentencesPassUntouched(t *testing.T) {
	for _, s := range []string{
		"how much does a session cost",
		"is ketamine covered by the va",
		"skilled nurses in sussex see a therapist",
		"the assassin class in that game is broken",
		"we deployed to kandahar with the second platoon",
		"my lieutenant wants the report by monday",
		"the dispatcher toned out a structure fire on elm street",
		"he drove the engine back to the station",
		"dosage and duration of the infusion",
		"she hiked the scenic overlook above the valley",
		"please send the schedule to everyone on shift",
		"a pill organizer and a blood pressure cuff",
		"they quilt and knit on tuesdays",
		"the kiln was hot and the clay dried",
		"our kids love the bounce house",
		"lunch is at the deli near the library",
		"the ship sails for norfolk in june",
		"write the code and run the tests",
		"tide and diet and edit and tied",
		"billing sent the receipt to my email",
	} {
		t.Run(s, func(t *testing.T) {
			if got := read(s); got != s {
				t.Errorf("read as %q", got)
			}
		})
	}
}

func TestPauses(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     words.Pause // before the second word
	}{
		{"a space", "one two", words.Space},
		{"two spaces", "one  two", words.Gap},
		{"a comma", "one, two", words.Comma},
		{"a colon", "one: two", words.Comma},
		{"brackets", "one (two)", words.Comma},
		{"a full stop", "one. two", words.Stop},
		{"a question mark", "one? two", words.Stop},
		{"an ellipsis", "one… two", words.Stop},
		{"a semicolon", "one; two", words.Stop},
		{"a new line", "one\ntwo", words.Stop},
		{"a full stop without a space", "one.two", words.Stop},
		{"a comma without a space", "one,two", words.Comma},
		{"a full stop between the same words", "no.no", words.Stop},
		{"two hyphens", "one--two", words.Comma},
		{"a hyphen", "one-two", words.Space},
		{"a dash", "one — two", words.Comma},
		{"a long dash without spaces", "one—two", words.Comma},
		{"an opening question mark", "one ¿two", words.Stop},
	} {
		t.Run(test.name, func(t *testing.T) {
			tokens := real().Tokens(test.in)
			if len(tokens) != 2 {
				t.Fatalf("%d words: %v", len(tokens), tokens)
			}
			if got := tokens[1].Before; got != test.want {
				t.Errorf("pause %d, want %d", got, test.want)
			}
		})
	}
}

func TestSpanish(t *testing.T) {
	for text, want := range map[string]bool{
		"ya no quiero vivir":                         true,
		"me quiero quitar la vida":                   true,
		"¿la ketamina ayuda con la depresión?":       true,
		"I want to die":                              false,
		"does it help?":                              false,
		"honestly I don't know what to do, me muero": false,
		"": false,
	} {
		t.Run(text, func(t *testing.T) {
			n := real()
			if got := n.Spanish(n.Tokens(text)); got != want {
				t.Errorf("Spanish: %v, want %v", got, want)
			}
		})
	}
}

// What the lexicon does not ask for is mended too, for whoever reads whole sentences.
func TestOrdinarySlips(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"swapped letters", "my shoudler hurts agian", "my shoulder hurts again"},
		{"a letter missing", "we had chikin at the staton", "we had chikin at the station"},
		{"a letter too many", "the meetting is tomorrrow", "the meeting is tomorrow"},
		{"vowels dropped", "my sssn got mvd and the hsptl called", "my session got moved and the hospital called"},
		{"digits for letters", "wh4t t1me is the m33ting", "what time is the meeting"},
		{"short words beside longer ones", "wh3n 1s 7he m33ting", "when is the meeting"},
		{"numbers among many such words", "7h15 15 7h3 l457 m33ting 1 h4v3", "this is the last meeting i have"},
		{"a doubled letter without vowels", "ran out of plls", "ran out of pills"},
		{"letters set apart", "the m.e.e.t.i.n.g is in the k i t c h e n", "the meeting is in the kitchen"},
		{"names and numbers stay", "kaylynn lives at 4x4 on m4 and i95", "kaylynn lives at 4x4 on m4 and i95"},
		{"another language stays", "ich habe heute keine zeit mehr gehabt", "ich habe heute keine zeit mehr gehabt"},
		{"Spanish stays", "me duele la espalda y no puedo trabajar hoy", "me duele la espalda y no puedo trabajar hoy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := real().Read(tt.in)
			if got := read(tt.in); got != tt.want {
				t.Errorf("%q is read as %q, want %q", tt.in, got, tt.want)
			}
			if !r.Repaired && r.Plain != tt.want {
				t.Errorf("the text shows %q (guessed: %v)", r.Plain, r.Repaired)
			}
		})
	}
}

func TestPlainTextHasNoMarks(t *testing.T) {
	tests := []struct{ in, want string }{
		{"#tired of it 😞", "tired of it  "},
		{"*all of it* and _more_", "all of it and more"},
		{"> quoted", " quoted"},
		{"k*ll", "kill"},
		{"2 * 3", "2 * 3"},
	}
	for _, tt := range tests {
		if got := real().Read(tt.in).Plain; strings.TrimSpace(got) != strings.TrimSpace(tt.want) {
			t.Errorf("%q shows as %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestNew(t *testing.T) {
	t.Run("a guarded word that no rule names is refused", func(t *testing.T) {
		if _, err := words.New([]string{"die"}, []string{"suicide"}); err == nil {
			t.Error("no error")
		}
	})
	t.Run("an empty lexicon joins no letters", func(t *testing.T) {
		n, err := words.New(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.Tokens("d.i.e"); len(got) != 3 {
			t.Errorf("read as %v", got)
		}
	})
}
