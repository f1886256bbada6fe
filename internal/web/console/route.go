package console

import (
	"errors"
	"net/http"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/web/session"
)

// maxForm is above any entry's form, in bytes.
const maxForm = 256 << 10

// A Route is one page or deed of the console and who may have it.
type Route struct {
	Method, Pattern string
	// Open says that nobody has to come in for it. All others need a session and the
	// role Need, which is never less than Moderator.
	Open bool
	Need desk.Role

	serve  http.HandlerFunc
	handle func(*visit) error
}

// routes lists all that the console serves.
func (c *Console) routes() []Route {
	open := func(method, path string, serve http.HandlerFunc) Route {
		return Route{Method: method, Pattern: Path + path, Open: true, serve: serve}
	}
	page := func(need desk.Role, method, path string, handle func(*visit) error) Route {
		return Route{Method: method, Pattern: Path + path, Need: max(need, desk.Moderator), handle: handle}
	}
	const entry, question = "entries/{lang}/{id}", "questions/{cluster}"
	return []Route{
		open("GET", "enter", c.door),
		open("POST", "enter", c.enter),
		open("GET", "static/{file}", c.static),
		page(desk.Moderator, "POST", "leave", c.leave),
		page(desk.Moderator, "GET", "{$}", c.home),
		page(desk.Moderator, "GET", "entries", c.entries),
		page(desk.Moderator, "GET", "new", c.newEntry),
		page(desk.Moderator, "POST", "new", c.saveNew),
		page(desk.Moderator, "POST", "preview", c.preview),
		page(desk.Moderator, "GET", entry, c.entry),
		page(desk.Moderator, "GET", entry+"/edit", c.edit),
		page(desk.Moderator, "POST", entry+"/edit", c.save),
		page(desk.Moderator, "GET", entry+"/history", c.history),
		page(desk.Moderator, "GET", entry+"/diff", c.diff),
		page(desk.Moderator, "POST", entry+"/submit", c.submit),
		page(desk.Moderator, "POST", entry+"/publish", c.publish),
		page(desk.Moderator, "POST", entry+"/back", c.sendBack),
		page(desk.Moderator, "POST", entry+"/retire", c.retire),
		page(desk.Moderator, "POST", entry+"/restore", c.restore),
		page(desk.Moderator, "POST", entry+"/own", c.own),
		page(desk.Moderator, "POST", entry+"/looked", c.looked),
		page(desk.Moderator, "GET", "questions", c.questions),
		page(desk.Moderator, "POST", "questions/merge", c.mergeQuestions),
		page(desk.Moderator, "GET", question, c.question),
		page(desk.Moderator, "POST", question+"/draft", c.draftQuestion),
		page(desk.Moderator, "POST", question+"/answer", c.answerQuestion),
		page(desk.Moderator, "POST", question+"/settle", c.settleQuestion),
		page(desk.Moderator, "POST", question+"/reopen", c.reopenQuestion),
		page(desk.Moderator, "POST", question+"/split", c.splitQuestion),
		page(desk.Moderator, "GET", "calendar", c.calendar),
		page(desk.Moderator, "GET", "try", c.try),
		page(desk.Moderator, "POST", "try", c.try),
		page(desk.Moderator, "GET", "figures", c.figures),
		page(desk.Moderator, "GET", "audit", c.audit),
		page(desk.Lead, "GET", "audit.jsonl", c.exportAudit),
	}
}

// Routes returns what the console serves, for whoever checks who may have it.
func (c *Console) Routes() []Route { return c.routes() }

// A visit is one request of somebody who may make it.
type visit struct {
	w     http.ResponseWriter
	r     *http.Request
	pass  session.Pass
	actor desk.Actor
	token string // of the forms of this session
}

// guard lets through who may have a route, and shows why to everybody else.
func (c *Console) guard(route Route) http.Handler {
	if route.Open {
		return c.cross.Handler(route.serve)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secret := c.cookie(r)
		pass, err := c.keeper.Of(r.Context(), secret)
		if errors.Is(err, session.ErrNone) {
			c.show(w, r, http.StatusUnauthorized, "refused", page{Notice: "no-session"})
			return
		}
		if err != nil {
			c.fail(w, r, err)
			return
		}
		v := &visit{w: w, r: r, pass: pass, actor: c.actor(r, pass), token: session.FormToken(secret)}
		if err := v.actor.Needs(route.Need); err != nil {
			c.refuse(v, err)
			return
		}
		if r.Method == http.MethodPost {
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			if c.cross.Check(r) != nil || !session.FormFits(secret, r.PostFormValue("token")) {
				c.show(w, r, http.StatusForbidden, "refused", page{Notice: "wrong-form"})
				return
			}
		}
		if err := route.handle(v); err != nil {
			c.refuse(v, err)
		}
	})
}

// freshFor is how long after somebody came in the roles of their link count, where the
// network does not say what roles they have by now.
const freshFor = 5 * time.Minute

// actor is who comes, with the role of this moment. Who is named by their own id keeps
// their role while the network does not answer; what a group gave them does not last.
func (c *Console) actor(r *http.Request, pass session.Pass) desk.Actor {
	person := pass.Person
	if c.People != nil {
		now, err := c.People.Person(r.Context(), pass.Network, pass.Space, person.ID)
		switch {
		case err == nil:
			person.Roles = now.Roles
		case c.Now().Sub(pass.Until.Add(-session.SessionFor)) > freshFor:
			person.Roles = nil
		}
	}
	return desk.Actor{Network: pass.Network, Space: pass.Space, ID: person.ID, Name: person.Name, Role: c.Roles.Of(pass.Network, person)}
}

// refuse shows an error as what it means to a moderator.
func (c *Console) refuse(v *visit, err error) {
	var denied *desk.DeniedError
	var lint *desk.LintError
	var stale *desk.StaleError
	p := v.page(nil)
	status := http.StatusConflict
	switch {
	case errors.As(err, &denied):
		p.Notice, p.Need, status = "needs-role", denied.Need.String(), http.StatusForbidden
	case errors.Is(err, desk.ErrNotFound):
		p.Notice, status = "not-found", http.StatusNotFound
	case errors.Is(err, desk.ErrSecond):
		p.Notice, status = "second", http.StatusForbidden
	case errors.Is(err, desk.ErrState), errors.Is(err, desk.ErrConflict):
		p.Notice = "moved-on"
	case errors.As(err, &stale):
		p.Notice = "stale"
	case errors.Is(err, inbox.ErrGone):
		p.Notice = "gone"
	case errors.Is(err, errTick):
		p.Notice, status = "tick", http.StatusUnprocessableEntity
	case errors.As(err, &lint):
		p.Notice, p.Problems, status = "to-mend", lint.Problems, http.StatusUnprocessableEntity
	default:
		c.fail(v.w, v.r, err)
		return
	}
	c.show(v.w, v.r, status, "refused", p)
}

// fail says that something broke here, and notes what.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, err error) {
	c.Log.Error("a page of the console could not be made", "err", err)
	c.show(w, r, http.StatusInternalServerError, "refused", page{Notice: "failed"})
}
