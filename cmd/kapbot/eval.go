package main

type evalCmd struct {
	Search evalSearchCmd `cmd:"" help:"Measure search on questions whose entries are known."`
	Triage evalTriageCmd `cmd:"" help:"Measure triage on labeled lines and conversations."`
}
