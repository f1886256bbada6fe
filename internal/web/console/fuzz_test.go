package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kapbot/internal/web/console"
)

// FuzzConsole sends any query and any form to every page as a lead: none may fail, and
// no markup of theirs may come back as markup.
func FuzzConsole(f *testing.F) {
	const form = "question=%3Cscript%3Ezebra&body=%3Cscript%3Ezebra+[gk]&also=a%0D%0Ab&tags=basics,,&sources=gk&audience=everyone&triage=none&reviewed=2026-02-30&base=1&why=because"
	f.Add(uint8(0), "en", "what-is-it", "q=%3Cscript%3Ezebra&tag=%3Cscript%3Ezebra&below=-9&n=99999999999999999999&from=x&to=2", form)
	f.Add(uint8(7), "es", "../..", "did=%3Cscript%3Ezebra&key=%00", form+"&then=submit")
	f.Add(uint8(9), "en", "why", "n=1&a=2&b=1;;%zz", "n=1&why=%ff&take=1")
	f.Add(uint8(20), "<script>zebra", "\x00", "before=9223372036854775807", "text=flagged+%3Cscript%3Ezebra")
	f.Add(uint8(2), "en", "new-one", "", "new=1&id=%3Cscript%3Ezebra&lang=xx&question=&"+strings.Repeat("a=b&", 2000))
	w := newWorld(f)
	lead := w.signIn("lea")
	routes := w.console.Routes()
	name := regexp.MustCompile(`\{[a-z]*\$?\}`)
	f.Fuzz(func(t *testing.T, route uint8, lang, id, query, form string) {
		w.t = t // a process tries one input at a time
		to := routes[int(route)%len(routes)]
		parts := []string{url.PathEscape(lang), url.PathEscape(id)}
		path := name.ReplaceAllStringFunc(to.Pattern, func(what string) string {
			if what == "{$}" {
				return ""
			}
			part := parts[0]
			parts = append(parts[1:], part)
			return part
		})
		if strings.HasSuffix(to.Pattern, "leave") {
			return // the session would be over
		}
		fields, _ := url.ParseQuery(form)
		if to.Method == http.MethodPost {
			fields.Set("token", lead.token)
		}
		status, page := lead.send(to.Method, path+"?"+(&url.URL{RawQuery: query}).Query().Encode(), fields)
		if status >= http.StatusInternalServerError {
			t.Errorf("%s %s?%s: %d", to.Method, path, query, status)
		}
		if strings.Contains(page, "<script>zebra") {
			t.Errorf("%s %s?%s: markup comes back", to.Method, path, query)
		}
		if status/100 == 3 && !strings.HasPrefix(page, console.Path) {
			t.Errorf("%s %s?%s: leads to %q", to.Method, path, query, page)
		}
	})
}
