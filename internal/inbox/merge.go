package inbox

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"unicode"

	"kapbot/internal/chat"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

const (
	actionMerge  = "merge" // opens the form; its value is short ids of the clusters of a list
	formMerge    = "merge questions"
	fieldNumbers = "numbers"
)

// short is how much of an id a button carries: those of a whole list have to fit.
const short = 8

// together is a button that puts clusters of a list together by hand; false where there
// are no two that could be.
func (b *Inbox) together(t prompts.Inbox, listed []Cluster) (chat.Button, bool) {
	var ids []string
	questions := 0
	for _, c := range listed {
		ids = append(ids, c.ID[:min(short, len(c.ID))])
		if !c.Comment {
			questions++
		}
	}
	return chat.Button{Label: t.Merge, Action: actionMerge, Value: strings.Join(ids, " ")}, questions > 1
}

// mergeForm asks for the numbers of what asks the same.
func (b *Inbox) mergeForm(ev chat.Event) *chat.Form {
	p, ok := ev.Body.(chat.Pressed)
	if !ok {
		return nil
	}
	t := b.text(p.Lang)
	return &chat.Form{Name: formMerge, State: p.Value, Title: t.MergeTitle, Submit: t.MergeSubmit, Fields: []chat.FormField{
		{Name: fieldNumbers, Label: t.MergeText, Help: t.MergeHelp, Required: true, Max: 40},
	}}
}

// merge puts the clusters together whose numbers were sent, into the first of them.
func (b *Inbox) merge(ctx context.Context, q responder.Request) chat.Reply {
	f, _ := q.Body.(chat.Filled)
	t := b.text(q.Lang)
	open, err := b.Clusters(ctx, b.actor(q), Filter{})
	if err != nil {
		return b.refused(q.Lang, err)
	}
	ids, ok := chosen(f.Value(fieldNumbers), strings.Fields(f.State))
	if !ok {
		return notice(t.MergeNumbers, q.Lang)
	}
	for i, id := range ids {
		if ids[i], ok = whole(id, open); !ok {
			return notice(t.MergeNot, q.Lang)
		}
	}
	if err := b.Merge(ctx, b.actor(q), ids[0], ids[1:]); err != nil {
		if errors.Is(err, ErrGone) {
			return notice(t.MergeNot, q.Lang)
		}
		return b.refused(q.Lang, err)
	}
	return notice(t.Merged, q.Lang)
}

// chosen picks from a list by numbers from 1 up; false if they are not two or more of it.
func chosen(numbers string, list []string) (picked []string, ok bool) {
	met := map[int]bool{}
	for _, word := range strings.FieldsFunc(numbers, func(r rune) bool { return !unicode.IsDigit(r) }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 || n > len(list) {
			return nil, false
		}
		if !met[n] {
			met[n] = true
			picked = append(picked, list[n-1])
		}
	}
	return picked, len(picked) > 1
}

// whole is the id of the open cluster that begins in a way, if there is only one.
func whole(short string, open []Cluster) (id string, ok bool) {
	for _, c := range open {
		if strings.HasPrefix(c.ID, short) {
			if ok {
				return "", false
			}
			id, ok = c.ID, true
		}
	}
	return id, ok
}
