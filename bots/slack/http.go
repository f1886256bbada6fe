package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

// maxDelivery is the largest delivery that is read, in bytes. Slack's are well
// below.
const maxDelivery = 1 << 20

// Endpoints takes deliveries over HTTP, for an app with a public address. Each is
// believed only with Slack's signature over its very bytes, made within the last
// five minutes. Run must be running.
func (p *Platform) Endpoints() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+pathEvents, p.signed(p.takeEvent))
	mux.HandleFunc("POST "+pathInteractive, p.signed(p.takeInteraction))
	mux.HandleFunc("POST "+pathCommands, p.signed(p.takeCommand))
	return mux
}

// signed lets through what Slack has signed. A request without a signature is told
// nothing about why it was refused.
func (p *Platform) signed(next func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDelivery))
		if err != nil {
			http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
			return
		}
		if err := p.verify(r.Header, body); err != nil {
			p.o.Log.Warn("a request without Slack's signature was refused", "err", err)
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
			return
		}
		next(w, r, body)
	}
}

// errSignature is all that is said of a signature that does not fit.
var errSignature = errors.New("the signature does not fit: is SLACK_SIGNING_SECRET the one on the app's page?")

func (p *Platform) verify(h http.Header, body []byte) error {
	v, err := slack.NewSecretsVerifier(h, p.o.SigningSecret)
	switch {
	case errors.Is(err, slack.ErrExpiredTimestamp):
		return fmt.Errorf("it is older than five minutes; is this machine's clock right? %w", err)
	case err != nil:
		return errSignature
	}
	if _, err := v.Write(body); err != nil || v.Ensure() != nil {
		return errSignature
	}
	return nil
}

func (p *Platform) takeEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	event, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
	if challenge, ok := event.Data.(*slackevents.EventsAPIURLVerificationEvent); ok && event.Type == slackevents.URLVerification {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, challenge.Challenge)
		return
	}
	if err != nil {
		p.o.Log.Debug("Slack delivered an event that the SDK does not know")
		w.WriteHeader(http.StatusOK) // delivered again, it would be known no better
		return
	}
	p.answer(w, r, event)
}

func (p *Platform) takeInteraction(w http.ResponseWriter, r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	c, err := slack.InteractionCallbackParse(r)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	p.answer(w, r, c)
}

func (p *Platform) takeCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	c, err := slack.SlashCommandParse(r)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	p.answer(w, r, c)
}

// answer handles a delivery and acknowledges it with an empty answer or, of a form, with
// what is wrong in it. What was begun goes on when Slack hangs up.
func (p *Platform) answer(w http.ResponseWriter, r *http.Request, delivery any) {
	p.awaitRun(r.Context())
	acked := make(chan any, 1) // take acknowledges once
	if !p.begin(context.WithoutCancel(r.Context()), delivery, func(payload any) { acked <- payload }) {
		// It is not running: Slack will deliver again.
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	select {
	case payload := <-acked:
		if payload == nil {
			w.WriteHeader(http.StatusOK)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(payload); err != nil {
			p.o.Log.Warn("a form was not answered", "err", err)
		}
	case <-r.Context().Done():
	}
}

// begin takes a delivery while the platform runs; false if it does not.
func (p *Platform) begin(ctx context.Context, delivery any, ack func(payload any)) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.handler == nil {
		return false
	}
	p.take(ctx, p.handler, delivery, ack)
	return true
}
