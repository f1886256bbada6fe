package forge

import "kapbot/internal/crisis"

func forge(v crisis.Verdict) crisis.Verdict {
	v.text = "other words" // want: v.text undefined
	return v
}
