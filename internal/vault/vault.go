// Package vault encrypts small secrets before they are stored, so that a copy of
// the store is of no use without the key. It uses AES-256-GCM of the standard
// library, with a random nonce for each secret; a secret is bound to its name and
// opens under no other.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// keySize is the length of a key in bytes.
const keySize = 32

// ErrKey says that a key has not the form that it needs.
var ErrKey = errors.New("a key is 32 random bytes in hex or base64: openssl rand -hex 32")

// ErrOpen says that a secret was sealed with another key or under another name, or
// was changed.
var ErrOpen = errors.New("a stored secret does not open with this key")

// ParseKey reads a key as people keep it. The error holds nothing of it.
func ParseKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if key, err := decode(text); err == nil && len(key) == keySize {
			return key, nil
		}
	}
	return nil, ErrKey
}

// A Vault seals and opens with one key. It is safe for concurrent use.
type Vault struct{ aead cipher.AEAD }

// New returns a vault of a key of 32 bytes.
func New(key []byte) (*Vault, error) {
	if len(key) != keySize {
		return nil, ErrKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make the cipher: %w", err)
	}
	return &Vault{aead}, nil
}

// Seal encrypts a secret for the place of a name.
func (v *Vault) Seal(name string, secret []byte) []byte {
	return v.aead.Seal(nil, nil, secret, []byte(name)) //nolint:gosec // the nonce is none here: the cipher makes a random one
}

// Open decrypts what Seal made for the same name; the error is ErrOpen.
func (v *Vault) Open(name string, sealed []byte) ([]byte, error) {
	secret, err := v.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, ErrOpen
	}
	return secret, nil
}
