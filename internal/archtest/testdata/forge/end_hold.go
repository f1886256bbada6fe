package forge

import "kapbot/internal/crisis"

func forge(s crisis.State) crisis.State {
	s.risk = 0 // want: s.risk undefined
	return s
}
