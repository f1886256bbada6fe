package vault_test

import (
	"bytes"
	"testing"

	"kapbot/internal/vault"
)

// FuzzOpen wants that nothing opens but what was sealed, under its name.
func FuzzOpen(f *testing.F) {
	v, err := vault.New(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		f.Fatal(err)
	}
	sealed := v.Seal("name", []byte("secret"))
	f.Add("name", sealed)
	f.Add("", []byte{})
	f.Add("name", sealed[:len(sealed)-1])
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		got, err := v.Open(name, data)
		if err == nil && (name != "name" || string(got) != "secret") { // sealed by another run with the same key
			t.Errorf("%x opens as %q under the name %q", data, got, name)
		}
	})
}

// FuzzParseKey wants a whole key or none.
func FuzzParseKey(f *testing.F) {
	f.Add("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	f.Add("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := vault.ParseKey(text); err == nil && len(key) != 32 {
			t.Errorf("%q is a key of %d bytes", text, len(key))
		}
	})
}
