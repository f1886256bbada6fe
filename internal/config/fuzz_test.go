package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kapbot/internal/config"
)

// FuzzLoad wants that no file stops the reader, and that no error holds a token.
func FuzzLoad(f *testing.F) {
	f.Add("KAPBOT_STORE=file.db\n", "x")
	f.Add("DISCORD_TOKEN=\"$X\n='\n", "'")
	f.Add("MODEL_TIMEOUT=8\nexport A=B #", "\\")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file, end string) {
		const secret = "zebra-zebra"
		text := file + "\nDISCORD_TOKEN=" + secret + end + "\n"
		if err := os.WriteFile(filepath.Join(dir, ".env"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(dir, nil); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: the error holds the token: %v", text, err)
		}
	})
}
