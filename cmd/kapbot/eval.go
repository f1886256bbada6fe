package main

type evalCmd struct {
	Triage evalTriageCmd `cmd:"" help:"Measure triage on labeled lines and conversations."`
}
