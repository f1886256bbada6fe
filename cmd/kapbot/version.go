package main

import (
	"fmt"
	"runtime/debug"
)

type versionCmd struct{}

// Run prints what this binary was built from.
func (versionCmd) Run(s streams) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return fmt.Errorf("this binary carries no build information")
	}
	fmt.Fprintf(s.out, "kapbot %s (%s)\n", info.Main.Version, info.GoVersion)
	return nil
}
