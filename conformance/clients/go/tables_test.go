package shop

import (
	"context"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The life of the shop's two tables: made, described, tagged, changed while in use, and deleted.
var opening = []step{
	{"creates the orders table with a local and two global indexes, and waits for it", createsTheOrdersTable},
	{"describes every field of the orders table that waiters and Terraform read", describesTheOrdersTable},
	{"creates a provisioned, protected table and waits for it", createsTheStockTable},
	{"lists the tables one page at a time", listsTablesInPages},
	{"tags a table, lists the tags and removes one", tagsATable},
	{"enables time to live and describes it", enablesTimeToLive},
}

var liveChanges = []step{
	{"adds an index over four attributes to the table in use, waits for it and queries it", addsAnIndexToALiveTable},
	{"drops that index again", dropsTheIndex},
	{"raises the provisioned throughput, then switches to on demand", changesThroughputAndBillingMode},
	{"refuses to delete a protected table until the protection is lifted", refusesToDeleteAProtectedTable},
}

var closing = []step{
	{"deletes both tables and waits until they are gone", deletesBothTables},
}

const patience = 30 * time.Second

func createsTheOrdersTable(t *testing.T, shop *Shop) {
	created, err := shop.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   &shop.orders,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			text("pk"), text("sk"), number("total"), text("status"), text("placed"), text("email"),
		},
		KeySchema: []types.KeySchemaElement{hash("pk"), sort("sk")},
		LocalSecondaryIndexes: []types.LocalSecondaryIndex{{
			IndexName:  aws.String("by_total"),
			KeySchema:  []types.KeySchemaElement{hash("pk"), sort("total")},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			{
				IndexName: aws.String("by_status"),
				KeySchema: []types.KeySchemaElement{hash("status"), sort("placed")},
				Projection: &types.Projection{
					ProjectionType:   types.ProjectionTypeInclude,
					NonKeyAttributes: []string{"total"},
				},
			},
			{
				IndexName:  aws.String("by_email"),
				KeySchema:  []types.KeySchemaElement{hash("email")},
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
			},
		},
		Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("checkout")}},
	})
	noError(t, err)
	equal(t, *created.TableDescription.TableName, shop.orders, "the name in the answer of CreateTable")
	shop.awaitTable(t, shop.orders)
}

func describesTheOrdersTable(t *testing.T, shop *Shop) {
	table := shop.describe(t, shop.orders)
	equal(t, table.TableStatus, types.TableStatusActive, "TableStatus")
	arn := regexp.MustCompile(`^arn:aws:dynamodb:` + shop.region + `:\d{12}:table/` + shop.orders + `$`)
	equal(t, arn.MatchString(*table.TableArn), true, "TableArn has the caller's region: "+*table.TableArn)
	id := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	equal(t, id.MatchString(*table.TableId), true, "TableId is a UUID: "+*table.TableId)
	equal(t, table.CreationDateTime.IsZero(), false, "CreationDateTime is absent")
	equal(t, table.BillingModeSummary.BillingMode, types.BillingModePayPerRequest, "BillingModeSummary.BillingMode")
	equal(t, units(table), [2]int64{0, 0}, "throughput on demand")
	equal(t, table.WarmThroughput.Status, types.TableStatusActive, "WarmThroughput.Status")
	equal(t, table.DeletionProtectionEnabled, aws.Bool(false), "DeletionProtectionEnabled")
	equal(t, [2]int64{*table.ItemCount, *table.TableSizeBytes}, [2]int64{0, 0}, "ItemCount and TableSizeBytes")
	equal(t, table.KeySchema, []types.KeySchemaElement{hash("pk"), sort("sk")}, "KeySchema")
	var names []string
	for _, definition := range table.AttributeDefinitions {
		names = append(names, *definition.AttributeName)
	}
	equal(t, names, []string{"email", "pk", "placed", "sk", "status", "total"}, "AttributeDefinitions, sorted by name")

	equal(t, *table.LocalSecondaryIndexes[0].IndexArn, *table.TableArn+"/index/by_total", "IndexArn of by_total")
	equal(t, indexNames(table), []string{"by_email", "by_status"}, "the global indexes")
	for _, index := range table.GlobalSecondaryIndexes {
		equal(t, index.IndexStatus, types.IndexStatusActive, "IndexStatus of "+*index.IndexName)
		equal(t, *index.IndexArn, *table.TableArn+"/index/"+*index.IndexName, "IndexArn of "+*index.IndexName)
		equal(t, index.WarmThroughput.Status, types.IndexStatusActive, "WarmThroughput.Status of "+*index.IndexName)
		equal(t, index.Backfilling == nil, true, "an index that came with the table shows no Backfilling")
	}
}

