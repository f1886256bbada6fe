package discord

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
)

// codeAcknowledged is Discord's code for an interaction that had its response.
const codeAcknowledged = 40060

// errUnreadable is an answer that is not what was asked for.
var errUnreadable = errors.New("an answer of Discord cannot be read")

// A requestError is what Discord said to a request: numbers only, since its answers
// may quote a message and its addresses hold the tokens of interactions.
type requestError struct{ status, code int }

func (e *requestError) Error() string {
	return fmt.Sprintf("Discord says %d %s (code %d)", e.status, http.StatusText(e.status), e.code)
}

// Is makes refusals of which trying again is of no use ErrRefused.
func (e *requestError) Is(target error) bool {
	return target == bots.ErrRefused && e.status >= 400 && e.status < 500 && e.status != http.StatusRequestTimeout && e.status != http.StatusTooManyRequests
}

// failure turns an error of discordgo into one of ours.
func failure(err error) error {
	var rest *discordgo.RESTError
	var limit *discordgo.RateLimitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		return &bots.WaitError{For: limit.RetryAfter, Err: &requestError{status: http.StatusTooManyRequests}}
	case errors.As(err, &rest):
		e := &requestError{status: rest.Response.StatusCode}
		if rest.Message != nil {
			e.code = rest.Message.Code
		}
		return e
	}
	return clean(err)
}

// clean takes out of an error what may not be in a log: addresses, which hold
// tokens, and what Discord answered.
func clean(err error) error {
	var rest *discordgo.RESTError
	var address *url.Error
	var ours *requestError
	var wait *bots.WaitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours), errors.As(err, &wait):
		return err
	case errors.As(err, &rest):
		return failure(rest)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return errors.New("the request took too long")
	case errors.As(err, &address):
		return address.Err
	}
	return err
}

// status is the HTTP status of an error, or 0.
func status(err error) int {
	var rest *discordgo.RESTError
	var ours *requestError
	switch {
	case errors.As(err, &rest):
		return rest.Response.StatusCode
	case errors.As(err, &ours):
		return ours.status
	}
	return 0
}

// code is Discord's code of an error, or 0.
func code(err error) int {
	var ours *requestError
	if errors.As(err, &ours) {
		return ours.code
	}
	return 0
}
