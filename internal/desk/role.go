// Package desk is the moderators' work: the revisions of entries and what may be done
// with them, who may do it, and how rooms are read.
package desk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"kapbot/internal/chat"
)

// A Role says what somebody may do. The zero value may do least.
type Role uint8

// The roles; each may do all that the ones before it may.
const (
	Member    Role = iota
	Moderator      // keeps the entries and the rooms
	Lead           // names what only a few should decide
)

// String returns the word used in settings.
func (r Role) String() string { return [...]string{"member", "moderator", "lead"}[r] }

// Roles holds who has which role: ids of people, and of what their networks call
// roles or groups. The zero value has nobody.
type Roles map[chat.Network]map[string]Role

// ErrRole says that a role is not written as it must be.
var ErrRole = errors.New("a role is written network:id=role, such as discord:80351110224678912=moderator; the roles are moderator and lead")

// ParseRoles reads roles, each as network:id=role.
func ParseRoles(list []string) (Roles, error) {
	roles := Roles{}
	for _, one := range list {
		who, what, _ := strings.Cut(strings.TrimSpace(one), "=")
		network, id, _ := strings.Cut(who, ":")
		role := Role(slices.Index([]string{"", Moderator.String(), Lead.String()}, what))
		if network == "" || id == "" || role != Moderator && role != Lead {
			return nil, fmt.Errorf("%w, not %q", ErrRole, one)
		}
		n := chat.Network(network)
		if roles[n] == nil {
			roles[n] = map[string]Role{}
		}
		roles[n][id] = max(roles[n][id], role)
	}
	return roles, nil
}

// Of returns the highest role that a person has on a network.
func (r Roles) Of(network chat.Network, p chat.Person) Role {
	has := r[network][p.ID]
	for _, id := range p.Roles {
		has = max(has, r[network][id])
	}
	return has
}

// A DeniedError says which role is needed.
type DeniedError struct{ Need Role }

// Error names the role.
func (e *DeniedError) Error() string { return "this needs the role " + e.Need.String() }
