package crisis_test

import (
	"slices"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/prompts"
)

// Words that are as often harmless show a card only where the classifier does not think
// that they are.
func TestDoubtfulWordsAskTheClassifier(t *testing.T) {
	for _, test := range []struct {
		name, frame, danger, card, harmless string
	}{
		{"a time after death", "wish.die/doubtful", "when i'm gone she gets the house and the dog, i wrote it all down", prompts.Crisis, "when I'm gone next week, can you water the plants? Back Sunday"},
		{"an overdose", "overdose.now/doubtful", "swallowed all of my sleeping pills an hour ago", prompts.Overdose, "took all my pills for the week out of the boxes and into the sorter, Sunday chores"},
		{"somebody else", "other.wish/doubtful", "my buddy said goodbye to all of us and he's not picking up", prompts.Other, "my wife says she will be there at six for the cookout"},
		{"violence", "harm.others/doubtful", "I'm going to strangle him tonight, he'll never touch her again", prompts.Danger, "I'm going to murder her at Scrabble on Saturday, I have been learning two letter words"},
		{"an amount", "means.ask/doubtful", "what's the ld50 of ketamine for a man my size", prompts.Concern, "ld50 is on the toxicology exam, any flashcards for rats and caffeine?"},
		{"a blade", "selfharm.now/doubtful", "cut deep this time, it's the only thing that helps", prompts.Crisis, "cut deep bangs today and I love them"},
	} {
		t.Run(test.name, func(t *testing.T) {
			grave := check(test.danger)
			if !grave.Level.ShowsCard() || !slices.Contains(grave.Signals, test.frame) {
				t.Errorf("%q is %s (%.2f) by %v, want a card by %s", test.danger, grave.Level, grave.Score, grave.Signals, test.frame)
			}
			if card := grave.Card(); card.Name != test.card {
				t.Errorf("its card is %s, want %s", card.Name, test.card)
			}
			if floor := lexical(test.danger); floor.Level.ShowsCard() {
				t.Errorf("the lexicon alone shows a card by %v: nothing is asked", floor.Signals)
			}
			light := check(test.harmless)
			if light.Level != crisis.Mention || !slices.Contains(light.Signals, test.frame) {
				t.Errorf("%q is %s (%.2f) by %v, want a mention by %s", test.harmless, light.Level, light.Score, light.Signals, test.frame)
			}
			if _, ok := light.Cleared(crisis.Free); ok {
				t.Error("a language model may read it")
			}
		})
	}
}

func TestDoubtfulWordsInPiecesAskTheClassifier(t *testing.T) {
	_, after := triage().Check(chat.Said{Text: "swallowed all of my"}, crisis.State{}, noon)
	v, _ := triage().Check(chat.Said{Text: "sleeping pills an hour ago"}, after, noon.Add(5*time.Second))
	if v.Card().Name != prompts.Overdose || !slices.Contains(v.Signals, "overdose.now/doubtful") {
		t.Errorf("%s by %v, want the card for an overdose", v.Level, v.Signals)
	}
}

func TestDoubtfulWordsBrokenIntoLinesAskTheClassifier(t *testing.T) {
	for _, text := range []string{"swallowed all of my\nsleeping pills an hour ago", "swallowed all\nof my sleeping pills\nan hour ago"} {
		if v := check(text); v.Card().Name != prompts.Overdose || !slices.Contains(v.Signals, "overdose.now/doubtful") {
			t.Errorf("%q is %s by %v, want the card for an overdose", text, v.Level, v.Signals)
		}
	}
}
