package modelserver

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// NotFound is what a model says that finds no answer in the material.
const NotFound = `{"found":false,"sentences":[]}`

// A Sentence is one of a draft.
type Sentence struct {
	Text    string   `json:"text"`
	Entries []string `json:"entries"`
	Sources []string `json:"sources"`
}

// Draft is the JSON of a draft.
func Draft(sentences ...Sentence) string {
	out, err := json.Marshal(map[string]any{"found": true, "sentences": sentences})
	if err != nil {
		return "" // strings always marshal
	}
	return string(out)
}

// complete writes a chat completion.
func complete(w http.ResponseWriter, content string) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(completion(content))
}

func completion(content string) any {
	return map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "model": "test-model",
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]string{"role": "assistant", "content": content}}},
		"usage":   map[string]int{"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200},
	}
}

// Says answers everything with one content.
func Says(content string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) { complete(w, content) }
}

// Writes answers with a content made for the request.
func Writes(content func(q Request) string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, q Request) { complete(w, content(q)) }
}

// InTurn answers with one behavior after the other, the last again and again.
func InTurn(all ...Behavior) Behavior {
	next := make(chan int, 1)
	next <- 0
	return func(w http.ResponseWriter, r *http.Request, q Request) {
		i := <-next
		next <- i + 1
		all[min(i, len(all)-1)](w, r, q)
	}
}

// Copies answers as the prompt asks for: with the first few sentences of the first
// entry, word for word.
func Copies(count int) Behavior {
	return Writes(func(q Request) string {
		var out []Sentence
		for _, e := range q.Data.Entries {
			for _, s := range e.Sentences {
				if len(out) < count {
					out = append(out, Sentence{Text: s.Text, Entries: []string{e.ID}, Sources: s.Sources})
				}
			}
		}
		return Draft(out...)
	})
}

// Fails answers with an HTTP status and an error whose message holds what was
// asked, as some servers' do.
func Fails(status int) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, q Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": "cannot answer: " + q.Data.Question, "type": "invalid_request_error"}})
	}
}

// Raw answers 200 with a body that is no completion.
func Raw(body string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) { _, _ = io.WriteString(w, body) }
}

// Stalls answers nothing until the client gives up.
func Stalls() Behavior {
	return func(_ http.ResponseWriter, r *http.Request, _ Request) { <-r.Context().Done() }
}

// Drips sends headers and the beginning of an answer, and then nothing until the
// client gives up.
func Drips(content string) Behavior {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		_, _ = io.WriteString(w, half(content))
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		<-r.Context().Done()
	}
}

// HangsUp closes the connection after half of an answer.
func HangsUp(content string) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		whole, _ := json.Marshal(completion(content))
		w.Header().Set("Content-Length", strconv.Itoa(len(whole)))
		_, _ = w.Write(whole[:len(whole)/2])
		if h, ok := w.(http.Hijacker); ok {
			if c, _, err := h.Hijack(); err == nil {
				_ = c.Close()
			}
		}
	}
}

// Floods answers with far more than anybody reads.
func Floods(megabytes int) Behavior {
	return func(w http.ResponseWriter, _ *http.Request, _ Request) {
		_, _ = io.WriteString(w, `{"choices":[{"message":{"content":"`)
		chunk := strings.Repeat("a", 1<<20)
		for range megabytes {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	}
}

// Redirects sends the client elsewhere.
func Redirects(to string) Behavior {
	return func(w http.ResponseWriter, r *http.Request, _ Request) {
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	}
}

// Knows answers as b, but refuses requests with a response_format that is not among
// formats, as servers of other makers do.
func Knows(b Behavior, formats ...string) Behavior {
	return func(w http.ResponseWriter, r *http.Request, q Request) {
		for _, f := range append(formats, "") {
			if q.Format == f {
				b(w, r, q)
				return
			}
		}
		Fails(http.StatusBadRequest)(w, r, q)
	}
}

func half(content string) string {
	whole, _ := json.Marshal(completion(content))
	return string(whole[:len(whole)/2])
}
