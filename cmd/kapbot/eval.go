package main

type evalCmd struct {
	Answers evalAnswersCmd `cmd:"" help:"Measure the checks of shaped answers on planted faults and faithful sentences."`
	Search  evalSearchCmd  `cmd:"" help:"Measure search on questions whose entries are known."`
	Triage  evalTriageCmd  `cmd:"" help:"Measure triage on labeled lines and conversations."`
}
