package crisis_test

import (
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// Where many write at once, a crisis that the lexicon finds, or may have found, is read
// while all others wait for the classifier.
func TestACrisisDoesNotWaitForOthers(t *testing.T) {
	for name, text := range map[string]string{
		"plain":    "i want to kill myself tonight",
		"doubtful": "swallowed all of my sleeping pills an hour ago",
	} {
		t.Run(name, func(t *testing.T) {
			release := triage().Occupy()
			read := make(chan crisis.Verdict, 2)
			check := func(text string) {
				v, _ := triage().Check(chat.Said{Text: text}, crisis.State{}, time.Now())
				read <- v
			}
			go check("I drove up from Tulsa with my brother and not one decent coffee")
			go check(text)
			select {
			case v := <-read:
				if !v.Level.ShowsCard() {
					t.Errorf("the first verdict is %v", v.Level)
				}
			case <-time.After(time.Minute):
				t.Error("the crisis waits as well")
				release()
				<-read
				<-read
				return
			}
			select {
			case <-read:
				t.Error("the other one did not wait: the turns are not what it needs")
			default:
			}
			release()
			<-read
		})
	}
}
