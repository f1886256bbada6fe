package console_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/web/console"
)

// What a route answers to nobody, a member, a moderator and a lead. Forms without
// content are answered too: with a fault or a redirect.
type answers struct{ nobody, member, moderator, lead int }

// Short forms of rows that many routes share.
var (
	open      = answers{200, 200, 200, 200}
	pageOf    = answers{401, 403, 200, 200}
	formOf    = answers{401, 403, 303, 303}
	conflict  = answers{401, 403, 409, 409}
	unmended  = answers{401, 403, 422, 422}
	leadsOnly = answers{401, 403, 403, 200}
)

var allowed = map[string]answers{
	"GET /console/enter":                        open,
	"POST /console/enter":                       {403, 403, 403, 403}, // without a link
	"GET /console/static/{file}":                {404, 404, 404, 404}, // a file that is not there
	"POST /console/leave":                       pageOf,
	"GET /console/{$}":                          formOf,
	"GET /console/entries":                      pageOf,
	"GET /console/new":                          pageOf,
	"POST /console/new":                         unmended,
	"POST /console/preview":                     pageOf,
	"GET /console/entries/{lang}/{id}":          pageOf,
	"GET /console/entries/{lang}/{id}/edit":     pageOf,
	"POST /console/entries/{lang}/{id}/edit":    conflict, // from revision 0
	"GET /console/entries/{lang}/{id}/history":  pageOf,
	"GET /console/entries/{lang}/{id}/diff":     pageOf,
	"POST /console/entries/{lang}/{id}/submit":  conflict,
	"POST /console/entries/{lang}/{id}/publish": conflict,
	"POST /console/entries/{lang}/{id}/back":    conflict,
	"POST /console/entries/{lang}/{id}/retire":  unmended,
	"POST /console/entries/{lang}/{id}/restore": unmended,
	"POST /console/entries/{lang}/{id}/own":     formOf,
	"POST /console/entries/{lang}/{id}/looked":  formOf,
	"GET /console/questions":                    pageOf,
	"POST /console/questions/merge":             unmended, // nothing is ticked
	"GET /console/questions/{cluster}":          pageOf,
	"POST /console/questions/{cluster}/draft":   formOf,
	"POST /console/questions/{cluster}/answer":  {401, 403, 404, 404}, // by no entry
	"POST /console/questions/{cluster}/settle":  conflict,             // nothing was seen
	"POST /console/questions/{cluster}/reopen":  conflict,             // it is open
	"POST /console/questions/{cluster}/split":   unmended,
	"GET /console/calendar":                     pageOf,
	"GET /console/try":                          pageOf,
	"POST /console/try":                         pageOf,
	"GET /console/figures":                      pageOf,
	"GET /console/audit":                        pageOf,
	"GET /console/audit.jsonl":                  leadsOnly,
}

func TestEveryRouteForEveryRole(t *testing.T) {
	for _, route := range newWorld(t).console.Routes() {
		name := route.Method + " " + route.Pattern
		want, ok := allowed[name]
		if !ok {
			t.Errorf("%s stands in no row of the table", name)
			continue
		}
		if !route.Open && route.Need < desk.Moderator {
			t.Errorf("%s is open to members", name)
		}
		path := strings.NewReplacer("{$}", "", "{lang}", "en", "{id}", "what-is-it", "{cluster}", "one", "{file}", "none").Replace(route.Pattern)
		for who, status := range map[string]int{"nobody": want.nobody, "cy": want.member, "ann": want.moderator, "lea": want.lead} {
			t.Run(name+" for "+who, func(t *testing.T) {
				w := newWorld(t)
				b := w.browser()
				if who != "nobody" {
					w.people.set("cy", "mods") // until the link was used
					b = w.signIn(who)
					w.people.set("cy")
				}
				form := url.Values{"token": {b.token}, "n": {"1"}, "take": {"yes"}}
				if got, body := b.send(route.Method, path, form); got != status {
					t.Errorf("status %d, want %d: %.300s", got, status, body)
				}
			})
		}
	}
}

