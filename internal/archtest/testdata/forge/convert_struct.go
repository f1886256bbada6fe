package forge

import "kapbot/internal/crisis"

var forged = crisis.Cleared(struct{ text string }{"words"}) // want: cannot convert
