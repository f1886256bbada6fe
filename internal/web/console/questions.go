package console

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/inbox"
)

// Questions is what members of a moderator's community sent, and what is done with it;
// *inbox.Inbox is one.
type Questions interface {
	Clusters(ctx context.Context, by desk.Actor, f inbox.Filter) ([]inbox.Cluster, error)
	Cluster(ctx context.Context, by desk.Actor, id string) (inbox.Cluster, error)
	Near(ctx context.Context, by desk.Actor, c inbox.Cluster, limit int) ([]inbox.Cluster, error)
	Draft(ctx context.Context, by desk.Actor, id string) (desk.Key, error)
	Answer(ctx context.Context, by desk.Actor, id, entry string) error
	Settle(ctx context.Context, by desk.Actor, id string, seen int, as inbox.Outcome) error
	Reopen(ctx context.Context, by desk.Actor, id string) error
	Merge(ctx context.Context, by desk.Actor, into string, from []string) error
	Split(ctx context.Context, by desk.Actor, from string, notes []string) (string, error)
	Votes(ctx context.Context, by desk.Actor, f inbox.Ballots) ([]inbox.Votes, error)
	LookedAt(ctx context.Context, by desk.Actor, v inbox.Votes) error
}

// How much of the inbox is shown.
const (
	shownWordings = 3  // of a cluster in a list
	shownNear     = 10 // that may ask the same
	shownFeed     = 60 // rows of votes that nobody has looked at
	maxHeadline   = 160
)

// questionList is the page of what members sent.
type questionList struct {
	Text     string
	Settled  bool
	Clusters []shownCluster
	Wanting  []opinion // entries with complaints that nobody has looked at
	Pages
}

// A shownCluster is a cluster with its first wordings.
type shownCluster struct {
	inbox.Cluster
	First string
	More  []string
	Rest  int // wordings that are left out
}

func showClusters(found []inbox.Cluster) []shownCluster {
	var all []shownCluster
	for _, c := range found {
		texts := inbox.Wordings(c)
		some := texts[:min(len(texts), shownWordings)]
		all = append(all, shownCluster{c, headline(texts[0]), some[1:], len(texts) - len(some)})
	}
	return all
}

// headline is the beginning of a text that is long.
func headline(text string) string {
	if letters := []rune(text); len(letters) > maxHeadline {
		return string(letters[:maxHeadline]) + "…"
	}
	return text
}

// questions lists what members of the session's community sent, and which answers they
// found wanting.
func (c *Console) questions(v *visit) error {
	q := v.r.URL.Query()
	list := questionList{Text: strings.TrimSpace(q.Get("text")), Settled: q.Get("state") == "settled"}
	from := max(0, number(q.Get("from")))
	found, err := c.Questions.Clusters(v.r.Context(), v.actor, inbox.Filter{Text: list.Text, Settled: list.Settled, Limit: perPage + 1, Offset: from})
	if err != nil {
		return err
	}
	found, list.Pages = paged(v, from, found)
	list.Clusters = showClusters(found)
	if from == 0 && !list.Settled {
		votes, err := c.Questions.Votes(v.r.Context(), v.actor, inbox.Ballots{New: true, Limit: shownFeed})
		if err != nil {
			return err
		}
		list.Wanting = opinions(votes)
	}
	return c.ok(v, "questions", list)
}

// shownQuestion is the page of one cluster.
type shownQuestion struct {
	inbox.Cluster
	First   string
	Answers desk.Key // the entry, with the language in which it answers
	Near    []shownCluster
}

// question shows a cluster, and what can be done with it.
func (c *Console) question(v *visit) error {
	found, err := c.Questions.Cluster(v.r.Context(), v.actor, v.r.PathValue("cluster"))
	if err != nil {
		return err
	}
	s := shownQuestion{Cluster: found, First: headline(inbox.Wordings(found)[0]), Answers: desk.Key{ID: found.Entry, Lang: string(found.Lang)}}
	if found.Settled.IsZero() {
		near, err := c.Questions.Near(v.r.Context(), v.actor, found, shownNear)
		if err != nil {
			return err
		}
		s.Near = showClusters(near)
	}
	return c.ok(v, "question", s)
}

// questionPath is the address of a cluster's page.
func questionPath(id string) string { return Path + "questions/" + url.PathEscape(id) }

// draftQuestion makes a draft with the wordings of a cluster and opens its form.
func (c *Console) draftQuestion(v *visit) error {
	key, err := c.Questions.Draft(v.r.Context(), v.actor, v.r.PathValue("cluster"))
	if err != nil {
		return err
	}
	return v.goOn(entryPath(key)+"/edit", "drafted")
}

// answerQuestion says which entry answers a cluster.
func (c *Console) answerQuestion(v *visit) error {
	entry := strings.ToLower(strings.TrimSpace(v.r.PostFormValue("entry")))
	if err := c.Questions.Answer(v.r.Context(), v.actor, v.r.PathValue("cluster"), strings.TrimPrefix(entry, "es/")); err != nil {
		return err
	}
	return v.goOn(questionPath(v.r.PathValue("cluster")), "linked")
}

