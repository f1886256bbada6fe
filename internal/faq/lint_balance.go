package faq

import (
	"slices"
	"strings"
)

// Two sources must stand in every answer on whether ketamine helps PTSD: the
// largest trial in veterans, which did not show that it does, and the guideline
// that suggests against it. An answer that gives only the hopeful studies
// misleads the people it is written for.
const (
	veteranTrial  = "abdallah2022"
	ptsdGuideline = "ptsdva_meds"
)

// ptsdStudies are the studies and reviews in which PTSD scores fell.
var ptsdStudies = []string{
	"feder2014", "feder2021", "albott2018", "artin2022", "almeida2024", "borgogna2024",
	"ketptsdreview2023", "federwet2025", "yermus2023", "ukraine_kat",
}

// balance holds entries that cite a PTSD study to cite both.
func (c *check) balance() {
	marked := map[string]bool{}
	for _, m := range marksIn(c.Body) {
		marked[m.id] = true
	}
	if marked[veteranTrial] && marked[ptsdGuideline] {
		return
	}
	for _, b := range blocksOf(c.Body, c.Line("body")) {
		for _, s := range b.sentences() {
			if strings.Contains(s.text, "PTSD") && slices.ContainsFunc(s.marks, isPTSDStudy) {
				c.inBody(s.line, "ptsd-balance", "the sentence cites a study of PTSD; an answer on PTSD must also say what the largest veteran trial found ["+
					veteranTrial+"] and what the guideline suggests ["+ptsdGuideline+"]")
				return
			}
		}
	}
}

func isPTSDStudy(id string) bool { return slices.Contains(ptsdStudies, id) }
