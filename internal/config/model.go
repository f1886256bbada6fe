package config

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// defaultModel is asked where nothing but a key is given.
const defaultModel = "gpt-4.1-mini"

// Model is what the language model needs. Without a key and an address there is
// none.
type Model struct {
	Key     Secret `env:"OPENAI_API_KEY"`
	BaseURL string `env:"OPENAI_BASE_URL"`
	Name    string `env:"OPENAI_MODEL"`
	// AzureVersion makes BaseURL an endpoint of Azure OpenAI.
	AzureVersion string        `env:"OPENAI_API_VERSION"`
	Timeout      time.Duration `env:"MODEL_TIMEOUT" envDefault:"8s"`
	AtOnce       int           `env:"MODEL_AT_ONCE" envDefault:"4"`
	// What may be spent a day, in tokens and in US dollars at the prices of a million
	// tokens. Zero is no limit.
	Tokens          int     `env:"MODEL_TOKENS_PER_DAY" envDefault:"1000000"`
	TokensPerPerson int     `env:"MODEL_TOKENS_PER_PERSON" envDefault:"60000"`
	Dollars         float64 `env:"MODEL_DOLLARS_PER_DAY"`
	DollarsIn       float64 `env:"MODEL_DOLLARS_IN"`
	DollarsOut      float64 `env:"MODEL_DOLLARS_OUT"`
	// Prompts is a folder with templates that take the place of the embedded ones.
	Prompts string `env:"MODEL_PROMPTS"`
	// Moderation is "off" or "openai".
	Moderation string `env:"CRISIS_MODERATION" envDefault:"off"`
}

// Set reports whether there is a model to ask.
func (m Model) Set() bool { return m.Key.Set() || m.BaseURL != "" }

// ModelName is the model to ask for.
func (m Model) ModelName() string {
	if m.Name == "" {
		return defaultModel
	}
	return m.Name
}

func (m Model) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if u, err := url.Parse(m.BaseURL); m.BaseURL != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		fault("OPENAI_BASE_URL is no address: write one such as http://localhost:11434/v1")
	}
	if m.BaseURL != "" && m.Name == "" {
		fault("OPENAI_BASE_URL is set and OPENAI_MODEL is not: name the model that your server has")
	}
	if m.AzureVersion != "" && m.BaseURL == "" {
		fault("OPENAI_API_VERSION is set and OPENAI_BASE_URL is not: give the endpoint of Azure OpenAI")
	}
	if m.Timeout < time.Second || m.Timeout > time.Minute {
		fault("MODEL_TIMEOUT is %s: write a time from 1s to 60s", m.Timeout)
	}
	if m.AtOnce < 1 {
		fault("MODEL_AT_ONCE is %d: write a number from 1 up", m.AtOnce)
	}
	if m.Tokens < 0 || m.TokensPerPerson < 0 || m.Dollars < 0 || m.DollarsIn < 0 || m.DollarsOut < 0 {
		fault("MODEL_TOKENS_PER_DAY, MODEL_TOKENS_PER_PERSON and the MODEL_DOLLARS_ settings cannot be below 0")
	}
	if m.Dollars > 0 && m.DollarsIn == 0 && m.DollarsOut == 0 {
		fault("MODEL_DOLLARS_PER_DAY needs MODEL_DOLLARS_IN and MODEL_DOLLARS_OUT: the prices of a million tokens")
	}
	switch m.Moderation {
	case "off":
	case "openai":
		if !m.Set() {
			fault("CRISIS_MODERATION is openai and OPENAI_API_KEY is not set: give the key, or write off")
		}
	default:
		fault(`CRISIS_MODERATION is %q: write "off" or "openai"`, m.Moderation)
	}
	return errors.Join(faults...)
}
