// A program that keeps the rules, so that a fault of the test itself shows.
package forge

import "kapbot/internal/crisis"

func use(crisis.Cleared) {}

func keep(v crisis.Verdict) {
	if c, ok := v.Cleared(crisis.Free); ok {
		use(c)
	}
	use(crisis.Cleared{}) // the zero value holds no words
}
