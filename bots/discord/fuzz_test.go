package discord_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"kapbot/bots"
	"kapbot/bots/discord"
	"kapbot/internal/chat"
)

// FuzzSplit wants pieces that Discord takes, and every word in one of them.
func FuzzSplit(f *testing.F) {
	f.Add("one two\n\nthree", 5)
	f.Add(strings.Repeat("\U0001F7E6", 9)+" é", 4)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit = 2 + (limit%100+100)%100; !utf8.ValidString(text) {
			t.Skip("texts are UTF-8")
		}
		var words string
		for _, piece := range discord.Split(text, limit) {
			if n := len(utf16.Encode([]rune(piece))); n > limit || n == 0 {
				t.Errorf("%q gives a piece of %d, the limit is %d", text, n, limit)
			}
			words += piece
		}
		whole := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if whole(words) != whole(text) {
			t.Errorf("%q became %q", text, words)
		}
	})
}

// FuzzParse wants that a button comes back as it was made, whatever its value, and that
// no other id stops the reader.
func FuzzParse(f *testing.F) {
	f.Add("show:en:what-is-kap", "show", "es", "what-is-kap@3")
	f.Add("::", "", "", ":")
	f.Add("form", "form", "en", "é:\x00")
	f.Fuzz(func(t *testing.T, id, action, lang, value string) {
		if b, ok := discord.Parse(id); ok && b.Action+":"+string(b.Lang)+":"+b.Value != id {
			t.Errorf("%q became %+v", id, b)
		}
		if action == "" || strings.Contains(action+lang, ":") {
			return // we name actions and languages ourselves
		}
		made := chat.Button{Action: action, Value: value}
		want := chat.Pressed{Action: action, Value: value, Lang: chat.Lang(lang)}
		if got, ok := discord.RoundTrip(made, want.Lang); !ok || got != want {
			t.Errorf("%+v came back as %+v, %v", want, got, ok)
		}
	})
}

// FuzzGateway reads what the gateway might tell. Of a message that is read, all words
// are read: one that is left out could be a cry for help.
func FuzzGateway(f *testing.F) {
	for _, event := range []string{
		`{"id":"1","content":"hello <@1>","author":{"id":"2","username":"ann"},"mentions":[{"id":"1"}],"edited_timestamp":"2026-11-26T12:00:00Z"}`,
		`{"id":"1","content":"look","author":{"id":"2"},"attachments":[{"filename":"a.txt"}],"poll":{"question":{"text":"why"},"answers":[{"poll_media":{"text":"so"}},null]},"message_snapshots":[{"message":{"content":"b","attachments":[{"filename":"c"}]}},{"message":null}]}`,
		`{"id":"1","content":"yes","author":{"id":"2"},"type":19,"referenced_message":{"content":"what","author":{"id":"3"}},"guild_id":"4"}`,
		`{"author":null,"mentions":[null],"attachments":[null],"poll":{},"message_snapshots":[{}]}`,
		`{"type":2,"data":{"type":3,"target_id":"5","resolved":{"messages":{"5":{"content":"help","author":{"id":"2"}}}}}}`,
		`{"type":2,"data":{"type":3,"target_id":"5"}}`,
		`{"type":2,"data":{"type":1,"name":"kap","options":[{"name":"ask","type":1,"options":[{"name":"question","type":3,"value":"why"}]}]}}`,
		`{"type":2,"data":{"type":1,"name":"kap","options":[{"name":"ask","type":1,"options":[{"name":"question","type":3,"value":7},null]}]}}`,
		`{"type":2,"data":{"type":1,"name":"faq","options":[null]}}`,
		`{"type":3,"data":{"component_type":2,"custom_id":"show:en:what-is-kap"}}`,
		`{"type":5,"data":{"custom_id":"note:en x","components":[{"type":1,"components":[{"type":4,"custom_id":"text","value":"why"}]}]}}`,
		`{"type":5,"data":{"components":[null,{"type":1,"components":[null]}]}}`,
		`null`,
	} {
		f.Add([]byte(event))
	}
	p, err := discord.New(discord.Options{Token: "t", Rooms: bots.NewRooms(nil, nil)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p.Asks(raw)
		ev, ok := p.Message(raw)
		if !ok {
			return
		}
		var told struct{ Content string }
		if json.Unmarshal(raw, &told) != nil || strings.Contains(told.Content, "<@") {
			return
		}
		if all := strings.Join(ev.Body.Words(), " "); !strings.Contains(all, strings.TrimSpace(told.Content)) {
			t.Errorf("%q was read as %q", told.Content, all)
		}
	})
}
