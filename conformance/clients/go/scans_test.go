package shop

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Scans: page by page, counted, and in parallel segments.
var scans = []step{
	{"scans the whole table page by page", scansPageByPage},
	{"counts the orders with Select COUNT", countsWithoutReading},
	{"scans in four segments that together read everything exactly once", scansInParallel},
	{"scans a sparse index", scansAnIndex},
	{"reads a page that arrives compressed, and checks what arrived", readsACompressedPage},
}

func scansPageByPage(t *testing.T, shop *Shop) {
	read, err := shop.keys(t.Context(), &dynamodb.ScanInput{Limit: aws.Int32(9)})
	noError(t, err)
	equal(t, len(slices.Compact(slices.Clone(read))), len(read), "no item is read twice")
	for _, order := range sixty() {
		equal(t, slices.Contains(read, order.PK+" "+order.SK), true, "every order is read: "+order.SK)
	}
}

func countsWithoutReading(t *testing.T, shop *Shop) {
	pages := dynamodb.NewScanPaginator(shop, &dynamodb.ScanInput{
		TableName:                 &shop.orders,
		Select:                    types.SelectCount,
		FilterExpression:          aws.String("#s = :open"),
		ExpressionAttributeNames:  map[string]string{"#s": "status"},
		ExpressionAttributeValues: item{":open": s("OPEN")},
	})
	var counted, scanned int32
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		noError(t, err)
		equal(t, len(page.Items), 0, "COUNT returns no items")
		counted, scanned = counted+page.Count, scanned+page.ScannedCount
	}
	equal(t, counted, int32(42), "two thirds of the orders are open")
	all, err := shop.keys(t.Context(), &dynamodb.ScanInput{})
	noError(t, err)
	equal(t, int(scanned), len(all), "ScannedCount is the whole table")
}

func scansInParallel(t *testing.T, shop *Shop) {
	const segments = 4
	var workers sync.WaitGroup
	var read [segments][]string
	var failed [segments]error
	for segment := range segments {
		workers.Add(1)
		go func() {
			defer workers.Done()
			read[segment], failed[segment] = shop.keys(t.Context(), &dynamodb.ScanInput{
				Segment: aws.Int32(int32(segment)), TotalSegments: aws.Int32(segments), Limit: aws.Int32(5),
			})
		}()
	}
	workers.Wait()
	for _, err := range failed {
		noError(t, err)
	}
	together := slices.Concat(read[:]...)
	slices.Sort(together)
	all, err := shop.keys(t.Context(), &dynamodb.ScanInput{})
	noError(t, err)
	equal(t, together, all, "the segments are a partition of the table")
}

func scansAnIndex(t *testing.T, shop *Shop) {
	found, err := shop.Scan(t.Context(), &dynamodb.ScanInput{
		TableName: &shop.orders, IndexName: aws.String("by_email"), ProjectionExpression: aws.String("email"),
	})
	noError(t, err)
	equal(t, found.Items, []item{{"email": s("ada@example.com")}}, "one item has an e-mail address")
}

func readsACompressedPage(t *testing.T, shop *Shop) {
	scan := func(settings ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, string) {
		page, err := shop.Scan(t.Context(), &dynamodb.ScanInput{TableName: &shop.orders}, settings...)
		noError(t, err)
		response := middleware.GetRawResponse(page.ResultMetadata).(*smithyhttp.Response)
		return page, response.Header.Get("Content-Encoding")
	}
	plain, coding := scan()
	equal(t, coding, "", "this client asks for nothing compressed of itself")
	compressed, coding := scan(func(options *dynamodb.Options) { options.EnableAcceptEncodingGzip = true })
	equal(t, coding, "gzip", "a large page is compressed where that is accepted")
	equal(t, compressed.Items, plain.Items, "the items of the page")
}

// keys returns the sorted keys of everything that a scan reads.
func (shop *Shop) keys(ctx context.Context, scan *dynamodb.ScanInput) ([]string, error) {
	scan.TableName, scan.ConsistentRead = &shop.orders, aws.Bool(true)
	scan.ProjectionExpression = aws.String("pk, sk")
	var keys []string
	pages := dynamodb.NewScanPaginator(shop, scan)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			pk, sk := item["pk"].(*types.AttributeValueMemberS), item["sk"].(*types.AttributeValueMemberS)
			keys = append(keys, pk.Value+" "+sk.Value)
		}
	}
	slices.Sort(keys)
	return keys, nil
}
