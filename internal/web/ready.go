package web

import (
	"fmt"
	"net/http"
)

// PathReady answers "ready" while people would be answered, and says what is wrong
// where they would not be.
const PathReady = "/readyz"

// A Check is one thing that has to be well.
type Check struct {
	Name  string
	Fault func() error // nil while it is
	// Lesser is one without which people are answered all the same: its fault is
	// shown, and the program is ready.
	Lesser bool
}

// Ready answers whether all checks are well but for lesser ones. Their faults are shown, so none may hold
// a word of anybody.
func Ready(checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		text, status := "", http.StatusOK
		for _, c := range checks {
			if err := c.Fault(); err != nil {
				text += fmt.Sprintf("%s: %v\n", c.Name, err)
				if !c.Lesser {
					status = http.StatusServiceUnavailable
				}
			}
		}
		if status == http.StatusOK {
			text = "ready\n" + text
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
	})
}
