package discord

import (
	"context"
	"fmt"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"kapbot/bots"
	"kapbot/internal/chat"
)

var _ bots.ReadChecker = (*Platform)(nil)

// MayRead reports whether a member may read a channel, by their roles and what the
// channel says of them. A thread is read by whoever reads its channel, a private one by
// those who were added to it.
func (p *Platform) MayRead(ctx context.Context, person string, at chat.Ref) (bool, error) {
	room, err := p.api.Channel(at.Channel, discordgo.WithContext(ctx))
	if err != nil {
		return unlessGone(err)
	}
	parent := room.ID
	if room.IsThread() {
		parent = room.ParentID
	}
	may, err := p.api.UserChannelPermissions(person, parent, discordgo.WithContext(ctx))
	if err != nil {
		return unlessGone(err)
	}
	if may&discordgo.PermissionViewChannel == 0 {
		return false, nil
	}
	if room.Type != discordgo.ChannelTypeGuildPrivateThread || may&discordgo.PermissionManageThreads != 0 {
		return true, nil
	}
	if _, err := p.api.ThreadMember(room.ID, person, false, discordgo.WithContext(ctx)); err != nil {
		return unlessGone(err)
	}
	return true, nil
}

// unlessGone is false without an error for somebody who has left the server or was never
// in a thread, and for a room that is gone.
func unlessGone(err error) (bool, error) {
	if status(err) == http.StatusNotFound {
		return false, nil
	}
	return false, fmt.Errorf("look whether somebody may read a channel: %w", clean(err))
}
