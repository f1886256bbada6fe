package forge

import (
	"kapbot/internal/answer/check"
	"kapbot/internal/llm"
)

// Grounded comes from a draft that passed.
var fakeGrounded = llm.Grounded{[]check.Sentence{{Text: "x"}}} // want: implicit assignment to unexported field sentences
