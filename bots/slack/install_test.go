package slack_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kapbot/bots/slack"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/internal/vault"
)

// workspaces returns an empty store of installations and its file.
func workspaces(t *testing.T) (many *slack.Many, path string) {
	t.Helper()
	path = storetest.File(t)
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return slack.NewMany(db, key(t, "k")), path
}

func key(t *testing.T, letter string) *vault.Vault {
	t.Helper()
	v, err := vault.New(bytes.Repeat([]byte(letter), 32))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAWorkspaceInstallsTheApp(t *testing.T) {
	many, path := workspaces(t)
	w := open(t, setting{})
	other := w.AddTeam("T0OTHER0", "chat:write")
	app := w.App()
	web := httptest.NewServer(w.platform.InstallEndpoints(slack.Installer{ClientID: app.ClientID, ClientSecret: app.ClientSecret, Address: "https://kap.example"}, many))
	defer web.Close()
	browser := &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true},
	}
	visit := func(path string, with *http.Cookie) (status int, header http.Header) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, web.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if with != nil {
			req.AddCookie(with)
		}
		res, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode, res.Header
	}
	_, there := visit("/slack/install", nil)
	to, err := url.Parse(there.Get("Location"))
	if err != nil || to.Host != "slack.com" || to.Query().Get("redirect_uri") != "https://kap.example/slack/oauth" {
		t.Fatalf("people are sent to %s, %v", to, err)
	}
	cookie, err := http.ParseSetCookie(there.Get("Set-Cookie"))
	if err != nil || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %v", cookie)
	}
	back := func(state, code string, with *http.Cookie) int {
		status, _ := visit("/slack/oauth?"+url.Values{"state": {state}, "code": {code}}.Encode(), with)
		return status
	}
	state := to.Query().Get("state")
	for name, got := range map[string]int{
		"another state": back("x", w.Code(other.ID), cookie),
		"no cookie":     back(state, w.Code(other.ID), nil),
		"a false code":  back(state, "made up", cookie),
	} {
		if got != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, got)
		}
	}
	if _, err := many.Find(t.Context(), other.ID); !errors.Is(err, slack.ErrNotInstalled) {
		t.Errorf("before it was installed: %v", err)
	}
	if got := back(state, w.Code(other.ID), cookie); got != http.StatusOK {
		t.Fatalf("the right way back: status %d", got)
	}
	found, err := many.Find(t.Context(), other.ID)
	if err != nil || found.Token != other.Token || found.BotUser != other.BotUser || found.URL == "" {
		t.Errorf("found %+v, %v", found, err)
	}
	files, _ := filepath.Glob(path + "*")
	for _, name := range files {
		if data, err := os.ReadFile(name); err != nil || bytes.Contains(data, []byte(other.Token)) {
			t.Errorf("%s holds the token, or %v", name, err)
		}
	}
}

func TestTokensOpenWithTheirKeyOnly(t *testing.T) {
	many, path := workspaces(t)
	if err := many.Save(t.Context(), slack.Installation{Team: "T1", Token: "xoxb-1"}); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := slack.NewMany(db, key(t, "j")).Find(t.Context(), "T1"); err == nil || !strings.Contains(err.Error(), "SLACK_TOKEN_KEY") {
		t.Errorf("with another key: %v", err)
	}
	if err := many.Remove(t.Context(), "T1"); err != nil {
		t.Fatal(err)
	}
	if _, err := many.Find(t.Context(), "T1"); !errors.Is(err, slack.ErrNotInstalled) {
		t.Errorf("after it was removed: %v", err)
	}
}

func TestSeveralWorkspacesAreAnsweredEachWithItsToken(t *testing.T) {
	many, _ := workspaces(t)
	w := open(t, setting{many: many})
	for _, id := range []string{"T0AAAAAA", "T0BBBBBB"} {
		team := w.AddTeam(id, slack.Setup{Rooms: true}.Scopes()...)
		if err := many.Save(t.Context(), slack.Installation{Team: team.ID, Token: team.Token, BotUser: team.BotUser}); err != nil {
			t.Fatal(err)
		}
		w.AddChannel(slackserver.Channel{ID: "C" + id, Kind: slackserver.Public, Teams: []string{id}, Members: []string{team.BotUser, "UANN"}})
		w.Say(slackserver.Say{Channel: "C" + id, User: "UANN", Text: "<@" + team.BotUser + "> " + danger})
		w.wait("a card in "+id, func() bool { return len(w.Bots("C"+id)) == 1 })
		if m := w.Bots("C" + id)[0]; m.BotID != team.BotID {
			t.Errorf("in %s, %s answered", id, m.BotID)
		}
	}
	w.Uninstall("T0AAAAAA")
	w.wait("it to be forgotten", func() bool {
		_, err := many.Find(t.Context(), "T0AAAAAA")
		return errors.Is(err, slack.ErrNotInstalled) || w.tick()
	})
}
