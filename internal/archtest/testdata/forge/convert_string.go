package forge

import "kapbot/internal/crisis"

var forged = crisis.Cleared("words") // want: cannot convert "words"
