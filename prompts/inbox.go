package prompts

import "embed"

//go:embed inbox.*.yaml
var inboxTexts embed.FS

// Inbox is what is said about questions and votes for the moderators.
type Inbox struct {
	// To whoever asked.
	Send         string `yaml:"send"`
	SendTo       string `yaml:"send_to"`
	FormTitle    string `yaml:"form_title"`
	FormSubmit   string `yaml:"form_submit"`
	FormText     string `yaml:"form_text"`
	FormHelp     string `yaml:"form_help"`
	FormName     string `yaml:"form_name"`
	FormNameHelp string `yaml:"form_name_help"`
	FormNoName   string `yaml:"form_no_name"`
	FormWithName string `yaml:"form_with_name"`
	CommentTitle string `yaml:"comment_title"`
	CommentText  string `yaml:"comment_text"`
	NoForm       string `yaml:"no_form"`
	NothingSent  string `yaml:"nothing_sent"`
	NotSent      string `yaml:"not_sent"`
	Sent         string `yaml:"sent"`
	SentTold     string `yaml:"sent_told"`
	Answered     string `yaml:"answered"`
	Show         string `yaml:"show"`
	// Under an answer.
	Helpful    string `yaml:"helpful"`
	NotHelpful string `yaml:"not_helpful"`
	Wrong      string `yaml:"wrong"`
	Thanks     string `yaml:"thanks"`
	ThanksMore string `yaml:"thanks_more"`
	Comment    string `yaml:"comment"`
	// To moderators.
	Waiting      string            `yaml:"waiting"`
	Empty        string            `yaml:"empty"`
	Asked        string            `yaml:"asked"`
	About        string            `yaml:"about"`
	Drafted      string            `yaml:"drafted"`
	Feedback     string            `yaml:"feedback"`
	Voted        string            `yaml:"voted"`
	Draft        string            `yaml:"draft"`
	Settle       string            `yaml:"settle"`
	Settled      string            `yaml:"settled"`
	More         string            `yaml:"more"`
	Merge        string            `yaml:"merge"`
	MergeTitle   string            `yaml:"merge_title"`
	MergeSubmit  string            `yaml:"merge_submit"`
	MergeText    string            `yaml:"merge_text"`
	MergeHelp    string            `yaml:"merge_help"`
	Merged       string            `yaml:"merged"`
	MergeNumbers string            `yaml:"merge_numbers"`
	MergeNot     string            `yaml:"merge_not"`
	Gone         string            `yaml:"gone"`
	DraftMade    string            `yaml:"draft_made"`
	DraftBody    string            `yaml:"draft_body"`
	DraftWhy     string            `yaml:"draft_why"`
	Failed       string            `yaml:"failed"`
	NeedsRole    string            `yaml:"needs_role"`
	Roles        map[string]string `yaml:"roles"`
}

// LoadInbox reads them in every language.
func LoadInbox() (map[string]Inbox, error) { return load[Inbox](inboxTexts, "inbox") }
