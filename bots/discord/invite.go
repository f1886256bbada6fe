package discord

import (
	"encoding/base64"
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// needed are the least permissions with which the bot can do its work, and what
// each is for.
var needed = []struct {
	bit  int64
	name string
	why  string
}{
	{discordgo.PermissionViewChannel, "View Channels", "it sees nothing there"},
	{discordgo.PermissionSendMessages, "Send Messages", "it cannot answer there"},
	{discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads", "it cannot answer in threads"},
	{discordgo.PermissionReadMessageHistory, "Read Message History", "it cannot reply to a message, nor look whether a card has arrived"},
}

func permissions() int64 {
	var all int64
	for _, n := range needed {
		all |= n.bit
	}
	return all
}

var userID = regexp.MustCompile(`^[0-9]{15,21}$`)

// Invite returns the link with which somebody who manages a Discord server adds the
// bot of a token to it. The token itself is not in it, and nothing is asked of
// Discord: the first part of a token is the id of its bot.
func Invite(token string) (string, error) {
	first, _, _ := strings.Cut(token, ".")
	id, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(first, "="))
	if err != nil || !userID.Match(id) {
		return "", errors.New("the bot's id cannot be read from DISCORD_TOKEN: copy the token whole from the page Bot of your application")
	}
	query := url.Values{
		"client_id": {string(id)}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(permissions(), 10)},
	}
	return "https://discord.com/oauth2/authorize?" + query.Encode(), nil
}
