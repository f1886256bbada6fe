package desk_test

import (
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// FuzzParseRoles wants that only who is named gets a role, whatever is written.
func FuzzParseRoles(f *testing.F) {
	f.Add("discord:80351110224678912=moderator,slack:U012AB3CD=lead")
	f.Add("discord:1=king,=lead,:=moderator,a:b=c=lead")
	f.Fuzz(func(t *testing.T, text string) {
		roles, err := desk.ParseRoles(strings.Split(text, ","))
		if err != nil {
			return
		}
		if role := roles.Of("discord", chat.Person{ID: "somebody", Roles: []string{"", "else"}}); role != desk.Member && !strings.Contains(text, "somebody") && !strings.Contains(text, "else") {
			t.Errorf("%q makes anybody a %s", text, role)
		}
	})
}
