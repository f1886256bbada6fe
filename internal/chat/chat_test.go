package chat_test

import (
	"slices"
	"testing"

	"kapbot/internal/chat"
)

func TestEveryBodySaysItsWords(t *testing.T) {
	said := chat.Said{Text: "text", Quoted: []string{"quote one", "quote two"}, Files: []string{"file.txt"}}
	fields := []chat.Field{{Name: "name", Value: "one"}, {Name: "other", Value: "two"}}
	for _, test := range []struct {
		name string
		body chat.Body
		want []string
	}{
		{"a message: its text, quotations and files", said, []string{"text", "quote one", "quote two", "file.txt"}},
		{"an edit: the same", chat.Edited{Said: said}, []string{"text", "quote one", "quote two", "file.txt"}},
		{"a deleted message: none", chat.Deleted{}, nil},
		{"a command: its arguments", chat.Command{Name: "ask", Args: fields}, []string{"one", "two"}},
		{"a button: none of the person's", chat.Pressed{Action: "show", Value: "x"}, nil},
		{"a form: what was filled in", chat.Filled{Form: "f", Fields: fields}, []string{"one", "two"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.body.Words(); !slices.Equal(got, test.want) {
				t.Errorf("words %q, want %q", got, test.want)
			}
		})
	}
	t.Run("asking changes nothing", func(t *testing.T) {
		quoted := make([]string, 1, 8)
		quoted[0] = "quote"
		s := chat.Said{Text: "text", Quoted: quoted, Files: []string{"file"}}
		s.Words()
		if quoted[:2][1] != "" {
			t.Error("Words wrote into the quotations")
		}
	})
}

func TestZeroValuesAreTheSafeOnes(t *testing.T) {
	var kind chat.Kind
	if kind != chat.Crisis || kind.String() != "crisis" {
		t.Errorf("the zero kind is %s", kind)
	}
	if !(chat.Ack{}).Silent() {
		t.Error("the zero ack says something")
	}
	for name, ack := range map[string]chat.Ack{"a reply": {Reply: &chat.Reply{}}, "a form": {Form: &chat.Form{}}, "later": {Later: true}} {
		if ack.Silent() {
			t.Errorf("an ack with %s is silent", name)
		}
	}
}

func TestKindNames(t *testing.T) {
	for kind, want := range map[chat.Kind]string{
		chat.Crisis: "crisis", chat.Concern: "concern", chat.Mention: "mention", chat.Answer: "answer", chat.Unknown: "unknown", chat.Notice: "notice",
	} {
		if got := kind.String(); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

func TestConversationLeavesTheMessageOut(t *testing.T) {
	ref := chat.Ref{Network: "n", Space: "s", Channel: "c", Thread: "t", Message: "m"}
	if got, want := ref.Conversation(), (chat.Ref{Network: "n", Space: "s", Channel: "c", Thread: "t"}); got != want {
		t.Errorf("conversation %+v, want %+v", got, want)
	}
}
