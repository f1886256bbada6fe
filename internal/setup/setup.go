// Package setup asks a person for the settings that a start needs and writes them as
// a file .env. It shows no secret, neither while it is typed nor afterward, and holds
// no rule of its own about what fits: whoever calls it brings the check that every
// start makes.
package setup

import (
	"bufio"
	_ "embed" // for questions.yaml
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/joho/godotenv"
)

//go:embed questions.yaml
var questions []byte

type texts struct {
	Welcome   string     `yaml:"welcome"`
	Networks  string     `yaml:"networks"`
	Unknown   string     `yaml:"unknown"`
	Fix       string     `yaml:"fix"`
	Yes       string     `yaml:"yes"`
	Done      string     `yaml:"done"`
	Head      string     `yaml:"head"`
	Questions []question `yaml:"questions"`
}

// A question fills one variable.
type question struct {
	Name   string `yaml:"name"`
	Of     string `yaml:"of"` // the network it is asked for; empty: always
	Secret bool   `yaml:"secret"`
	Must   bool   `yaml:"must"`
	Ask    string `yaml:"ask"`
	Help   string `yaml:"help"`
}

// A Person is who is asked.
type Person struct {
	In  io.Reader
	Out io.Writer
	// Hidden reads a line that is not shown while it is typed. Where it is nil,
	// nothing is shown anyway and secrets are read from In.
	Hidden func() (string, error)
	// Check finds what is wrong with the settings so far. A fault begins with the
	// name of its variable and holds no secret; it may be several, one a line.
	Check func(environ []string) error
}

// Ask holds the conversation and returns the text of the file.
func Ask(p Person) (string, error) {
	var t texts
	if err := yaml.UnmarshalWithOptions(questions, &t, yaml.Strict()); err != nil {
		return "", fmt.Errorf("read questions.yaml: %w", err)
	}
	c := conversation{Person: p, texts: t, lines: bufio.NewReader(p.In)}
	fmt.Fprintln(c.Out, t.Welcome)
	networks, err := c.networks()
	if err != nil {
		return "", err
	}
	var file strings.Builder
	for line := range strings.Lines(t.Head) {
		fmt.Fprint(&file, "# ", line)
	}
	for _, q := range t.Questions {
		if q.Of != "" && !slices.Contains(networks, q.Of) {
			continue
		}
		line, err := c.answer(q)
		if err != nil {
			return "", err
		}
		if line != "" {
			fmt.Fprintf(&file, "\n# %s. %s\n%s\n", q.Ask, q.Help, line)
		}
	}
	return file.String(), nil
}

// Done is what to say when the file is there.
func Done(file string) (string, error) {
	var t texts
	if err := yaml.Unmarshal(questions, &t); err != nil {
		return "", fmt.Errorf("read questions.yaml: %w", err)
	}
	return strings.ReplaceAll(t.Done, "{file}", file), nil
}

type conversation struct {
	Person
	texts
	lines   *bufio.Reader
	environ []string // what was answered so far
}

// networks asks which networks to connect to.
func (c *conversation) networks() ([]string, error) {
	for {
		fmt.Fprintf(c.Out, "%s: ", c.Networks)
		line, err := c.line()
		if err != nil {
			return nil, err
		}
		switch line = strings.ToLower(line); line {
		case "discord", "slack":
			return []string{line}, nil
		case "both":
			return []string{"discord", "slack"}, nil
		}
		fmt.Fprintln(c.Out, c.Unknown)
	}
}

// answer asks until the answer fits, and returns it as a line of the file; nothing
// where the question was left out.
func (c *conversation) answer(q question) (string, error) {
	fmt.Fprintf(c.Out, "\n%s\n", q.Help)
	for {
		fmt.Fprintf(c.Out, "%s: ", q.Ask)
		read := c.line
		if q.Secret && c.Hidden != nil {
			read = c.hidden
		}
		value, err := read()
		if err != nil {
			return "", err
		}
		if value == "" && !q.Must {
			return "", nil
		}
		fault := c.fault(q.Name, value)
		if fault == "" {
			c.environ = append(c.environ, q.Name+"="+value)
			return written(q.Name, value)
		}
		fmt.Fprintln(c.Out, c.Fix, fault)
	}
}

// fault is what is wrong with one value. What other variables lack may still come.
func (c *conversation) fault(name, value string) string {
	if value == "" {
		return name
	}
	err := c.Check(append(slices.Clone(c.environ), name+"="+value))
	if err == nil {
		return ""
	}
	var faults []string
	for line := range strings.Lines(err.Error()) {
		if rest, ok := strings.CutPrefix(line, name); ok && strings.IndexAny(rest, " ,:") == 0 {
			faults = append(faults, strings.TrimSpace(line))
		}
	}
	return strings.Join(faults, "\n")
}

// line reads what a person types, up to the end of the line.
func (c *conversation) line() (string, error) {
	line, err := c.lines.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		return "", fmt.Errorf("nothing was written, the answers ended: %w", err)
	}
	return strings.TrimSpace(line), nil
}

// hidden reads a line that is not shown, and says that it was read.
func (c *conversation) hidden() (string, error) {
	line, err := c.Hidden()
	if err != nil {
		return "", fmt.Errorf("nothing was written, the answers ended: %w", err)
	}
	fmt.Fprintln(c.Out, c.Yes)
	return strings.TrimSpace(line), nil
}

// written is a setting as a line of the file.
func written(name, value string) (string, error) {
	line, err := godotenv.Marshal(map[string]string{name: value})
	if err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	return line, nil
}
