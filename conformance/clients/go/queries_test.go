package shop

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Queries over the sixty orders: key conditions, filters, projections, pages, and all three indexes.
var queries = []step{
	{"queries by a prefix and by a range of the sort key", queriesAPrefixAndARange},
	{"queries in descending order", queriesBackwards},
	{"filters by an attribute and projects two others", filtersAndProjects},
	{"reads all pages through the paginator", pagesWithThePaginator},
	{"ends a page at one megabyte when no limit is given", endsAPageAtOneMegabyte},
	{"queries the global indexes: a partial projection in time order, and a sparse one", queriesGlobalIndexes},
	{"queries the local index by number, consistently, and fetches what it does not project", queriesTheLocalIndex},
}

// query builds the request for a key condition with the expression package.
func (shop *Shop) query(t *testing.T, condition expression.KeyConditionBuilder) *dynamodb.QueryInput {
	t.Helper()
	return shop.queryWith(t, expression.NewBuilder().WithKeyCondition(condition))
}

func (shop *Shop) queryWith(t *testing.T, builder expression.Builder) *dynamodb.QueryInput {
	t.Helper()
	expr, err := builder.Build()
	noError(t, err)
	return &dynamodb.QueryInput{
		TableName:                 &shop.orders,
		KeyConditionExpression:    expr.KeyCondition(),
		FilterExpression:          expr.Filter(),
		ProjectionExpression:      expr.Projection(),
		ExpressionAttributeNames:  expr.Names(),
		ExpressionAttributeValues: expr.Values(),
	}
}

func ofCustomer(name string) expression.KeyConditionBuilder {
	return expression.Key("pk").Equal(expression.Value("CUSTOMER#" + name))
}

func ordersIn(t *testing.T, items []item) []order {
	t.Helper()
	var found []order
	noError(t, attributevalue.UnmarshalListOfMaps(items, &found))
	return found
}

func queriesAPrefixAndARange(t *testing.T, shop *Shop) {
	bobs := sixty()[:20]
	prefix := ofCustomer("bob").And(expression.Key("sk").BeginsWith("ORDER#2026-02"))
	february, err := shop.Query(t.Context(), shop.query(t, prefix))
	noError(t, err)
	equal(t, ordersIn(t, february.Items), bobs[7:14], "the orders of February")
	equal(t, [2]int32{february.Count, february.ScannedCount}, [2]int32{7, 7}, "Count and ScannedCount")
	between := expression.Key("sk").Between(expression.Value("ORDER#2026-01-05"), expression.Value("ORDER#2026-02-08#9999"))
	days, err := shop.Query(t.Context(), shop.query(t, ofCustomer("bob").And(between)))
	noError(t, err)
	equal(t, ordersIn(t, days.Items), bobs[4:8], "the orders between two days")
}

func queriesBackwards(t *testing.T, shop *Shop) {
	latest := shop.query(t, ofCustomer("bob").And(expression.Key("sk").GreaterThanEqual(expression.Value("ORDER#"))))
	latest.ScanIndexForward, latest.Limit = aws.Bool(false), aws.Int32(3)
	answer, err := shop.Query(t.Context(), latest)
	noError(t, err)
	want := slices.Clone(sixty()[17:20])
	slices.Reverse(want)
	equal(t, ordersIn(t, answer.Items), want, "the three latest orders")
	equal(t, answer.LastEvaluatedKey, item{"pk": s(want[2].PK), "sk": s(want[2].SK)}, "LastEvaluatedKey")
}

func filtersAndProjects(t *testing.T, shop *Shop) {
	filter := expression.Name("status").Equal(expression.Value("SHIPPED")).
		And(expression.Name("lines[0].quantity").GreaterThan(expression.Value(9)))
	projection := expression.NamesList(expression.Name("seq"), expression.Name("lines[0].quantity"))
	builder := expression.NewBuilder().WithKeyCondition(ofCustomer("bob")).WithFilter(filter).WithProjection(projection)
	answer, err := shop.Query(t.Context(), shop.queryWith(t, builder))
	noError(t, err)
	var want []order
	for _, n := range []int{12, 15, 18} {
		want = append(want, order{Seq: n, Lines: []line{{Quantity: n}}})
	}
	equal(t, ordersIn(t, answer.Items), want, "the filtered, projected items")
	equal(t, len(answer.Items[0]), 2, "nothing but what was projected")
	equal(t, [2]int32{answer.Count, answer.ScannedCount}, [2]int32{3, 20}, "a filter takes nothing from ScannedCount")
}

