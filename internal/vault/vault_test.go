package vault_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kapbot/internal/vault"
)

func open(t testing.TB, key string) *vault.Vault {
	t.Helper()
	v, err := vault.New([]byte(strings.Repeat(key, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsSealedOpensAgain(t *testing.T) {
	v := open(t, "k")
	rapid.Check(t, func(t *rapid.T) {
		name, secret := rapid.String().Draw(t, "name"), rapid.SliceOf(rapid.Byte()).Draw(t, "secret")
		sealed := v.Seal(name, secret)
		got, err := v.Open(name, sealed)
		if err != nil || !bytes.Equal(got, secret) {
			t.Fatalf("opened %q, %v", got, err)
		}
		if len(secret) > 3 && bytes.Contains(sealed, secret) {
			t.Fatal("the secret can be read")
		}
		if bytes.Equal(sealed, v.Seal(name, secret)) {
			t.Fatal("the same secret is sealed the same")
		}
	})
}

func TestNothingElseOpens(t *testing.T) {
	v := open(t, "k")
	sealed := v.Seal("T1", []byte("xoxb-secret"))
	changed := bytes.Clone(sealed)
	changed[len(changed)-1] ^= 1
	for _, test := range []struct {
		name   string
		vault  *vault.Vault
		under  string
		sealed []byte
	}{
		{"another key", open(t, "j"), "T1", sealed},
		{"another name", v, "T2", sealed},
		{"a changed secret", v, "T1", changed},
		{"a short one", v, "T1", sealed[:5]},
		{"none", v, "T1", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, err := test.vault.Open(test.under, test.sealed); !errors.Is(err, vault.ErrOpen) || got != nil {
				t.Errorf("opened %q, %v", got, err)
			}
		})
	}
}

func TestKeysAsPeopleKeepThem(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb}, 32)
	for _, test := range []struct {
		name, text string
		ok         bool
	}{
		{"hex", hex.EncodeToString(key), true},
		{"base64", base64.StdEncoding.EncodeToString(key), true},
		{"base64 for addresses", base64.RawURLEncoding.EncodeToString(key), true},
		{"with the line's end", hex.EncodeToString(key) + "\n", true},
		{"short", hex.EncodeToString(key[:16]), false},
		{"a word", "correct horse battery staple", false},
		{"empty", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := vault.ParseKey(test.text)
			if (err == nil) != test.ok || test.ok && !bytes.Equal(got, key) {
				t.Errorf("read %x, %v", got, err)
			}
			if err != nil && test.text != "" && strings.Contains(err.Error(), test.text) {
				t.Error("the error shows the key")
			}
		})
	}
}
