package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/sashabaranov/go-openai"

	"kapbot/prompts/grounded"
)

const (
	defaultTimeout = 8 * time.Second
	defaultAtOnce  = 4
	// connectFor is how long a server may take to take a connection: one that is
	// down must not cost the reader the whole deadline.
	connectFor = 800 * time.Millisecond
	// idle is how many connections are kept for the next question.
	idle = 2
	// maxOut is how many tokens an answer may have.
	maxOut = 900
	// maxReply bounds what is read of a server's reply, in bytes.
	maxReply = 1 << 20
	// failures in a row open the breaker, for rest.
	failures = 3
	rest     = 30 * time.Second
)

// Options say which server to ask.
type Options struct {
	Key     string // empty for servers without one
	BaseURL string // empty: that of OpenAI
	Model   string
	// AzureVersion is the API version of Azure OpenAI; set, it makes BaseURL an
	// Azure endpoint and Model the name of a deployment.
	AzureVersion string
	Limits       Limits
	Prompts      *grounded.Prompts
	Now          func() time.Time
}

// The reasons for which a model is not asked, or gave nothing.
var (
	ErrBudget  = errors.New("the budget for the language model is spent")
	ErrBusy    = errors.New("too many requests are on their way to the language model")
	ErrResting = errors.New("the language model failed a few times and is left alone for a while")
	ErrServer  = errors.New("the language model could not be asked")
	ErrForm    = errors.New("the language model did not answer in the form asked for")
)

// A Client asks a model. It is safe for concurrent use.
type Client struct {
	api     *openai.Client
	http    *http.Client
	options Options
	breaker circuitbreaker.CircuitBreaker[any]
	slots   chan struct{}
	budget  *budget
	rung    atomic.Int32 // how much of the API the server turned out to understand
	counts  counts
}

// New returns a client. Close ends its connections.
func New(o Options) (*Client, error) {
	if o.Model == "" || o.Prompts == nil {
		return nil, errors.New("a client for a language model needs a model and prompts")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Limits.Timeout <= 0 {
		o.Limits.Timeout = defaultTimeout
	}
	if o.Limits.AtOnce <= 0 {
		o.Limits.AtOnce = defaultAtOnce
	}
	config := openai.DefaultConfig(o.Key)
	if o.AzureVersion != "" {
		config = openai.DefaultAzureConfig(o.Key, o.BaseURL)
		config.APIVersion = o.AzureVersion
		config.AzureModelMapperFunc = func(model string) string { return model }
	} else if o.BaseURL != "" {
		config.BaseURL = strings.TrimRight(o.BaseURL, "/")
	}
	c := &Client{options: o, slots: make(chan struct{}, o.Limits.AtOnce), budget: &budget{limits: o.Limits, now: o.Now}}
	c.http = &http.Client{
		Transport: bounded{&http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: connectFor}).DialContext,
			TLSHandshakeTimeout: connectFor,
			MaxIdleConnsPerHost: min(o.Limits.AtOnce, idle),
			IdleConnTimeout:     time.Minute,
			ForceAttemptHTTP2:   true,
		}},
		// A question goes to the server that was named and to no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	config.HTTPClient = c.http
	c.api = openai.NewClientWithConfig(config)
	c.breaker = circuitbreaker.NewBuilder[any]().WithFailureThreshold(failures).WithDelay(rest).Build()
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Version names the model and the prompts: answers of another version are not the
// same.
func (c *Client) Version() string { return c.options.Model + " " + c.options.Prompts.Version() }

// bounded reads no more of a reply than it should be.
type bounded struct{ *http.Transport }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.Transport.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // the client of package http wraps it
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxReply), resp.Body}
	return resp, nil
}

// Draft asks the model. It never takes longer than the timeout, and does not wait
// where it must not ask. The errors are those above.
func (c *Client) Draft(ctx context.Context, r Request) (Draft, error) {
	if len(r.passages) == 0 {
		return Draft{}, ErrNotFit
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		c.counts.busy.Add(1)
		return Draft{}, ErrBusy
	}
	system, question, err := r.messages(c.options.Prompts)
	if err != nil {
		return Draft{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Limits.Timeout)
	defer cancel()
	messages := []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: system},
		{Role: openai.ChatMessageRoleUser, Content: question},
	}
	for repaired := false; ; repaired = true {
		text, err := c.ask(ctx, r.person, messages)
		if err != nil {
			return Draft{}, err
		}
		if d, ok := parse(text, r.passages); ok {
			return d, nil
		}
		again, err := c.options.Prompts.Repair()
		if err != nil {
			return Draft{}, err
		}
		if repaired {
			c.counts.malformed.Add(1)
			return Draft{}, ErrForm
		}
		c.counts.repairs.Add(1)
		messages = append(messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: again})
	}
}

