package eval_test

import (
	"os"
	"testing"

	seed "kapbot/faq"
	"kapbot/internal/answer/check"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/internal/eval"
	"kapbot/internal/faq"
)

func TestChecksOnPlantedFaults(t *testing.T) {
	e, err := encoder.Load()
	if err != nil {
		t.Fatal(err)
	}
	triage, err := crisis.New(e)
	if err != nil {
		t.Fatal(err)
	}
	c, err := check.New(e, triage)
	if err != nil {
		t.Fatal(err)
	}
	s, err := faq.Load(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	r, err := eval.MeasureChecks(c, s.Passages("en"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	r.Write(os.Stdout)
	for _, x := range r.Through {
		t.Log("THROUGH", x)
	}
	for _, x := range r.Dropped {
		t.Log("DROPPED", x)
	}
}
