package discord_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
)

func TestAPeerIsCalledAfterTheCard(t *testing.T) {
	t.Parallel()
	w, _ := newDesk(t)
	w.Command(room, "bob", "alerts", "on")
	if _, _, text := w.last(1); !strings.Contains(text, "Only a lead moderator") {
		t.Errorf("bob: %q", text)
	}
	w.Command(alerts, "mod", "alerts", "on")
	if _, _, text := w.last(2); !strings.Contains(text, "Alerts are on") {
		t.Errorf("mod: %q", text)
	}
	w.Say(watch, "ann", wish, discordserver.Said{})
	all := w.await(5)
	if len(all) != 5 {
		t.Fatalf("there are %d operations: %+v", len(all), all)
	}
	card, alert, told := all[2], all[3], all[4]
	if !strings.HasPrefix(strings.ReplaceAll(card.Text(), "*", ""), "Dial 988 then Press 1") || strings.Contains(card.Text(), "peer supporters") {
		t.Errorf("the card: %q", card.Text())
	}
	if alert.Message.ChannelID != alerts || !strings.Contains(alert.Text(), "Someone may need support") || strings.Contains(alert.Text(), "ann") {
		t.Errorf("the alert: %+v", alert)
	}
	if told.Message.ID != card.Message.ID || !strings.HasPrefix(told.Text(), strings.TrimSpace(strings.Split(card.Text(), "\n")[0])) || !strings.Contains(told.Text(), "I have told the peer supporters") {
		t.Errorf("the card afterwards: %q", told.Text())
	}
	w.Press(alert.Message.ID, w.CustomID(alert.Message.ID, "I'm on it"), "cat")
	texts := ""
	for _, o := range w.await(7)[5:] {
		texts += o.Text() + "\n"
	}
	if !strings.Contains(texts, "Someone is on it. Thank you.") || !strings.Contains(texts, "The others can see that someone is on it") {
		t.Errorf("after the claim: %q", texts)
	}
}

func TestAQuestionIsSentOnlyByItsForm(t *testing.T) {
	t.Parallel()
	w, dir := newDesk(t)
	for range 20 {
		w.Say(support, "bob", "canaryone xylophone", discordserver.Said{})
	}
	w.await(20)
	w.Say(support, "ann", "canarytwo xylophone", discordserver.Said{})
	_, message, text := w.last(21)
	if !strings.Contains(text, "I don't have a reviewed answer") {
		t.Fatalf("answer: %q", text)
	}
	button := w.CustomID(message, "Send my question to the moderators")
	form := w.Press(message, button, "ann")
	if kind, _, text := w.last(22); kind != "form" || !strings.Contains(text, "canarytwo xylophone") {
		t.Fatalf("%s %q", kind, text)
	}
	if _, err := w.Fill(form, "ann", map[string]string{"text": wish, "name": "no"}); err != nil {
		t.Fatal(err)
	}
	if _, _, text := w.last(23); !strings.Contains(text, "Dial 988 then Press 1") {
		t.Errorf("a cry for help in the form shows %q", text)
	}
	again := w.Press(message, button, "ann")
	w.last(24)
	if _, err := w.Fill(again, "ann", map[string]string{"text": "canarythree xylophone", "name": "no"}); err != nil {
		t.Fatal(err)
	}
	if kind, _, text := w.last(25); kind != "alone" || !strings.Contains(text, "> canarythree xylophone") {
		t.Errorf("%s %q", kind, text)
	}
	w.Command(room, "mod", "faq questions", "")
	if _, _, text := w.last(26); !strings.Contains(text, "canarythree") || strings.Contains(text, "canarytwo") {
		t.Errorf("moderators see %q", text)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, canary := range []string{"canaryone", "canarytwo", wish} {
			if bytes.Contains(data, []byte(canary)) {
				t.Errorf("%q is in %s", canary, f.Name())
			}
		}
	}
}

// newDesk is a world with the inbox and the rota, and the folder of its store.
func newDesk(t *testing.T) (w *world, dir string) {
	t.Helper()
	file := storetest.File(t)
	w = &world{Server: newServer(t), t: t, desk: true}
	w.Role("mod", bottest.Moderator)
	w.start(openStore(t, file), io.Discard)
	return w, filepath.Dir(file)
}
