package deploy_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caarlos0/env/v11"
	"github.com/goccy/go-yaml"

	"kapbot/internal/config"
	"kapbot/internal/metrics"
)

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestEveryFileCanBeRead reads all YAML and JSON as a parser would that allows no key
// twice.
func TestEveryFileCanBeRead(t *testing.T) {
	files := []string{"../.goreleaser.yaml"}
	for _, pattern := range []string{"*/*.yaml", "*/*.json"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 6 {
		t.Errorf("only %q were found", files)
	}
	for _, file := range files {
		for part := range strings.SplitSeq(read(t, file), "\n---\n") {
			var v any
			if err := yaml.Unmarshal([]byte(part), &v); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestOnlySettingsThatThereAre holds every variable that the files set to what the
// program reads.
func TestOnlySettingsThatThereAre(t *testing.T) {
	fields, err := env.GetFieldParams(&config.Config{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Key] = true
	}
	name := regexp.MustCompile(`\b(?:KAPBOT|DISCORD|SLACK|DATABASE|OPENAI|MODEL)_[A-Z_]+\b`)
	for _, file := range []string{"systemd/kapbot.service", "Dockerfile", "compose/compose.yaml", "kubernetes/kapbot.yaml"} {
		found := name.FindAllString(read(t, file), -1)
		if len(found) == 0 {
			t.Errorf("%s sets nothing", file)
		}
		for _, v := range found {
			if !known[strings.TrimSuffix(v, "_FILE")] {
				t.Errorf("%s sets %s, which the program does not read", file, v)
			}
		}
	}
}

// dashboard is what of a Grafana dashboard asks for metrics.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

type rules struct {
	Groups []struct {
		Rules []struct {
			Alert       string            `yaml:"alert"`
			Expr        string            `yaml:"expr"`
			Labels      map[string]string `yaml:"labels"`
			Annotations map[string]string `yaml:"annotations"`
		} `yaml:"rules"`
	} `yaml:"groups"`
}

func loadRules(t *testing.T) rules {
	t.Helper()
	var r rules
	if err := yaml.Unmarshal([]byte(read(t, "prometheus/alerts.yaml")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// expressions are all that the dashboard and the rules ask of Prometheus, by where it
// stands.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	var d dashboard
	if err := json.Unmarshal([]byte(read(t, "grafana/kapbot.json")), &d); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			all["panel "+p.Title+": "+target.Expr] = target.Expr
		}
	}
	for _, g := range loadRules(t).Groups {
		for _, r := range g.Rules {
			all["alert "+r.Alert] = r.Expr
		}
	}
	return all
}

// scrape reads what the program tells from its start, with both networks set up.
func scrape(t *testing.T) string {
	t.Helper()
	m := metrics.New("test")
	for _, network := range []string{"discord", "slack"} {
		m.WatchNetwork(network, func() (bool, int64) { return true, 0 })
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// TestEveryMetricIsDescribed wants docs/metrics.md to have a line for each of our
// metrics, with its labels, and none for what is not there.
func TestEveryMetricIsDescribed(t *testing.T) {
	described := map[string]string{} // the labels by the name
	for _, row := range regexp.MustCompile("(?m)^\\| `(kapbot_[a-z_]+)` \\| ([^|]*) \\| [^|]+ \\|$").FindAllStringSubmatch(read(t, "../docs/metrics.md"), -1) {
		described[row[1]] = row[2]
	}
	there := map[string]bool{}
	for _, name := range regexp.MustCompile(`(?m)^# TYPE (kapbot_[a-z_]+) `).FindAllStringSubmatch(scrape(t), -1) {
		there[name[1]] = true
		labels, ok := described[name[1]]
		if !ok {
			t.Errorf("docs/metrics.md does not describe %s", name[1])
		}
		series := regexp.MustCompile(`(?m)^` + name[1] + `(?:_bucket)?\{(.*)\}`).FindStringSubmatch(scrape(t))
		if series == nil {
			continue
		}
		for _, label := range regexp.MustCompile(`([a-z_]+)="`).FindAllStringSubmatch(series[1], -1) {
			if label[1] != "le" && !strings.Contains(labels, "`"+label[1]+"`") {
				t.Errorf("docs/metrics.md does not say that %s has the label %s", name[1], label[1])
			}
		}
	}
	for name := range described {
		if !there[name] {
			t.Errorf("docs/metrics.md describes %s, which is not there", name)
		}
	}
	if len(there) < 20 {
		t.Errorf("only %d metrics", len(there))
	}
}

// TestOnlyMetricsThatThereAre holds the dashboard and the rules to the series that the
// program has from its start, labels included.
func TestOnlyMetricsThatThereAre(t *testing.T) {
	scraped := scrape(t)
	name := regexp.MustCompile(`\b(?:kapbot|go|process)_[a-z_]+`)
	equals := regexp.MustCompile(`\b(kapbot_[a-z_]+)\{([a-z_]+)="([a-z]+)"\}`)
	seen := map[string]bool{}
	for where, expr := range expressions(t) {
		for _, n := range name.FindAllString(expr, -1) {
			seen[n] = true
			if !strings.Contains(scraped, "\n"+n+" ") && !strings.Contains(scraped, "\n"+n+"{") {
				t.Errorf("%s: the program has no %s", where, n)
			}
		}
		for _, m := range equals.FindAllStringSubmatch(expr, -1) {
			if !regexp.MustCompile(`(?m)^` + m[1] + `\{.*\b` + m[2] + `="` + m[3] + `"`).MatchString(scraped) {
				t.Errorf("%s: no series of %s has %s %q", where, m[1], m[2], m[3])
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %q were asked for", slices.Sorted(maps.Keys(seen)))
	}
}

// TestEveryAlertSaysWhatToDo wants a section of the handbook for each alert.
func TestEveryAlertSaysWhatToDo(t *testing.T) {
	sections := map[string]bool{}
	for line := range strings.Lines(read(t, "../docs/operations.md")) {
		if title, ok := strings.CutPrefix(line, "### "); ok {
			anchor := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			sections["docs/operations.md#"+strings.ReplaceAll(anchor, " ", "-")] = true
		}
	}
	n := 0
	for _, g := range loadRules(t).Groups {
		for _, r := range g.Rules {
			n++
			if !sections[r.Annotations["runbook"]] {
				t.Errorf("%s points to %q, which is no section", r.Alert, r.Annotations["runbook"])
			}
			if s := r.Labels["severity"]; s != "page" && s != "ticket" {
				t.Errorf("%s has the severity %q", r.Alert, s)
			}
			if r.Annotations["summary"] == "" {
				t.Errorf("%s says nothing", r.Alert)
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d alerts were read, sections are %q", n, slices.Collect(maps.Keys(sections)))
	}
}

// TestAReleaseIsBuiltAsItIsChecked holds .goreleaser.yaml to what release-check builds.
func TestAReleaseIsBuiltAsItIsChecked(t *testing.T) {
	var release struct {
		Builds []struct {
			Env, Goos, Goarch, Flags, Ldflags []string
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	if len(release.Builds) != 1 {
		t.Fatalf("%d builds", len(release.Builds))
	}
	b := release.Builds[0]
	var targets []string
	for _, system := range b.Goos {
		for _, arch := range b.Goarch {
			targets = append(targets, system+"/"+arch)
		}
	}
	check := read(t, "../.ci/release-check")
	for _, want := range []string{
		"targets=(" + strings.Join(targets, " ") + ")\n",
		"flags=(" + strings.Join(b.Flags, " ") + ` -ldflags "` + strings.Join(b.Ldflags, " ") + "\")\n",
		strings.Join(b.Env, " ") + "\n",
	} {
		if !strings.Contains(check, want) {
			t.Errorf("release-check does not have %q", want)
		}
	}
	for _, file := range []string{"../Makefile", "Dockerfile"} {
		if want := `-ldflags "` + strings.Join(b.Ldflags, " ") + `"`; !strings.Contains(read(t, file), want) {
			t.Errorf("%s does not build with %s", file, want)
		}
	}
}
