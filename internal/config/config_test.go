package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"

	"kapbot/internal/config"
)

const token = "AbC123.def.GHI-jkl_mno"

const key = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"

func load(t *testing.T, file string, environ ...string) (config.Config, error) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(dir, environ)
}

func TestNothingSetIsEnough(t *testing.T) {
	c, err := load(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Discord.Token.Set() || c.Slack.BotToken.Set() || c.Store != "kapbot.db" || c.Discord.Shards != "auto" {
		t.Errorf("read %+v", c)
	}
}

func TestWhatIsRead(t *testing.T) {
	c, err := load(t, "DISCORD_TOKEN=\"Bot "+token+"\"\nKAPBOT_STORE=file.db\n# a comment\n",
		"KAPBOT_STORE= other.db ", "DISCORD_SUPPORT_CHANNELS=123456789012345678, <#223456789012345678>,", "PATH=/bin")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Discord.Token.Reveal(); got != token {
		t.Errorf("token %q", got)
	}
	if c.Store != "other.db" {
		t.Errorf("the environment does not win over the file: %q", c.Store)
	}
	if want := []string{"123456789012345678", "223456789012345678"}; !slices.Equal(c.Discord.SupportChannels, want) {
		t.Errorf("channels %q, want %q", c.Discord.SupportChannels, want)
	}
}

func TestFaultsNameTheVariableAndTheFix(t *testing.T) {
	for _, test := range []struct{ set, name, fix string }{
		{"DISCORD_TOKEN=zebra", "DISCORD_TOKEN", "page Bot"},
		{"DISCORD_WATCH_CHANNELS=123456789012345678,zebra", "DISCORD_WATCH_CHANNELS, entry 2", "Copy Channel ID"},
		{"DISCORD_ALERT_CHANNEL=zebra", "DISCORD_ALERT_CHANNEL", "Copy Channel ID"},
		{"DISCORD_SHARDS=0", "DISCORD_SHARDS", "auto"},
		{"KAPBOT_KEY=zebra", "KAPBOT_KEY", "openssl rand -hex 32"},
		{"KAPBOT_ROLES=discord:1=lead,slack:zebra", "KAPBOT_ROLES, entry 2", "network:id=role"},
		{"SLACK_BOT_TOKEN=zebra", "SLACK_BOT_TOKEN", "xoxb-"},
		{"SLACK_APP_TOKEN=xoxb-zebra", "SLACK_APP_TOKEN", "xapp-"},
		{"SLACK_SUPPORT_CHANNELS=zebra", "SLACK_SUPPORT_CHANNELS", "channel's details"},
		{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_APP_TOKEN", "connections:write"},
		{"SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET", "Basic Information"},
		{"SLACK_CLIENT_ID=1.3", "SLACK_TOKEN_KEY", "openssl rand"},
		{"SLACK_CLIENT_ID=1.4", "SLACK_SIGNING_SECRET", "public address"},
		{"MODEL_TIMEOUT=zebra", "MODEL_TIMEOUT", "such as 8s"},
		{"MODEL_AT_ONCE=zebra", "MODEL_AT_ONCE", ".env.example"},
		{"DISCORD_TOKEN_FILE=not-there", "DISCORD_TOKEN_FILE", "the value of DISCORD_TOKEN alone"},
	} {
		t.Run(test.set, func(t *testing.T) {
			_, err := load(t, "", test.set)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range []string{test.name, test.fix} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), "zebra") {
				t.Errorf("the error holds the value: %v", err)
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		_, err := load(t, "", "DISCORD_TOKEN=zebra", "SLACK_BOT_TOKEN=zebra", "SLACK_APP_TOKEN=xapp-1")
		if err == nil || strings.Count(err.Error(), "\n") != 1 {
			t.Errorf("want two faults, got: %v", err)
		}
	})
	t.Run("a file that cannot be read holds no token", func(t *testing.T) {
		_, err := load(t, "DISCORD TOKEN "+token+"\n=\n")
		if err == nil || strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), ".env") {
			t.Errorf("error %v", err)
		}
	})
}

