package forge

import "kapbot/internal/crisis"

func forge() (c crisis.Cleared) {
	c.text = "words" // want: c.text undefined
	return c
}
