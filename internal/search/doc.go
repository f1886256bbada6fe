// Package search finds the curated entry that answers a question, and knows
// when none does.
//
// Each way of asking an entry's question is indexed as a document of its own
// beside the entry's whole text, so that a short question is compared with
// short questions. Both are ranked by BM25 (Robertson and Zaragoza 2009) in
// bleve, after English stemming and a small file of synonyms. What is reported
// is not the BM25 score, which means nothing by itself, but the chance that the
// first entry is right, from a logistic fit over a few measures of how well
// question and entry agree.
//
// An Index is made from one snapshot and never changes.
package search