func createsTheStockTable(t *testing.T, shop *Shop) {
	_, err := shop.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            &shop.stock,
		AttributeDefinitions: []types.AttributeDefinition{text("sku")},
		KeySchema:            []types.KeySchemaElement{hash("sku")},
		ProvisionedThroughput: &types.ProvisionedThroughput{
			ReadCapacityUnits:  aws.Int64(5),
			WriteCapacityUnits: aws.Int64(5),
		},
		DeletionProtectionEnabled: aws.Bool(true),
	})
	noError(t, err)
	shop.awaitTable(t, shop.stock)
	table := shop.describe(t, shop.stock)
	equal(t, table.BillingModeSummary == nil, true, "a table that was never on demand has no BillingModeSummary")
	equal(t, units(table), [2]int64{5, 5}, "ProvisionedThroughput")
	equal(t, *table.ProvisionedThroughput.NumberOfDecreasesToday, int64(0), "NumberOfDecreasesToday")
	warm := [2]int64{*table.WarmThroughput.ReadUnitsPerSecond, *table.WarmThroughput.WriteUnitsPerSecond}
	equal(t, warm, [2]int64{5, 5}, "warm throughput follows provisioned")
	equal(t, table.DeletionProtectionEnabled, aws.Bool(true), "DeletionProtectionEnabled")
}

func listsTablesInPages(t *testing.T, shop *Shop) {
	pages := dynamodb.NewListTablesPaginator(shop, &dynamodb.ListTablesInput{Limit: aws.Int32(1)})
	var ours []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		noError(t, err)
		equal(t, len(page.TableNames) <= 1, true, "a page holds at most Limit names")
		for _, name := range page.TableNames {
			if name == shop.orders || name == shop.stock {
				ours = append(ours, name)
			}
		}
	}
	equal(t, ours, []string{shop.orders, shop.stock}, "our tables")
}

func tagsATable(t *testing.T, shop *Shop) {
	arn := shop.describe(t, shop.orders).TableArn
	_, err := shop.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{
		{Key: aws.String("team"), Value: aws.String("orders")},
		{Key: aws.String("cost-centre"), Value: aws.String("4711")},
	}})
	noError(t, err)
	equal(t, shop.tags(t, arn), map[string]string{"team": "orders", "cost-centre": "4711"}, "one overwritten, one added")
	_, err = shop.UntagResource(t.Context(), &dynamodb.UntagResourceInput{
		ResourceArn: arn,
		TagKeys:     []string{"cost-centre", "never-set"},
	})
	noError(t, err)
	equal(t, shop.tags(t, arn), map[string]string{"team": "orders"}, "the removed tag is gone")
}

func enablesTimeToLive(t *testing.T, shop *Shop) {
	describe := &dynamodb.DescribeTimeToLiveInput{TableName: &shop.orders}
	off, err := shop.DescribeTimeToLive(t.Context(), describe)
	noError(t, err)
	equal(t, off.TimeToLiveDescription.TimeToLiveStatus, types.TimeToLiveStatusDisabled, "before it is enabled")
	updated, err := shop.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName: &shop.orders,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{
			Enabled:       aws.Bool(true),
			AttributeName: aws.String("expires"),
		},
	})
	noError(t, err)
	equal(t, *updated.TimeToLiveSpecification.AttributeName, "expires", "UpdateTimeToLive echoes what was asked")
	on, err := shop.DescribeTimeToLive(t.Context(), describe)
	noError(t, err)
	state := on.TimeToLiveDescription.TimeToLiveStatus
	equal(t, state == types.TimeToLiveStatusEnabling || state == types.TimeToLiveStatusEnabled, true, string(state))
	equal(t, *on.TimeToLiveDescription.AttributeName, "expires", "AttributeName")
}

