package config

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what a Secret shows instead of itself.
const hidden = "[hidden]"

// A Secret is a token or key. It does not print: only Reveal gives its value,
// so that no log line, error or JSON can hold it by accident.
type Secret struct{ value string }

// NewSecret returns a Secret of a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value, for the one place that has to send it.
func (s Secret) Reveal() string { return s.value }

// Set reports whether there is a value.
func (s Secret) Set() bool { return s.value != "" }

// String hides the value.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return hidden
}

// Format hides the value from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from JSON and every other encoding.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes the value.
func (s *Secret) UnmarshalText(text []byte) error {
	s.value = string(text)
	return nil
}