func pagesWithThePaginator(t *testing.T, shop *Shop) {
	all := shop.query(t, ofCustomer("cleo"))
	all.Limit = aws.Int32(7)
	pages := dynamodb.NewQueryPaginator(shop, all)
	var sizes []int32
	var read []item
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		noError(t, err)
		sizes = append(sizes, page.Count)
		read = append(read, page.Items...)
	}
	equal(t, sizes[:3], []int32{7, 7, 6}, "the sizes of the pages")
	equal(t, ordersIn(t, read), sixty()[20:40], "each order once and in order")
}

func endsAPageAtOneMegabyte(t *testing.T, shop *Shop) {
	for n := range 5 {
		_, err := shop.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &shop.orders, Item: item{
			"pk":    s("CUSTOMER#big"),
			"sk":    s(fmt.Sprintf("SCAN#%d", n)),
			"image": &types.AttributeValueMemberB{Value: bytes.Repeat([]byte("x"), 300_000)},
		}})
		noError(t, err)
	}
	pages := dynamodb.NewQueryPaginator(shop, shop.query(t, ofCustomer("big")))
	var counts []int32
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		noError(t, err)
		counts = append(counts, page.Count)
	}
	equal(t, len(counts), 2, fmt.Sprintf("five items of 300 kB fill two pages, not %v", counts))
	equal(t, counts[0]+counts[1], int32(5), "every item is read")
}

func queriesGlobalIndexes(t *testing.T, shop *Shop) {
	shipped := shop.query(t, expression.Key("status").Equal(expression.Value("SHIPPED")).And(expression.Key("placed").
		Between(expression.Value("2026-01-06T00:00:00Z"), expression.Value("2026-02-09T23:59:59Z"))))
	shipped.IndexName = aws.String("by_status")
	shipped.Limit = aws.Int32(4)
	shipped.ReturnConsumedCapacity = types.ReturnConsumedCapacityIndexes
	first, err := shop.Query(t.Context(), shipped)
	noError(t, err)
	var days []string
	for _, order := range ordersIn(t, first.Items) {
		days = append(days, order.Placed[:10])
	}
	equal(t, days, []string{"2026-01-06", "2026-01-06", "2026-01-06", "2026-02-09"}, "in time order")
	equal(t, attributeNames(first.Items[0]), []string{"pk", "placed", "sk", "status", "total"}, "keys and included")
	equal(t, attributeNames(first.LastEvaluatedKey), []string{"pk", "placed", "sk", "status"}, "LastEvaluatedKey")
	equal(t, first.ConsumedCapacity, &types.ConsumedCapacity{
		TableName:              &shop.orders,
		CapacityUnits:          aws.Float64(0.5),
		Table:                  &types.Capacity{CapacityUnits: aws.Float64(0)},
		GlobalSecondaryIndexes: map[string]types.Capacity{"by_status": {CapacityUnits: aws.Float64(0.5)}},
	}, "the index carries the units")
	shipped.Limit, shipped.ExclusiveStartKey = nil, first.LastEvaluatedKey
	rest, err := shop.Query(t.Context(), shipped)
	noError(t, err)
	owners := map[string]bool{}
	for _, order := range ordersIn(t, append(first.Items[3:], rest.Items...)) {
		owners[order.PK] = true
	}
	equal(t, [2]int{len(rest.Items), len(owners)}, [2]int{2, 3}, "the next page goes on among equal index keys")

	byEmail := shop.query(t, expression.Key("email").Equal(expression.Value("ada@example.com")))
	byEmail.IndexName = aws.String("by_email")
	profiles, err := shop.Query(t.Context(), byEmail)
	noError(t, err)
	equal(t, profiles.Count, int32(1), "only profiles have an e-mail address")
	equal(t, profiles.Items[0]["address"] == nil, false, "ALL projects every attribute")
}

func queriesTheLocalIndex(t *testing.T, shop *Shop) {
	cheap := shop.query(t, ofCustomer("dan").And(expression.Key("total").LessThan(expression.Value(830.25))))
	cheap.IndexName, cheap.ConsistentRead = aws.String("by_total"), aws.Bool(true)
	keys, err := shop.Query(t.Context(), cheap)
	noError(t, err)
	var totals []float64
	for _, order := range ordersIn(t, keys.Items) {
		totals = append(totals, order.Total)
	}
	equal(t, totals, []float64{800.25, 810.25, 820.25}, "in numeric order")
	equal(t, attributeNames(keys.Items[0]), []string{"pk", "sk", "total"}, "KEYS_ONLY projects both keys")
	cheap.Select = types.SelectAllAttributes
	whole, err := shop.Query(t.Context(), cheap)
	noError(t, err)
	want := slices.Clone(sixty()[57:60])
	slices.Reverse(want)
	equal(t, ordersIn(t, whole.Items), want, "fetched from the table")
}

func attributeNames(item item) []string {
	return slices.Sorted(maps.Keys(item))
}