func addsAnIndexToALiveTable(t *testing.T, shop *Shop) {
	_, err := shop.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName:            &shop.orders,
		AttributeDefinitions: []types.AttributeDefinition{text("tenant"), text("region"), text("day"), number("seq")},
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{
			Create: &types.CreateGlobalSecondaryIndexAction{
				IndexName:  aws.String("by_store"),
				KeySchema:  []types.KeySchemaElement{hash("tenant"), hash("region"), sort("day"), sort("seq")},
				Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
			},
		}},
	})
	noError(t, err)
	shop.awaitIndexes(t, shop.orders)

	january, err := shop.Query(t.Context(), &dynamodb.QueryInput{
		TableName:                &shop.orders,
		IndexName:                aws.String("by_store"),
		KeyConditionExpression:   aws.String("tenant = :t AND #r = :r AND #d BETWEEN :low AND :high"),
		ExpressionAttributeNames: map[string]string{"#r": "region", "#d": "day"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":t": s("acme"), ":r": s("eu"), ":low": s("2026-01-01"), ":high": s("2026-01-31"),
		},
	})
	noError(t, err)
	var numbers []string
	for _, item := range january.Items {
		numbers = append(numbers, item["seq"].(*types.AttributeValueMemberN).Value)
	}
	want := []string{"1", "1", "1", "3", "3", "3", "5", "5", "5", "7", "7", "7"}
	equal(t, numbers, want, "the January orders of one store, by day and number")

	oneDay, err := shop.Query(t.Context(), &dynamodb.QueryInput{
		TableName:                &shop.orders,
		IndexName:                aws.String("by_store"),
		KeyConditionExpression:   aws.String("tenant = :t AND #r = :r AND #d = :d AND seq > :n"),
		ExpressionAttributeNames: map[string]string{"#r": "region", "#d": "day"},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":t": s("acme"), ":r": s("eu"), ":d": s("2026-01-03"), ":n": n("2.5"),
		},
		Select: types.SelectCount,
	})
	noError(t, err)
	equal(t, oneDay.Count, int32(3), "equality on the first sort attribute, a range on the second")
}

func dropsTheIndex(t *testing.T, shop *Shop) {
	_, err := shop.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: &shop.orders,
		GlobalSecondaryIndexUpdates: []types.GlobalSecondaryIndexUpdate{{
			Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: aws.String("by_store")},
		}},
	})
	noError(t, err)
	shop.awaitIndexes(t, shop.orders)
	equal(t, indexNames(shop.describe(t, shop.orders)), []string{"by_email", "by_status"}, "the indexes that are left")
}

func changesThroughputAndBillingMode(t *testing.T, shop *Shop) {
	_, err := shop.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName: &shop.stock,
		ProvisionedThroughput: &types.ProvisionedThroughput{
			ReadCapacityUnits:  aws.Int64(10),
			WriteCapacityUnits: aws.Int64(7),
		},
	})
	noError(t, err)
	shop.awaitTable(t, shop.stock)
	raised := shop.describe(t, shop.stock)
	equal(t, units(raised), [2]int64{10, 7}, "the raised throughput")
	equal(t, raised.ProvisionedThroughput.LastIncreaseDateTime == nil, false, "LastIncreaseDateTime is absent")

	_, err = shop.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName:   &shop.stock,
		BillingMode: types.BillingModePayPerRequest,
	})
	noError(t, err)
	shop.awaitTable(t, shop.stock)
	switched := shop.describe(t, shop.stock)
	equal(t, units(switched), [2]int64{0, 0}, "throughput on demand")
	equal(t, switched.BillingModeSummary.BillingMode, types.BillingModePayPerRequest, "BillingMode")
	equal(t, switched.BillingModeSummary.LastUpdateToPayPerRequestDateTime == nil, false, "the time of the switch is absent")
}

