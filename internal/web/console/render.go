package console

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
	texts "kapbot/prompts/console"
)

//go:embed static
var static embed.FS

// A page is what every template is given.
type page struct {
	Actor    desk.Actor
	Token    string // for forms
	At       string // the path, for the navigation
	Notice   string // names a text of the templates
	Need     string // the role that is missing
	Problems []faq.Problem
	Names    map[string]string // of who did something, as far as they are known
	Data     any
}

// page begins a page for a visit. A notice travels over a redirect as its name.
func (v *visit) page(data any) page {
	return page{Actor: v.actor, Token: v.token, At: v.r.URL.Path, Notice: v.r.URL.Query().Get("did"), Data: data}
}

// parsePages reads the templates: each page stands in the layout.
func parsePages() (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	for _, name := range texts.Pages() {
		t, err := template.New("layout.html").Funcs(functions).Option("missingkey=error").ParseFS(texts.Files(), "layout.html", "parts.html", name+".html")
		if err != nil {
			return nil, fmt.Errorf("read the page %s: %w", name, err)
		}
		pages[name] = t
	}
	return pages, nil
}

var functions = template.FuncMap{
	"day":     func(t time.Time) string { return t.Format(time.DateOnly) },
	"time":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") },
	"entry":   entryPath,
	"asked":   questionPath,
	"join":    strings.Join,
	"by":      func(p page, who string) by { return by{who, cmp.Or(p.Names[who], who), who == p.Actor.Who()} },
	"percent": percent,
	"data":    func(p page, data any) page { p.Data = data; return p },
	"link":    func(p page, path, label string) link { return link{path, label, strings.HasPrefix(p.At, Path+path)} },
	"fields":  func() []string { return append([]string{""}, fields...) },
	"fault":   func(p page, field string) fault { return faultsOf(p, field, false) },
	"swap":    func(p page, field string) fault { return faultsOf(p, field, true) },
	"slug":    func(s string) string { return strings.ReplaceAll(s, " ", "-") },
}

// by is somebody who did something.
type by struct {
	Who, Name string
	Me        bool // whoever looks
}

// A link leads to a part of the console.
type link struct {
	Path, Label string
	Here        bool
}

// A fault is what is to be mended in a field. Swap says that a script puts it in the
// place of what is shown.
type fault struct {
	Field    string
	Problems []faq.Problem
	Swap     bool
}

// faultsOf finds the problems of a field; those of none stand at the field "".
func faultsOf(p page, field string, swap bool) fault {
	f := fault{Field: field, Swap: swap}
	for _, one := range p.Problems {
		if one.Field == field || field == "" && !isField(one.Field) {
			f.Problems = append(f.Problems, one)
		}
	}
	return f
}

// entryPath is the address of an entry's page.
func entryPath(k desk.Key) string {
	return Path + "entries/" + url.PathEscape(k.Lang) + "/" + url.PathEscape(k.ID)
}

// show writes a page. It is made whole first, so that no half of one is sent.
func (c *Console) show(w http.ResponseWriter, r *http.Request, status int, name string, p page) {
	c.write(w, r, status, name, "layout.html", p)
}

// fragment writes a part of a page, for a script that puts it in place.
func (c *Console) fragment(v *visit, name, part string, p page) {
	c.write(v.w, v.r, http.StatusOK, name, part, p)
}

func (c *Console) write(w http.ResponseWriter, _ *http.Request, status int, name, part string, p page) {
	var made bytes.Buffer
	if err := c.pages[name].ExecuteTemplate(&made, part, p); err != nil {
		c.Log.Error("a page of the console could not be written", "page", name)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = made.WriteTo(w)
}

// ok shows a page of a visit.
func (c *Console) ok(v *visit, name string, data any) error {
	c.show(v.w, v.r, http.StatusOK, name, v.page(data))
	return nil
}

// okAbout shows a page about an entry, on which people have the names that their networks
// gave them.
func (c *Console) okAbout(v *visit, name string, key desk.Key, data any) error {
	p := v.page(data)
	var err error
	if p.Names, err = c.names(v, key); err != nil {
		return err
	}
	c.show(v.w, v.r, http.StatusOK, name, p)
	return nil
}

// names are those of whoever has changed an entry lately.
func (c *Console) names(v *visit, key desk.Key) (map[string]string, error) {
	actions, err := c.Desk.Audit(v.r.Context(), v.actor, desk.Span{Key: key, Limit: 2 * perPage})
	if err != nil {
		return nil, err
	}
	called := map[string]string{}
	for _, a := range actions {
		called[a.Who] = cmp.Or(called[a.Who], a.Name)
	}
	return called, nil
}

// goOn sends a browser on after a form, with a notice.
func (v *visit) goOn(to, did string) error {
	if did != "" {
		to += "?did=" + url.QueryEscape(did)
	}
	http.Redirect(v.w, v.r, to, http.StatusSeeOther)
	return nil
}

// static serves the stylesheet and the script, which any browser may keep.
func (c *Console) static(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, max-age=3600")
	http.StripPrefix(Path, http.FileServerFS(static)).ServeHTTP(w, r)
}
