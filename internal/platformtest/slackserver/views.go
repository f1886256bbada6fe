package slackserver

import (
	"encoding/json"
	"fmt"
	"time"
)

// maxTrigger is how long a trigger can open a view.
const maxTrigger = 3 * time.Second

// A View is what stands on somebody's Home tab.
type View struct {
	Blocks json.RawMessage
	Hash   string
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
	at, ok := s.triggers[r.values.Get("trigger_id")]
	if !ok {
		return nil, refuse("invalid_trigger_id")
	}
	delete(s.triggers, r.values.Get("trigger_id"))
	if time.Since(at) > maxTrigger {
		return nil, refuse("expired_trigger_id")
	}
	if _, err := checkView(r.values.Get("view"), "modal"); err != nil {
		return nil, err
	}
	return reply{"view": reply{"id": fmt.Sprintf("V%d", s.next()), "type": "modal"}}, nil
}

// trigger makes what a view may be opened with. The lock is held.
func (s *Server) trigger() string {
	id := fmt.Sprintf("%d.%d.trigger", time.Now().Unix(), s.next())
	s.triggers[id] = time.Now()
	return id
}

func checkView(raw, kind string) (View, error) {
	var head struct {
		Type   string          `json:"type"`
		Blocks json.RawMessage `json:"blocks"`
	}
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
	if len(c.problems) > 0 {
		return View{}, invalid("invalid_arguments", c.problems)
	}
	return View{Blocks: head.Blocks}, nil
}