func refusesToDeleteAProtectedTable(t *testing.T, shop *Shop) {
	_, err := shop.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &shop.stock})
	invalid(t, err, "Resource cannot be deleted as it is currently protected against deletion. "+
		"Disable deletion protection first.")
	_, err = shop.UpdateTable(t.Context(), &dynamodb.UpdateTableInput{
		TableName:                 &shop.stock,
		DeletionProtectionEnabled: aws.Bool(false),
	})
	noError(t, err)
	equal(t, shop.describe(t, shop.stock).DeletionProtectionEnabled, aws.Bool(false), "DeletionProtectionEnabled")
}

func deletesBothTables(t *testing.T, shop *Shop) {
	gone := dynamodb.NewTableNotExistsWaiter(shop, func(options *dynamodb.TableNotExistsWaiterOptions) {
		options.MinDelay, options.MaxDelay = 50*time.Millisecond, 500*time.Millisecond
	})
	for _, name := range []string{shop.orders, shop.stock} {
		deleted, err := shop.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name})
		noError(t, err)
		equal(t, deleted.TableDescription.TableStatus, types.TableStatusDeleting, "TableStatus in the answer")
		describe := &dynamodb.DescribeTableInput{TableName: &name}
		noError(t, gone.Wait(t.Context(), describe, patience))
		_, err = shop.DescribeTable(t.Context(), describe)
		refused[*types.ResourceNotFoundException](t, err, "Requested resource not found: Table: "+name+" not found")
	}
}

func (shop *Shop) describe(t *testing.T, name string) *types.TableDescription {
	t.Helper()
	described, err := shop.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &name})
	noError(t, err)
	return described.Table
}

func (shop *Shop) awaitTable(t *testing.T, name string) {
	t.Helper()
	waiter := dynamodb.NewTableExistsWaiter(shop, func(options *dynamodb.TableExistsWaiterOptions) {
		options.MinDelay, options.MaxDelay = 50*time.Millisecond, 500*time.Millisecond
	})
	noError(t, waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, patience))
}

// awaitIndexes waits until the table and all its indexes are ACTIVE: the SDK's waiter looks at the table alone, but lets
// the condition be replaced.
func (shop *Shop) awaitIndexes(t *testing.T, name string) {
	t.Helper()
	waiter := dynamodb.NewTableExistsWaiter(shop, func(options *dynamodb.TableExistsWaiterOptions) {
		options.MinDelay, options.MaxDelay = 50*time.Millisecond, 500*time.Millisecond
		options.Retryable = func(
			_ context.Context, _ *dynamodb.DescribeTableInput, out *dynamodb.DescribeTableOutput, err error,
		) (bool, error) {
			if err != nil {
				return false, err
			}
			busy := slices.ContainsFunc(out.Table.GlobalSecondaryIndexes, func(index types.GlobalSecondaryIndexDescription) bool {
				return index.IndexStatus != types.IndexStatusActive
			})
			return busy || out.Table.TableStatus != types.TableStatusActive, nil
		}
	})
	noError(t, waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: &name}, patience))
}

func (shop *Shop) tags(t *testing.T, arn *string) map[string]string {
	t.Helper()
	listed, err := shop.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: arn})
	noError(t, err)
	tags := map[string]string{}
	for _, tag := range listed.Tags {
		tags[*tag.Key] = *tag.Value
	}
	return tags
}

func units(table *types.TableDescription) [2]int64 {
	return [2]int64{*table.ProvisionedThroughput.ReadCapacityUnits, *table.ProvisionedThroughput.WriteCapacityUnits}
}

func indexNames(table *types.TableDescription) []string {
	var names []string
	for _, index := range table.GlobalSecondaryIndexes {
		names = append(names, *index.IndexName)
	}
	slices.Sort(names)
	return names
}

func text(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
}

func number(name string) types.AttributeDefinition {
	return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeN}
}

func hash(name string) types.KeySchemaElement {
	return types.KeySchemaElement{AttributeName: &name, KeyType: types.KeyTypeHash}
}

func sort(name string) types.KeySchemaElement {
	return types.KeySchemaElement{AttributeName: &name, KeyType: types.KeyTypeRange}
}

func s(value string) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: value}
}

func n(value string) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: value}
}
