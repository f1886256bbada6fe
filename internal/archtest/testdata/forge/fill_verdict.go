package forge

import "kapbot/internal/crisis"

var forged = crisis.Verdict{Level: crisis.None, text: "words"} // want: cannot refer to unexported field text in struct literal of type crisis.Verdict
