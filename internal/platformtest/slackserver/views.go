package slackserver

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// maxTrigger is how long a trigger can open a view.
const maxTrigger = 3 * time.Second

// A View is what stands on somebody's Home tab, or a form.
type View struct {
	Blocks json.RawMessage
	Hash   string
	head   viewHead
}

// A viewHead is what a view says of itself.
type viewHead struct {
	Type       string          `json:"type"`
	CallbackID string          `json:"callback_id"`
	Metadata   string          `json:"private_metadata"`
	Submit     any             `json:"submit"`
	Title      textObject      `json:"title"`
	Blocks     json.RawMessage `json:"blocks"`
}

// Home returns what a person sees on the app's Home tab.
func (s *Server) Home(user string) (View, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.views[user]
	return v, ok
}

func (s *Server) publish(r request) (reply, error) {
	user := r.values.Get("user_id")
	if _, ok := s.users[user]; !ok {
		return nil, refuse("user_not_found")
	}
	view, err := checkView(r.values.Get("view"), "home")
	if err != nil {
		return nil, err
	}
	if hash := r.values.Get("hash"); hash != "" && hash != s.views[user].Hash {
		return nil, refuse("hash_conflict")
	}
	view.Blocks = s.named(view.Blocks)
	view.Hash = fmt.Sprint(s.next())
	s.views[user] = view
	s.change()
	return reply{"view": reply{"id": "V" + user, "hash": view.Hash, "type": "home"}}, nil
}

func (s *Server) openView(r request) (reply, error) {
	t, ok := s.triggers[r.values.Get("trigger_id")]
	if !ok {
		return nil, refuse("invalid_trigger_id")
	}
	delete(s.triggers, r.values.Get("trigger_id"))
	if time.Since(t.at) > maxTrigger {
		return nil, refuse("expired_trigger_id")
	}
	view, err := checkView(r.values.Get("view"), "modal")
	if err != nil {
		return nil, err
	}
	view.Blocks = s.named(view.Blocks)
	id := fmt.Sprintf("V%d", s.next())
	s.modals[t.user] = openModal{id, view}
	s.changes = append(s.changes, Change{What: "form", Message: Message{TS: id, Channel: t.user, Text: view.text(), Blocks: view.Blocks}})
	s.change()
	return reply{"view": reply{"id": id, "type": "modal"}}, nil
}

// trigger makes what a view may be opened with. The lock is held.
func (s *Server) trigger(user string) string {
	id := fmt.Sprintf("%d.%d.trigger", time.Now().Unix(), s.next())
	s.triggers[id] = trigger{user, time.Now()}
	return id
}

func checkView(raw, kind string) (View, error) {
	var head viewHead
	if err := json.Unmarshal([]byte(raw), &head); err != nil {
		return View{}, refuse("invalid_arguments")
	}
	if head.Type != kind {
		return View{}, invalid("invalid_arguments", []string{"the view is not a " + kind})
	}
	var fields map[string]any
	_ = json.Unmarshal([]byte(raw), &fields)
	delete(fields, "blocks")
	c := checker{}
	c.object("", fields, views[kind])
	c.problems = append(c.problems, checkBlocks(head.Blocks, inView)...)
	if kind == "modal" && head.Submit == nil && strings.Contains(string(head.Blocks), `"input"`) {
		c.add("/submit", "missing required field: a view with inputs has a submit button")
	}
	if len(c.problems) > 0 {
		return View{}, invalid("invalid_arguments", c.problems)
	}
	return View{Blocks: head.Blocks, head: head}, nil
}
