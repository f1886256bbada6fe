package prompts

import (
	_ "embed" // for review.yaml
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed review.yaml
var review string

// Review is what moderators are told about reviews, in English.
type Review struct {
	TitleDigest string `yaml:"title_digest"`
	TitleRemind string `yaml:"title_remind"`
	Withdrawn   string `yaml:"withdrawn"`
	Overdue     string `yaml:"overdue"`
	Soon        string `yaml:"soon"`
	Waiting     string `yaml:"waiting"`
	Line        string `yaml:"line"`
	More        string `yaml:"more"`
	Questions   string `yaml:"questions"`
	Votes       string `yaml:"votes"`
	// At once, when a change begins to wait.
	TitleDraft     string `yaml:"title_draft"`
	DraftWaits     string `yaml:"draft_waits"`
	DraftChanges   string `yaml:"draft_changes"`
	DraftRetires   string `yaml:"draft_retires"`
	DraftNew       string `yaml:"draft_new"`
	DraftNewButton string `yaml:"draft_new_button"`
	DraftHow       string `yaml:"draft_how"`
}

// LoadReview reads what moderators are told about reviews.
func LoadReview() (t Review, err error) {
	if err := yaml.UnmarshalWithOptions([]byte(review), &t, yaml.Strict()); err != nil {
		return t, fmt.Errorf("read the texts about reviews: %w", err)
	}
	return t, nil
}
