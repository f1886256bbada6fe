package discordserver

import (
	"context"
	"slices"
)

// CutGateway cuts every gateway connection without a word.
func (s *Server) CutGateway() {
	s.mu.Lock()
	all := slices.Clone(s.gateway.conns)
	s.mu.Unlock()
	for _, c := range all {
		_ = c.ws.UnderlyingConn().Close()
	}
}

// End lets no gateway connection begin any more, and cuts those there are.
func (s *Server) End() {
	s.mu.Lock()
	s.gateway.ended = true
	s.change()
	s.mu.Unlock()
	s.CutGateway()
}

// AskToReconnect tells every connection to come back.
func (s *Server) AskToReconnect() { s.tell(packet{Op: opReconnect}) }

// Invalidate ends every session, so that the bot has to log in anew.
func (s *Server) Invalidate() {
	s.mu.Lock()
	for _, n := range s.gateway.sessions {
		n.invalid = true
	}
	s.mu.Unlock()
	s.tell(packet{Op: opInvalidSession, Data: false})
}

func (s *Server) tell(p packet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.gateway.conns {
		c.send(p)
	}
}

// Silence makes the connections that there are say and hear nothing more. Events
// wait for the bot to come back.
func (s *Server) Silence() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.gateway.conns {
		c.silent = true
	}
}

// Logins counts the sessions that were begun, Resumes those that were taken up again.
func (s *Server) Logins() int { s.mu.Lock(); defer s.mu.Unlock(); return s.gateway.logins }

// Resumes counts the sessions that were taken up again.
func (s *Server) Resumes() int { s.mu.Lock(); defer s.mu.Unlock(); return s.gateway.resumes }

// Requests counts the requests so far.
func (s *Server) Requests() int { s.mu.Lock(); defer s.mu.Unlock(); return s.requests }

// AwaitGateway waits until ok is true of the numbers of logins and resumes.
func (s *Server) AwaitGateway(ctx context.Context, ok func(logins, resumes int) bool) bool {
	return s.until(ctx, func() bool { return ok(s.gateway.logins, s.gateway.resumes) })
}