func TestASecretDoesNotPrint(t *testing.T) {
	s := config.NewSecret("zebra")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "token", s, "all", config.Discord{Token: s})
	data, err := json.Marshal(map[string]any{"s": s, "d": config.Discord{Token: s}})
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%s %v %+v %#v %q %x %d", s, s, s, s, s, s, s) + fmt.Sprintf("%v %+v %#v", config.Discord{Token: s}, &config.Discord{Token: s}, config.Config{Discord: config.Discord{Token: s}})
	for name, text := range map[string]string{"fmt": printed, "slog": log.String(), "JSON": string(data)} {
		if strings.Contains(text, "zebra") || strings.Contains(text, "7a65627261") {
			t.Errorf("%s prints it: %s", name, text)
		}
		if !strings.Contains(text, "[hidden]") {
			t.Errorf("%s does not show that something is hidden: %s", name, text)
		}
	}
	if (config.Secret{}).String() != "" || s.Reveal() != "zebra" {
		t.Error("an empty secret prints something, or Reveal does not reveal")
	}
}

func TestTheExampleListsEverything(t *testing.T) {
	data, err := os.ReadFile("../../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := env.GetFieldParams(&config.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		if !strings.Contains(string(data), "\n#"+f.Key+"=") && !strings.Contains(string(data), "\n"+f.Key+"=") {
			t.Errorf(".env.example does not list %s", f.Key)
		}
	}
	if len(fields) < 8 {
		t.Errorf("only %d variables were found", len(fields))
	}
}

func TestSlackInEachOfItsForms(t *testing.T) {
	const socket, http = "SLACK_APP_TOKEN=xapp-1", "SLACK_SIGNING_SECRET=s"
	for _, test := range []struct {
		name    string
		environ []string
		fault   string
	}{
		{"Socket Mode", []string{"SLACK_BOT_TOKEN=xoxb-1", socket}, ""},
		{"HTTP", []string{"SLACK_BOT_TOKEN=xoxb-1", http, "KAPBOT_LISTEN=:8080"}, ""},
		{"HTTP without a port", []string{"SLACK_BOT_TOKEN=xoxb-1", http}, "KAPBOT_LISTEN"},
		{"several workspaces", []string{"SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET=s", "SLACK_TOKEN_KEY=" + key, "SLACK_ADDRESS=https://kap.example/", http, "KAPBOT_LISTEN=:8080"}, ""},
		{"several and one", []string{"SLACK_BOT_TOKEN=xoxb-1", "SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET=s", "SLACK_TOKEN_KEY=" + key, "SLACK_ADDRESS=https://kap.example", http, "KAPBOT_LISTEN=:8080"}, "take out the token"},
		{"no https", []string{"SLACK_CLIENT_ID=1.2", "SLACK_CLIENT_SECRET=s", "SLACK_TOKEN_KEY=" + key, "SLACK_ADDRESS=http://kap.example", http, "KAPBOT_LISTEN=:8080"}, "SLACK_ADDRESS"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := load(t, "", test.environ...)
			if test.fault == "" && (err != nil || !c.Slack.On() || strings.HasSuffix(c.Slack.Address, "/")) {
				t.Errorf("read %+v, %v", c.Slack, err)
			}
			if test.fault != "" && (err == nil || !strings.Contains(err.Error(), test.fault)) {
				t.Errorf("the fault is %v, want one of %s", err, test.fault)
			}
		})
	}
}

func TestAnySettingMayStandInAFile(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"key": key + "\n", "discord": " " + token + "\r\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(dir, []string{"SLACK_TOKEN_KEY_FILE=key", "DISCORD_TOKEN_FILE=" + filepath.Join(dir, "discord"), "OPENAI_API_KEY_FILE="})
	if err != nil || c.Slack.TokenKey.Reveal() != key || c.Discord.Token.Reveal() != token {
		t.Errorf("read %q and %q, %v", c.Slack.TokenKey.Reveal(), c.Discord.Token.Reveal(), err)
	}
	_, err = config.Load(dir, []string{"SLACK_TOKEN_KEY_FILE=key", "SLACK_TOKEN_KEY=zebra"})
	if err == nil || !strings.Contains(err.Error(), "both set") || strings.Contains(err.Error(), "zebra") {
		t.Errorf("given twice: %v", err)
	}
}
