// Package shop tells a shop's everyday work through the AWS SDK for Go v2: `go test -v .`, with AWS_ENDPOINT_URL_DYNAMODB
// naming the server.
package shop

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Shop is what every step works with: the client and the names of this run's tables.
type Shop struct {
	*dynamodb.Client
	region      string
	orders      string
	stock       string
	lastRequest atomic.Value
}

type step struct {
	title string
	play  func(t *testing.T, shop *Shop)
}

// TestShop plays every step in order. A failed step says which request came last, and the story goes on: the later steps
// say how far the fault reaches.
func TestShop(t *testing.T) {
	shop := open(t)
	var steps []step
	for _, part := range [][]step{opening, items, writes, transactions, batches, queries, scans, failures, liveChanges, closing} {
		steps = append(steps, part...)
	}
	for _, step := range steps {
		t.Run(step.title, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("last request: %v", shop.lastRequest.Load())
				}
			})
			step.play(t, shop)
		})
	}
}

func open(t *testing.T) *Shop {
	settings, err := config.LoadDefaultConfig(t.Context())
	noError(t, err)
	run := rand.Text()[:8]
	shop := &Shop{region: settings.Region, orders: "orders-" + run, stock: "stock-" + run}
	settings.APIOptions = append(settings.APIOptions, shop.remember)
	shop.Client = dynamodb.NewFromConfig(settings)
	return shop
}

// remember hooks into every operation, so that the latest request can be shown.
func (shop *Shop) remember(stack *middleware.Stack) error {
	recorder := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		middleware.InitializeOutput, middleware.Metadata, error,
	) {
		shop.lastRequest.Store(fmt.Sprintf("%T %s", in.Parameters, show(in.Parameters)))
		return next.HandleInitialize(ctx, in)
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Remember", recorder), middleware.Before)
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t *testing.T, got, want any, what string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s\n  wanted: %s\n  got:    %s", what, show(want), show(got))
	}
}

// refused asserts that err is of the wanted class, with this message when one is given, and returns it as that class.
func refused[E interface {
	error
	ErrorMessage() string
}](t *testing.T, err error, message string) E {
	t.Helper()
	var refusal E
	if !errors.As(err, &refusal) {
		t.Fatalf("wanted %T, got %v", refusal, err)
	}
	if message != "" {
		equal(t, refusal.ErrorMessage(), message, "the message of the error")
	}
	return refusal
}

// invalid asserts that err is a ValidationException: the SDK has no class for it, so an application reads its code.
func invalid(t *testing.T, err error, message string) {
	t.Helper()
	refusal := refused[smithy.APIError](t, err, message)
	equal(t, refusal.ErrorCode(), "ValidationException", "the code of the error")
}

func show(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Sprintf("%#v", value)
	}
	return string(bytes.TrimSpace(text.Bytes()))
}
