// Package slackserver is a Slack for tests: one process that speaks the Web
// API, Socket Mode and the Events API over real sockets, so that an adapter is
// tested with the real SDK and no part of it is replaced.
//
// It keeps to Slack's public documentation and is strict where Slack is: a call
// without the scope it needs, a field over its limit, an unknown block or a
// channel the bot is no member of gets the error that Slack gives. What Slack
// lets pass and people would suffer from (an event that was not acknowledged in
// time, a message without fallback text) is written down as a violation.
//
// It knows the SDK as little as Slack does: nothing here imports it. Tests play
// the people: Say, Edit, Delete, Command, Press, Shortcut, OpenHome.
package slackserver
