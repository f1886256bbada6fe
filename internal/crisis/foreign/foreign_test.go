package foreign_test

import (
	"testing"

	"kapbot/internal/crisis/foreign"
)

func load(t testing.TB) *foreign.Phrases {
	t.Helper()
	p, err := foreign.Load()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFind(t *testing.T) {
	p := load(t)
	for _, test := range []struct{ text, want string }{
		{"Ich will nicht mehr leben.", "de"},
		{"Je n’en peux plus, je veux mourir", "fr"},
		{"я просто хочу умереть", "ru"},
		{"もう死にたい。", "ja"},
		{"我真的不想活了", "zh"},
		{"요즘 자살 생각만 해요", "ko"},
		{"QUERO MORRER", "pt"},
		{"ayoko nang mabuhay", "tl"},
		{"منتظر نیستم، خودکشی", "fa"},
		{"tôi không muốn sống nữa", "vi"},
		{"vreau sa mor", "ro"},
		{"wie lange dauert eine Sitzung?", ""},
		{"quanto custa o tratamento", ""},
		{"I want to know about the session", ""},
		{"думаю о самоубийстве", "ru"},
		{"kendimi öldürmek istiyorum", "tr"},
		{"kvill dört", ""}, // not whole words
		{"", ""},
		{"\xff\xfe", ""},
	} {
		t.Run(test.text, func(t *testing.T) {
			if got := p.Find(test.text); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	p := load(f)
	f.Add("хочу умереть")
	f.Fuzz(func(t *testing.T, text string) {
		if found := p.Find(text); found != "" && p.Find(text+" .") == "" {
			t.Errorf("%q is %s, and with a full stop nothing", text, found)
		}
	})
}
