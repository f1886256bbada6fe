package console

import (
	"errors"
	"net/http"
	"time"

	"kapbot/internal/web/session"
)

// door shows a button. A link is not taken by looking at it: programs that show what
// is behind a link look too.
func (c *Console) door(w http.ResponseWriter, r *http.Request) {
	c.show(w, r, http.StatusOK, "enter", page{Data: r.URL.Query().Get("key")})
}

// enter takes a link and begins a session.
func (c *Console) enter(w http.ResponseWriter, r *http.Request) {
	if !c.enters.Allow() {
		c.show(w, r, http.StatusTooManyRequests, "refused", page{Notice: "too-many"})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	secret, pass, err := c.keeper.Redeem(r.Context(), r.PostFormValue("key"))
	if errors.Is(err, session.ErrNone) {
		c.show(w, r, http.StatusForbidden, "refused", page{Notice: "no-link"})
		return
	}
	if err != nil {
		c.fail(w, r, err)
		return
	}
	c.setCookie(w, secret, pass.Until.Sub(c.Now()))
	http.Redirect(w, r, Path, http.StatusSeeOther)
}

// leave ends a session.
func (c *Console) leave(v *visit) error {
	if err := c.keeper.End(v.r.Context(), c.cookie(v.r)); err != nil {
		return err
	}
	c.setCookie(v.w, "", 0)
	c.show(v.w, v.r, http.StatusOK, "refused", page{Notice: "left"})
	return nil
}

func (c *Console) home(v *visit) error { return v.goOn(Path+"entries", "") }

// cookieName is that of the session. Over https its prefix makes browsers refuse one
// that another host or an unencrypted page has set.
func (c *Console) cookieName() string {
	if c.secure {
		return "__Host-kapbot"
	}
	return "kapbot"
}

func (c *Console) cookie(r *http.Request) string {
	found, err := r.Cookie(c.cookieName())
	if err != nil {
		return ""
	}
	return found.Value
}

// setCookie says how long the secret lasts and not until when: the clock of a phone may
// be wrong. One that lasts for no time is taken away.
func (c *Console) setCookie(w http.ResponseWriter, secret string, lasts time.Duration) {
	seconds := int(lasts.Seconds())
	if seconds <= 0 {
		seconds = -1 // 0 would mean that nothing is said
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // it is Secure wherever the address is https
		Name: c.cookieName(), Value: secret, Path: "/", MaxAge: seconds,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