// settleQuestion takes a cluster from the list.
func (c *Console) settleQuestion(v *visit) error {
	as := inbox.Outcome(v.r.PostFormValue("as"))
	if as != inbox.Elsewhere && as != inbox.Declined {
		as = inbox.Done
	}
	if err := c.Questions.Settle(v.r.Context(), v.actor, v.r.PathValue("cluster"), number(v.r.PostFormValue("seen")), as); err != nil {
		return err
	}
	return v.goOn(Path+"questions", "settled")
}

func (c *Console) reopenQuestion(v *visit) error {
	if err := c.Questions.Reopen(v.r.Context(), v.actor, v.r.PathValue("cluster")); err != nil {
		return err
	}
	return v.goOn(questionPath(v.r.PathValue("cluster")), "reopened")
}

// mergeQuestions puts the ticked clusters into the one that is named, or else into the
// first of them.
func (c *Console) mergeQuestions(v *visit) error {
	into, ticked := v.r.PostFormValue("into"), v.r.PostForm["id"]
	if into == "" && len(ticked) > 1 {
		into, ticked = ticked[0], ticked[1:]
	}
	if into == "" || len(ticked) == 0 {
		return errTick
	}
	if err := c.Questions.Merge(v.r.Context(), v.actor, into, ticked); err != nil {
		return err
	}
	return v.goOn(questionPath(into), "merged")
}

// splitQuestion takes the ticked notes out of a cluster.
func (c *Console) splitQuestion(v *visit) error {
	ticked := v.r.PostForm["note"]
	if len(ticked) == 0 {
		return errTick
	}
	id, err := c.Questions.Split(v.r.Context(), v.actor, v.r.PathValue("cluster"), ticked)
	if err != nil {
		return err
	}
	return v.goOn(questionPath(id), "split")
}

// withWordings adds the ways in which a cluster asks to those of an entry.
func (c *Console) withWordings(v *visit, e faq.Entry, cluster string) (faq.Entry, error) {
	found, err := c.Questions.Cluster(v.r.Context(), v.actor, cluster)
	if err != nil {
		return e, err
	}
	e.Also = slices.Clone(e.Also)
	for _, text := range inbox.Wordings(found) {
		same := func(known string) bool { return strings.EqualFold(known, text) }
		if !same(e.Question) && !slices.ContainsFunc(e.Also, same) {
			e.Also = append(e.Also, text)
		}
	}
	return e, nil
}

// An opinion is what members of a community think of an entry.
type opinion struct {
	desk.Key
	Counts inbox.Counts // of all its revisions
	New    int          // complaints that nobody has looked at
	Votes  []inbox.Votes
}

// Helpful, Not and Wrong are for templates, which know no constants.
func (o opinion) Helpful() int { return o.Counts[inbox.Helpful] }

// Not is how many found it not helpful.
func (o opinion) Not() int { return o.Counts[inbox.NotHelpful] }

// Wrong is how many found it wrong or out of date.
func (o opinion) Wrong() int { return o.Counts[inbox.Wrong] }

// opinions puts the votes on the revisions of each entry together, in the order in which
// the entries come.
func opinions(votes []inbox.Votes) []opinion {
	var all []opinion
	at := map[desk.Key]int{}
	for _, v := range votes {
		i, ok := at[v.Key]
		if !ok {
			i, at[v.Key] = len(all), len(all)
			all = append(all, opinion{Key: v.Key})
		}
		o := &all[i]
		for kind, n := range v.Counts {
			o.Counts[kind] += n
		}
		o.New += v.New()
		o.Votes = append(o.Votes, v)
	}
	return all
}

// opinionsOf are those on some entries, by key.
func (c *Console) opinionsOf(v *visit, entries ...desk.Summary) (map[desk.Key]*opinion, error) {
	all := map[desk.Key]*opinion{}
	if len(entries) == 0 {
		return all, nil
	}
	var ids []string
	for _, s := range entries {
		ids = append(ids, s.ID)
	}
	votes, err := c.Questions.Votes(v.r.Context(), v.actor, inbox.Ballots{Entries: slices.Compact(ids)})
	if err != nil {
		return nil, err
	}
	for _, o := range opinions(votes) {
		slices.SortFunc(o.Votes, func(a, b inbox.Votes) int { return b.Revision - a.Revision })
		all[o.Key] = &o
	}
	return all, nil
}

// looked notes that a moderator has looked at the complaints about an entry, as many as
// the form has shown: each row of it is revision, not helpful, wrong.
func (c *Console) looked(v *visit) error {
	for _, row := range v.r.PostForm["seen"] {
		parts := strings.Split(row, " ")
		if len(parts) != 3 {
			continue
		}
		seen := inbox.Votes{Key: v.key(), Revision: number(parts[0]), Counts: inbox.Counts{inbox.NotHelpful: number(parts[1]), inbox.Wrong: number(parts[2])}}
		if err := c.Questions.LookedAt(v.r.Context(), v.actor, seen); err != nil {
			return err
		}
	}
	if v.r.PostFormValue("then") == "questions" {
		return v.goOn(Path+"questions", "looked")
	}
	return v.goOn(entryPath(v.key()), "looked")
}

// errTick says that too little was ticked in a form.
var errTick = errors.New("too little was ticked")