// ask sends one request, or a second and third where the server turns out not to
// understand all of the first.
func (c *Client) ask(ctx context.Context, person string, messages []openai.ChatCompletionMessage) (string, error) {
	for {
		rung := c.rung.Load()
		text, err := c.once(ctx, person, request(c.options, messages, int(rung)))
		var refused *openai.APIError
		if errors.As(err, &refused) && refused.HTTPStatusCode == http.StatusBadRequest && rung < plainest && !filtered(refused) {
			c.rung.CompareAndSwap(rung, rung+1)
			continue
		}
		if err != nil {
			return "", errors.Join(ErrServer, scrub(err))
		}
		return text, nil
	}
}

// filtered tells a question that Azure's own filter refuses from a request that it
// does not understand.
func filtered(e *openai.APIError) bool {
	code, _ := e.Code.(string)
	return strings.Contains(code, "content_filter")
}

// plainest is the rung on which nothing is asked that a server may not know.
const plainest = 2

func request(o Options, messages []openai.ChatCompletionMessage, rung int) openai.ChatCompletionRequest {
	q := openai.ChatCompletionRequest{Model: o.Model, Messages: messages}
	switch rung {
	case 0:
		q.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: "answer", Schema: json.RawMessage(schema), Strict: true},
		}
	case 1:
		q.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	if o.BaseURL == "" || o.AzureVersion != "" {
		q.MaxCompletionTokens = maxOut // newer models of OpenAI know no other name, older servers not this one
	} else {
		q.MaxTokens = maxOut //nolint:staticcheck // deprecated by OpenAI, and the one name that older servers know
	}
	return q
}

// once sends a request within budget and breaker.
func (c *Client) once(ctx context.Context, person string, q openai.ChatCompletionRequest) (string, error) {
	in := 0
	for _, m := range q.Messages {
		in += len(m.Content)/3 + 8
	}
	aside, ok := c.budget.reserve(person, in, maxOut)
	if !ok {
		c.counts.overBudget.Add(1)
		return "", ErrBudget
	}
	if !c.breaker.TryAcquirePermit() {
		c.budget.settle(aside, 0, 0)
		c.counts.resting.Add(1)
		return "", ErrResting
	}
	c.counts.requests.Add(1)
	resp, err := c.api.CreateChatCompletion(ctx, q)
	used := resp.Usage
	if err == nil && used.TotalTokens > 0 && used.PromptTokens >= 0 && used.CompletionTokens >= 0 {
		c.budget.settle(aside, used.PromptTokens, used.CompletionTokens)
		aside.in, aside.out = used.PromptTokens, used.CompletionTokens
	}
	c.counts.tokensIn.Add(int64(aside.in))
	c.counts.tokensOut.Add(int64(aside.out))
	var refused *openai.APIError
	switch {
	case errors.As(err, &refused) && refused.HTTPStatusCode == http.StatusBadRequest,
		errors.Is(err, context.Canceled): // the person edited or took back the question
		c.breaker.RecordSuccess()
	case err != nil:
		c.counts.failed.Add(1)
		c.breaker.RecordFailure()
	default:
		c.breaker.RecordSuccess()
	}
	if err != nil {
		return "", err //nolint:wrapcheck // ask scrubs it
	}
	if len(resp.Choices) == 0 {
		return "", nil // not in the form asked for
	}
	return resp.Choices[0].Message.Content, nil
}

// scrub says what went wrong without a word of the request or the reply, which an
// error of the library may hold.
func scrub(err error) error {
	var api *openai.APIError
	var request *openai.RequestError
	var timeout net.Error
	switch {
	case errors.Is(err, ErrResting), errors.Is(err, ErrBudget):
		return err
	case errors.As(err, &api):
		return fmt.Errorf("it answered with status %d", api.HTTPStatusCode)
	case errors.As(err, &request):
		return fmt.Errorf("it answered with status %d", request.HTTPStatusCode)
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return context.DeadlineExceeded
	}
	return errors.New("the connection failed or the reply could not be read")
}
