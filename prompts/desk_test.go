package prompts_test

import (
	"testing"

	"kapbot/prompts"
)

func TestDeskTexts(t *testing.T) {
	d, err := prompts.LoadDesk()
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Texts) < 50 || d.Texts["help"] == "" || d.Texts["commands"] != "" || d.CommandFAQ == "" {
		t.Errorf("%d texts, %+v", len(d.Texts), d.Texts)
	}
	for _, c := range d.Commands {
		if c.Name == "" || c.Text == "" || (c.Arg == "") != (c.ArgText == "") {
			t.Errorf("%+v", c)
		}
	}
}