func TestTheTableNamesWhatIsThere(t *testing.T) {
	there := map[string]bool{}
	for _, r := range newWorld(t).console.Routes() {
		there[r.Method+" "+r.Pattern] = true
	}
	for name := range allowed {
		if !there[name] {
			t.Errorf("the table names %s, which is not served", name)
		}
	}
}

func TestLinks(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T, w *world)
	}{
		{"looking at a link does not use it up", func(t *testing.T, w *world) {
			link := w.link("ann")
			for range 3 { // programs that show what is behind a link
				if status, body := w.browser().get(strings.TrimPrefix(link, address)); status != 200 || !strings.Contains(body, "<button>Sign in") {
					t.Errorf("status %d: %s", status, body)
				}
			}
			if status, to := w.browser().redeem(link); status != 303 || to != console.Path {
				t.Errorf("status %d to %s", status, to)
			}
		}},
		{"a link works once", func(t *testing.T, w *world) {
			link := w.link("ann")
			w.browser().redeem(link)
			again := w.browser()
			if status, _ := again.redeem(link); status != 403 {
				t.Errorf("status %d", status)
			}
			if status, _ := again.get(console.Path + "entries"); status != 401 {
				t.Errorf("and then %d", status)
			}
		}},
		{"a link ends after ten minutes", func(t *testing.T, w *world) {
			link := w.link("ann")
			w.wait(10 * time.Minute)
			if status, _ := w.browser().redeem(link); status != 403 {
				t.Errorf("status %d", status)
			}
		}},
		{"a session ends after eight hours", func(t *testing.T, w *world) {
			b := w.signIn("ann")
			w.wait(8 * time.Hour)
			if status, _ := b.get(console.Path + "entries"); status != 401 {
				t.Errorf("status %d", status)
			}
		}},
		{"signing out ends the session, for a copied cookie too", func(t *testing.T, w *world) {
			b, thief := w.signIn("ann"), w.browser()
			at, _ := url.Parse(w.server.URL)
			thief.http.Jar.SetCookies(at, b.http.Jar.Cookies(at))
			b.post(console.Path+"leave", nil)
			for _, one := range []*browser{b, thief} {
				if status, _ := one.get(console.Path + "entries"); status != 401 {
					t.Errorf("status %d", status)
				}
			}
		}},
		{"a member gets no link", func(t *testing.T, w *world) {
			_, err := w.console.Link(t.Context(), "net", community, chat.Person{ID: "cy", Roles: []string{"others"}})
			if denied := new(desk.DeniedError); !errors.As(err, &denied) || denied.Need != desk.Moderator {
				t.Errorf("error %v", err)
			}
		}},
		{"a moderator of another network is none here", func(t *testing.T, w *world) {
			if _, err := w.console.Link(t.Context(), "other", community, chat.Person{ID: "ann", Roles: []string{"mods"}}); err == nil {
				t.Error("there is a link")
			}
		}},
		{"five links are enough for ten minutes", func(t *testing.T, w *world) {
			for range 5 {
				w.link("ann")
			}
			if _, err := w.console.Link(t.Context(), "net", community, chat.Person{ID: "ann", Roles: []string{"mods"}}); !errors.Is(err, console.ErrLink) {
				t.Errorf("error %v", err)
			}
		}},
		{"whoever tries links is slowed down", func(t *testing.T, w *world) {
			b, slowed := w.browser(), false
			for range 80 {
				status, _ := b.send(http.MethodPost, console.Path+"enter", url.Values{"key": {"guess"}})
				slowed = slowed || status == http.StatusTooManyRequests
			}
			if !slowed {
				t.Error("80 guesses at once went through")
			}
		}},
		{"a role that was taken away is gone at the next request", func(t *testing.T, w *world) {
			b := w.signIn("ann")
			w.people.set("ann")
			if status, body := b.get(console.Path + "entries"); status != 403 || !strings.Contains(body, "<strong>moderator</strong>") {
				t.Errorf("status %d", status)
			}
		}},
		{"where the network does not answer, the roles of the link count for five minutes", func(t *testing.T, w *world) {
			b := w.signIn("ann")
			w.people.mu.Lock()
			w.people.down = true
			w.people.mu.Unlock()
			if status, _ := b.get(console.Path + "entries"); status != 200 {
				t.Errorf("status %d", status)
			}
			if status, _ := b.get(console.Path + "audit.jsonl"); status != 403 {
				t.Errorf("a lead's page: status %d", status)
			}
			w.wait(5*time.Minute + time.Second)
			if status, _ := b.get(console.Path + "entries"); status != 403 {
				t.Errorf("five minutes later: status %d", status)
			}
		}},
		{"a link shows the figures of its own community", func(t *testing.T, w *world) {
			elsewhere := w.browser()
			link, err := w.console.Link(t.Context(), "net", "guild-2", chat.Person{ID: "bo", Roles: []string{"mods"}})
			if err != nil {
				t.Fatal(err)
			}
			elsewhere.redeem(link)
			if _, body := elsewhere.get(console.Path + "questions"); strings.Contains(body, "asked in guild-1") {
				t.Error("a community sees another's questions")
			}
			contains(t, w.signIn("bo"), console.Path+"questions", "asked in guild-1 &lt;b&gt;")
			_, ours := w.signIn("ann").get(console.Path + "figures?space=guild-2")
			_, theirs := elsewhere.get(console.Path + "figures?space=" + community)
			if !strings.Contains(ours, "4321") || strings.Contains(ours, "777777") || strings.Contains(theirs, "4321") {
				t.Error("a community sees another's figures")
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, newWorld(t)) })
	}
}

