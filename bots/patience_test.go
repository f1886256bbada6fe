package bots_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/bots"
)

// TestPatiently lets jobs fail in many ways, on a clock of their own.
func TestPatiently(t *testing.T) {
	t.Parallel()
	ill := errors.New("502")
	for name, test := range map[string]struct {
		fails []error // of the first steps; a step after them is the last
		lost  bool
		steps int
		took  time.Duration
	}{
		"well":                       {nil, false, 1, 0},
		"ill for three steps":        {[]error{ill, ill, ill}, false, 4, 7 * time.Second},
		"refused":                    {[]error{fmt.Errorf("no: %w", bots.ErrRefused)}, true, 1, 0},
		"asked to wait":              {[]error{&bots.WaitError{For: 20 * time.Second, Err: ill}}, false, 2, 20 * time.Second},
		"ill for more than a minute": {slices.Repeat([]error{ill}, 8), false, 9, 183 * time.Second},
		"ill for good":               {slices.Repeat([]error{ill}, 100), true, 16, 603 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began, steps, lost := time.Now(), 0, false
				bots.Patiently(t.Context(), []int{0}, func(int) (bool, error) {
					if steps++; steps <= len(test.fails) {
						return true, test.fails[steps-1]
					}
					return true, nil
				}, func(int, error) { lost = true })
				if took := time.Since(began); steps != test.steps || lost != test.lost || took != test.took {
					t.Errorf("%d steps in %v, lost: %v; want %d in %v, %v", steps, took, lost, test.steps, test.took, test.lost)
				}
			})
		})
	}
}

// TestPatientlyGoesOnWithOthers lets one of two jobs fail, and then ends.
func TestPatientlyGoesOnWithOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		steps := map[string]int{}
		bots.Patiently(ctx, []string{"ill", "well"}, func(job string) (bool, error) {
			steps[job]++
			if job == "ill" {
				return false, errors.New("502")
			}
			return steps[job] == 3, nil
		}, func(job string, _ error) { t.Errorf("%s was given up", job) })
		if want := map[string]int{"ill": 6, "well": 3}; !maps.Equal(steps, want) {
			t.Errorf("steps %v, want %v", steps, want)
		}
	})
}
