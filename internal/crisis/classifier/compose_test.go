package classifier_test

import (
	"reflect"
	"strings"
	"testing"

	"kapbot/internal/crisis/classifier"
)

func TestCompose(t *testing.T) {
	texts := []classifier.Text{
		{Text: "red one", Lang: "en", Card: true}, {Text: "green one", Lang: "en"}, {Text: "green two", Lang: "en"},
		{Text: "rojo uno", Lang: "es", Card: true}, {Text: "verde uno", Lang: "es"},
		{Text: "rot", Lang: "de", Card: true}, // no ordinary text to hide it in
	}
	got := classifier.Compose(texts, 200, 1)
	if len(got) != 200 {
		t.Fatalf("%d texts, want 200", len(got))
	}
	cards := 0
	for _, x := range got {
		grave := strings.Contains(x.Text, "red") || strings.Contains(x.Text, "rojo")
		if x.Card != grave {
			t.Errorf("%q: card %v", x.Text, x.Card)
		}
		if strings.Contains(x.Text, "one") && strings.Contains(x.Text, "uno") {
			t.Errorf("%q mixes languages", x.Text)
		}
		if x.Card {
			cards++
		}
	}
	if cards != 100 {
		t.Errorf("%d of 200 need the card, want half", cards)
	}
	if again := classifier.Compose(texts, 200, 1); !reflect.DeepEqual(got, again) {
		t.Error("the same seed gives other texts")
	}
	if none := classifier.Compose(texts[5:], 10, 1); len(none) != 0 {
		t.Errorf("%d texts of nothing ordinary", len(none))
	}
}
