package discord

import (
	"context"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
)

var _ bots.RoleReader = (*Platform)(nil)

// Roles returns the ids of a member's roles on a server, none for somebody who has
// left it.
func (p *Platform) Roles(ctx context.Context, space, person string) ([]string, error) {
	member, err := p.api.GuildMember(space, person, discordgo.WithContext(ctx))
	switch {
	case status(err) == http.StatusNotFound:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read a member's roles: %w", clean(err))
	}
	return member.Roles, nil
}
