package forge

import "kapbot/internal/crisis"

var forged = crisis.Cleared{"words"} // want: implicit assignment to unexported field text in struct literal of type crisis.Cleared