func TestFormsOfOthersAreRefused(t *testing.T) {
	w := newWorld(t)
	ann, bo := w.signIn("ann"), w.signIn("bo")
	for _, test := range []struct {
		name    string
		token   string
		headers []string
	}{
		{"without a token", "", nil},
		{"with another person's token", bo.token, nil},
		{"from another site, were the token known", ann.token, []string{"Sec-Fetch-Site", "cross-site"}},
		{"from another origin, in an old browser", ann.token, []string{"Origin", "https://elsewhere.example"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, route := range w.console.Routes() {
				if route.Method != http.MethodPost || route.Open {
					continue
				}
				path := strings.NewReplacer("{lang}", "en", "{id}", "what-is-it", "{cluster}", "one").Replace(route.Pattern)
				if status, _ := ann.send(http.MethodPost, path, url.Values{"token": {test.token}, "n": {"1"}}, test.headers...); status != 403 {
					t.Errorf("%s: status %d", path, status)
				}
			}
		})
	}
	if status, _ := w.browser().send(http.MethodPost, console.Path+"enter", url.Values{"key": {"x"}}, "Sec-Fetch-Site", "cross-site"); status != 403 {
		t.Errorf("a link that another site sends: status %d", status)
	}
	if status, _ := ann.post(page+"/own", url.Values{"take": {"yes"}}); status != 303 {
		t.Errorf("her own form: status %d", status)
	}
}

func TestWhatBrowsersAreTold(t *testing.T) {
	w := newWorld(t)
	for path, store := range map[string]string{"enter": "no-store", "entries": "no-store", "nowhere": "no-store", "static/style.css": "private, max-age=3600"} {
		recorder := httptest.NewRecorder()
		w.console.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, console.Path+path, http.NoBody))
		h := recorder.Header()
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
			"Cache-Control": store, "Strict-Transport-Security": "max-age=31536000",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestTheCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	w := newWorld(t)
	at, _ := url.Parse(w.link("ann"))
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, console.Path+"enter", strings.NewReader(at.RawQuery))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	w.console.ServeHTTP(recorder, request)
	cookies := recorder.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies", len(cookies))
	}
	c := cookies[0]
	if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
}
