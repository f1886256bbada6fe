package courier

import (
	"sync"

	"kapbot/internal/chat"
)

// remembered is how many answers can be changed or taken away: at least so many of
// the last, at most twice as many.
const remembered = 20_000

// shown remembers which messages answer which. Cards are not in it, so nothing can
// take one away.
type shown struct {
	mu       sync.Mutex
	now, old map[chat.Ref][]chat.Ref
}

func newShown() *shown { return &shown{now: map[chat.Ref][]chat.Ref{}} }

func (s *shown) put(question chat.Ref, answer []chat.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.now) >= remembered {
		s.old, s.now = s.now, map[chat.Ref][]chat.Ref{}
	}
	s.now[question] = answer
}

// take returns the answer and forgets it.
func (s *shown) take(question chat.Ref) []chat.Ref {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, ok := s.now[question]
	if !ok {
		answer = s.old[question]
	}
	delete(s.now, question)
	delete(s.old, question)
	return answer
}
