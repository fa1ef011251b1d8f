package shop

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Sixty orders of three customers, written and read in batches; the later steps query them.
var batches = []step{
	{"writes sixty orders in batches, again for those left unprocessed", writesInBatches},
	{"reads them back in batches, again for those left unprocessed", readsInBatches},
}

type order struct {
	PK     string  `dynamodbav:"pk"`
	SK     string  `dynamodbav:"sk"`
	Status string  `dynamodbav:"status"`
	Placed string  `dynamodbav:"placed"`
	Total  float64 `dynamodbav:"total"`
	Tenant string  `dynamodbav:"tenant"`
	Region string  `dynamodbav:"region"`
	Day    string  `dynamodbav:"day"`
	Seq    int     `dynamodbav:"seq"`
	Lines  []line  `dynamodbav:"lines"`
}

// newOrder is the n-th order of a customer: seven in January, seven in February, six in March; every third is shipped.
func newOrder(customer string, n int) order {
	day := fmt.Sprintf("2026-%02d-%02d", 1+(n-1)/7, n)
	status := "OPEN"
	if n%3 == 0 {
		status = "SHIPPED"
	}
	return order{
		PK:     "CUSTOMER#" + customer,
		SK:     fmt.Sprintf("ORDER#%s#%04d", day, n),
		Status: status,
		Placed: day + "T10:00:00Z",
		Total:  1000.25 - float64(n*10),
		Tenant: "acme",
		Region: []string{"us", "eu"}[n%2],
		Day:    day,
		Seq:    n,
		Lines:  []line{{fmt.Sprintf("SKU-%d", n), n}},
	}
}

// sixty returns the orders of bob, then cleo's, then dan's, each in the order of the sort key.
func sixty() []order {
	var orders []order
	for _, customer := range []string{"bob", "cleo", "dan"} {
		for n := 1; n <= 20; n++ {
			orders = append(orders, newOrder(customer, n))
		}
	}
	return orders
}

func writesInBatches(t *testing.T, shop *Shop) {
	for chunk := range slices.Chunk(sixty(), 25) {
		var requests []types.WriteRequest
		for _, order := range chunk {
			marshalled, err := attributevalue.MarshalMap(order)
			noError(t, err)
			requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: marshalled}})
		}
		wanted := map[string][]types.WriteRequest{shop.orders: requests}
		for attempt := 1; len(wanted) > 0; attempt++ {
			equal(t, attempt <= 20, true, "a batch is processed within twenty attempts")
			answer, err := shop.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: wanted})
			noError(t, err)
			wanted = answer.UnprocessedItems
		}
	}
}

func readsInBatches(t *testing.T, shop *Shop) {
	var keys []item
	for _, order := range sixty() {
		keys = append(keys, item{"pk": s(order.PK), "sk": s(order.SK)})
	}
	var read []order
	wanted := map[string]types.KeysAndAttributes{shop.orders: {Keys: keys, ConsistentRead: aws.Bool(true)}}
	for attempt := 1; len(wanted) > 0; attempt++ {
		equal(t, attempt <= 20, true, "a batch is processed within twenty attempts")
		answer, err := shop.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: wanted})
		noError(t, err)
		var some []order
		noError(t, attributevalue.UnmarshalListOfMaps(answer.Responses[shop.orders], &some))
		read = append(read, some...)
		wanted = answer.UnprocessedKeys
	}
	slices.SortFunc(read, func(a, b order) int { return cmp.Compare(a.PK+a.SK, b.PK+b.SK) })
	equal(t, read, sixty(), "every order once, as it was written")
}
