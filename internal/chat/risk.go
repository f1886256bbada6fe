package chat

import "time"

// Risk is what is known of a person in one conversation in numbers: how much sounded
// grave lately, and which card was shown when.
type Risk struct {
	Value     float64
	At        time.Time // of Value, which fades
	Card      string    // name of the last full card
	CardAt    time.Time
	Grave     uint8 // the level of that card
	HeldUntil time.Time
	// SafeAt is when the person last said that they are safe, and Ended the HeldUntil
	// of the last hold that was known then and ended by it.
	SafeAt, Ended time.Time
}
